"""``verify`` checks the files that ``load_dataset`` would read: the card's configs are those of the manifest, without any others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dataset.build import build_release
from dataset.release.card_check import front_matter
from dataset.release.layout import is_release_file, loading_warning
from dataset.release.manifest import NAME, seal
from dataset.release.verify import verify_release
from tests.dataset.diff.make import first_corpus
from tests.make import cli

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with labels."""
    folder = tmp_path_factory.mktemp("card")
    return build_release(first_corpus(folder), out=folder / "dist").path


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    """A copy to harm."""
    return shutil.copytree(built, tmp_path / "1.0.0")


def sealed(release: Path) -> list[str]:
    """Return the problems that verify finds when every hash is right."""
    seal(release, json.loads((release / NAME).read_text(encoding="utf-8")))
    return verify_release(release)


def change_card(release: Path, change: Change) -> list[str]:
    """Change the YAML of the card; return the problems that verify finds then."""
    path = release / "README.md"
    data, body = front_matter(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(f"---\n{yaml.safe_dump(data, sort_keys=False, allow_unicode=True)}---\n{body}", encoding="utf-8")
    return sealed(release)


def paths(path: Any, at: int = 0) -> Change:
    """Have a split of claims come from elsewhere."""

    def change(data: dict[str, Any]) -> None:
        data["configs"][2]["data_files"][at]["path"] = path

    return change


def files(value: Any) -> Change:
    """Replace the files of claims."""
    return lambda data: data["configs"][2].update(data_files=value)


def more(**keys: Any) -> Change:
    """Add keys to the config of claims."""
    return lambda data: data["configs"][2].update(keys)


HERE = "claims/train-00000-of-00001.parquet"
CARDS: dict[str, tuple[Change, str]] = {
    **{
        path: (paths(path), "configs.claims.data_files")
        for path in (
            *("https://example.org/x.parquet", "hf://datasets/a/b/x.parquet", "s3://b/x.parquet", "file:///etc/passwd"),
            *("../1.0.0/" + HERE, "/etc/passwd", "./" + HERE, "claims/*.parquet", "**", "claims/train-?????-of-00001.parquet"),
            *("zip://x::https://example.org/x.zip", "articles/train-00000-of-00001.parquet", "claims/none.parquet", ""),
            "claims/test-00000-of-00001.parquet",
        )
    },
    "a list": (paths([HERE, "https://example.org/x.parquet"]), "configs.claims.data_files"),
    "a number": (paths(3), "configs.claims.data_files"),
    "a pattern": (files("*.parquet"), "configs.claims.data_files"),
    "only paths": (files([HERE]), "configs.claims.data_files"),
    "none": (files([]), "configs.claims.data_files"),
    "a split less": (lambda data: data["configs"][2]["data_files"].pop(), "configs.claims.data_files"),
    "a split more": (
        lambda data: data["configs"][2]["data_files"].append({"split": "more", "path": HERE}),
        "configs.claims.data_files",
    ),
    "no files": (lambda data: data["configs"][2].pop("data_files"), "configs.claims.data_files"),
    "a folder": (more(data_dir="/etc"), "configs.claims.data_dir"),
    "a filter": (more(filters=[["id", "==", "x"]]), "configs.claims.filters"),
    "columns": (more(columns=["id"]), "configs.claims.columns"),
    "default": (more(default="yes"), "configs.claims: default"),
    "a digest": (more(description="sha256 of the rows " + "0" * 64), "configs.claims.description"),
    "a config more": (lambda data: data["configs"].append({"config_name": "x", "data_files": "x.csv"}), "configs: articles"),
    "a config less": (lambda data: data["configs"].pop(), "configs: articles"),
    "two of one name": (lambda data: data["configs"].append(json.loads(json.dumps(data["configs"][0]))), "configs: articles"),
    "no configs": (lambda data: data.pop("configs"), "configs"),
    "configs a text": (lambda data: data.update(configs="x"), "configs"),
    "no features": (lambda data: data.pop("dataset_info"), "dataset_info"),
    "features less": (lambda data: data["dataset_info"].pop(), "dataset_info"),
    "other features": (lambda data: data["dataset_info"][0]["features"].pop(), "features of articles"),
    "splits": (lambda data: data["dataset_info"][0].update(splits=[]), "dataset_info.articles.splits"),
}  # fmt: skip


@pytest.mark.parametrize("case", CARDS)
def test_the_card_leads_nowhere_else(release: Path, case: str) -> None:
    """Another host, another folder, a pattern, a file less or more, an argument of the reader: named, in one line."""
    change, words = CARDS[case]
    problems = change_card(release, change)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"README.md: {words}") or words in problems[0], problems


def test_the_control(release: Path) -> None:
    """Written again as it was."""
    assert change_card(release, lambda data: data.update(tags=["more"])) == []


@pytest.mark.parametrize(
    "card",
    [
        "\n---\nconfigs: []\n---\n{card}",
        "---\nconfigs: []\n--- \n{card}",
        "---\r\nconfigs: []\r\n---\r\n{card}",
        "---\nx: 1\r---\r{rest}",
        "\ufeff{card}",
        "{rest}",
        "---\n- 1\n---\n",
        "---\nx: &a 1\ny: *a\n{rest}",
        "---\nconfigs: []\n{rest}",
    ],
)
def test_no_two_readings_of_a_card(release: Path, card: str) -> None:
    """The checked YAML is what huggingface_hub takes for it."""
    path = release / "README.md"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(card.format(card=text, rest=text.removeprefix("---\n")).encode("utf-8"))
    problems = sealed(release)
    assert len(problems) == 1, problems
    assert problems[0].startswith("README.md: "), problems


@pytest.mark.parametrize(
    "name",
    [
        *("news.py", "1.0.0.py", "dataset_infos.json", ".huggingface.yaml", ".hidden/x.parquet", "data/train.csv"),
        *(
            "claims/train-00001-of-00002.parquet",
            "metadata.jsonl",
            "diffs/x.jsonl",
            "diffs/1.0.0.jsonl.bak",
            "Readme.md",
        ),
    ],
)
def test_a_file_that_no_release_has(release: Path, name: str) -> None:
    """Also where the manifest lists it: datasets could pick it up."""
    (release / name).parent.mkdir(exist_ok=True)
    (release / name).write_text("x", encoding="utf-8")
    problems = sealed(release)
    assert problems == [f"{name}: no release has such a file: delete it, and datasets cannot pick it up"]
    assert not is_release_file(name)


@pytest.mark.parametrize(("name", "odd"), [("a [1]", "["), ("a*", "*"), ("b?", "?"), ("c::d", "::"), ("plain", None)])
def test_a_path_that_datasets_cannot_load(tmp_path: Path, name: str, odd: str | None) -> None:
    """A warning if ``datasets`` takes the path for a pattern or a chain of addresses, with the reason."""
    warning = loading_warning(tmp_path / name / "1.0.0")
    assert (warning is None) == (odd is None)
    assert odd is None or repr(odd) in str(warning)


def test_the_warning_is_said(built: Path, tmp_path: Path) -> None:
    """By build and by hydrate; they end as they do without."""
    corpus = built.parents[2] / "c"
    done = cli("build", corpus, "--out", tmp_path / "x [1]", "--profile", "standoff")
    assert (done.returncode, done.stderr.count("load_dataset may not find it here")) == (0, 1), done.stderr
    bare = tmp_path / "x [1]" / "c" / "1.0.0"
    done = cli("hydrate", bare, "--texts", corpus / "articles", "--out", tmp_path / "y[2]")
    assert (done.returncode, done.stderr.count("load_dataset may not find it here")) == (0, 1), done.stderr
