"""Files that the loader accepts, and those that it rejects with a reason."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.errors import CorpusError
from dataset.files import read_jsonl, replacing, write_atomic
from dataset.records import loader
from dataset.records.loader import (
    UnusableError,
    load_json,
    load_toml,
    parse_json,
    parse_line,
    parse_toml,
    parse_yaml,
    read_regular,
)

DEEP = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        "[" * DEEP,
        '{"text": "[[[", "a": ' + "[" * 70 + "]" * 70 + "}",
    ],
)
def test_deep_json_is_named_as_such(text: str) -> None:
    """Nesting beyond the limit is a reason, not a RecursionError."""
    with pytest.raises(UnusableError, match="nested too deeply"):
        parse_json(text)


def test_brackets_in_texts_are_no_depth() -> None:
    """Only brackets outside of strings count, escaped quotes included."""
    value = {"text": '[\\"' * 1000, "list": [["{" * 500]] * 40, '"[': "\\"}
    assert parse_json(json.dumps(value)) == value
    limit = "[" * loader.MAX_DEPTH + "]" * loader.MAX_DEPTH
    assert parse_json(limit)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_whatever_json_writes_is_read_back(value: object) -> None:
    """Valid JSON is never refused: the loader agrees with the standard library."""
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_a_value_or_a_reason(data: bytes) -> None:
    """Nothing but our own error comes out, whatever goes in."""
    for parse in (parse_json, parse_line, parse_toml, lambda raw: parse_yaml(raw.decode("utf-8", "replace"))):
        with suppress(UnusableError):
            parse(data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "duplicate key 'c'"),
        ('{"name": "\\ud800"}', "surrogate"),
        ("[" + "9" * 5000 + "]", "not valid JSON"),
        ("{'a': 1}", "not valid JSON"),
        ("", "not valid JSON"),
    ],
)
def test_reasons_of_json(text: str, reason: str) -> None:
    """Each kind of bad JSON has a reason of its own."""
    with pytest.raises(UnusableError, match=reason):
        parse_json(text)


def test_bytes_that_are_no_utf8() -> None:
    """The reason gives the byte's position."""
    with pytest.raises(UnusableError, match="byte 2"):
        parse_json(b'["\xff"]')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x: " + "[" * 30_000 + "]" * 30_000, "nested too deeply"),
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("a: 1\na: 2\n", "duplicate key 'a'"),
        ("a: !!python/object:os.system 1\n", "not valid YAML"),
        ("a: [1\n", "not valid YAML"),
        ("x" * 2_000_000, "more than"),
    ],
)
def test_reasons_of_yaml(text: str, reason: str) -> None:
    """Hostile YAML is rejected at once."""
    start = time.monotonic()
    with pytest.raises(UnusableError, match=reason):
        parse_yaml(text)
    assert time.monotonic() - start < 5, "a pathological input would take minutes"


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 20_000 + "]" * 20_000, "a." * 100_000 + "b = 1", "[" + "a." * 70 + "b]"]
)
def test_deep_toml(text: str) -> None:
    """Neither lists nor dotted keys nest without limit."""
    with pytest.raises(UnusableError, match="nested too deeply"):
        parse_toml(text.encode())


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "dangling"])
def test_what_is_no_regular_file(tmp_path: Path, kind: str) -> None:
    """A FIFO is not waited for; each is named with what to do."""
    path = tmp_path / "manifest.jsonl"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero" if kind == "device" else tmp_path / "gone")
    for read in (load_json, load_toml, lambda path: list(read_jsonl(path))):
        with pytest.raises(CorpusError, match=r"manifest\.jsonl: (not a regular file|missing|cannot be read)"):
            read(path)


def test_a_link_may_not_leave_its_folder(tmp_path: Path) -> None:
    """A link within the folder is followed, one that leaves it is not."""
    inside, outside = tmp_path / "in", tmp_path / "secret"
    inside.mkdir()
    outside.write_text("secret")
    (inside / "real").write_text("text")
    (inside / "link").symlink_to("real")
    (inside / "bad").symlink_to(outside)
    assert read_regular(inside / "link", inside=inside) == b"text"
    with pytest.raises(UnusableError, match="symbolic link"):
        read_regular(inside / "bad", inside=inside)


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named by its number, and the lines after it are read."""
    monkeypatch.setattr(loader, "MAX_LINE", 100)
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": "' + "x" * 500 + '"}\n\n{"a": 2}\n')
    bad: list[tuple[int, str]] = []
    assert list(read_jsonl(path, lambda *it: bad.append(it))) == [(1, {"a": 1}), (4, {"a": 2})]
    assert [number for number, _ in bad] == [2]
    assert "more than 100 bytes" in bad[0][1]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """No more is read than the limit."""
    (tmp_path / "a.json").write_bytes(b" " * 1001)
    with pytest.raises(CorpusError, match=r"a\.json: larger than 1,000 bytes"):
        load_json(tmp_path / "a.json", limit=1000)


def test_a_write_that_fails_names_the_file(tmp_path: Path) -> None:
    """A full disk names the file that could not be written, and leaves the old one."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="No space") as error, replacing(path):
        raise OSError(28, "No space left on device")
    assert error.value.filename == str(path)
    assert path.read_text() == "old"
    write_atomic(path, "new")
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
