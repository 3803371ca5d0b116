"""Load untrusted JSON, TOML and YAML: regular files only, bounded in size and depth, text that can be written again.

Every function raises ``UnusableError`` (a ``ValueError``) with a reason that names no file; ``load_json`` and the others that take a
path add the path and what to do.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from dataset.errors import CorpusError, StandpunktError

MAX_DEPTH = 64  # our own files nest up to 8 levels, a Label Studio export up to 10
MAX_BYTES = 1 << 30  # of a file that is parsed as a whole: an export of 100,000 tasks has 300 MB
MAX_LINE = 64 << 20  # of one line of JSON lines
MAX_SETTINGS = 1 << 20  # of TOML and YAML, which people write

_TYPES = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it: 10 times as fast
_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}""")


class UnusableError(ValueError):
    """Data that cannot be used; the message is the reason, without the file's name."""


@contextmanager
def open_regular(path: Path, *, inside: Path | None = None) -> Iterator[BinaryIO]:
    """Open a regular file for reading; never waits for a FIFO or a device.

    Args:
        path: the file.
        inside: the folder that the file must be in after symbolic links are resolved.

    Raises:
        UnusableError: not a regular file, or a symbolic link that leaves the folder.
        OSError: missing or unreadable.
    """
    # Not Path.resolve, which raises RuntimeError for a link to itself.
    if inside is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
        raise UnusableError(f"symbolic link to a file outside {inside}")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnusableError("not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def read_regular(path: Path, *, limit: int = MAX_BYTES, inside: Path | None = None) -> bytes:
    """Read a regular file of at most ``limit`` bytes.

    Raises:
        UnusableError: not a regular file, outside the folder, or too large.
        OSError: missing or unreadable.
    """
    with open_regular(path, inside=inside) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise UnusableError(f"larger than {limit:,} bytes")
    return data


def parse_json(data: bytes | str) -> Any:
    """Parse JSON (UTF-8, a byte order mark is allowed); NaN and infinity pass, as Python's own writer makes them.

    Raises:
        UnusableError: not valid JSON, nested too deeply, with a duplicate key, or half of a surrogate pair.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    _check_depth(raw)
    try:
        value = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_unique_keys)
        if b"\\u" in raw:
            # An escaped half of a surrogate pair is valid JSON, but no text that could be written again.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnusableError:
        raise
    except UnicodeEncodeError:
        raise UnusableError(
            f"half of a surrogate pair (\\ud800 to \\udfff) in {_surrogate_in(value) or 'a text'}"
        ) from None
    except UnicodeDecodeError as error:
        raise UnusableError(f"not UTF-8 (byte {error.start})") from None
    except (ValueError, RecursionError) as error:
        long = "integer string conversion" in str(error)
        reason = f"a number of more than {sys.get_int_max_str_digits():,} digits" if long else str(error)
        raise UnusableError(f"not valid JSON ({reason})") from None
    return value


def parse_object(data: bytes | str) -> dict[str, Any]:
    """Parse a JSON object.

    Raises:
        UnusableError: as ``parse_json``, or another type of value.
    """
    value = parse_json(data)
    if not isinstance(value, dict):
        raise UnusableError(f"a JSON object is expected, this is {_TYPES[type(value)]}")
    return value


def parse_toml(data: bytes) -> dict[str, Any]:
    """Parse TOML (UTF-8, a byte order mark is allowed).

    Raises:
        UnusableError: not valid TOML, or nested too deeply.
    """
    try:
        text = data.decode("utf-8-sig")
        # tomllib takes quadratic time for such keys.
        if _DOTTED.search(text):
            raise UnusableError("nested too deeply (a key of too many parts)")
        value = tomllib.loads(text)
    except UnusableError:
        raise
    except RecursionError:
        raise UnusableError("nested too deeply") from None
    except UnicodeDecodeError as error:
        raise UnusableError(f"not UTF-8 (byte {error.start})") from None
    except ValueError as error:
        raise UnusableError(f"not valid TOML: {error}") from None
    if _deeper(value, MAX_DEPTH):
        raise UnusableError(f"nested too deeply (more than {MAX_DEPTH} levels)")
    return value


def parse_yaml(text: str) -> Any:
    """Parse YAML without aliases or tags of other types.

    Raises:
        UnusableError: not valid YAML, too large, nested too deeply, with an alias or a duplicate key.
    """
    if len(text) > MAX_SETTINGS:
        raise UnusableError(f"YAML of more than {MAX_SETTINGS:,} characters")
    try:
        depth = 0
        # Events come one by one, so that deep nesting ends after the first levels.
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise UnusableError("not valid YAML here: aliases (*name) are not allowed")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise UnusableError(f"nested too deeply (more than {MAX_DEPTH} levels)")
        _check_keys(yaml.compose(text, Loader=_LOADER))
        value = yaml.load(text, Loader=_LOADER)  # noqa: S506  a safe loader
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnusableError:
        raise
    except UnicodeEncodeError:
        raise UnusableError("half of a surrogate pair in a text") from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError, OverflowError) as error:
        raise UnusableError(f"not valid YAML ({_first_line(error)})") from None
    return value


def _check_keys(node: Any) -> None:
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(names)) != len(names):
            raise UnusableError(f"duplicate key {next(name for name in names if names.count(name) > 1)[:60]!r}")
        for _, value in node.value:
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_keys(value)


def load_json(
    path: Path,
    *,
    error: type[StandpunktError] = CorpusError,
    advice: str = "restore or remove it",
    limit: int = MAX_BYTES,
) -> Any:
    """Load a JSON file.

    Args:
        path: the file.
        error: the class to raise.
        advice: what to do, for the message.
        limit: bytes at most.

    Raises:
        StandpunktError: of the class ``error``; missing files raise it, too.
    """
    with named(path, error, advice):
        return parse_json(read_regular(path, limit=limit))


def load_object(
    path: Path,
    *,
    error: type[StandpunktError] = CorpusError,
    advice: str = "restore or remove it",
    limit: int = MAX_BYTES,
) -> dict[str, Any]:
    """Load a JSON file that holds an object; arguments and errors as for ``load_json``."""
    with named(path, error, advice):
        return parse_object(read_regular(path, limit=limit))


def load_toml(path: Path, *, error: type[StandpunktError] = CorpusError, advice: str = "fix it") -> dict[str, Any]:
    """Load a TOML file; arguments and errors as for ``load_json``."""
    with named(path, error, advice):
        return parse_toml(read_regular(path, limit=MAX_SETTINGS))


@contextmanager
def named(path: Path, error: type[StandpunktError], advice: str) -> Iterator[None]:
    """Add the path and the advice to what goes wrong with a file."""
    try:
        yield
    except FileNotFoundError:
        raise error(f"{path}: missing") from None
    except OSError as problem:
        raise error(f"{path}: cannot be read ({problem.strerror})") from None
    except UnusableError as problem:
        raise error(f"{path}: {problem}: {advice}") from None


def read_lines(path: Path, *, inside: Path | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield ``(line number from 1, line)`` of a regular file, blank lines left out; a line that is too long is yielded cut.

    A cut line is never valid JSON of its own: it has ``MAX_LINE + 1`` bytes, which ``parse_line`` rejects.

    Raises:
        UnusableError: not a regular file, or outside the folder.
        OSError: missing or unreadable.
    """
    with open_regular(path, inside=inside) as stream:
        number = 0
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE and not line.endswith(b"\n"):
                while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    pass
            if line.strip():
                yield number, line


def parse_line(line: bytes) -> dict[str, Any]:
    """Parse one line of JSON lines, a JSON object.

    Raises:
        UnusableError: as ``parse_object``, or the line is too long.
    """
    if len(line) > MAX_LINE:
        raise UnusableError(f"a line of more than {MAX_LINE:,} bytes")
    return parse_object(line)


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    brackets = _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS)
    left = brackets
    for _ in range(MAX_DEPTH):
        # Innermost pairs first: each round takes one level away.
        left = left.replace(b"[]", b"").replace(b"{}", b"")
        if not left:
            return
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise UnusableError(f"nested too deeply (more than {MAX_DEPTH} levels)")
        if depth < 0:
            return  # not valid JSON: the parser stops here, too


def _surrogate_in(value: Any, where: str = "") -> str:
    """Return the field whose text holds half of a surrogate pair."""
    if isinstance(value, dict):
        inner = ((f"{where}.{name}" if where else name, one) for name, one in value.items())
        if any(_is_broken(name) for name in value):
            return f"a name in {where}" if where else "a name"
    elif isinstance(value, list):
        inner = ((f"{where}[{number}]", one) for number, one in enumerate(value))
    else:
        return where if isinstance(value, str) and _is_broken(value) else ""
    return next(filter(None, (_surrogate_in(one, name) for name, one in inner)), "")


def _is_broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in value if names.count(name) > 1)
        raise UnusableError(f"duplicate key {twice[:60]!r}")
    return value


def _deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
