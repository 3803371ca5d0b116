"""croissant.json: read back through mlcroissant, every config is what ``load_dataset`` gives, row by row."""

from __future__ import annotations

import json
import logging
import re
import shutil
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from datasets import ClassLabel, load_dataset

from dataset.build import Built, build_release
from dataset.release.croissant import NAME
from dataset.release.manifest import read_manifest
from dataset.schema import CONFIGS
from dataset.splits import SPLITS
from tests.make import article, write_corpus


def plain(value: Any) -> Any:
    """What mlcroissant read, as Python has it: text is bytes there, and every name holds the way to it."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name.rpartition("/")[2]: plain(one) for name, one in value.items()}
    return value.item() if hasattr(value, "item") else value


def record(config: str, read: dict[str, Any]) -> dict[str, Any]:
    """A record as a row. mlcroissant lays a struct's inner structs beside each other instead of into it."""
    row: dict[str, Any] = {}
    for name, value in read.items():
        *way, last = name.removeprefix(f"{config}/").split("/")
        inner = row
        for step in way:
            inner = inner.setdefault(step, {})
        inner[last] = plain(value)
    return row


def filled(value: Any, like: Any) -> Any:
    """The value with the struct of nulls that ``like`` has where it is null."""
    if value is None and isinstance(like, dict):
        return {name: filled(None, one) for name, one in like.items()}
    if isinstance(value, dict):
        return {name: filled(one, like[name]) for name, one in value.items()}
    return value


@pytest.mark.parametrize("which", ["sample_built", "gaps_built", "one_built"])
def test_every_config_reads_as_load_dataset_reads_it(which: str, request: pytest.FixtureRequest) -> None:
    """The same rows in the same order with the same values, nulls and ClassLabel numbers among them, split by split."""
    release = request.getfixturevalue(which).path
    described = mlcroissant.Dataset(jsonld=str(release / NAME))
    for config in CONFIGS:
        rows: dict[str, list[dict[str, Any]]] = {split: [] for split in SPLITS}
        for read in described.records(config):
            row = record(config, read)
            rows[row.pop("split")].append(row)
        try:
            expected = load_dataset(str(release), config)
        except ValueError:  # no split has a row, so that the card does not announce it
            assert not any(rows.values())
            continue
        for split in SPLITS:
            theirs = list(expected[split]) if split in expected else []
            assert rows[split] == [filled(one, ours) for one, ours in zip(theirs, rows[split], strict=True)], config
            if theirs:
                assert list(rows[split][0]) == list(theirs[0])


def test_one_split_alone(sample_built: Built) -> None:
    """A tool that asks for one split gets it."""
    described = mlcroissant.Dataset(jsonld=str(sample_built.path / NAME))
    found = list(described.records("articles", filters={"articles/split": "validation"}))
    theirs = load_dataset(str(sample_built.path), "articles", split="validation")
    assert [read["articles/id"].decode() for read in found] == theirs["id"]


def test_enumerations_are_the_class_labels(sample_built: Built) -> None:
    """Number, name and meaning of every label, and every ClassLabel column refers to its own."""
    described = mlcroissant.Dataset(jsonld=str(sample_built.path / NAME))
    data = json.loads((sample_built.path / NAME).read_text(encoding="utf-8"))
    fields = {field["@id"]: field for one in data["recordSet"] for field in one["field"]}
    columns = 0
    for config in CONFIGS:
        for column, feature in load_dataset(str(sample_built.path), config)["train"].features.items():
            if isinstance(feature, ClassLabel):
                columns += 1
                referred = fields[f"{config}/{column}"]["references"]["field"]["@id"].rpartition("/")[0]
                found = [plain(read) for read in described.records(referred)]
                assert [(one["value"], one["name"]) for one in found] == list(enumerate(feature.names))
    assert columns == 8
    kinds = {one["claims.kind/name"]: one["claims.kind/description"] for one in described.records("claims.kind")}
    assert kinds["fact"] == "Could be shown true or false, now or later, by evidence."


@pytest.mark.parametrize("which", ["sample_built", "gaps_built", "one_built"])
def test_it_validates(which: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> None:
    """No error, and no warning but of what a corpus has not said: it has no date until it is published."""
    release = request.getfixturevalue(which).path
    with caplog.at_level(logging.WARNING):
        described = mlcroissant.Dataset(jsonld=str(release / NAME))
    issues = described.metadata.ctx.issues
    assert not issues.errors
    assert [re.sub(r"^.*Property ", "", str(one)) for one in issues.warnings] == [
        '"https://schema.org/datePublished" is recommended, but does not exist.'
    ]
    assert str(described.metadata.ctx.conforms_to.value) == "http://mlcommons.org/croissant/1.1"


def test_files_with_their_hashes(gaps_built: Built) -> None:
    """All fifteen Parquet files, the empty ones too, with the manifest's hashes and sizes, under addresses that stay in the folder."""
    data = json.loads((gaps_built.path / NAME).read_text(encoding="utf-8"))
    listed = {one["contentUrl"]: one for one in data["distribution"] if one["@type"] == "cr:FileObject"}
    known = {name: one for name, one in read_manifest(gaps_built.path).files.items() if name.endswith(".parquet")}
    assert len(known) == 15
    assert {name: (one["sha256"], one["contentSize"]) for name, one in listed.items()} == {
        name: (one.sha256, f"{one.bytes} B") for name, one in known.items()
    }
    assert str(gaps_built.path) not in (gaps_built.path / NAME).read_text(encoding="utf-8")


def test_a_release_that_moved_reads_the_same(one_built: Built, tmp_path: Path) -> None:
    """It depends on no folder."""
    moved = shutil.copytree(one_built.path, tmp_path / "elsewhere")
    described = mlcroissant.Dataset(jsonld=str(moved / NAME))
    assert [plain(read)["id"] for read in described.records("claims")] == ["a0-c01", "a0-c02", "a0-c03"]


def test_what_is_said_responsibly(sample_built: Built, one_built: Built) -> None:
    """Limits, annotators and agreement under the names of Croissant RAI, as mlcroissant reads them; no mark of the datasheet in them."""
    metadata = mlcroissant.Dataset(jsonld=str(sample_built.path / NAME)).metadata
    assert metadata.data_limitations[0].startswith("Synthetic.")
    assert "Krippendorff's α of kind: 0.945, over 432 units" in metadata.data_annotation_analysis
    assert metadata.annotations_per_item == "1 to 3 per article"
    assert metadata.machine_annotation_tools == ["language models"]
    assert metadata.personal_sensitive_information[0].startswith(
        "Can persons be identified, directly or indirectly? No: "
    )
    assert metadata.cite_as.startswith("@misc{sample-1-0-0,")
    text = (sample_built.path / NAME).read_text(encoding="utf-8")
    assert "<!--" not in text
    assert "rai:dataSocialImpact" not in (one_built.path / NAME).read_text(encoding="utf-8")  # nobody said anything


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    """Wherever and however it is built."""
    texts = {f"a{i}": article(i) for i in range(6)}
    found = [
        (
            build_release(write_corpus(tmp_path / where / "c", texts), out=tmp_path / where / "dist", workers=n).path
            / NAME
        ).read_bytes()
        for where, n in (("one", 1), ("two", 2))
    ]
    assert found[0] == found[1]
