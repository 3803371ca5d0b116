"""The lines of ``labels/*.jsonl``: one annotator's work on one article, checked before anything is made of it."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from dataset.doubles import settle, stances_of
from dataset.files import read_jsonl
from dataset.records.rejected import Rejected, by_place
from dataset.scheme import Scheme

ANNOTATOR_KINDS = ("human", "model")
PAGES = ("article", "claim", "adjudication")
LAYERS = ("kind", "target", "stance")  # what a claim is labelled with
LIST_OF = {"kind": "kinds", "target": "targets", "stance": "stances"}  # the scheme's list of a layer
STATUSES = ("submitted", "skipped")
DELETED = "deleted"  # status of a line that stays as the tombstone of an annotation that is gone from the server
REPEAT_MARK = "#"  # ID#2 is a blind repeat of article ID
# Marks of what a correction of the text touched (dataset/correction/): it is rejected until an annotator has checked it.
CARRIED = "carried_from"  # hash of the text that an annotation was made on, where a correction was accepted since
TOUCHED, TOUCHED_CLAIMANT = "touched_by_correction", "claimant_touched_by_correction"
_LOOK = "the text was corrected here: mark it again on the corrected text, then remove this key"
# Characters that are drawn as a blank, or not at all, and are neither white space nor Cf.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


class Span(NamedTuple):
    """Half-open code points into the canonical text."""

    start: int
    end: int


class Facts(NamedTuple):
    """What must be known of an article to check labels on it."""

    length: int
    text_sha256: str
    sentences: tuple[tuple[int, int], ...] | None = None  # of the body; None where the text is not at hand
    text: str | None = None  # canonical; None if it is not available: then claims on blanks alone are not noticed


@dataclass(frozen=True)
class Claim:
    """A claim as one annotator labelled it."""

    id: str | None
    span: Span
    claimant: Span | None
    actor: str | None
    kind: str | None
    target: str | None
    stance: str | None
    unclear: bool
    group: str | None


@dataclass(frozen=True)
class Decision:
    """What an adjudicator decided about one item that the annotators left open."""

    item: str  # a claim's id, ARTICLE:TARGET for an article stance, ARTICLE:START-END for a span
    layer: str  # kind, target, stance, article_stance, or span: whether there is a claim
    target: str | None  # toward which a stance was asked
    label: str
    reason: str
    span: Span | None = None  # where the claim stood when it was decided


@dataclass(frozen=True)
class Annotation:
    """One annotator's whole work on one article, on one page."""

    id: str
    article_id: str
    scheme_version: str | None
    guidelines_version: str | None
    annotator: str
    annotator_kind: str
    page: str
    status: str
    updated: str | None
    claims: tuple[Claim, ...]
    lost: tuple[Span, ...]  # where claims were that could not be read or were rejected: there may be a claim
    article_stance: dict[str, str]
    created: str | None = None  # ISO time, as the line has it
    lead_time: float | None = None  # seconds of work
    decision: Decision | None = None  # on the adjudication page


def read_labels(
    folder: Path, scheme: Scheme, articles: Mapping[str, Facts], down: frozenset[str] = frozenset()
) -> tuple[list[Annotation], list[Rejected]]:
    """Read and check all annotations of a corpus.

    A line that cannot be used is rejected as a whole; a single claim or article stance that cannot is rejected alone, and its place is
    kept because there may be a claim (``lost``). Of several annotations by one person on one page of an article (elsewhere: about one
    claim or item) the one updated last counts (of equals the one with the higher id), and the others are rejected. Tombstones of deleted
    annotations are skipped. The order of files, lines and claims does not matter.

    Args:
        folder: ``labels/``.
        scheme: what labels there are.
        articles: length and hash by article id.
        down: articles that were taken down; labels on them rest.
    """
    kept: dict[tuple[str, ...], tuple[Annotation, str, int]] = {}
    rejected: list[Rejected] = []
    for path, number, row in label_rows(folder, rejected):
        if str(row.get("article_id")).split(REPEAT_MARK)[0] in down or row.get("status") == DELETED:
            continue
        try:
            annotation = _annotation(row, scheme, articles, (path.name, number), rejected)
        except ValueError as error:
            id_ = str(row.get("annotation_id", ""))
            rejected.append(Rejected("label", id_, f"labels/{path.name}", number, str(error)))
            continue
        about = str(row["claims"][0]["id"]) if annotation.page == "claim" else ""
        if annotation.page == "adjudication":
            asked = row["decision"]
            about = f"{asked.get('layer')}:{asked.get('item')}"
        key = (annotation.article_id, annotation.annotator, annotation.page, about)
        found = (annotation, path.name, number)
        other = kept.get(key)
        if other is not None and _rank(other[0]) > _rank(annotation):
            found, other = other, found
        kept[key] = found
        if other is not None:
            older, file, line = other
            later = instant(older.updated) < instant(found[0].updated)
            which = "a later annotation" if later else "another annotation of the same time"
            reason = f"{older.annotator} has {which} of {older.article_id} ({found[1]}:{found[2]}); remove one of them"
            rejected.append(Rejected("label", older.id, f"labels/{file}", line, reason))
    return [kept[key][0] for key in sorted(kept)], sorted(rejected, key=by_place)


def _rank(annotation: Annotation) -> tuple[float, list[tuple[str, int]], str]:
    """Return the key that decides which of several annotations counts: time, then id by its numbers, then the content."""
    parts = [(text, int(digits or 0)) for text, digits in re.findall(r"([^0-9]*)([0-9]{0,18})", annotation.id)]
    return instant(annotation.updated), parts, repr(annotation)


def label_rows(folder: Path, rejected: list[Rejected]) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    """Every line of ``labels/`` that is a JSON object, with its file and number; all others go to ``rejected``."""
    for path in sorted(folder.glob("*.jsonl")):
        file = f"labels/{path.name}"

        def bad(number: int, reason: str, file: str = file) -> None:
            rejected.append(Rejected("label", "", file, number, reason))

        try:
            yield from ((path, number, row) for number, row in read_jsonl(path, bad))
        except OSError as error:
            rejected.append(Rejected("label", "", file, None, f"the file cannot be read ({error.strerror})"))


def _one_of(row: Mapping[str, Any], key: str, known: tuple[str, ...] | list[str], optional: bool = False) -> str | None:
    value = row.get(key)
    if value is None and optional:
        return None
    if value not in known:
        raise ValueError(f"{key}: {str(value)[:40]!r} is not one of {', '.join(known)}")
    return str(value)


def _label(entry: Mapping[str, Any], layer: str, scheme: Scheme) -> str | None:
    """A label as the scheme calls it now."""
    name = LIST_OF[layer]
    return _one_of({layer: scheme.current(name, entry.get(layer))}, layer, scheme.ids(name), optional=True)


def _string(row: Mapping[str, Any], key: str, optional: bool = False) -> str:
    value = row.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key}: a text is expected")
    return value


def _annotation(
    row: dict[str, Any], scheme: Scheme, articles: Mapping[str, Facts], place: tuple[str, int], rejected: list[Rejected]
) -> Annotation:
    file, number = place
    article_id = _string(row, "article_id")
    facts = articles.get(article_id.split(REPEAT_MARK)[0])
    if facts is None:
        raise ValueError(f"article_id: the corpus has no article {article_id[:80]!r}")
    if row.get("text_sha256") != facts.text_sha256:
        raise ValueError("text_sha256: the labels were made on another text than the article's")
    id_ = _string(row, "annotation_id")
    read: list[tuple[str, Claim]] = []

    def bad(what: str, reason: str) -> None:
        rejected.append(Rejected("label", f"{id_}{what}", f"labels/{file}", number, reason))

    lost = _lost(row.get("lost"), facts.length, bad)
    entries = row.get("claims")
    if not isinstance(entries, list):
        raise ValueError("claims: a list is expected")  # noqa: TRY004 - the caller sets a ValueError aside
    if row.get("page") == "claim" and not (len(entries) == 1 and _names_gold(entries[0])):
        raise ValueError("claims: on the claim page one claim is expected, with the id it has in gold")
    for index, entry in enumerate(entries):
        try:
            read.append((f"claims[{index}]", read_claim(entry, scheme, facts.length, facts.text)))
            if reason := lost_claimant(entry):
                bad(f" claims[{index}]", reason)
        except ValueError as error:
            bad(f" claims[{index}]", str(error))
            lost.append(rough_span(entry, facts.length))
    settled = settle(read)
    for reason in settled.reasons:
        bad("", reason)
    given = []
    entries = row.get("article_stance") or {}
    if not isinstance(entries, dict):
        raise ValueError("article_stance: a table of target and stance is expected")  # noqa: TRY004
    for old, value in entries.items():
        target, stance = scheme.current("targets", old), scheme.current("article_stances", value)
        if target is None or stance is None:
            continue  # given up since
        if target not in scheme.questions or stance not in scheme.article_stance_ids:
            bad(" article_stance", f"article_stance: {str(target)[:40]!r} = {str(stance)[:40]!r} is not in the scheme")
        else:
            given.append((target, stance))
    stances, reasons = stances_of(given)
    for reason in reasons:
        bad(" article_stance", reason)
    return Annotation(
        id=id_,
        article_id=article_id,
        scheme_version=_string(row, "scheme_version", optional=True) or None,
        guidelines_version=_string(row, "guidelines_version", optional=True) or None,
        annotator=_string(row, "annotator"),
        annotator_kind=_one_of(row, "annotator_kind", ANNOTATOR_KINDS) or "",
        page=_one_of(row, "page", PAGES) or "",
        status=_one_of(row, "status", STATUSES) or "",
        updated=_string(row, "updated", optional=True) or None,
        claims=settled.claims,
        lost=tuple(sorted({*lost, *settled.lost})),
        article_stance=dict(stances),
        created=created if isinstance(created := row.get("created"), str) and created else None,
        lead_time=_seconds(row.get("lead_time")),
        decision=_decision(row.get("decision"), scheme, facts.length) if row.get("page") == "adjudication" else None,
    )


def _lost(value: Any, length: int, bad: Callable[[str, str], None]) -> list[Span]:
    """The spans of which an import could not read the labels; all of the text where they cannot be read either."""
    if value is None:
        return []
    if not isinstance(value, list):
        bad(" lost", "lost: a list of spans is expected")
        return [Span(0, length)]
    return [rough_span(entry, length) for entry in value]


def _seconds(value: Any) -> float | None:
    """A lead time; None for whatever is none: it says how the work went, and no label is lost over it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= sys.float_info.max:
        return None
    return float(value)


SPAN_LABELS = ("claim", "none")  # of the layer span: there is a claim, or there is none


def labels_of(layer: str, scheme: Scheme) -> list[str]:
    """What may be said in a layer: kind, target, stance, article_stance or span."""
    if layer == "span":
        return list(SPAN_LABELS)
    return scheme.ids("article_stances" if layer == "article_stance" else LIST_OF[layer])


def _decision(value: Any, scheme: Scheme, length: int) -> Decision | None:
    """A decision; none where the item was skipped or the scheme gave the label up."""
    if not isinstance(value, dict) or value.get("layer") not in (*LAYERS, "article_stance", "span"):
        raise ValueError("decision: item, layer, label and reason are expected")
    if TOUCHED in value:
        raise ValueError(f"decision: {TOUCHED}: {_LOOK}")
    layer = value["layer"]
    if value.get("label") is None:
        return None
    name = {**LIST_OF, "article_stance": "article_stances"}.get(layer, "")
    label = scheme.current(name, value["label"])
    if label is None:
        return None
    _one_of({"label": label}, "label", labels_of(layer, scheme))
    item, target = _string(value, "item"), scheme.current("targets", value.get("target"))
    place = value if value.get("start") is not None else None
    span = None if place is None else read_span(place, length, "decision")
    return Decision(item, layer, target, label, _string(value, "reason"), span)


def instant(time: str | None) -> float:
    """An ISO 8601 time as seconds since 1970, UTC where it names no zone; before all others where it is none."""
    try:
        found = datetime.fromisoformat(time or "")
    except ValueError:
        return -math.inf
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _names_gold(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("id"), str) and bool(entry["id"])


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen: white space, controls, format characters (Cf) and fillers only."""
    return all(
        char.isspace() or unicodedata.category(char) in ("Cc", "Cf") or _UNSEEN.match(char) is not None for char in text
    )


def read_span(value: Any, length: int, what: str, text: str | None = None) -> Span:
    """Check one span against its text's length and, if it is available, the text.

    Raises:
        ValueError: says what is wrong with it.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{what}: start and end are expected")  # noqa: TRY004
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int:
        raise ValueError(f"{what}: start and end are expected to be whole numbers")
    if not 0 <= start < end <= length:
        place = f"{str(start)[:20]}–{str(end)[:20]}"
        raise ValueError(f"{what}: {place} is out of bounds, the text has {length} characters")
    if text is not None and is_blank(text[start:end]):
        raise ValueError(f"{what}: {start}–{end} covers only blanks: mark the words")
    return Span(start, end)


def rough_span(entry: Any, length: int) -> Span:
    """Where a claim that cannot be used may have been: its span cut to the text, or all of the text."""
    start, end = (entry.get("start"), entry.get("end")) if isinstance(entry, dict) else (None, None)
    if type(start) is int and type(end) is int and 0 <= start < min(end, length):
        return Span(start, min(end, length))
    return Span(0, length)


def lost_claimant(entry: Mapping[str, Any]) -> str | None:
    """Return a message if a claim's claimant was lost to a correction of the text, else None."""
    return f"{TOUCHED_CLAIMANT}: {_LOOK}" if TOUCHED_CLAIMANT in entry else None


def read_claim(entry: Any, scheme: Scheme, length: int, text: str | None = None) -> Claim:
    """Check one claim against scheme, text length and, if it is available, the text.

    Raises:
        ValueError: says what is wrong with it.
    """
    span = read_span(entry, length, "claim", text)
    if TOUCHED in entry:
        raise ValueError(f"claim: {TOUCHED}: {_LOOK}")
    claimant = entry.get("claimant")
    return Claim(
        id=entry.get("id"),
        span=span,
        claimant=None if claimant is None else read_span(claimant, length, "claimant", text),
        actor=_string(entry, "actor", optional=True) or None,
        kind=_label(entry, "kind", scheme),
        target=_label(entry, "target", scheme),
        stance=_label(entry, "stance", scheme),
        unclear=entry.get("unclear") is True,
        group=_string(entry, "claim_group", optional=True) or None,
    )
