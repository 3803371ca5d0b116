"""A release without text that was built when anchors had no check values: it stays usable, and is equal to one built now."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from dataset.diff.compare import diff_releases
from dataset.errors import ReleaseError
from dataset.release.manifest import read_manifest, read_raw, seal
from dataset.release.verify import verify_release
from dataset.standoff.hydrate import hydrate_release
from dataset.standoff.strip import strip_release
from tests.make import ROOT, cli, snapshot

OLD = ROOT / "tests" / "fixtures" / "format-1"
FULL, BARE = OLD / "full" / "sample" / "1.0.0", OLD / "standoff" / "sample" / "1.0.0"


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release without text that is made of the same full one today."""
    folder = tmp_path_factory.mktemp("now")
    strip_release(FULL, folder)
    return folder


def test_it_is_the_full_release_from_exact_copies(now: Path, sample: Path, tmp_path: Path) -> None:
    """Byte for byte where the same pyarrow writes it; its notice is removed although it is shorter than today's. So is today's."""
    assert "checks" not in (BARE / "anchors.jsonl").read_text(encoding="utf-8")
    for release in (BARE, now):
        done = hydrate_release(release, sample / "articles", out=tmp_path / release.name)
        assert (done.full, done.in_order) == (True, True)
        if read_manifest(FULL).tools["pyarrow"] == version("pyarrow"):
            assert done.identical
            assert snapshot(done.path) == snapshot(FULL)
        assert "standoff" not in (done.path / "README.md").read_text(encoding="utf-8")


def test_retyped_copies_are_proved_by_the_hash(sample: Path, tmp_path: Path) -> None:
    """Other blanks and a sentence put in; what lacks a word is missing, as there is no check value to prove the rest by."""
    texts = shutil.copytree(sample / "articles", tmp_path / "texts")
    changes = ((" ", "\u00a0", -1), ("\n\n", "\n\nMehr dazu hier.\n\n", 1), (". ", ", ", 1))
    for path, (before, after, times) in zip(sorted(texts.iterdir())[:3], changes, strict=True):
        path.write_text(path.read_text(encoding="utf-8").replace(before, after, times), encoding="utf-8")
    done = hydrate_release(BARE, texts, out=tmp_path / "dist")
    assert done.articles == {"exact": 77, "re-anchored": 2, "missing": 1}
    assert done.remarks == ["s003.txt: a copy of no article"]
    assert verify_release(done.path) == []


def test_one_built_now_says_the_same(now: Path) -> None:
    """Check values are in no digest: the same release, and no change between the two, in either direction."""
    before, after = read_manifest(BARE), read_manifest(now)
    assert (before.digest, before.full, before.configs) == (after.digest, after.full, after.configs)
    assert before.files["anchors.jsonl"] != after.files["anchors.jsonl"]
    assert verify_release(now) == []
    for pair in ((BARE, now), (now, BARE)):
        assert list(diff_releases(*pair)) == []


@pytest.mark.parametrize("old", [True, False])
def test_it_is_published_and_fetched(old: bool, now: Path, tmp_path: Path) -> None:
    """The old release and today's."""
    place = (tmp_path / "sample").as_uri()
    done = cli("publish", BARE if old else now, place)
    assert done.returncode == 0, done.stderr
    done = cli("fetch", f"{place}@1.0.0", "--out", tmp_path / "fetched")
    assert done.returncode == 0, done.stderr
    assert snapshot(tmp_path / "fetched" / "sample" / "1.0.0") == snapshot(BARE if old else now)


def test_anchors_of_a_later_version(now: Path, sample: Path, tmp_path: Path) -> None:
    """Named by their number, in one line."""
    release = shutil.copytree(now, tmp_path / "later")
    anchors = release / "anchors.jsonl"
    anchors.write_text(anchors.read_text(encoding="utf-8").replace('"version": 2', '"version": 3'), encoding="utf-8")
    seal(release, read_raw(release)[1])
    with pytest.raises(ReleaseError, match=r"anchors\.jsonl:1: anchors of version 3"):
        hydrate_release(release, sample / "articles", out=tmp_path / "dist")
