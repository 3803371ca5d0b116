"""The base of every record: a typed line or file, converted by msgspec, with errors that name the field and what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from dataset.records.fields import unknown_field
from dataset.records.loader import UnusableError

T = TypeVar("T")
R = TypeVar("R", bound="Record")
Check = Callable[[Any], bool]

SHOWN = 40  # characters of a value that a message shows; longer texts may be those of an article
_PLAIN: dict[object, str] = {
    **{str: "a text", int: "a whole number", float: "a number", bool: "true or false"},
    **{type(None): "null", Any: "anything"},
}


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line or a file. Fields are in the order in which they are written.

    A field that may be left out has a default; one that must then not be written has the default ``UNSET``. Conditions that involve
    several fields are checked in ``__post_init__``, which calls this one first and raises ``ValueError("field: what is expected")``.
    """

    advice: ClassVar[str] = ""  # for the message about an unknown field

    def __post_init__(self) -> None:
        """Run the checks that msgspec does not know."""
        for name, check, expected, whole in _checked_fields(type(self)):
            for value in _values(getattr(self, name), whole):
                if not check(value):
                    raise ValueError(f"{name}: {expected} is expected, not {shown(value)}")


def by(check: Check, expected: str, **limits: Any) -> Meta:
    """Return the metadata of a field with a check of its own, for ``Annotated``.

    Args:
        check: is called with a value of the plain type; False rejects it.
        expected: what is expected, such as ``a version such as "1.0.0"``.
        limits: further arguments of ``msgspec.Meta``, such as ``ge`` and ``le``.
    """
    return Meta(description=expected, extra={"check": check}, **limits)


def convert(value: object, type_: type[T]) -> T:
    """Convert parsed JSON or TOML to a record.

    Raises:
        UnusableError: the reason is ``field: what is expected, not value``, of the first field that cannot be used.
    """
    try:
        return msgspec.convert(value, type_)
    except (msgspec.ValidationError, RecursionError) as error:
        raise UnusableError(next(problems_in(value, type_, ""), str(error))) from None


@dataclass(frozen=True)
class Failure:
    """An entry of a list or table that cannot be used."""

    where: str  # "claims[3]", "article_stance.toll"
    key: int | str  # 3, "toll"
    entry: Any
    reason: str  # names the field within the entry


def convert_parts(value: Mapping[str, Any], type_: type[R], parts: tuple[str, ...]) -> tuple[R, list[Failure]]:
    """Convert a record whose entries fail one by one: those of ``parts`` that cannot be used are left out.

    Args:
        value: the object.
        type_: the record.
        parts: names of fields that are a list or a table.

    Returns:
        The record without the entries that failed, and these.

    Raises:
        UnusableError: another field cannot be used, or a part is no list or table.
    """
    rest: dict[str, Any] = dict(value)
    failures: list[Failure] = []
    for part in parts:
        entries, hint = rest.get(part), members_of(hints_of(type_)[part])
        container = next((one for one in hint if get_origin(one) in (list, tuple, dict)), None)
        if container is None or not isinstance(entries, dict if get_origin(container) is dict else list):
            continue
        member = get_args(container)[1 if get_origin(container) is dict else 0]
        good: list[tuple[Any, Any]] = []
        for key, entry in entries.items() if isinstance(entries, dict) else enumerate(entries):
            try:
                convert(entry, member)
                good.append((key, entry))
            except UnusableError as error:
                where = f"{part}.{key}" if isinstance(entries, dict) else f"{part}[{key}]"
                failures.append(Failure(where, key, entry, str(error)))
        rest[part] = dict(good) if isinstance(entries, dict) else [entry for _, entry in good]
    return convert(rest, type_), failures


def without_nulls(row: Mapping[str, Any], *lists: str) -> dict[str, Any]:
    """Return an object without its null fields, for files in which null and missing are the same.

    Args:
        row: the object.
        lists: fields whose entries lose theirs, too.
    """
    found = {name: value for name, value in row.items() if value is not None}
    for name in lists:
        if isinstance(found.get(name), list):
            found[name] = [without_nulls(one) if isinstance(one, dict) else one for one in found[name]]
    return found


def places_left(part: str, number: int, failures: Iterable[Failure]) -> list[str]:
    """Return the places, such as ``claims[3]``, of the entries of a list of so many that did not fail."""
    failed = {failure.where for failure in failures}
    return [place for index in range(number) if (place := f"{part}[{index}]") not in failed]


def plain(record: Record) -> dict[str, Any]:
    """Return a record as the object that its JSON gives when it is read: lists for tuples; fields that are ``UNSET`` are left out."""
    found: dict[str, Any] = _with_lists(msgspec.to_builtins(record))
    return found


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_lists(inner) for key, inner in value.items()}
    return [_with_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


def shown(value: object) -> str:
    """Return a value as a message may show it: short, on one line, and never the text of an article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value) if len(value) <= SHOWN else f"a text of {len(value):,} characters"
    if isinstance(value, int | float):
        digits = repr(value) if not isinstance(value, int) or abs(value) < 1 << 64 else "a number out of range"
        return digits if len(digits) <= SHOWN else "a long number"
    return (
        "a list" if isinstance(value, list | tuple) else "a table" if isinstance(value, dict) else type(value).__name__
    )


def problems_in(value: object, type_: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with a value, the first problem of each part of it."""
    if _fits(value, type_):
        return
    found = False
    for member in members_of(type_):
        for problem in _inside(value, base_of(member), where):
            found = True
            yield problem
        if found:
            return
    yield f"{where}: {expected(type_)} is expected, not {shown(value)}".removeprefix(": ")


def _inside(value: object, base: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with the parts of a value that is a table or a list, as its type is."""
    if isinstance(base, type) and issubclass(base, Record) and isinstance(value, dict):
        yield from _in_record(value, base, where)
    elif get_origin(base) is dict and isinstance(value, dict):
        for key, entry in value.items():
            yield from problems_in(entry, get_args(base)[1], _join(where, str(key)[:60]))
    elif get_origin(base) in (list, tuple) and isinstance(value, list):
        for number, entry in enumerate(value):
            yield from problems_in(entry, get_args(base)[0], f"{where}[{number}]")


def _in_record(value: Mapping[str, Any], type_: type[Record], where: str) -> Iterator[str]:
    hints = hints_of(type_)
    if type_.__struct_config__.forbid_unknown_fields and (
        unknown := unknown_field(value, type_.__struct_encode_fields__)
    ):
        yield f"{where}: {unknown}{f' ({type_.advice})' if type_.advice else ''}".removeprefix(": ")
        return
    found = False
    for field in msgspec.structs.fields(type_):
        inner = _join(where, field.encode_name)
        if field.encode_name in value:
            problems = problems_in(value[field.encode_name], hints[field.name], inner)
        else:
            needed = field.required
            problems = iter([f"{inner}: missing: {expected(hints[field.name])} is expected"] if needed else [])
        for problem in problems:
            found = True
            yield problem
    if not found:
        try:
            msgspec.convert(value, type_)
        except (msgspec.ValidationError, RecursionError) as error:
            yield _join(where, str(error.__cause__ or error))


def expected(type_: Any) -> str:
    """Return what a field of this type is expected to be, for a message: "a whole number", "one of fact, value"."""
    members = [member for member in members_of(type_) if base_of(member) is not type(None)] or [type(None)]
    described = [meta.description for member in members for meta in _metas(member) if meta.description]
    if described:
        return " or ".join(described)
    literals = [str(value) for member in members if get_origin(member) is Literal for value in get_args(member)]
    if literals:
        return f"one of {', '.join(literals)}" if len(literals) > 1 else f'"{literals[0]}"'
    return " or ".join(dict.fromkeys(_named(base_of(member)) for member in members))


def _named(base: Any) -> str:
    if base is Any:
        return "any value"
    origin = get_origin(base) or base
    return _PLAIN.get(origin) or ("a list" if origin in (list, tuple, frozenset) else "a table")


def _fits(value: object, type_: Any) -> bool:
    try:
        msgspec.convert(value, type_)
    except (msgspec.ValidationError, RecursionError):
        return False
    return True


def members_of(type_: Any) -> list[Any]:
    """Return the members of a union of field types, or the type itself; ``UNSET`` is none."""
    if get_origin(type_) in (Union, UnionType):
        return [inner for one in get_args(type_) for inner in members_of(one) if inner is not UnsetType]
    return [type_]


def base_of(type_: Any) -> Any:
    """Return a field type without its metadata."""
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def _metas(type_: Any) -> list[Meta]:
    return [one for one in get_args(type_)[1:] if isinstance(one, Meta)] if get_origin(type_) is Annotated else []


@cache
def hints_of(type_: type[Record]) -> dict[str, Any]:
    """Return the type of each field of a record, with metadata."""
    known = get_type_hints(type_, include_extras=True)
    return {field.name: known[field.name] for field in msgspec.structs.fields(type_)}


@cache
def _checked_fields(type_: type[Record]) -> tuple[tuple[str, Check, str, bool], ...]:
    """Return the fields with a check, and if it is one of the whole list rather than of its members."""
    found = []
    for name, hint in hints_of(type_).items():
        for member in members_of(hint):
            inner = get_args(member)[0] if get_origin(member) in (list, tuple) else member
            whole = get_origin(base_of(inner)) in (list, tuple)
            found += [
                (name, meta.extra["check"], meta.description or "", whole) for meta in _metas(inner) if meta.extra
            ]
    return tuple(found)


def unmet(value: object, type_: type[Record], name: str) -> Iterator[str]:
    """Yield what is wrong with a value that has the type of a field and does not meet its check."""
    for field, check, expected, whole in _checked_fields(type_):
        wrong = (one for one in _values(value, whole) if field == name and not check(one))
        yield from (f"{expected} is expected, not {shown(one)}" for one in wrong)


def _values(value: object, whole: bool) -> Iterator[object]:
    if isinstance(value, list | tuple) and not whole:
        yield from value
    elif value is not None and value is not UNSET:
        yield value


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
