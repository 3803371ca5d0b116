"""The base of the records: what is converted, and what is said about what cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType, field

from dataset.files import dump_line
from dataset.records.loader import UnusableError
from dataset.records.record import Record, convert, convert_parts, plain, shown
from dataset.records.types import AnnotatorKind, Line, NonBlank, Share, Span, Version, WebAddress


class Inner(Record, frozen=True):
    """A record within a record."""

    version: Version
    share: Share | None = None


class Outer(Record, frozen=True):
    """A record of every kind of field."""

    id: Line
    url: WebAddress | None = None
    names: tuple[NonBlank, ...] = ()
    spans: tuple[Span, ...] = ()
    inner: Inner | None = None
    table: dict[str, dict[str, Share]] = field(default_factory=dict)
    annotator_kind: AnnotatorKind | UnsetType = UNSET


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "id: missing: a text of one line without blanks around it is expected"),
        ({"id": 3}, "id: a text of one line without blanks around it is expected, not 3"),
        ({"id": "a\nb"}, "id: a text of one line without blanks around it is expected, not 'a\\nb'"),
        (
            {"id": "a", "urll": "x"},
            "unknown field 'urll'; known are annotator_kind, id, inner, names, spans, table, url",
        ),
        (
            {"id": "a", "url": "x"},
            "url: an address that begins with http:// or https://, without blanks or a user name,",
        ),
        ({"id": "a", "names": ["b", " "]}, "names: a text is expected, not ' '"),
        ({"id": "a", "names": ["b", 3]}, "names[1]: a text is expected, not 3"),
        ({"id": "a", "names": "b"}, "names: a list is expected, not 'b'"),
        ({"id": "a", "spans": [{"start": 1, "end": 1}]}, "spans[0].end: a number greater than start is expected"),
        (
            {"id": "a", "spans": [{"start": True, "end": 1}]},
            "spans[0].start: a whole number from 0 is expected, not true",
        ),
        (
            {"id": "a", "spans": [{"start": 1.0, "end": 2}]},
            "spans[0].start: a whole number from 0 is expected, not 1.0",
        ),
        ({"id": "a", "inner": {"version": "1.0"}}, "inner.version: a version such as \"1.0.0\" is expected, not '1.0'"),
        ({"id": "a", "inner": {"version": "1.0.0\n"}}, 'inner.version: a version such as "1.0.0" is expected'),
        ({"id": "a", "inner": {"version": "1.0.0", "share": float("nan")}}, "inner.share: a number between 0 and 1"),
        ({"id": "a", "inner": []}, "inner: a table is expected, not a list"),
        ({"id": "a", "table": {"x": {"y": 2}}}, "table.x.y: a number between 0 and 1 is expected, not 2"),
        (
            {"id": "a", "table": {"x": {"y": 10**400}}},
            "table.x.y: a number between 0 and 1 is expected, not a number out of",
        ),
        ({"id": "a", "annotator_kind": "robot"}, "annotator_kind: one of human, model is expected, not 'robot'"),
        ({"id": "a", "annotator_kind": None}, "annotator_kind: one of human, model is expected, not null"),
        ([], "a table is expected, not a list"),
    ],
)
def test_what_is_said(value: Any, reason: str) -> None:
    """The first field that cannot be used is named, with what is expected and what there is."""
    with pytest.raises(UnusableError) as caught:
        convert(value, Outer)
    assert str(caught.value).startswith(reason)


def test_long_values_are_not_shown() -> None:
    """A value may be a part of an article: messages and ``rejected.jsonl`` do not repeat it."""
    with pytest.raises(UnusableError, match=r"not a text of 41 characters$"):
        convert({"id": "a", "url": "x" * 41}, Outer)
    assert shown({"a": 1}) == "a table"


def test_parts() -> None:
    """Entries of a list or a table fail alone, with their place; another field takes the record with it."""
    row = {"id": "a", "spans": [{"start": 2, "end": 1}, {"start": 1, "end": 4}], "table": {"x": {"y": 0.5}, "z": 3}}
    record, failures = convert_parts(row, Outer, ("spans", "table"))
    assert (record.spans, record.table) == ((Span(1, 4),), {"x": {"y": 0.5}})
    assert [(one.where, one.key, one.reason) for one in failures] == [
        ("spans[0]", 0, "end: a number greater than start is expected"),
        ("table.z", "z", "a table is expected, not 3"),
    ]
    with pytest.raises(UnusableError, match=r"^id: missing"):
        convert_parts({"spans": row["spans"]}, Outer, ("spans",))
    with pytest.raises(UnusableError, match=r"^spans: a list is expected, not 3$"):
        convert_parts({"id": "a", "spans": 3}, Outer, ("spans",))


def test_written_as_read() -> None:
    """A record is written with its fields in order; what is unset is left out."""
    record = convert({"inner": {"version": "1.0.0"}, "id": "a"}, Outer)
    assert list(plain(record)) == ["id", "url", "names", "spans", "inner", "table"]
    assert plain(record) == json.loads(dump_line(record))
    assert convert(json.loads(dump_line(record)), Outer) == record


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Outer.__struct_fields__, "x"]), inner)
    ),
)


@given(JSON)
def test_any_value(value: Any) -> None:
    """Any JSON value is a record or is refused in one line."""
    said = "a record"
    try:
        convert(value, Outer)
    except UnusableError as error:
        said = str(error)
    assert said.isprintable()
    assert said
