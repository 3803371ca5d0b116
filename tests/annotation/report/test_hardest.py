"""Which items are hard, and what is shown of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from annotation.report.hardest import LIMIT, entropy, hardest_items
from dataset.records.types import Span
from tests.annotation.report.examples import example, write_report
from tests.reading import said


def test_entropy() -> None:
    """Nothing where all agree, one bit at one half each, log2 of three at thirds; shares or counts, zeros left out."""
    assert entropy([]) == entropy([0, 0]) == entropy([3, 0]) == 0
    assert entropy([1, 1]) == entropy([0.5, 0.5, 0]) == 1
    assert entropy([2, 1]) == pytest.approx(0.9182958)
    assert entropy([1, 1, 1]) == pytest.approx(1.5849625)


def test_of_every_sort_and_sorted(tmp_path: Path) -> None:
    """Divided claims, claims marked unclear, open spans and article stances, the most divided first."""
    corpus, _, rows, annotations, _ = example(tmp_path)
    items, of = hardest_items(rows, annotations)
    assert len(items) == of == 16
    assert {item.what for item in items} == {"claim", "span", "article_stance"}
    assert [item.entropy for item in items] == sorted((item.entropy for item in items), reverse=True)
    span = next(item for item in items if item.what == "span")
    assert span.silent == ("ben", "cem")
    assert [vote.annotator for vote in span.votes] == ["ann"]
    assert span.entropies == {"span": pytest.approx(0.9182958)}
    assert corpus.name == "small"


def test_no_sort_crowds_out_another(tmp_path: Path) -> None:
    """Of many, thirty stay, of all sorts."""
    _, _, rows, annotations, _ = example(tmp_path, articles=40)
    items, of = hardest_items(rows, annotations)
    assert len(items) == LIMIT < of
    assert {item.what for item in items} == {"claim", "span", "article_stance"}


def test_a_stance_toward_another_target_is_no_disagreement(tmp_path: Path) -> None:
    """It answers another question: only the target is divided."""
    _, _, rows, annotations, _ = example(tmp_path, articles=1)
    first, claim = rows[0].claims
    votes = list(claim.votes)
    votes[1] = replace(votes[1], target="other", stance="against")
    row = replace(rows[0], claims=(first, replace(claim, votes=tuple(votes))))
    item = next(item for item in hardest_items([row], annotations)[0] if item.name == claim.id)
    assert item.entropies["stance"] == 0
    assert item.entropies["target"] > 0.9


def test_only_those_who_make_gold_are_asked(tmp_path: Path) -> None:
    """A blind repeat and a model beside people say nothing about an open span."""
    _, _, rows, annotations, _ = example(tmp_path, articles=1)
    repeat = replace(annotations[1], article_id="t1#2")
    other = replace(annotations[2], annotator="robot", annotator_kind="model")
    items, _ = hardest_items(rows, [*annotations, repeat, other])
    assert next(item for item in items if item.what == "span").silent == ("ben", "cem")


def test_text_that_does_not_fit_is_shown_by_offsets(tmp_path: Path) -> None:
    """A text that is not the one that was labelled is not cut anywhere."""
    corpus, report, rows, annotations, texts = example(tmp_path, articles=2)
    text = said(write_report(tmp_path / "r", corpus, report, rows, annotations, {**texts, "t2": "short"}))
    assert "Characters 70 to 120 of article t2." in text
    assert "Characters 70 to 120 of article t1." not in text


def test_an_adjudicated_claim_says_who_decided_why(tmp_path: Path) -> None:
    """The reason stands with the item; a label that was set aside is named."""
    corpus, report, rows, annotations, texts = example(tmp_path, articles=1)
    decided = replace(rows[0].claims[0], adjudicated=True, reason="kind: rule 4 of the guidelines")
    rows[0] = replace(rows[0], claims=(decided, *rows[0].claims[1:]))
    broken = [replace(one, lost=(Span(130, 160),)) for one in annotations]
    text = said(write_report(tmp_path / "r", corpus, report, rows, broken, texts))
    assert "An adjudicator decided: kind: rule 4 of the guidelines" in text
    assert "A label here could not be read" in text
