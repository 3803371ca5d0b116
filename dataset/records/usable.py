"""Convert what can be used of a file that is shown, not written again: one odd value never takes the rest with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from dataset.records.loader import UnusableError
from dataset.records.record import Record, base_of, convert, hints_of, members_of, problems_in, unmet

R = TypeVar("R", bound=Record)
Bad = Callable[[str], None]


def convert_usable(value: Mapping[str, Any], type_: type[R], bad: Bad) -> R:
    """Convert an object to a record; a field that cannot be used keeps its default.

    A table, and a list of records or lists, is used without the entries that cannot be used. Any other value is used whole or not at
    all, because the rest of it would mean something else. Unknown fields are ignored.

    Args:
        value: the object.
        type_: the record.
        bad: told the reason for each value that is left out.

    Raises:
        UnusableError: a field without a default cannot be used.
    """
    with suppress(UnusableError):
        return convert(value, type_)
    return convert(_usable(value, type_, "", bad), type_)


def _usable(value: Any, type_: Any, where: str, bad: Bad) -> Any:
    """Return a JSON value without the parts that cannot be used."""
    for base in map(base_of, members_of(type_)):
        if _is_record(base) and isinstance(value, dict):
            value = dict(_fields(value, base, where, bad))
        elif get_origin(base) is dict and isinstance(value, dict):
            table = ((key, f"{where}.{str(key)[:60]}", entry) for key, entry in value.items())
            value = dict(_entries(table, get_args(base)[1], bad))
        elif get_origin(base) is tuple and isinstance(value, list) and _is_record(get_args(base)[0]):
            numbered = ((number, f"{where}[{number}]", entry) for number, entry in enumerate(value))
            value = [entry for _, entry in _entries(numbered, get_args(base)[0], bad)]
        else:
            continue
        break
    for problem in problems_in(value, type_, where):
        raise UnusableError(problem)
    return value


def _fields(value: Mapping[str, Any], type_: type[Record], where: str, bad: Bad) -> Iterator[tuple[str, Any]]:
    for field in msgspec.structs.fields(type_):
        if (name := field.encode_name) in value:
            inner = f"{where}.{name}" if where else name
            try:
                found = _usable(value[name], hints_of(type_)[field.name], inner, bad)
                for problem in unmet(found, type_, field.name):
                    raise UnusableError(f"{inner}: {problem}")
                yield name, found
            except UnusableError as error:
                if field.required:
                    raise
                bad(str(error))


def _entries(entries: Iterable[tuple[Any, str, Any]], type_: Any, bad: Bad) -> Iterator[tuple[Any, Any]]:
    for key, where, entry in entries:
        try:
            yield key, _usable(entry, type_, where, bad)
        except UnusableError as error:
            bad(str(error))


def _is_record(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Record)
