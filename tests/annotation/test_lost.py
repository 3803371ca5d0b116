"""A claim that could not be read is not "none": however it is lost between labels and sentences, its sentence has no label."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from annotation.decide import shares_of
from annotation.gold import Summary, write_gold
from annotation.studio.convert import from_results
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from dataset.records.types import Span
from tests.make import article, claim, label_line, write_corpus, write_labels

TEXT = article(1).replace(" ", "  ", 1)
FIRST = TEXT.index(".")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One article, whose first sentence has two blanks between two words."""
    return write_corpus(tmp_path / "c", {"a": TEXT})


def made(corpus: Path) -> Summary:
    """Gold of a corpus."""
    read = read_corpus(corpus)
    return write_gold(read, text_facts(read)[0])


def labels(corpus: Path) -> list[str | None]:
    """Return the labels of the sentences of a release."""
    return [row["claim"] for row in build_release(corpus, out=corpus.parent / "dist").facts.of("sentences")]


SLIPS: list[Any] = [
    {"kind": "rumour"},
    {"kind": ["fact", "policy"]},
    {"target": "moon"},
    {"stance": 3},
    {"end": 10**6},
    {"start": FIRST, "end": 2},
    {"start": "0"},
    {"claimant": {"start": -1, "end": 3}},
    {"claimant": 3},
    {"actor": ["X"]},
    {"kind": None},
    {"start": TEXT.index("  "), "end": TEXT.index("  ") + 2},
    "text",
    None,
    [],
]


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_claim_that_cannot_be_used(corpus: Path, slip: Any, others: int) -> None:
    """Alone, and together with annotators who marked nothing or something else."""
    bad = {**claim(0, FIRST), **slip} if isinstance(slip, dict) else slip
    lines = [label_line("a", TEXT, [bad], "x")]
    lines += [label_line("a", TEXT, [], f"y{number}") for number in range(others)]
    write_labels(corpus, lines)
    made(corpus)
    found = labels(corpus)
    if slip == {"kind": None} and others == 2:
        assert found[0] == "none"  # it can be read, and two of three marked nothing
    else:
        assert found[0] is None


def test_an_id_on_two_spans(corpus: Path) -> None:
    """Neither span's sentence is "none"; the others are."""
    second = TEXT.index(".", FIRST + 1)
    marked = [claim(0, 9, id="A"), claim(FIRST + 2, second, id="A")]
    write_labels(corpus, [label_line("a", TEXT, marked)])
    made(corpus)
    found = labels(corpus)
    assert found[:2] == [None, None]
    assert set(found[2:]) == {"none"}


def test_a_span_whose_label_an_import_could_not_read(corpus: Path) -> None:
    """The line contains the place (``lost``); an annotation without claims does not count as "submitted, no claim"."""
    write_labels(corpus, [label_line("a", TEXT, [], lost=[{"start": 2, "end": 9}])])
    summary = made(corpus)
    assert summary.rows[0].lost == (Span(2, 9),)
    found = labels(corpus)
    assert found[0] is None
    assert set(found[1:]) == {"none"}


def test_where_a_label_could_not_be_read_nobody_disagrees(corpus: Path) -> None:
    """Agreement on what is a claim leaves out articles of an annotator with a lost span; labels of the other claims are compared."""
    second = TEXT.index(".", FIRST + 1)
    both = [claim(0, FIRST), claim(FIRST + 2, second)]
    write_labels(
        corpus,
        [
            label_line("a", TEXT, both, "x"),
            label_line("a", TEXT, both[1:], "y", lost=[{"start": 0, "end": FIRST}]),
            label_line("a", TEXT, both, "z"),
        ],
    )
    agreement = made(corpus).agreement
    assert agreement.alpha["span"].alpha == 1.0
    assert agreement.alpha["span"].units == 4
    assert agreement.pairs["x–z"].span_f1 == 1.0
    assert agreement.pairs["x–y"].span_f1 is None
    assert agreement.alpha["kind"].units == 2


def test_a_double_claim_counts_for_nobody(shared: Path, tmp_path: Path) -> None:
    """One annotator contradicts itself: named with file, line and both ids; the other's stance stays, and gold has one claim."""
    shutil.copytree(shared / "cases" / "double-claim", tmp_path / "c")
    summary = made(tmp_path / "c")
    (problem,) = summary.rejected
    assert (problem.file, problem.line) == ("labels/x.jsonl", 1)
    assert '"c0"' in problem.reason
    assert '"c1"' in problem.reason
    (found,) = summary.rows[0].claims
    assert {vote.annotator: vote.stance for vote in found.votes} == {"x": None, "y": "against"}
    assert shares_of(found, "stance") == {"favor": 0.0, "against": 1.0, "none": 0.0}


def test_gold_edited_by_hand_has_no_claim_on_blanks(corpus: Path) -> None:
    """It is named, and not released."""
    write_labels(corpus, [label_line("a", TEXT, [claim(0, FIRST)])])
    made(corpus)
    path = corpus / "gold.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    at = TEXT.index("  ")
    row["claims"][0] |= {"start": at, "end": at + 2}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    built = build_release(corpus, out=corpus.parent / "dist")
    assert ["covers only blanks" in one.reason for one in built.rejected] == [True]
    assert built.facts.of("claims") == []
    assert built.facts.of("sentences")[0]["claim"] is None


PLACE = {"start": 0, "end": 9, "text": TEXT[:9]}


@pytest.mark.parametrize(
    "results",
    [
        [{"id": "r", "from_name": "kind", "type": "choices", "value": {**PLACE, "choices": ["fact"]}}],
        [{"id": "r", "from_name": "stance", "type": "choices", "value": {**PLACE, "choices": []}}],
        [{"id": "r", "from_name": "actor", "type": "textarea", "value": {**PLACE, "text": ["X"]}}],
        [{"id": "r", "value": PLACE}],
        [{"id": "r", "from_name": "brush", "type": "brush", "value": {**PLACE, "brush": ["claim"]}}],
    ],
    ids=[
        "label without its span",
        "unreadable label without its span",
        "actor without its span",
        "no control",
        "unknown control",
    ],
)
def test_marks_of_which_only_the_place_is_left(corpus: Path, results: list[Any]) -> None:
    """They are named, and their places are kept: there may be a claim."""
    read = read_corpus(corpus)
    found = from_results(results, read.scheme, text_facts(read)[0]["a"], TEXT)
    assert (found.claims, len(found.problems)) == ([], 1)
    assert found.lost == [Span(0, 9)]
