"""A slip in the target: what is of another name, or has texts where there are none so far, does not get in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataset.build import build_release
from tests.make import Cli, article, write_corpus


def built(folder: Path, name: str, version: str, profile: str) -> Path:
    """A release; later versions say the same with another outlet."""
    corpus = write_corpus(folder / name, {f"b{i}": article(90 + i) for i in range(4)}, version=version)
    lines = [{"id": f"b{i}", "file": f"b{i}.txt", "outlet": version} for i in range(4)]
    (corpus / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return build_release(corpus, out=folder / profile, profile=profile).path


@pytest.mark.parametrize(("first", "then"), [("standoff", "full"), ("full", "standoff")])
@pytest.mark.parametrize("place", ["hub", "store"])
def test_no_texts_beside_releases_without(first: str, then: str, place: str, command: Cli, tmp_path: Path) -> None:
    """A repository or folder keeps its profile: the next version of the same one follows, the other is refused and changes nothing."""
    target = "lab/c" if place == "hub" else (tmp_path / "store" / "c").as_uri()
    done = command("publish", built(tmp_path, "c", "1.0.0", first), target)
    assert done.returncode == 0, done.stderr
    other = built(tmp_path, "c", "1.0.1", then)
    for dry in ([], ["--dry-run"]):
        done = command("publish", other, target, *dry)
        has, this = ("without", "with") if first == "standoff" else ("with", "without")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"holds releases {has} text, and this one is {this} text; choose another place" in done.stderr
    assert command("fetch", f"{target}@1.0.1", "--out", tmp_path / "got").returncode == 1
    done = command("publish", built(tmp_path, "c", "1.0.1", first), target)
    assert done.returncode == 0, done.stderr


def test_another_corpus_in_a_folder(command: Cli, tmp_path: Path) -> None:
    """As on a hub: versions of one corpus only."""
    target = (tmp_path / "store" / "c").as_uri()
    assert command("publish", built(tmp_path, "c", "1.0.0", "full"), target).returncode == 0
    done = command("publish", built(tmp_path, "d", "1.0.1", "full"), target)
    assert (done.returncode, "holds releases of 'c', not 'd'" in done.stderr) == (1, True)


def test_the_line_for_an_unlabelled_release_loads(command: Cli, tmp_path: Path) -> None:
    """It has no claims to load."""
    target = (tmp_path / "store" / "c").as_uri()
    assert command("publish", built(tmp_path, "c", "1.0.0", "full"), target).returncode == 0
    done = command("fetch", f"{target}@1.0.0", "--out", tmp_path / "got")
    assert f'load_dataset("{tmp_path / "got" / "c" / "1.0.0"}", "articles")' in done.stdout
