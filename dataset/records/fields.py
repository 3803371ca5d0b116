"""Checks of single fields that several files of a corpus share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from urllib.parse import urlsplit

# RFC 3986 and 3987 allow none of these in an address; blanks and control characters are found by their category.
_NOT_IN_ADDRESS = frozenset('<>"{}|\\^`')
_DATE = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d))?)?)?", re.ASCII
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
    """Tell if a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_line(value: object) -> bool:
    """Tell if a value is a text of one line, without blanks around it."""
    return isinstance(value, str) and bool(value) and value.isprintable() and value == value.strip()


def is_web_address(value: object) -> bool:
    """Tell if a value is an http(s) address; letters of any script are valid (RFC 3987)."""
    if not isinstance(value, str) or not value.isprintable() or " " in value or _NOT_IN_ADDRESS & set(value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def is_date(value: object) -> bool:
    """Tell if a value is a year, a month, a day (``2024``, ``2024-10``, ``2024-10-31``) or a time with its zone (RFC 3339)."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper() + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True
