"""Label files: what cannot be used is set aside with file, line and reason, and nothing else is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataset.corpus import read_corpus
from dataset.labels import Facts, read_labels
from dataset.records.types import Span
from dataset.text import text_sha256
from tests.make import SCHEME, article, claim, label_line, write_corpus, write_labels

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
        (claim(True, 4), "start: a whole number is expected, not true"),
        (claim(1, 4, kind="rumour"), "kind: 'rumour' is not one of"),
        (claim(1, 4, target="moon"), "target"),
        (claim(1, 4, stance="maybe"), "stance"),
        (claim(1, 4, claimant={"start": 0, "end": 10**9}), "claimant"),
        ("text", "a table is expected, not 'text'"),
    ],
)
def test_a_bad_claim_is_set_aside_alone(corpus: Path, bad: Any, reason: str) -> None:
    """The other claim of the same annotation stays."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, 5), bad])])
    assert [tuple(one.span) for one in kept[0].claims] == [(0, 5)]
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
        ("claims", None, "claims: missing: a list"),
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
        assert kept[0].claims[0].span == Span(0, 9)
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


def test_two_stances_on_one_claim_count_for_nobody(corpus: Path) -> None:
    """One span, one target: the claim stays without a stance, and both ids are named; kind and actor stay where they are the same."""
    marked = [claim(0, 5, id="c0"), claim(0, 5, id="c1", stance="against", actor="Y"), claim(7, 9, id="c2")]
    for claims in (marked, marked[::-1]):
        kept, rejected = read(corpus, [label_line("a", TEXT, claims)])
        found = [(tuple(one.span), one.kind, one.target, one.stance, one.actor) for one in kept[0].claims]
        assert found == [((0, 5), "fact", "bridge", None, None), ((7, 9), "fact", "bridge", "favor", "X")]
        (problem,) = rejected
        assert '"c0"' in problem.reason
        assert '"c1"' in problem.reason
        assert '"c2"' not in problem.reason
        assert (problem.file, problem.line) == ("labels/a1.jsonl", 1)


@pytest.mark.parametrize(
    ("one", "other", "stances"),
    [
        ({}, {"target": "other", "stance": "against"}, ["favor", "against"]),  # another target
        ({}, {"target": None, "stance": "against"}, ["against", "favor"]),
        ({"stance": None}, {}, [None, "favor"]),  # an open stance contradicts none
        ({}, {"kind": "policy"}, ["favor", "favor"]),
        ({}, {"kind": "policy", "stance": "against"}, [None, None]),
        ({}, {"claimant": {"start": 8, "end": 9}, "stance": "against"}, [None]),
        ({"target": None}, {"target": None, "stance": "none"}, [None]),
    ],
)
def test_what_contradicts_within_one_annotation(
    corpus: Path, one: dict[str, Any], other: dict[str, Any], stances: list[str | None]
) -> None:
    """Two claims on a span that differ: which of them is a contradiction, and what is left."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, 5, **one), claim(0, 5, **other)])])
    assert [left.stance for left in kept[0].claims] == stances
    assert len(rejected) == (stances[0] is None and stances[-1] is None)


def test_a_claim_marked_twice_counts_once(corpus: Path) -> None:
    """It is named by its position where it has no id; "unclear" of either stays."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, 5), claim(0, 5, unclear=True)])])
    assert [(tuple(one.span), one.unclear) for one in kept[0].claims] == [((0, 5), True)]
    assert "claims[0] and claims[1] are the same" in rejected[0].reason


def test_one_id_on_two_spans_is_rejected(corpus: Path) -> None:
    """It is unknown which labels belong to which span: both are rejected, and their sentences are not "none"."""
    marked = [
        claim(0, 5, id="A"),
        claim(7, 9, id="A"),
        claim(11, 15, id="B"),
        claim(20, 25, id=None),
        claim(30, 35, id=None),
    ]
    kept, rejected = read(corpus, [label_line("a", TEXT, marked)])
    assert [tuple(one.span) for one in kept[0].claims] == [(11, 15), (20, 25), (30, 35)]
    assert tuple(map(tuple, kept[0].lost or ())) == ((0, 5), (7, 9))
    assert 'claims "A": one id on 2 spans (0–5, 7–9)' in rejected[0].reason


@pytest.mark.parametrize("field", ["kind", "target", "stance"])
@pytest.mark.parametrize("value", [["fact", "policy"], ["bridge"], [], {"a": 1}, 3, True])
def test_more_than_one_value_is_rejected(corpus: Path, field: str, value: Any) -> None:
    """For a label with a single value: a list is invalid, and the claim's place becomes lost."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, 5, **{field: value})])])
    assert (kept[0].claims, kept[0].lost) == ((), (Span(0, 5),))
    assert rejected[0].reason.startswith(f"{field}: ")


BLANKS = [" ", "  ", "\n", "\t", "\u00a0", "\u2007\u202f", "\u200b", "\u2060\ufeff", "\u00ad", "\u2800", "\u3164\ufe0f"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("field", ["claim", "claimant"])
def test_a_claim_on_blanks_is_rejected(corpus: Path, blank: str, field: str) -> None:
    """White space of every sort and what is not drawn; with one visible character it is a claim."""
    text = f"Ein{blank}Satz."
    facts = {"a": Facts(len(text), text_sha256(text), text=text)}
    bad = claim(3, 3 + len(blank))
    if field == "claimant":
        bad = claim(0, 3, claimant={"start": 3, "end": 3 + len(blank)})
    write_labels(corpus, [label_line("a", text, [bad, claim(3, 4 + len(blank))])])
    kept, rejected = read_labels(corpus / "labels", read_corpus(corpus).scheme, facts)
    assert [tuple(one.span) for one in kept[0].claims] == [(3, 4 + len(blank))]
    assert tuple(map(tuple, kept[0].lost or ())) == ((bad["start"], bad["end"]),)
    assert f"{field}: 3–{3 + len(blank)} covers only blanks" in rejected[0].reason


@pytest.mark.parametrize(
    ("lost", "spans"),
    [
        ([{"start": 3, "end": 9}], ((3, 9),)),
        ([{"start": 9, "end": 12}, {"start": 3, "end": 10**6}], ((3, len(TEXT)), (9, 12))),
        ([{"start": None, "end": 4}], ((0, len(TEXT)),)),
        (["x"], ((0, len(TEXT)),)),
        ({"start": 3, "end": 9}, ((0, len(TEXT)),)),
        ([], ()),
        (None, ()),
    ],
)
def test_a_line_says_where_labels_could_not_be_read(corpus: Path, lost: Any, spans: tuple[Any, ...]) -> None:
    """``lost`` of a line, and all of the text where that cannot be read either."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, 2)], lost=lost)])
    assert tuple(map(tuple, kept[0].lost or ())) == spans
    assert [tuple(one.span) for one in kept[0].claims] == [(0, 2)]
    assert len(rejected) == isinstance(lost, dict)


@pytest.mark.parametrize("time", ["2025-01-01T00:00:00Z", None, "soon"])
def test_of_equal_times_the_higher_id_counts(corpus: Path, time: str | None) -> None:
    """Whatever the order of lines; 10 is higher than 9."""
    first = label_line("a", TEXT, [claim(0, 5)], annotation_id="s:a:9", updated=time)
    second = label_line("a", TEXT, [claim(0, 9)], annotation_id="s:a:10", updated=time)
    for lines in ([first, second], [second, first]):
        kept, rejected = read(corpus, lines)
        assert kept[0].id == "s:a:10"
        assert rejected[0].id == "s:a:9"
        assert "of the same time" in rejected[0].reason


def test_two_targets_renamed_into_one_contradict(tmp_path: Path) -> None:
    """Stances of an article toward both: none counts where they differ."""
    renamed = SCHEME + '[[renamed]]\nlist = "targets"\nfrom = "ferry"\nto = "bridge"\n'
    corpus = write_corpus(tmp_path / "r", {"a": TEXT}, scheme=renamed)
    kept, rejected = read(corpus, [label_line("a", TEXT, [], article_stance={"bridge": "favor", "ferry": "discuss"})])
    assert kept[0].article_stance == {}
    assert 'stances "discuss" and "favor"' in rejected[0].reason
    kept, rejected = read(corpus, [label_line("a", TEXT, [], article_stance={"ferry": "favor", "bridge": "favor"})])
    assert (kept[0].article_stance, rejected) == ({"bridge": "favor"}, [])


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**4000])
def test_numbers_beyond_all_bounds(corpus: Path, number: int) -> None:
    """In a time of work they cost no label, in a claim its place."""
    kept, rejected = read(corpus, [label_line("a", TEXT, [claim(0, number), claim(1, 4)], lead_time=number)])
    assert (kept[0].lead_time, [tuple(one.span) for one in kept[0].claims]) == (None, [(1, 4)])
    assert len(rejected[0].reason) < 120
