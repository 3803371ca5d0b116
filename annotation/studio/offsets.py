"""Check spans of Label Studio against the text that it repeats with each of them.

Label Studio counts code points, and stores the marked text with the offsets (``value.text``). Another program that writes annotations
may count UTF-16 code units, or the characters of a text with CRLF line ends: its spans are then shifted behind the first emoji or line
end. The stored text shows it. Not reliable in it, and therefore not compared: white space (browsers turn a no-break space into a blank
and drop line ends at the edge), line ends (Label Studio writes them as a backslash and an n), format characters such as a soft hyphen,
and HTML entities. A span without a stored text cannot be checked.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from annotation.studio.wire import Wire


class Unit(StrEnum):
    """Unit of offsets."""

    code_points = "code-points"
    utf_16 = "utf-16"
    crlf = "crlf"


NAMES = {
    Unit.code_points: "code points",
    Unit.utf_16: "UTF-16 code units",
    Unit.crlf: "characters of a text with CRLF line ends",
}


class Reading(NamedTuple):
    """Result of comparing the spans of an annotation with a text."""

    wrong: list[str]  # a reason for each span that contradicts the text
    possible: list[Unit]  # other units that move a span, and in which none contradicts the text


def read_offsets(results: Any, text: str, unit: Unit) -> Reading:
    """Compare the spans of an annotation with the text.

    Args:
        results: the ``result`` list.
        text: canonical text, which is the task's.
        unit: what the offsets count.
    """
    spans = list(_spans(results))
    wrong = [
        f"span {region_id(result.get('id'))}: {reason}"
        for result, value in spans
        if (reason := _contradiction(value, text, unit))
    ]
    possible = []
    for other in Unit:
        fits = other is not unit and not any(_contradiction(value, text, other) for _, value in spans)
        if fits and any(_place(value, text, other) != _place(value, text, unit) for _, value in spans):
            possible.append(other)
    return Reading(wrong, possible)


def refusal(reading: Reading, spans: int, foreign: Collection[Unit], unit: Unit) -> str | None:
    """Return why an annotation must not be imported; None if it may be.

    Args:
        reading: how its spans fit the text.
        spans: how many it has.
        foreign: other units that annotations of the same export are known to count in.
        unit: what its offsets are taken to count.
    """
    if reading.wrong:
        more = f" (and {len(reading.wrong) - 1} more)" if len(reading.wrong) > 1 else ""
        reason = f"{reading.wrong[0]}{more}: the annotation is not imported"
        if reading.possible:
            names = " and as ".join(NAMES[other] for other in reading.possible)
            how = " or ".join(_option(other) for other in reading.possible)
            return f"{reason}; all {spans} spans fit as {names}: import a JSON export {how}"
        return f"{reason}; correct or delete it on the server"
    doubtful = [other for other in reading.possible if other in foreign]
    if doubtful:
        return (
            f"its spans fit as {NAMES[unit]} and as {NAMES[doubtful[0]]}, which other annotations of this export count:"
            f" not imported; if they do too, import the export {_option(doubtful[0])}"
        )
    return None


def in_code_points(results: Sequence[Any], text: str, unit: Unit) -> list[Any]:
    """Return results with the offsets of their spans as code points; call ``read_offsets`` first."""
    if unit is Unit.code_points:
        return list(results)
    converted = []
    for result in results:
        value = result.get("value") if isinstance(result, dict) else None
        place = _place(value, text, unit) if isinstance(value, dict) else None
        if isinstance(value, dict) and place is not None:
            result = {**result, "value": {**value, "start": place[0], "end": place[1]}}
        converted.append(result)
    return converted


def region_id(id_: Any, number: int = 0) -> str:
    """Label Studio's id of a mark; anything else, which may hold text, is replaced by a number."""
    return id_ if isinstance(id_, str) and re.fullmatch(r"[\w-]{1,40}", id_, re.ASCII) else f"mark-{number:03d}"


def count_spans(results: Any) -> int:
    """Return how many spans with offsets a ``result`` list has."""
    return sum(1 for _ in _spans(results))


def _option(unit: Unit) -> str:
    return "without --offsets" if unit is Unit.code_points else f"with --offsets {unit}"


def _spans(results: Any) -> Iterator[tuple[Wire, Wire]]:
    """Results that mark a span, with their values."""
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict) or result.get("from_name") != "span":
            continue
        if type(value.get("start")) is int and type(value.get("end")) is int:
            yield result, value


def _contradiction(value: Wire, text: str, unit: Unit) -> str | None:
    """Return why a span cannot be at its offsets; None if it can."""
    start, end, shown, elsewhere = value["start"], value["end"], value.get("text"), value.get("globalOffsets")
    if isinstance(elsewhere, dict) and (elsewhere.get("start", start), elsewhere.get("end", end)) != (start, end):
        return "start and end are not those of its globalOffsets"
    place = _place(value, text, unit)
    missing = shown is None or shown == ""
    if place is None and not (missing and unit is Unit.code_points):
        return f"{start}–{end} is out of bounds or within a character, counted in {NAMES[unit]}"
    if place is None or missing:
        return None
    if not isinstance(shown, str):
        return "value.text: a text is expected"
    marked = _folded(text[place[0] : place[1]])
    if marked in (_folded(shown), _folded(html.unescape(shown))):
        return None
    return f"the text stored with it is not the text at {start}–{end}"


def _place(value: Wire, text: str, unit: Unit) -> tuple[int, int] | None:
    """Return start and end in code points; None if the text has no such offsets."""
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int or start >= end:
        return None
    if unit is Unit.code_points:
        return (start, end) if 0 <= start < end <= len(text) else None
    table = _table(text, unit)
    first, last = table.get(start), table.get(end)
    return None if first is None or last is None else (first, last)


@lru_cache(maxsize=4)
def _table(text: str, unit: Unit) -> dict[int, int]:
    """The code point at every offset that is between two characters."""
    table, offset = {}, 0
    for index, char in enumerate(text):
        table[offset] = index
        wide = (unit is Unit.utf_16 and ord(char) > 0xFFFF) or (unit is Unit.crlf and char == "\n")
        offset += 2 if wide else 1
    table[offset] = len(text)
    return table


def _folded(text: str) -> str:
    """Return the reliable part of a text that Label Studio repeats: no white space, line ends or format characters."""
    text = re.sub(r"\\[nrt]", "", text)
    return "".join(
        char
        for char in unicodedata.normalize("NFC", text)
        if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc")
    )
