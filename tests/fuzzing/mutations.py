"""Damage to one file: bytes, types of values, lines, columns, links. Everything is drawn from the caller's dice."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

DEEP = 100_000
# Values as JSON text, so that some of them are no value that Python could write.
HOSTILE = (
    *("null", "true", "-1", "0", "1.5", '""', '"x"', "[]", "{}", '"a\\nb"', '"1"', "[1]", '{"a": 1}'),
    *(str(10**400), str(2**63), "1e999", "NaN", "-Infinity", '"\\ud800"', '"\\u0000"', '"<script>alert(1)</script>"'),
    *('"../../etc/passwd"', '"/etc/passwd"', '"\\u001b[31m|`x`"', '"' + "a" * 3000 + '"', "9" * 5000),
    *("[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[" * 60 + "]" * 60, '["a", null, 1, {}]'),
)
TOML = (
    *('""', "1", "1.5", "true", "[]", "{}", '"x"', '["a"]', "[[1]]", "nan", "inf", "1979-05-27", "07:32:00"),
    *('"""\na\n"""', '"<b>|"', "9" * 400, "[" * 20_000 + "]" * 20_000, '"\\u0000"', '"../x"', "{a = {b = 1}}"),
)
_HOLE = "\u0001hole\u0001"

Mutation = Callable[[Path, random.Random], None]


def cut(path: Path, dice: random.Random) -> None:
    """Keep a beginning."""
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data) + 1)])


def flip(path: Path, dice: random.Random) -> None:
    """Flip up to 20 bits."""
    data = bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 20)):
        if data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def splice(path: Path, dice: random.Random) -> None:
    """Put bytes in, or take or repeat a stretch."""
    data = path.read_bytes()
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.randint(0, 200))
    middle = dice.choice(
        [
            b"",
            data[start:end] * 2,
            dice.randbytes(20),
            b"\0",
            b"\r\n",
            b"\xef\xbb\xbf",
            b"[" * DEEP,
            b"\xff\xfe",
            b"<<<<<<< HEAD\n",
        ]
    )
    path.write_bytes(data[:start] + middle + data[end:])


def recode(path: Path, dice: random.Random) -> None:
    """Another encoding, other line ends, a byte order mark, nothing at all, one long line."""
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    path.write_bytes(
        dice.choice(
            [
                text.encode("utf-16"),
                text.encode("utf-16-le"),
                text.encode("cp1252", "replace"),
                b"\xef\xbb\xbf" + data,
                data.replace(b"\n", b"\r\n"),
                data.replace(b"\n", b" "),
                b"",
                b"\n" * 1000,
                data + b"x" * 6_000_000,
                b"\0" * 1_000_000,
            ]
        )
    )


def not_a_file(path: Path, dice: random.Random) -> None:
    """Gone, a folder, a FIFO, a device, links to nothing, to itself, to a file or folder outside."""
    path.unlink()
    kind = dice.randrange(7)
    if kind == 1:
        path.mkdir()
    elif kind == 2:
        os.mkfifo(path)
    elif kind > 2:
        path.symlink_to({3: "/dev/zero", 4: "nowhere", 5: path.name, 6: "/etc/passwd"}[kind])


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at]
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += _paths(inner, (*at, key))
    return found


def _damaged(text: str, dice: random.Random) -> str:
    """One JSON text with one value, key or entry changed."""
    value = json.loads(text)
    place = dice.choice(_paths(value)[1:] or [()])
    if not place:
        return dice.choice(HOSTILE)
    holder = value
    for key in place[:-1]:
        holder = holder[key]
    key, how = place[-1], dice.randrange(8)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[dice.choice([key.upper(), key + "s", key[1:], "lisence", "x" * 500, "\x1b[31m"])] = holder.pop(key)
    elif how == 2 and isinstance(holder, dict):
        return json.dumps(value, ensure_ascii=False).replace(f'"{key}"', f'"{key}": 1, "{key}"', 1)
    elif how == 3 and isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[key] = _HOLE
    return json.dumps(value, ensure_ascii=False).replace(json.dumps(_HOLE), dice.choice(HOSTILE))


def json_value(path: Path, dice: random.Random) -> None:
    """One value of a JSON file."""
    path.write_text(_damaged(path.read_text(encoding="utf-8"), dice), encoding="utf-8")


def json_line(path: Path, dice: random.Random) -> None:
    """A value of one line of JSON lines, or the lines themselves."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines:
        path.write_text(dice.choice(HOSTILE), encoding="utf-8")
        return
    at = dice.randrange(len(lines))
    how = dice.randrange(8)
    if how == 0:
        lines[at] = dice.choice([*HOSTILE, "x", "{", lines[at][: len(lines[at]) // 2]])
    elif how == 1:
        lines.append(lines[at])
    elif how == 2:
        lines[at : at + 1] = [lines[at] + dice.choice(["", lines[at], ","])]
    elif how == 3:
        dice.shuffle(lines)
    else:
        lines[at] = _damaged(lines[at], dice)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def setting(path: Path, dice: random.Random) -> None:
    """One line ``key = value`` (TOML) or ``key: value`` (YAML)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = dice.choice([i for i, line in enumerate(lines) if re.match(r"[\s-]*[\w\"]+\s*[=:]", line)] or [0])
    match = re.match(r"([\s-]*)([\w\"]+)(\s*[=:]\s*)(.*)", lines[at]) if lines else None
    if match:
        head, key, equals, value = match.groups()
        how = dice.randrange(5)
        if how == 0:
            lines[at] = f"{head}{key[:-1]}x{equals}{value}"
        elif how == 1:
            lines.insert(at, lines[at])
        elif how == 2:
            del lines[at]
        else:
            lines[at] = head + key + equals + dice.choice(TOML if "=" in equals else [*TOML, *HOSTILE])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _other_type(column: pa.ChunkedArray, dice: random.Random) -> pa.Array:
    length = len(column)
    return dice.choice(
        [
            pa.nulls(length, column.type),
            pa.nulls(length),
            pa.array(["x"] * length),
            pa.array([-1] * length),
            pa.array([2**62] * length),
            pa.array([float("nan")] * length),
            pa.array([["x"]] * length),
            pa.array([{"start": 0}] * length),
            pa.array([b"\xff\xfe"] * length),
            pa.array([None] * length, pa.list_(pa.struct({"start": pa.int64()}))),
        ]
    )


def column(path: Path, dice: random.Random) -> None:
    """One column of a Parquet file, its rows, or its metadata."""
    table = pq.read_table(path)
    name = dice.choice(table.column_names)
    at = table.column_names.index(name)
    how = dice.randrange(9)
    if how == 0:
        table = table.drop_columns([name])
    elif how == 1:
        table = table.append_column("more", pa.nulls(len(table)))
    elif how == 2:
        table = table.rename_columns([("renamed" if one == name else one) for one in table.column_names])
    elif how == 3:
        table = pa.concat_tables([table, table])
    elif how == 4:
        table = table.slice(0, len(table) // 2)
    elif how == 5:
        features = dice.choice(
            [
                '{"info":{"features":{"id":{"_type":"Nope"}}}}',
                '{"info":{"features":' + "[" * 5000 + "]" * 5000 + "}}",
                "{",
                "null",
            ]
        )
        table = table.replace_schema_metadata({"huggingface": features})
    else:
        table = table.set_column(at, name, _other_type(table[name], dice))
    pq.write_table(table, path)


BYTES: tuple[Mutation, ...] = (cut, flip, splice, recode, not_a_file)
BY_KIND: dict[str, tuple[Mutation, ...]] = {
    ".json": (json_value, json_value, json_value),
    ".jsonl": (json_line, json_line, json_line),
    ".toml": (setting, setting, setting),
    ".cff": (setting,),
    ".md": (setting, setting),
    ".parquet": (column, column, column),
}


def mutate(path: Path, dice: random.Random) -> str:
    """Damage one file; return how."""
    chosen = dice.choice([*BYTES, *BY_KIND.get(path.suffix, ()) * 2])
    try:
        chosen(path, dice)
    except (ValueError, IndexError, KeyError, RecursionError, pa.ArrowException):
        # A file that has been damaged before cannot be taken apart any more.
        chosen = flip
        flip(path, dice)
    return chosen.__name__
