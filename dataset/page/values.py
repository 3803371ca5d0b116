"""Reading the report: any number may be null, any key may be missing, and none of it is ever shown as NaN or None."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

NO_VALUE = "–"
LARGEST = 1e15  # beyond it is no figure of ours, and no axis can be drawn


def number(value: Any) -> float | None:
    """A number that can be shown and drawn, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) and abs(found) <= LARGEST else None


def count(value: Any) -> int | None:
    """A whole number that is not negative, or None for anything else."""
    found = number(value)
    return int(found) if found is not None and found >= 0 else None


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """What a mapping holds under these keys, one below the other; empty where it holds no mapping there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list; empty where it is none."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [one for one in value if isinstance(one, Mapping)]


def words(value: Any) -> str | None:
    """A text that says something, or None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def shown(value: Any, digits: int = 2) -> str:
    """A number for the page; a dash where there is none."""
    found = number(value)
    if found is None:
        return NO_VALUE
    text = f"{found:.{digits}f}"
    return text.lstrip("-") if not float(text) else text.replace("-", "\N{MINUS SIGN}")


def interval(low: Any, high: Any, digits: int = 2) -> str:
    """A 95 % interval for the page; a dash where there is none."""
    if number(low) is None or number(high) is None:
        return NO_VALUE
    return f"{shown(low, digits)} to {shown(high, digits)}"


def percent(value: Any) -> str:
    """A share for the page; what is not quite nothing or all is not rounded to it."""
    found = number(value)
    if found is None:
        return NO_VALUE
    if 0 < found < 0.005:
        return "< 1 %"
    if 0.995 <= found < 1:
        return "> 99 %"
    return f"{100 * found:.0f} %"


def plural(many: int, one: str, more: str | None = None) -> str:
    """``1 article``, ``2 articles``, ``1,289 articles``."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def shortened(name: str, length: int = 32) -> str:
    """A name that fits; the middle goes, because names of one kind differ at their ends."""
    name = " ".join(name.split()) or "(no name)"
    head = (length - 1) * 2 // 3
    return name if len(name) <= length else f"{name[:head]}…{name[head + 1 - length :]}"


def listed(names: Sequence[str], limit: int = 6) -> str:
    """Names in a sentence: the first few, and how many more."""
    few = [shortened(name) for name in names[:limit]]
    rest = len(names) - len(few)
    if rest:
        return f"{', '.join(few)} and {rest:,} more"
    return " and ".join([", ".join(few[:-1]), few[-1]]) if len(few) > 1 else "".join(few)
