"""The reader's folder, which may hold anything: what is no copy is named, and nothing outside of it is read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dataset.standoff.anchors import Anchors, anchors_of
from dataset.standoff.copies import Matched, match_copies
from dataset.text import canonical
from tests.make import article

TEXTS = {f"a{i}": canonical(article(i, 16)).text for i in range(4)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of copies that holds none yet."""
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


def match(folder: Path, texts: dict[str, str] = TEXTS, workers: int = 1) -> Matched:
    """Match a folder with some articles, of each of which one span covers all."""

    def track(items: Iterable[Any], *_: object) -> Iterable[Any]:
        return items

    anchors: dict[str, Anchors] = {id_: anchors_of(id_, text, [(0, len(text))]) for id_, text in texts.items()}
    hashes = {id_: canonical(text).sha256 for id_, text in texts.items()}
    return match_copies(folder, hashes, anchors, workers=workers, track=track)


def test_what_is_no_file_of_the_folder(folder: Path, tmp_path: Path) -> None:
    """Links that leave it, to nothing, in a circle and to folders, a pipe, a dump: each is named, and none is read or waited for."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a0.txt").write_text(TEXTS["a0"], encoding="utf-8")
    (folder / "a1.txt").write_text(TEXTS["a1"], encoding="utf-8")
    (folder / "again.txt").symlink_to("a1.txt")
    (folder / "out.txt").symlink_to(outside / "a0.txt")
    (folder / "up.txt").symlink_to("../outside/a0.txt")
    (folder / "nothing.txt").symlink_to("nowhere.txt")
    (folder / "circle.txt").symlink_to("circle.txt")
    (folder / "folder").symlink_to(outside)
    os.mkfifo(folder / "pipe.txt")
    (folder / "huge.txt").write_bytes(b"Eine Stadt. " * 500_000)
    (folder / "new\nline.txt").write_bytes(b"\0\0")
    matched = match(folder)
    assert list(matched.found) == ["a1"]
    said = dict(line.split(": ", 1) for line in matched.remarks)
    assert len(said) == len(matched.remarks) == 9
    for name, words in (
        ("out.txt", "a symbolic link to a file outside"),
        ("up.txt", "a symbolic link to a file outside"),
        ("nothing.txt", "cannot be read (No such file"),
        ("circle.txt", "cannot be read (Too many levels"),
        ("folder", "a symbolic link to a folder, not followed"),
        ("pipe.txt", "not a regular file"),
        ("huge.txt", "6,000,000 bytes"),
        ("again.txt", "the same text as a1.txt, not needed"),
    ):
        assert words in said[name], (name, said[name])
    assert not any("\n" in line for line in matched.remarks)


def test_copies_of_no_article_are_named(folder: Path) -> None:
    """Fifty of them; the others are counted, whether articles are missing or not."""
    for i in range(60):
        (folder / f"n{i:02}.txt").write_text(article(100 + i, 8), encoding="utf-8")
    for texts in (TEXTS, {}):
        remarks = match(folder, texts).remarks
        assert remarks[:2] == ["n00.txt: a copy of no article", "n01.txt: a copy of no article"]
        assert len(remarks) == 51
        assert remarks[-1] == f"{folder}: 10 more files that are copies of no article"


def test_unreadable_files_are_counted_too(folder: Path) -> None:
    """More than fifty are counted, and so are copies that occur more than once."""
    for i in range(55):
        (folder / f"n{i:02}.jpg").write_bytes(b"\0\1")
    for i in range(53):
        (folder / f"again {i:02}.txt").write_text(TEXTS["a0"], encoding="utf-8")
    remarks = match(folder).remarks
    assert len(remarks) == 102
    assert remarks[50] == f"{folder}: 5 more files that are no text of an article"
    assert remarks[-1] == f"{folder}: 2 more files that are not needed"


def test_the_copy_with_most_of_it_is_taken(folder: Path) -> None:
    """The other, and one that has less than half of it, are named; a copy is taken for one article only."""
    sentences = TEXTS["a0"].split(". ")
    (folder / "most.txt").write_text(". ".join(sentences[:12]) + ".\n", encoding="utf-8")
    (folder / "more.txt").write_text(". ".join(sentences[3:12]) + ".\n", encoding="utf-8")
    (folder / "some.txt").write_text(". ".join(sentences[:4]) + ".\n", encoding="utf-8")
    for workers in (1, 2):
        matched = match(folder, workers=workers)
        assert {id_: found.copy.file for id_, found in matched.found.items()} == {"a0": "most.txt"}
        assert sorted(matched.remarks) == ["more.txt: a0 as most.txt, not needed", "some.txt: a copy of no article"]


def test_two_versions_of_an_article(folder: Path) -> None:
    """A changed copy of one is taken for that one, although it contains most of the other."""
    old = TEXTS["a0"]
    new = old.replace(old.split(". ")[2], article(9, 1).strip().rstrip("."))
    changed = new.replace(new.split()[-1], "anders.")
    (folder / "x.txt").write_text(changed, encoding="utf-8")
    matched = match(folder, {"a0": old, "b0": canonical(new).text})
    assert list(matched.found) == ["b0"]
    assert matched.remarks == ["x.txt: taken for b0, not for a0"]


def test_no_text_takes_long(folder: Path) -> None:
    """Files of thousands of sentences, whose places are not all tried."""
    (folder / "x.txt").write_text(TEXTS["a0"] + "Ja. " * 20_000, encoding="utf-8")
    (folder / "y.txt").write_text("Ja. Nein. " * 20_000, encoding="utf-8")
    matched = match(folder)
    assert {id_: found.copy.file for id_, found in matched.found.items()} == {"a0": "x.txt"}
    assert matched.remarks == ["y.txt: a copy of no article"]
