"""Files of earlier versions stay usable: releases, stand-off releases, corpora with a takedown, runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dataset.release.verify import verify_release
from tests.make import ROOT, article, cli, snapshot

OLD = ROOT / "tests" / "fixtures" / "format-1"
RELEASES = (
    "full/sample/1.0.0",
    "full/old/1.0.0",
    "full/old/2.0.0",
    "standoff/sample/1.0.0",
    "standoff/nordkorea-2024/1.0.0",
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy, to be written to."""
    return shutil.copytree(OLD, tmp_path / "old")


@pytest.mark.parametrize("release", RELEASES)
def test_verify(release: str) -> None:
    """Nothing is wrong with a release because a later version looks at it."""
    assert verify_release(OLD / release) == []


def test_verify_still_sees_a_change(old: Path) -> None:
    """An old release is held to its own manifest."""
    card = old / "full" / "old" / "1.0.0" / "README.md"
    card.write_bytes(card.read_bytes() + b" ")
    assert any("README.md" in line for line in verify_release(card.parent))


def test_diff(old: Path) -> None:
    """Two old ones, and an old one with the release that is built from the same corpus today."""
    done = cli("diff", old / "full/old/1.0.0", old / "full/old/2.0.0", "--json")
    assert done.returncode == 0, done.stderr
    # The change is a removed article, as the old release's own diff shows.
    assert "a2" in done.stdout
    built = cli("build", old / "corpora" / "old", "--out", old / "now")
    assert built.returncode == 0, built.stderr
    same = cli("diff", old / "full/old/2.0.0", old / "now/old/2.0.0", "--json")
    assert same.returncode == 0, same.stderr
    was, now = (json.loads((old / way / "old/2.0.0/manifest.json").read_text()) for way in ("full", "now"))
    assert was["configs"] == now["configs"], "the same corpus gives the same rows"


def test_a_build_follows_an_old_release(old: Path) -> None:
    """The next version makes its diff against the old one, keeps its splits, and leaves it as it was."""
    corpus, before = old / "corpora" / "old", snapshot(old / "full" / "old" / "2.0.0")
    ledger = (corpus / "ledger.jsonl").read_text().splitlines()
    (corpus / "articles" / "new.txt").write_text(article(77), encoding="utf-8")
    settings = corpus / "corpus.toml"
    settings.write_text(settings.read_text().replace('version = "2.0.0"', 'version = "2.1.0"'))
    done = cli("build", corpus, "--out", old / "full")
    assert done.returncode == 0, done.stderr
    assert "since 2.0.0" in done.stdout
    assert set(ledger) <= set((corpus / "ledger.jsonl").read_text().splitlines())
    assert snapshot(old / "full" / "old" / "2.0.0") == before
    assert verify_release(old / "full" / "old" / "2.1.0") == []


def test_an_old_tombstone_keeps_its_article_out(old: Path) -> None:
    """The same text, and nearly the same text, under other names."""
    corpus, text = old / "corpora" / "old", (old / "taken-down" / "a2.txt").read_text(encoding="utf-8")
    (corpus / "articles" / "same.txt").write_text(text, encoding="utf-8")
    (corpus / "articles" / "near.txt").write_text(f"Ein Satz mehr als vorher.\n\n{text}", encoding="utf-8")
    settings = corpus / "corpus.toml"
    settings.write_text(settings.read_text().replace('version = "2.0.0"', 'version = "2.1.0"'))
    done = cli("build", corpus, "--out", old / "full", "--replace")
    assert done.returncode == 1
    assert all(f"{name}" in done.stderr for name in ("same", "near"))
    assert done.stderr.count("taken down") >= 2


def test_hydrate_the_sample(old: Path, sample: Path) -> None:
    """Exact copies give the full release of then, byte for byte."""
    done = cli("hydrate", old / "standoff/sample/1.0.0", "--texts", sample / "articles", "--out", old / "now")
    assert done.returncode == 0, done.stderr
    was = json.loads((old / "full/sample/1.0.0/manifest.json").read_text())
    now = json.loads((old / "now/sample/1.0.0/manifest.json").read_text())
    assert now["digest"] == was["digest"]
    assert verify_release(old / "now/sample/1.0.0") == []


def test_hydrate_the_seeds(old: Path, shared: Path) -> None:
    """The real articles, which are not in the repository."""
    done = cli("hydrate", old / "standoff/nordkorea-2024/1.0.0", "--texts", shared / "seeds", "--out", old / "now")
    assert (old / "now/nordkorea-2024/1.0.0").is_dir(), done.stderr
    assert verify_release(old / "now/nordkorea-2024/1.0.0") == []


def test_hydrate_from_retyped_copies(old: Path, sample: Path) -> None:
    """The anchors of then still prove what other typography left the same, letter for letter."""
    copies = old / "copies"
    copies.mkdir()
    for path in sorted((sample / "articles").glob("*.txt")):
        text = path.read_text(encoding="utf-8").replace("„", "»").replace("“", "«").replace("\n\n", "\n")
        (copies / path.name).write_text(text, encoding="utf-8")
    done = cli("hydrate", old / "standoff/sample/1.0.0", "--texts", copies, "--out", old / "now")
    assert done.returncode in (0, 1), done.stderr
    release = old / "now" / "sample" / "1.0.0+hydrated"
    assert verify_release(release) == []
    now, was = (json.loads((path / "manifest.json").read_text()) for path in (release, old / "full/sample/1.0.0"))
    assert now["configs"]["claims"]["rows"] == was["configs"]["claims"]["rows"]


def test_publish_and_fetch(old: Path) -> None:
    """Into a folder, and back."""
    there = f"file://{old / 'store'}"
    done = cli("publish", old / "full/sample/1.0.0", there)
    assert done.returncode == 0, done.stderr
    back = cli("fetch", f"{there}@1.0.0", "--out", old / "back")
    assert back.returncode == 0, back.stderr
    (fetched,) = (old / "back").glob("*/1.0.0")
    assert snapshot(fetched) == snapshot(old / "full/sample/1.0.0")


def test_evaluation(old: Path) -> None:
    """Inputs, a score next to the old run, and the page of both runs."""
    release, runs = old / "full/old/2.0.0", old / "runs"
    assert cli("evaluate", release, "--inputs", old / "in.jsonl").returncode == 0
    scored = cli("score", release, old / "own.jsonl", "--out", runs)
    assert scored.returncode == 0, scored.stderr
    for run in ("old-2.0.0", "old-2.0.0-own-c111ec90"):
        drawn = cli("report", runs / run)
        assert drawn.returncode == 0, drawn.stderr
        assert (runs / run / "report.html").is_file()
