"""Whatever byte of a release changes, ``verify`` names its file."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from dataset.build import build_release
from dataset.errors import ReleaseError
from dataset.release.manifest import NAME, SEAL, changed_files, listing, read_manifest
from dataset.release.verify import verify_release
from tests.make import article, cli, write_corpus


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one; every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("bytes")
    corpus = write_corpus(folder / "c", {f"a{i}": article(i) for i in range(8)})
    return build_release(corpus, out=folder / "dist").path


def named(release: Path, *, rows: bool = True) -> list[str]:
    """What is said of a release, a manifest that cannot be read included."""
    try:
        return verify_release(release) if rows else changed_files(release, read_manifest(release))
    except ReleaseError as error:
        return error.lines


def test_one_byte_in_every_file(release: Path) -> None:
    """First, last and some in between, a bit each; nothing else is named, and undone it is in order again."""
    dice = random.Random(1)
    files = [*listing(release), NAME]
    assert {"README.md", "DATASHEET.md", "splits/ledger.jsonl", "articles/train-00000-of-00001.parquet"} <= set(files)
    for file in files:
        path = release / file
        good = path.read_bytes()
        places = sorted({0, len(good) - 1, *(dice.randrange(len(good)) for _ in range(3))}) if good else []
        for place in places:
            path.write_bytes(good[:place] + bytes([good[place] ^ 1 << dice.randrange(8)]) + good[place + 1 :])
            said = named(release, rows=False)
            assert any(file in line for line in said), f"{file}: byte {place}"
            assert file == NAME or said == [f"{file}: changed since it was built"]
        if places:
            assert any(file in line for line in named(release)), file
        path.write_bytes(good + b"\n")
        assert any(file in line for line in named(release, rows=False)), f"{file}: a byte more"
        path.write_bytes(good)
    assert verify_release(release) == []


def test_a_file_that_cannot_be_read(release: Path) -> None:
    """A link to nothing, or a folder in its place: it is named, and so is another that changed."""
    sheet = release / "DATASHEET.md"
    other = sheet.read_bytes()
    sheet.write_bytes(other + b"\n")
    for file in sorted({*listing(release)} - {"DATASHEET.md"}):
        path = release / file
        kept = path.rename(release.parent / "kept")
        try:
            path.symlink_to(release.parent / "nowhere")
            said = named(release)
            assert any(line.startswith(f"{file}: symbolic link to a file outside") for line in said), said
            assert "DATASHEET.md: changed since it was built" in said
            path.unlink()
            path.mkdir()
            assert f"{file}: missing" in named(release)
            path.rmdir()
        finally:
            kept.rename(path)
    sheet.write_bytes(other)
    assert verify_release(release) == []


@pytest.mark.parametrize("features", ["5", "[x]", "[{name: x, dtype: {class_label: 3}}]"])
def test_a_card_that_no_library_reads(release: Path, features: str) -> None:
    """Other YAML than features: one line, whatever the library stumbles over."""
    card = release / "README.md"
    good = card.read_bytes()
    card.write_text(f"---\ndataset_info: [{{config_name: claims, features: {features}}}]\n---\n", encoding="utf-8")
    try:
        assert any(line.startswith("README.md: its YAML cannot be read") for line in named(release))
    finally:
        card.write_bytes(good)


def test_bytes_of_the_manifest(release: Path) -> None:
    """Nothing in it is without a check: neither a blank nor a statement that no other file repeats."""
    path = release / NAME
    good, dice = path.read_bytes(), random.Random(2)
    try:
        for place in dice.sample(range(len(good)), 300):
            path.write_bytes(good[:place] + bytes([good[place] ^ 1 << dice.randrange(8)]) + good[place + 1 :])
            assert any(NAME in line for line in named(release, rows=False)), (
                f"byte {place}: {good[place - 20 : place + 20]!r}"
            )
    finally:
        path.write_bytes(good)


def test_a_manifest_edited_by_hand(release: Path) -> None:
    """Without its seal, or written anew with the old one; a build puts it right."""
    path = release / NAME
    good = path.read_bytes()
    data = json.loads(good)
    for changed in (
        {key: value for key, value in data.items() if key != SEAL},
        {**data, "tools": {"pyarrow": "1"}},
        dict(reversed(data.items())),
    ):
        path.write_text(json.dumps(changed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        assert named(release) == [f"{NAME}: changed since it was built"]
    built = cli("build", release.parents[2] / "c", "--out", release.parents[1], "--json")
    assert json.loads(built.stdout)["written"] is True
    assert path.read_bytes() == good
