"""Gold is not replaced where the labels that it was made from are damaged or gone: existing files are unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotation.gold_page import make_gold
from dataset.errors import CorpusError
from tests.annotation.studio.fake import TOKEN, serving
from tests.annotation.studio.test_push_pull import again
from tests.make import article, claim, cli, label_line, snapshot, write_corpus, write_labels

TEXTS = {"a": article(1), "b": article(2), "c": article(3)}


def line(id_: str, who: str, **other: Any) -> dict[str, Any]:
    """One annotator's claim on an article."""
    return label_line(id_, TEXTS[id_], [claim(0, 20)], who, **other)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Gold of two articles: two annotators labelled a, one of them b as well; c has no labels."""
    folder = write_corpus(tmp_path / "c", TEXTS)
    write_labels(folder, [line("a", "a1"), line("b", "a1")], "a1")
    write_labels(folder, [line("a", "a2")], "a2")
    make_gold(folder, None)
    return folder


def garble(file: Path, *numbers: int) -> None:
    """Make lines unreadable."""
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(b"\xff" + one if n in numbers else one for n, one in enumerate(lines, 1)))


def all_unreadable(labels: Path) -> None:
    """Both files."""
    for file in labels.glob("*.jsonl"):
        garble(file, 1, 2)


def one_unreadable(labels: Path) -> None:
    """The only line about b."""
    garble(labels / "a1.jsonl", 2)


def emptied(labels: Path) -> None:
    """No bytes left, as after a full disk."""
    for file in labels.glob("*.jsonl"):
        file.write_bytes(b"")


def file_gone(labels: Path) -> None:
    """The file of the annotator who labelled b."""
    (labels / "a1.jsonl").unlink()


def other_text(labels: Path) -> None:
    """A line that can be read and not be used."""
    write_labels(labels.parent, [line("a", "a1"), line("b", "a1", text_sha256="0" * 64)], "a1")


DAMAGES = [
    (all_unreadable, "a, b", ["a1.jsonl:1", "a1.jsonl:2", "a2.jsonl:1"]),
    (one_unreadable, "b", ["a1.jsonl:2"]),
    (emptied, "a, b", []),
    (file_gone, "b", []),
    (other_text, "b", ["a1.jsonl:2"]),
]


@pytest.mark.parametrize(("damage", "articles", "named"), DAMAGES)
def test_gold_stays(corpus: Path, damage: Callable[[Path], None], articles: str, named: list[str]) -> None:
    """Neither gold nor build changes a byte; both name the articles and what cannot be read; ``--replace`` makes gold without them."""
    damage(corpus / "labels")
    before = snapshot(corpus)
    for command in ("gold", "build"):
        done = cli(command, corpus, *(("--out", corpus.parent / "dist") if command == "build" else ()))
        assert done.returncode == 1
        assert f"none that can be used any more ({articles})" in done.stderr
        assert [place for place in named if f"labels/{place}: " in done.stderr] == named
        assert snapshot(corpus) == before
    assert not list(corpus.parent.glob("dist/c/1*"))
    with pytest.raises(CorpusError, match="--replace"):
        make_gold(corpus, None)
    assert [row.article_id for row in make_gold(corpus, None, replace=True).gold.rows] == sorted(
        {"a", "b"} - set(articles.split(", "))
    )


@pytest.mark.parametrize("status", ["skipped", "deleted"])
def test_labels_that_were_taken_back(corpus: Path, status: str) -> None:
    """An article whose annotators skipped it since, or deleted what they did, may lose its gold."""
    write_labels(corpus, [line("a", "a1"), line("b", "a1", status=status)], "a1")
    assert [row.article_id for row in make_gold(corpus, None).gold.rows] == ["a"]


def test_one_taken_back_and_one_unreadable(corpus: Path) -> None:
    """It is unknown whether the second annotator deleted it."""
    write_labels(corpus, [line("a", "a1", status="deleted"), line("b", "a1")], "a1")
    garble(corpus / "labels" / "a2.jsonl", 1)
    with pytest.raises(CorpusError, match=r"a2.jsonl:1|\(a\)"):
        make_gold(corpus, None)


def test_readable_lines_of_the_article_keep_counting(corpus: Path) -> None:
    """One of two annotators is unreadable: it is named, and the other's labels are gold."""
    garble(corpus / "labels" / "a2.jsonl", 1)
    made = make_gold(corpus, None).gold
    assert [(row.article_id, row.annotators) for row in made.rows] == [("a", ("a1",)), ("b", ("a1",))]
    assert [one.file for one in made.rejected] == ["labels/a2.jsonl"]


def test_dry_run_of_adjudicate_changes_nothing(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts open items with labels that gold does not know yet, names what is wrong with labels, and writes no file."""
    stances = [claim(0, 20, stance=stance) for stance in ("favor", "against")]
    lines = [label_line("c", TEXTS["c"], [one], who) for one, who in zip(stances, ("a1", "a2"), strict=True)]
    write_labels(corpus, [line("a", "a1"), line("b", "a1"), lines[0]], "a1")
    write_labels(corpus, [line("a", "a2"), lines[1], {"article_id": "c"}], "a2")
    before = snapshot(corpus)
    read, articles, _ = again(corpus)
    with serving(read, articles) as fake:
        monkeypatch.setenv("LABEL_STUDIO_URL", fake.url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
        done = cli("studio", "adjudicate", corpus, "--dry-run", "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["new"] == 1
    assert "labels/a2.jsonl:3: " in done.stderr
    assert snapshot(corpus) == before
