"""Reading ``labels/*.jsonl``: one annotator's work on one article, checked before anything is made of it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from dataset.doubles import settle, stances_of
from dataset.files import read_jsonl
from dataset.records.gold import GoldClaim, Vote
from dataset.records.labels import Annotation, Claim, Decision, Origin, Seconds
from dataset.records.loader import UnusableError
from dataset.records.record import Failure, convert, convert_parts, places_left, without_nulls
from dataset.records.rejected import Rejected, by_place
from dataset.records.types import Span
from dataset.scheme import Scheme

LAYERS = ("kind", "target", "stance")  # what a claim is labelled with
LIST_OF = {"kind": "kinds", "target": "targets", "stance": "stances"}  # the scheme's list of a layer
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
# Fields that describe how the work went: no label is lost because of them.
_SOFT: Mapping[str, Any] = {
    "created": Annotated[str, Meta(min_length=1)],
    "lead_time": Seconds,
    "origin": Origin,
    "lost": list,
}


class Facts(NamedTuple):
    """What must be known of an article to check labels on it."""

    length: int
    text_sha256: str
    sentences: tuple[tuple[int, int], ...] | None = None  # of the body; None where the text is not at hand
    text: str | None = None  # canonical; None if it is not available: then claims on blanks alone are not noticed


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
        about = str(annotation.claims[0].id) if annotation.page == "claim" else ""
        if annotation.decision:
            about = f"{annotation.decision.layer}:{annotation.decision.item}"
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


def label_rows(folder: Path, rejected: list[Rejected]) -> Iterator[tuple[Path, int, Mapping[str, Any]]]:
    """Every line of ``labels/`` that is a JSON object, with its file and number; all others go to ``rejected``."""
    for path in sorted(folder.glob("*.jsonl")):
        file = f"labels/{path.name}"

        def bad(number: int, reason: str, file: str = file) -> None:
            rejected.append(Rejected("label", "", file, number, reason))

        try:
            yield from ((path, number, row) for number, row in read_jsonl(path, bad))
        except OSError as error:
            rejected.append(Rejected("label", "", file, None, f"the file cannot be read ({error.strerror})"))


def label_lines(folder: Path) -> Iterator[Annotation]:
    """Every line of ``labels/`` that is an annotation or a tombstone, whatever scheme and text say; all others are passed over."""
    for _, _, row in label_rows(folder, []):
        with suppress(UnusableError):
            yield read_line(row)[0]


def read_line(row: Mapping[str, Any]) -> tuple[Annotation, list[Failure]]:
    """Convert a line; scheme and text are not looked at.

    Returns:
        The annotation without the claims, lost spans and stances that cannot be used, and these.

    Raises:
        UnusableError: another field cannot be used.
    """
    usable = {name: value for name, value in row.items() if name not in _SOFT or _fits(value, _SOFT[name])}
    return convert_parts(without_nulls(usable, "claims"), Annotation, ("claims", "lost", "article_stance"))


def _fits(value: object, type_: Any) -> bool:
    try:
        convert(value, type_)
    except UnusableError:
        return False
    return True


def _annotation(
    row: Mapping[str, Any],
    scheme: Scheme,
    articles: Mapping[str, Facts],
    place: tuple[str, int],
    rejected: list[Rejected],
) -> Annotation:
    found, failures = read_line(row)
    facts = articles.get(found.article_id.split(REPEAT_MARK)[0])
    if facts is None:
        raise ValueError(f"article_id: the corpus has no article {found.article_id[:80]!r}")
    if found.text_sha256 != facts.text_sha256:
        raise ValueError("text_sha256: the labels were made on another text than the article's")
    if found.page == "claim" and not (
        len(row["claims"]) == len(found.claims) == 1 and isinstance(found.claims[0].id, str)
    ):
        raise ValueError("claims: on the claim page one claim is expected, with the id it has in gold")

    def bad(what: str, reason: str) -> None:
        rejected.append(Rejected("label", f"{found.id}{what}", f"labels/{place[0]}", place[1], reason))

    lost = [rough_span(span, facts.length) for span in found.lost or ()]
    for failure in failures:
        if failure.where.startswith("article_stance"):
            bad(" article_stance", f"article_stance: {str(failure.key)[:40]!r}: {failure.reason}")
            continue
        lost.append(rough_span(failure.entry, facts.length))
        if failure.where.startswith("claims"):
            bad(f" {failure.where}", failure.reason)
    if not isinstance(row.get("lost"), list | None):
        bad(" lost", "lost: a list of spans is expected")
        lost.append(Span(0, facts.length))
    names = places_left("claims", len(row["claims"]), failures)
    read: list[tuple[str, Claim]] = []
    for name, claim in zip(names, found.claims, strict=True):
        try:
            read.append((name, check_claim(claim, scheme, facts)))
            if reason := lost_claimant(claim):
                bad(f" {name}", reason)
        except ValueError as error:
            bad(f" {name}", str(error))
            lost.append(rough_span(claim, facts.length))
    settled = settle(read)
    for reason in settled.reasons:
        bad("", reason)
    stances, reasons = _stances(found.article_stance, scheme)
    for reason in reasons:
        bad(" article_stance", reason)
    return replace(
        found,
        claims=settled.claims,
        lost=tuple(sorted({*lost, *settled.lost})),
        article_stance=stances,
        decision=_decision(found.decision, scheme, facts.length) if found.page == "adjudication" else UNSET,
    )


def _stances(given: Mapping[str, str], scheme: Scheme) -> tuple[dict[str, str], list[str]]:
    """The stances by target as the scheme calls them now, and a reason for each that does not count."""
    read, reasons = [], []
    for old, value in given.items():
        target, stance = scheme.current("targets", old), scheme.current("article_stances", value)
        if target is None or stance is None:
            continue  # given up since
        if target not in scheme.questions or stance not in scheme.article_stance_ids:
            reasons.append(f"article_stance: {target[:40]!r} = {stance[:40]!r} is not in the scheme")
        else:
            read.append((target, stance))
    stances, more = stances_of(read)
    return dict(stances), [*reasons, *more]


SPAN_LABELS = ("claim", "none")  # of the layer span: there is a claim, or there is none


def labels_of(layer: str, scheme: Scheme) -> list[str]:
    """What may be said in a layer: kind, target, stance, article_stance or span."""
    if layer == "span":
        return list(SPAN_LABELS)
    return scheme.ids("article_stances" if layer == "article_stance" else LIST_OF[layer])


def _decision(decision: Decision | UnsetType, scheme: Scheme, length: int) -> Decision:
    """A decision as the scheme calls its labels now; without a label if the item was skipped or the scheme gave the label up."""
    if not decision:
        raise ValueError("decision: item, layer, label and reason are expected")
    if decision.touched_by_correction:
        raise ValueError(f"decision: {TOUCHED}: {_LOOK}")
    name = {**LIST_OF, "article_stance": "article_stances"}.get(decision.layer, "")
    label, target = scheme.current(name, decision.label), scheme.current("targets", decision.target)
    if label is not None:
        _known_label(label, "label", labels_of(decision.layer, scheme))
        if decision.reason is None:
            raise ValueError("decision: reason: a text is expected")
        if decision.start is not None:
            check_place(decision.start, decision.end, length, "decision")
    return replace(decision, label=label, target=target)


def _known_label(label: str | None, layer: str, known: Sequence[str]) -> None:
    if label is not None and label not in known:
        raise ValueError(f"{layer}: {label[:40]!r} is not one of {', '.join(known)}")


def instant(time: str | None) -> float:
    """An ISO 8601 time as seconds since 1970, UTC where it names no zone; before all others where it is none."""
    try:
        found = datetime.fromisoformat(time or "")
    except ValueError:
        return -math.inf
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen: white space, controls, format characters (Cf) and fillers only."""
    return all(
        char.isspace() or unicodedata.category(char) in ("Cc", "Cf") or _UNSEEN.match(char) is not None for char in text
    )


def check_place(start: int, end: int | None, length: int, what: str, text: str | None = None) -> None:
    """Check a span against its text's length and, if it is available, the text.

    Raises:
        ValueError: says what is wrong with it.
    """
    if end is None or not 0 <= start < end <= length:
        place = f"{str(start)[:20]}–{str(end)[:20]}"
        raise ValueError(f"{what}: {place} is out of bounds, the text has {length} characters")
    if text is not None and is_blank(text[start:end]):
        raise ValueError(f"{what}: {start}–{end} covers only blanks: mark the words")


def rough_span(entry: object, length: int) -> Span:
    """Where a claim that cannot be used may have been: its span cut to the text, or all of the text."""
    read = entry.get if isinstance(entry, dict) else partial(getattr, entry)
    start, end = read("start", None), read("end", None)
    if type(start) is int and type(end) is int and 0 <= start < min(end, length):
        return Span(start, min(end, length))
    return Span(0, length)


def lost_claimant(claim: Claim | GoldClaim) -> str | None:
    """Return a message if a claim's claimant was lost to a correction of the text, else None."""
    return f"{TOUCHED_CLAIMANT}: {_LOOK}" if claim.claimant_touched_by_correction else None


C = TypeVar("C", Claim, GoldClaim, Vote)


def check_claim(claim: C, scheme: Scheme, facts: Facts) -> C:
    """Check a claim or a vote on one against the scheme, the length of the text and, if it is available, the text.

    Returns:
        The claim with its labels as the scheme calls them now.

    Raises:
        ValueError: says what is wrong with it.
    """
    check_place(claim.start, claim.end, facts.length, "claim", facts.text)
    if not isinstance(claim, Vote):
        if claim.touched_by_correction:
            raise ValueError(f"claim: {TOUCHED}: {_LOOK}")
        if claim.claimant is not None:
            check_place(claim.claimant.start, claim.claimant.end, facts.length, "claimant", facts.text)
    labels = {layer: scheme.current(name, getattr(claim, layer)) for layer, name in LIST_OF.items()}
    for layer, label in labels.items():
        _known_label(label, layer, scheme.ids(LIST_OF[layer]))
    return replace(claim, **labels)
