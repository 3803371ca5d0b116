"""Labels that were made on an old text, as they are on the corrected one: lines of ``labels/*.jsonl`` and of ``gold.jsonl``.

What an edit touches stays in its place in the line, marked: readers (``dataset/labels.py``) reject it until an annotator has checked it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dataset.correction.align import Alignment
from dataset.labels import CARRIED, TOUCHED, TOUCHED_CLAIMANT
from dataset.records.record import plain
from dataset.records.types import Span

Row = dict[str, Any]  # a line as it is there, whatever it holds: nothing of it is lost
_SPAN_ITEM = re.compile(r"(?P<article>.*):(?P<start>\d+)-(?P<end>\d+)", re.DOTALL)


def carry_label(row: Mapping[str, Any], alignment: Alignment, text_sha256: str) -> tuple[Row, list[str]]:
    """Carry an annotation over.

    Args:
        row: the line; its spans are offsets into the old text.
        alignment: of both texts.
        text_sha256: of the new text.

    Returns:
        The line on the new text, and a name for each part that an edit touches.
    """
    carried: Row = {**row, "text_sha256": text_sha256, CARRIED: row.get(CARRIED, row.get("text_sha256"))}
    touched: list[str] = []
    if isinstance(row.get("claims"), list):
        carried["claims"] = [
            _entry(entry, alignment, row.get("text_sha256"), f"claims[{number}]", touched)
            for number, entry in enumerate(row["claims"])
        ]
    if "lost" in row:
        carried["lost"] = move_places(row["lost"], alignment)
    if isinstance(row.get("decision"), dict):
        carried["decision"] = _decision(row["decision"], alignment, row.get("text_sha256"), touched)
    return carried, touched


def carry_gold(row: Mapping[str, Any], alignment: Alignment, text_sha256: str) -> tuple[Row, list[str]]:
    """Carry a line of gold over; arguments and result as for ``carry_label``."""
    carried, touched = carry_label(row, alignment, text_sha256)
    del carried[CARRIED]  # gold is made again from labels that contain it
    for number, claim in enumerate(carried.get("claims") or []):
        if isinstance(claim, dict) and isinstance(claim.get("votes"), list):
            places: list[str] = []
            claim["votes"] = [
                _entry(vote, alignment, row.get("text_sha256"), "vote", places) for vote in claim["votes"]
            ]
            if places and TOUCHED not in claim:
                # Distribution and votes belong together: a claim is carried with all of its votes or looked at.
                claim[TOUCHED] = _old_place(row["claims"][number], row.get("text_sha256"))
                touched.append(f"claims[{number}]")
    if isinstance(row.get("span_decisions"), list):
        carried["span_decisions"] = [_item(item, alignment) or item for item in row["span_decisions"]]
    return carried, touched


def move_places(listed: Any, alignment: Alignment) -> Any:
    """Carry a list of entries with ``start`` and ``end`` over, of which only the place counts."""
    if not isinstance(listed, list):
        return listed
    found = []
    for entry in listed:
        span = _span(entry, alignment)
        found.append(entry if span is None else {**entry, **plain(alignment.move(span) or alignment.around(span))})
    return found


def _entry(entry: Any, alignment: Alignment, sha256: Any, name: str, touched: list[str]) -> Any:
    span = _span(entry, alignment)
    if span is None:
        return entry  # no reader takes it
    if TOUCHED in entry:
        return {**entry, **plain(alignment.around(span))}  # the earlier mark stays
    moved = alignment.move(span)
    carried: Row = {**entry, **plain(moved or alignment.around(span))}
    if moved is None:
        carried[TOUCHED] = _old_place(entry, sha256)
        touched.append(name)
    place = _span(entry.get("claimant"), alignment)
    if place is not None:
        there = alignment.move(place)
        carried["claimant"] = there and plain(there)
        if there is None:
            carried[TOUCHED_CLAIMANT] = _old_place(plain(place), sha256)
            touched.append(f"{name}.claimant")
    return carried


def _decision(decision: Mapping[str, Any], alignment: Alignment, sha256: Any, touched: list[str]) -> Row:
    carried: Row = _entry(dict(decision), alignment, sha256, "decision", touched)
    if decision.get("layer") == "span":
        carried["item"] = _item(decision.get("item"), alignment) or decision.get("item")
    if alignment.replaced and TOUCHED not in carried:
        carried[TOUCHED] = {"text_sha256": sha256}
        touched.append("decision")
    return carried


def _item(item: Any, alignment: Alignment) -> str | None:
    """The name of a span that an adjudicator was asked about."""
    found = _SPAN_ITEM.fullmatch(item) if isinstance(item, str) else None
    if found is None:
        return None
    span = _span({"start": int(found["start"]), "end": int(found["end"])}, alignment)
    if span is None:
        return None
    there = alignment.move(span) or alignment.around(span)
    return f"{found['article']}:{there.start}-{there.end}"


def _old_place(entry: Mapping[str, Any], sha256: Any) -> Row:
    return {"start": entry["start"], "end": entry["end"], "text_sha256": sha256}


def _span(entry: Any, alignment: Alignment) -> Span | None:
    """Return the span of an entry; None if it is not in the old text."""
    start, end = (entry.get("start"), entry.get("end")) if isinstance(entry, dict) else (None, None)
    if type(start) is int and type(end) is int and 0 <= start < end <= alignment.old_length:
        return Span(start, end)
    return None
