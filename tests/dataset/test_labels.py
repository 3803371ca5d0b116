"""Label files: what cannot be used is set aside with file, line and reason, and nothing else is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataset.corpus import read_corpus
from dataset.labels import Facts, read_labels
from dataset.text import text_sha256
from tests.make import article, claim, label_line, write_corpus, write_labels

TEXT = article(1)
FACTS = {"a": Facts(len(TEXT), text_sha256(TEXT))}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One article."""
    return write_corpus(tmp_path / "c", {"a": TEXT})


def read(corpus: Path, lines: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """What is kept and what is set aside."""
    write_labels(corpus, lines)
    return read_labels(corpus / "labels", read_corpus(corpus).scheme, FACTS)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (claim(5, len(TEXT) + 1), "out of bounds"),
        (claim(-1, 4), "out of bounds"),
        (claim(4, 4), "out of bounds"),
        (claim(True, 4), "whole numbers"),
        (claim(1, 4, kind="rumour"), "kind: 'rumour' is not one of"),
        (claim(1, 4, target="moon"), "target"),
        (claim(1, 4, stance="maybe"), "stance"),
        (claim(1, 4, claimant={"start": 0, "end": 10**9}), "claimant"),
        ("text", "start and end"),
    ],
)
def test_a_bad_claim_is_set_aside_alone(corpus: Path, bad: Any, reason: str) -> None:
    """The other claim of the same annotation stays."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, 5), bad])])
    assert [one.span for one in kept[0].claims] == [(0, 5)]
    assert reason in rejected[0].reason
    assert (rejected[0].file, rejected[0].line) == ("labels/a1.jsonl", 1)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("article_id", "zzz", "no article"),
        ("text_sha256", "0" * 64, "another text"),
        ("annotator_kind", "robot", "annotator_kind"),
        ("scheme_version", 3, "scheme_version"),
        ("page", "wall", "page"),
        ("status", "draft", "status"),
        ("claims", None, "claims: a list"),
        ("article_stance", [1], "article_stance"),
    ],
)
def test_a_bad_line_is_set_aside(corpus: Path, field: str, value: Any, reason: str) -> None:
    """The line after it is still read."""
    lines = [label_line("a", TEXT, [], **{field: value}), label_line("a", TEXT, [], annotator="a2")]
    kept, rejected = read(corpus, lines)
    assert [one.annotator for one in kept] == ["a2"]
    assert reason in rejected[0].reason


def test_a_stance_outside_the_scheme_is_set_aside(corpus: Path) -> None:
    """The annotation stays without it."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [], article_stance={"bridge": "perhaps", "moon": "favor"})])
    assert kept[0].article_stance == {}
    assert len(rejected) == 2


def test_the_later_line_of_an_annotation_wins(corpus: Path) -> None:
    """Whatever the order of the lines; the older one is named."""
    new = label_line("a", TEXT, [claim(0, 9)], updated="2025-02-02T00:00:00Z")
    old = label_line("a", TEXT, [claim(0, 5)])
    for lines in ([new, old], [old, new]):
        kept, rejected = read(corpus, lines)
        assert kept[0].claims[0].span == (0, 9)
        assert rejected[0].line == lines.index(old) + 1


def test_two_people_may_use_one_id(corpus: Path) -> None:
    """Annotation ids count per server, not in the world."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [], name, annotation_id="1") for name in ("anna", "bert")])
    assert [one.annotator for one in kept] == ["anna", "bert"]
    assert not rejected


def test_two_annotations_by_one_person_are_named(corpus: Path) -> None:
    """The later one counts, the other is set aside."""
    old = label_line("a", TEXT, [claim(0, 5)], annotation_id="x1")
    new = label_line("a", TEXT, [claim(0, 9)], annotation_id="x2", updated="2025-02-02T00:00:00Z")
    kept, rejected = read(corpus, [new, old])
    assert kept[0].id == "x2"
    assert rejected[0].id == "x1"


def test_a_broken_line_does_not_stop_the_others(corpus: Path) -> None:
    """Lines before and after it are read."""
    lines = [json.dumps(label_line("a", TEXT, [], name)) for name in ("b1", "b2")]
    (corpus / "labels" / "b.jsonl").write_text(f"{lines[0]}\n{{broken\n[1]\n{lines[1]}\n", encoding="utf-8")
    kept, rejected = read(corpus, [label_line("a", TEXT, [], annotator="a2")])
    assert {one.annotator for one in kept} == {"a2", "b1", "b2"}
    assert [one.line for one in rejected] == [2, 3]


def test_half_a_surrogate_is_set_aside(corpus: Path) -> None:
    """JSON can write what no file can hold."""
    line = json.dumps(label_line("a", TEXT, [])).replace('"a1:a"', '"\\ud800"')
    (corpus / "labels" / "b.jsonl").write_text(line + "\n", encoding="utf-8")
    kept, rejected = read(corpus, [label_line("a", TEXT, [], annotator="a2")])
    assert [one.annotator for one in kept] == ["a2"]
    assert (rejected[0].file, rejected[0].line) == ("labels/b.jsonl", 1)


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ({"created": "2026-01-02T10:00:00Z", "lead_time": 12}, ("2026-01-02T10:00:00Z", 12.0)),
        ({"created": None, "lead_time": None}, (None, None)),
        ({"created": 5, "lead_time": "long"}, (None, None)),
        ({"created": "", "lead_time": -1}, (None, None)),
        ({"lead_time": True}, (None, None)),
        ({"lead_time": float("inf")}, (None, None)),
    ],
)
def test_how_the_work_went_costs_no_label(
    corpus: Path, line: dict[str, Any], known: tuple[str | None, float | None]
) -> None:
    """Time and duration are kept where they are such; where not, the labels stay."""
    (one,), rejected = read(corpus, [label_line("a", TEXT, [claim(0, 20)], **line)])
    assert (one.created, one.lead_time) == known
    assert not rejected
