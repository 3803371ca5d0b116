"""Anchors and check values: what a line of ``anchors.jsonl`` gives away, and that it is no more than that."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.files import dump_line
from dataset.records.standoff import BITS
from dataset.standoff.anchors import Anchors, anchors_of
from dataset.standoff.checks import LEAST, check_value, checks_of
from dataset.standoff.letters import Lettered
from dataset.text import canonical
from tests.dataset.standoff.retyping import text_of, typed, typography
from tests.make import article

TEXT = "„Wir gehen – jetzt“, sagte sie … und ging. 1,5 Meter."


def line(text: str = TEXT) -> dict[str, Any]:
    """A line of ``anchors.jsonl`` as it is read."""
    found: dict[str, Any] = json.loads(dump_line(anchors_of("a0", text, [(0, 19), (1, 4)]).to_line()))
    return found


@pytest.mark.parametrize("text", [TEXT, article(1, 8)])
def test_they_come_back_from_json(text: str) -> None:
    """Numbers and one hash, no words."""
    assert Anchors.from_json(line(text)) == anchors_of("a0", text, [(0, 19), (1, 4)])
    assert not any(word.strip(".,“„") in json.dumps(line(text)) for word in text.split() if len(word) > 5)


@pytest.mark.parametrize(
    "broken",
    [
        {"article_id": None},
        {"letters_sha256": None},
        {"units": "5"},
        {"units": [True]},
        {"spans": [[1, 2]]},
        {"spans": [[0, 1, 5, 10**6, 0, 0]]},
        {"checks": None},
        {"checks": [[5]]},
        {"checks": [[5, 1]]},
        {"checks": [[0, 1], [39, 1]]},
        {"checks": [[39, 1 << BITS]]},
        {"checks": [[39, -1]]},
        {"checks": [[39, 1.5]]},
    ],
)
def test_what_is_none_is_refused(broken: dict[str, object]) -> None:
    """With its field."""
    assert sum(line()["units"]) == 39
    with pytest.raises(ValueError, match="expected"):
        Anchors.from_json(line() | broken)


def test_versions() -> None:
    """An older line has no version and no check values; a newer one is rejected with its version."""
    before = {name: value for name, value in line(article(1, 8)).items() if name not in ("version", "checks")}
    assert Anchors.from_json(before).checks == ()
    with pytest.raises(ValueError, match="version 3: only versions up to 2 are known"):
        Anchors.from_json(line() | {"version": 3})


@given(st.text(alphabet="aB. .\n„“x", max_size=400))
def test_no_value_covers_less_than_the_least_and_no_letter_has_two(text: str) -> None:
    """Together they cover all letters; a text that is too short has none."""
    lettered = Lettered(canonical(text).text)
    checks = checks_of("a0", lettered)
    assert all(check.end - check.start >= LEAST and 0 <= check.value < 1 << BITS for check in checks)
    assert bool(checks) == (len(lettered.at) >= LEAST)
    bounds = [0, *(check.end for check in checks)]
    assert all(before.end == after.start for before, after in pairwise(checks))
    assert not checks or bounds[-1] == len(lettered.at)
    assert set(bounds) <= set(lettered.stops)


def test_a_value_is_its_articles_own() -> None:
    """The same sentence has another value in another article, so that lists of values cannot be joined; the same in all typography."""
    text = article(1, 8)
    values = [check.value for check in checks_of("a0", Lettered(text))]
    assert not set(values) & {check.value for check in checks_of("a1", Lettered(text))}
    other = text_of(typography(typed(text), random.Random(1)))
    assert values == [check.value for check in checks_of("a0", Lettered(other))]
    assert check_value("a0", "abc") != check_value("a0", "abd")


def test_values_are_spread(sample: Path) -> None:
    """Every bit is set in half of them."""
    values = [
        check.value
        for path in sorted((sample / "articles").glob("*.txt"))
        for check in checks_of(path.stem, Lettered(canonical(path.read_text(encoding="utf-8")).text))
    ]
    assert len(values) > 1_500
    for bit in range(BITS):
        assert 0.45 < sum(value >> bit & 1 for value in values) / len(values) < 0.55
