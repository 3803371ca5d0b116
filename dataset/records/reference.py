"""The reference of all files, made from their records: ``docs/reference/files.md`` and one JSON Schema per record.

``python -m dataset.records.reference`` writes them; a test holds that they are current.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, UNSET

from dataset.records.record import Record, base_of, expected, hints_of, members_of

DOCS = Path(__file__).parents[2] / "docs" / "reference"
_HEAD = """\
# Files

Every file that Standpunkt reads or writes itself, one section per record.
`python -m dataset.records.reference` makes this page and the JSON Schemas in `schemas/` from the classes in `dataset/records/`.
A field without a default is required. Offsets are half-open, in Unicode code points of the canonical text.
Releases contain Parquet files as well; the card of each release lists their columns.
"""


class File(NamedTuple):
    """A kind of file and the record of its lines, or of all of it."""

    name: str  # "seeds/CORPUS/corpus.toml"
    record: type[Record]
    lines: bool  # JSON lines: one record per line
    written: str  # "`standpunkt gold`"


def pages(files: tuple[File, ...]) -> Iterator[tuple[str, str]]:
    """Yield the path below ``docs/reference/`` and the text of everything that is generated."""
    yield "files.md", "\n".join([_HEAD, *(_section(file) for file in files)])
    for file in files:
        yield (
            f"schemas/{schema_name(file.record)}",
            json.dumps(schema(file.record), indent=2, ensure_ascii=False) + "\n",
        )


def schema_name(record: type[Record]) -> str:
    """Return the file name of a record's JSON Schema."""
    return f"{record.__name__}.json"


def schema(record: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(record)}


def _section(file: File) -> str:
    what = "one JSON object per line" if file.lines else "TOML" if file.name.endswith(".toml") else "one JSON object"
    lines = [f"## `{file.name}`", "", f"{_doc(file.record)} Format: {what}. Written by {file.written}.", ""]
    lines += [f"JSON Schema: [`{schema_name(file.record)}`](schemas/{schema_name(file.record)}).", ""]
    for record in _with_inner(file.record):
        if record is not file.record:
            lines += [f"`{record.__name__}`: {_doc(record)}", ""]
        lines += ["| field | type | default | meaning |", "|---|---|---|---|", *_rows(record), ""]
    return "\n".join(lines)


def _doc(record: type[Record]) -> str:
    return " ".join((inspect.getdoc(record) or "").split("\n\n")[0].split())


def _with_inner(record: type[Record]) -> list[type[Record]]:
    """Return a record and the records in its fields, each once, in the order of the fields."""
    found = [record]
    for outer in found:
        inner = dict.fromkeys(one for hint in hints_of(outer).values() for one in _records(hint))
        found += [one for one in inner if one not in found]
    return found


def _records(hint: Any) -> list[type[Record]]:
    base = base_of(hint)
    if isinstance(base, type) and issubclass(base, Record):
        return [base]
    inner = members_of(hint) if len(members_of(hint)) > 1 else get_args(base)
    return list(dict.fromkeys(one for part in inner for one in _records(part)))


def _rows(record: type[Record]) -> Iterator[str]:
    comments, hints = _comments(record), hints_of(record)
    for field in msgspec.structs.fields(record):
        default = "" if field.required else _default(field)
        cells = (f"`{field.encode_name}`", _type(hints[field.name]), default, comments.get(field.name, ""))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: Any) -> str:
    if field.default is UNSET:
        return "left out"
    if field.default is NODEFAULT:
        return "empty"
    return f"`{json.dumps(field.default)}`" if field.default != () else "empty"


def _type(hint: Any) -> str:
    shown = []
    for member in members_of(hint):
        base = base_of(member)
        origin = get_origin(base)
        if isinstance(base, type) and issubclass(base, Record):
            shown.append(f"`{base.__name__}`")
        elif origin in (list, tuple, frozenset):
            shown.append(f"list: {_type(get_args(base)[0])}")
        elif origin is dict:
            shown.append(f"table: {_type(get_args(base)[1])}")
        else:
            shown.append("null" if base is type(None) else expected(member))
    return " or ".join(shown)


def _comments(record: type[Record]) -> dict[str, str]:
    """Return the comments of a record's fields, inherited ones included."""
    bases = [base for base in reversed(record.__mro__) if issubclass(base, Record) and base is not Record]
    return {name: text for base in bases for name, text in _own_comments(base).items()}


def _own_comments(record: type[Record]) -> dict[str, str]:
    """Return the comments of the fields in the source of a record: the rest of the field's line, or the lines above it."""
    source = textwrap.dedent(inspect.getsource(record))
    remarks = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type == tokenize.COMMENT and "noqa" not in token.string
    }
    body = ast.parse(source).body[0]
    found = {}
    for node in body.body if isinstance(body, ast.ClassDef) else []:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            above = node.lineno - 1
            while above in remarks and source.splitlines()[above - 1].strip().startswith("#"):
                above -= 1
            texts = [remarks[line] for line in (*range(above + 1, node.lineno), *lines) if line in remarks]
            found[node.target.id] = " ".join(texts)
    return found
