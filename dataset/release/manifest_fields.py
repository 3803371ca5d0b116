"""Check the type of every field of a manifest before any of them is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dataset.agreement import value_problems
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

PROFILES = ("full", "standoff", "hydrated")  # all of it, without text, with other copies' text
FORMAT = 1
MOST = 1 << 40  # of any count, size or length

_VERSION = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}(\+hydrated)?", re.ASCII)


def field_problem(data: Any) -> str | None:
    """Return the first field that has the wrong type, and what is expected; None if there is none."""
    return next(_problems(data), None) if isinstance(data, dict) else "a JSON object is expected"


def article_problem(id_: str, entry: Any) -> str | None:
    """Return what is wrong with the entry of one article; None if nothing is."""
    return next(_article(id_, entry), None)


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    for name, good, what in _HEAD:
        if name not in data or not good(data[name]):
            yield _said(name, what, data.get(name))
    for name, good, what in _OPTIONAL:
        if data.get(name) is not None and not good(data[name]):
            yield _said(name, what, data[name])
    yield from _configs(data["configs"])
    for name, entry in data["files"].items():
        where = f"files.{_cut(name)}"
        if not isinstance(entry, dict):
            yield _said(where, "a table", entry)
            continue
        yield from _named(where, entry, (("sha256", _is_text, "a text"), ("bytes", _is_count, "a whole number")))
    for id_, entry in data["articles"].items():
        yield from _article(id_, entry)
    scheme = (("version", _is_text, "a text"), ("sha256", _is_text, "a text"))
    yield from _named("scheme", data["scheme"], scheme)
    if data.get("part") is not None:
        yield from _named("part", data["part"], _PART)
    if data.get("agreement") is not None:
        for line in value_problems(data["agreement"], sealed=True):
            yield f"agreement.{line}"
    if data.get("profile") == "standoff":
        full = (("digest", _is_text, "a text"), ("manifest_sha256", _is_text, "a text"))
        yield from _named("full", data.get("full"), full)
    if data.get("profile") == "hydrated":
        yield from _named("hydrated", data.get("hydrated"), (("full_digest", _is_text, "a text"),))


def _article(id_: str, entry: Any) -> Iterator[str]:
    where = f"articles.{_cut(id_)}"
    if not isinstance(entry, dict):
        yield _said(where, "a table", entry)
        return
    yield from _named(where, entry, _ARTICLE)


def _configs(configs: Mapping[str, Any]) -> Iterator[str]:
    for name in CONFIGS:
        entry = configs.get(name)
        if not isinstance(entry, dict) or not _is_text(entry.get("digest")):
            yield _said(f"configs.{name}.digest", "a text", entry)
            continue
        rows = entry.get("rows")
        for split in SPLITS:
            value = rows.get(split) if isinstance(rows, dict) else rows
            if not _is_count(value):
                yield _said(f"configs.{name}.rows.{split}", "a whole number", value)
        if isinstance(rows, dict) and (more := sorted(set(rows) - set(SPLITS))):
            yield f"configs.{name}.rows.{_cut(more[0])}: no such split"
    if more := sorted(set(configs) - set(CONFIGS)):
        yield f"configs.{_cut(more[0])}: no such config"


def _named(where: str, entry: Any, fields: tuple[_Field, ...]) -> Iterator[str]:
    for name, good, what in fields:
        if not isinstance(entry, dict) or not good(entry.get(name)):
            yield _said(f"{where}.{name}", what, entry.get(name) if isinstance(entry, dict) else entry)


def _said(where: str, what: str, value: Any) -> str:
    return f"{where}: {what} is expected, not {_cut(value)!r}"


def _cut(value: Any) -> Any:
    """Return a value as it may be printed: short."""
    if isinstance(value, str):
        return value if len(value) <= 60 else f"{value[:60]}…"
    return value if value is None or type(value) in (bool, float) or _is_count(value) else _Type(type(value).__name__)


class _Type(str):
    """The name of a type, printed without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"a value of the type {self}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_table_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


_Field = tuple[str, Callable[[Any], bool], str]
_HEAD: tuple[_Field, ...] = (
    ("format", lambda value: type(value) is int and value == FORMAT, f"the number {FORMAT}"),
    ("name", _is_name, "a text of one line"),
    ("version", lambda value: isinstance(value, str) and bool(_VERSION.fullmatch(value)), 'a version such as "1.0.0"'),
    ("language", _is_text, "a text"),
    ("license", _is_text, "a text"),
    ("description", _is_text, "a text"),
    ("annotator_kind", _is_texts, "a list of texts"),
    ("silver", lambda value: isinstance(value, bool), "true or false"),
    ("scheme", _is_table, "a table"),
    ("digest", _is_text, "a text"),
    ("configs", _is_table, "a table"),
    ("tools", _is_table_of_texts, "a table of texts"),
    ("articles", _is_table, "a table"),
    ("files", _is_table, "a table"),
)
# Earlier manifests have neither profile nor citation.
_OPTIONAL: tuple[_Field, ...] = (
    ("profile", lambda value: value in PROFILES, f"one of {', '.join(PROFILES)}"),
    ("citation", _is_table, "a table"),
    ("labels_license", _is_text, "a text"),
    ("synthetic", _is_text, "a text"),
    ("datasheet", _is_text, "a text"),
    ("guidelines", _is_texts, "a list of texts"),
    ("agreement", _is_table, "a table"),
    ("part", _is_table, "a table"),
    ("full", _is_table, "a table"),
    ("hydrated", _is_table, "a table"),
    ("manifest_sha256", _is_text, "a text"),
)
_PART: tuple[_Field, ...] = (
    ("of", _is_text, "a text"),
    ("licenses", _is_texts, "a list of texts"),
    ("articles", _is_count, "a whole number"),
)
_ARTICLE: tuple[_Field, ...] = (
    ("text_sha256", _is_text, "a text"),
    ("length", lambda value: value is None or _is_count(value), "a whole number"),
    ("file", lambda value: value is None or _is_text(value), "a text"),
    ("bytes_sha256", lambda value: value is None or _is_text(value), "a text"),
    ("encoding", lambda value: value is None or _is_text(value), "a text"),
    ("normalised", lambda value: value is None or _is_texts(value), "a list of texts"),
)
