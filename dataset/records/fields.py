"""Checks of single fields that several files of a corpus share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from urllib.parse import urlsplit

# RFC 3986 and 3987 allow none of these in an address; blanks and control characters are found by their category.
_NOT_IN_ADDRESS = frozenset('<>"{}|\\^`')
_HALF_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_DATE = re.compile(
    rf"\d{{4}}(?:-\d\d(?:-\d\d(?:[Tt ]{_TIME}(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:[Zz]|[+-]{_TIME}))?)?)?", re.ASCII
)


def unknown_field(names: Iterable[str], known: Iterable[str]) -> str | None:
    """Name the first unknown field and the known one that is most like it; None if all are known."""
    known = sorted(known)
    name = min(set(names) - set(known), default=None)
    if name is None:
        return None
    return f"unknown field {name[:60]!r}; known are {', '.join(known)}{near(name, known)}"


def near(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is most like this one; empty if none is."""
    close = get_close_matches(name[:60].lower(), known, 1, 0.5)
    return f' (did you mean "{close[0]}"?)' if close else ""


def is_text(value: object) -> bool:
    """Return whether a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_line(value: object) -> bool:
    """Return whether a value is a text of one line, without blanks around it."""
    return isinstance(value, str) and bool(value) and value.isprintable() and value == value.strip()


def is_web_address(value: object) -> bool:
    """Return whether a value is an http(s) address; letters of any script are valid (RFC 3987), a user name or password is not."""
    if not isinstance(value, str) or not value.isprintable() or " " in value or _NOT_IN_ADDRESS & set(value):
        return False
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and all(host.removesuffix(".").split(".")) and port != 0
    return whole and "@" not in parts.netloc and not _HALF_ESCAPE.search(value)


def is_date(value: object) -> bool:
    """Return whether a value is a year, month or day (``2024``, ``2024-10``, ``2024-10-31``) or a time with its zone (RFC 3339)."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    text = value.upper() + "-01-01"[len(value) - 4 :]
    leap = text[17:19] == "60"
    try:
        when = datetime.fromisoformat(f"{text[:17]}59{text[19:]}" if leap else text)
        # A leap second is the last one of a day in UTC.
        return not leap or when.astimezone(UTC).strftime("%H:%M") == "23:59"
    except (ValueError, OverflowError):
        return False
