"""What can be used of a file: the rest is left out, and named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import field

from dataset.records.loader import UnusableError
from dataset.records.record import Record, convert
from dataset.records.scores import Entry, Interval, Scores
from dataset.records.types import Count, NonBlank, Span
from dataset.records.usable import convert_usable


class Inner(Record, frozen=True):
    """A record within a record."""

    name: NonBlank
    size: Count | None = None


class Outer(Record, frozen=True):
    """A record of every kind of field."""

    id: NonBlank
    size: Count = 7
    spans: tuple[Span, ...] = ()
    names: tuple[NonBlank, ...] = ()
    inner: Inner | None = None
    table: dict[str, Inner] = field(default_factory=dict)
    interval: Interval | None = None


@pytest.mark.parametrize(
    ("value", "left", "reasons"),
    [
        ({"size": "x"}, {}, ["size: a whole number from 0 is expected, not 'x'"]),
        (
            {"spans": [{"start": 2, "end": 1}, {"start": 1, "end": 4}]},
            {"spans": (Span(1, 4),)},
            ["spans[0].end: a number greater than start is expected"],
        ),
        ({"names": ["a", 3]}, {}, ["names[1]: a text is expected, not 3"]),
        ({"inner": {"name": "a", "size": -1}}, {"inner": Inner("a")}, ["inner.size: a whole number from 0"]),
        ({"inner": {"size": 1}}, {}, ["inner.name: missing: a text is expected"]),
        ({"inner": {"name": ""}}, {}, ["inner.name: a text is expected, not ''"]),
        ({"table": {"x": {"name": "a"}, "y": 3}}, {"table": {"x": Inner("a")}}, ["table.y: a table is expected"]),
        ({"table": []}, {}, ["table: a table is expected, not a list"]),
        ({"interval": [2, 1]}, {}, ["interval: two numbers, the smaller one first, is expected, not a list"]),
        ({"interval": [1, 2], "unknown": 3}, {"interval": (1.0, 2.0)}, []),
    ],
)
def test_what_is_left(value: dict[str, Any], left: dict[str, Any], reasons: list[str]) -> None:
    """Fields keep their defaults, tables and lists of records lose entries, other values are used whole or not at all."""
    said: list[str] = []
    assert convert_usable({"id": "a", **value}, Outer, said.append) == Outer("a", **left)
    assert len(said) == len(reasons)
    assert all(one.startswith(reason) for one, reason in zip(said, reasons, strict=True)), said


def test_what_is_required() -> None:
    """Without a default there is nothing to keep."""
    with pytest.raises(UnusableError, match=r"^id: a text is expected, not 3$"):
        convert_usable({"id": 3}, Outer, lambda _: None)
    with pytest.raises(UnusableError, match=r"^id: missing"):
        convert_usable({}, Outer, lambda _: None)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*Scores.__struct_fields__, *Entry.__struct_fields__]), inner)
    ),
)


@given(st.dictionaries(st.sampled_from(Scores.__struct_fields__), _JSON))
def test_any_scores(value: dict[str, Any]) -> None:
    """A record with nothing said, or with a reason for each value that is left out."""
    said: list[str] = []
    found = convert_usable(value, Scores, said.append)
    problem = ""
    try:
        assert convert(value, Scores) == found
        assert not said
    except UnusableError as error:
        problem = str(error)
    assert said or not problem or "unknown field" in problem  # which is ignored
