"""Between a line of ``labels/*.jsonl`` and the JSON of Label Studio, without a loss either way.

Offsets of Label Studio are Unicode code points into the task's text, as ours are; ``offsets.py`` compares them with what it repeats of
the text. A result that the scheme does not know, that contradicts another, or that is outside the text, is reported, never guessed at.
A mark that may have been a claim, but cannot be read, becomes a *lost* span: its sentences are not labelled, which is not "no claim".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from annotation.studio.offsets import region_id
from annotation.studio.wire import Wire
from dataset.labels import LAYERS, Facts, check_claim, is_blank, rough_span
from dataset.records.labels import Claim, Decision
from dataset.records.loader import UnusableError
from dataset.records.record import convert, without_nulls
from dataset.records.types import Span
from dataset.scheme import Scheme

LONGEST_ACTOR = 120  # characters of a normal form; articles' sentences are longer, and have no place in labels/
LONGEST_LABEL = 60
ARTICLE_STANCE = "article_stance_"
SPAN_LABELS = ("claim", "claimant")
_Place = dict[str, int | None]  # start and end; null if they are no whole numbers
_OF_CLAIMS = (*LAYERS, "actor", "unclear")  # controls of a claim


def to_results(text: str, claims: Sequence[Claim], article_stance: Mapping[str, str]) -> list[Wire]:
    """The ``result`` list of an annotation on the article page.

    Args:
        text: the article's canonical text, which is the task's.
        claims: what was marked.
        article_stance: stance by target.
    """
    results: list[Wire] = []
    mentions: dict[Span, str] = {}
    for number, claim in enumerate(claims):
        region = f"claim-{number:03d}"
        place = {"start": claim.span.start, "end": claim.span.end, "text": text[claim.span.start : claim.span.end]}
        base = {"id": region, "to_name": "text"}
        results.append({**base, "from_name": "span", "type": "labels", "value": {**place, "labels": ["claim"]}})
        for layer in LAYERS:
            label = getattr(claim, layer)
            if label is not None:
                results.append({**base, "from_name": layer, "type": "choices", "value": {**place, "choices": [label]}})
        if claim.actor is not None:
            value = {"start": claim.span.start, "end": claim.span.end, "text": [claim.actor]}
            results.append({**base, "from_name": "actor", "type": "textarea", "value": value})
        if claim.unclear:
            results.append(
                {**base, "from_name": "unclear", "type": "choices", "value": {**place, "choices": ["unclear"]}}
            )
        if claim.claimant is not None:
            if claim.claimant not in mentions:
                mentions[claim.claimant] = f"claimant-{len(mentions):03d}"
                results.append(_mention(text, claim.claimant, mentions[claim.claimant]))
            results.append(
                {
                    "from_id": mentions[claim.claimant],
                    "to_id": region,
                    "type": "relation",
                    "direction": "right",
                    "labels": ["claimant"],
                }
            )
    for target, stance in article_stance.items():
        name = f"{ARTICLE_STANCE}{target}"
        value = {"choices": [stance]}
        results.append({"id": name, "to_name": "text", "from_name": name, "type": "choices", "value": value})
    return results


class Converted(NamedTuple):
    """Content of an annotation on the article page."""

    claims: list[Claim]  # ordered by their place
    stances: dict[str, str]  # article stance by target
    problems: list[str]  # a line for everything that could not be used
    lost: list[Span]  # of marks that may have been claims, but could not be read


@dataclass
class _Marks:
    """The part of a ``result`` list that was read so far."""

    spans: dict[str, tuple[str, _Place]] = field(default_factory=dict)  # label and place by region
    unusable: set[str] = field(default_factory=set)  # regions of spans that were rejected
    labels: dict[str, dict[str, str | bool | None]] = field(default_factory=dict)  # of claims, by region
    places: dict[str, object] = field(default_factory=dict)  # values of labels of claims, readable or not, by region
    relations: list[tuple[str, str]] = field(default_factory=list)
    stances: dict[str, str] = field(default_factory=dict)
    contradicted: set[tuple[str, str]] = field(default_factory=set)  # controls with two values, by region
    lost: list[object] = field(default_factory=list)  # values of spans
    problems: list[str] = field(default_factory=list)


def from_results(results: Iterable[Any], scheme: Scheme, facts: Facts, text: str | None = None) -> Converted:
    """The claims and article stances of an annotation's ``result`` list.

    Labels that the scheme renamed since come out as they were given: they are renamed where they are read.

    Args:
        results: the list, with offsets in code points.
        scheme: what labels there are.
        facts: of the article.
        text: its canonical text, if known; without it a claim on white space alone is not noticed.
    """
    marks = _Marks()
    for result in results:
        try:
            _read(result, scheme, marks)
        except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
            reason = str(error) if isinstance(error, ValueError) else "not of the page"
            marks.problems.append(f"result {_name(result)}: {reason}")
            if _may_be_span(result, marks):
                marks.lost.append(result.get("value") if isinstance(result, dict) else None)
    _remove_blank(marks, text)
    claimants = _claimants(marks)
    claims: list[Claim] = []
    for id_, (kind, place) in marks.spans.items():
        if kind != "claim":
            continue
        region = region_id(id_, len(claims))
        try:
            entry = {"id": region, **place, "claimant": claimants.get(id_), **marks.labels.get(id_, {})}
            claim = convert(without_nulls(entry), Claim)
        except UnusableError as error:
            marks.problems.append(f"claim {region}: {error}")
            marks.lost.append(place)
            continue
        try:
            check_claim(claim, scheme, Facts(facts.length, facts.text_sha256))
        except ValueError as error:
            marks.problems.append(f"claim {region}: {error}")
        # Kept all the same: it is rejected wherever it is read, and counts again when the scheme knows its label again.
        claims.append(claim)
    for id_ in marks.labels:
        if id_ not in marks.unusable and marks.spans.get(id_, ("",))[0] != "claim":
            marks.problems.append(f"labels of {region_id(id_)}: there is no such claim")
    # Of a claim whose span is missing the labels repeat the place.
    marks.lost += [value for id_, value in marks.places.items() if id_ not in {*marks.spans, *marks.unusable}]
    lost = sorted({rough_span(value, facts.length) for value in marks.lost})
    return Converted(sorted(claims, key=lambda claim: (claim.start, claim.end)), marks.stances, marks.problems, lost)


def _remove_blank(marks: _Marks, text: str | None) -> None:
    """Remove spans that cover nothing visible."""
    if text is None:
        return
    for id_, (kind, place) in list(marks.spans.items()):
        start, end = place["start"], place["end"]
        if start is not None and end is not None and 0 <= start < end <= len(text) and is_blank(text[start:end]):
            marks.problems.append(f"{kind} {region_id(id_)}: only white space is marked")
            _reject_span(id_, marks)


def _reject_span(id_: str, marks: _Marks) -> None:
    kind, place = marks.spans.pop(id_)
    marks.unusable.add(id_)
    if kind == "claim":
        marks.lost.append(place)


def _claimants(marks: _Marks) -> dict[str, _Place]:
    """The claimant's place by the claim's region."""
    claimants: dict[str, _Place] = {}
    several = set()
    for a, b in marks.relations:
        kinds = {region: marks.spans.get(region, ("",))[0] for region in (a, b)}
        mention, claim = (a, b) if kinds[a] == "claimant" else (b, a)
        if {a, b} & marks.unusable:
            continue  # its span is named
        if kinds[mention] != "claimant" or kinds[claim] != "claim":
            marks.problems.append(f"relation {region_id(a)}–{region_id(b)}: does not join a claimant and a claim")
        elif claimants.setdefault(claim, marks.spans[mention][1]) != marks.spans[mention][1]:
            several.add(claim)
    for claim in several:
        marks.problems.append(f"claim {region_id(claim)}: it has several claimants; none is imported")
        del claimants[claim]
    return claimants


def stance_of(results: Iterable[Any]) -> str | None:
    """The stance that an annotation on the claim page gives; None where there is none."""
    return _answer(results, "stance", "choices")


def decision_of(results: Sequence[Any], data: Mapping[str, Any]) -> Decision:
    """What an annotation on the adjudication page decides about the item that its task's data names; nulls where it does not.

    Raises:
        ValueError: the task's data names no item.
    """
    asked = {name: data.get(name) for name in ("item", "layer", "target", "start", "end")}
    reason = _answer(results, "reason", "text")
    reason = " ".join(reason.split()) or None if reason else None
    return convert({**asked, "label": _answer(results, "decision", "choices"), "reason": reason}, Decision)


def _answer(results: Iterable[Any], control: str, field: str) -> str | None:
    """Return the one answer that a control gives; None if there is none.

    Raises:
        ValueError: it gives several.
    """
    answers = []
    for result in results:
        if isinstance(result, dict) and result.get("from_name") == control:
            value = result.get("value")
            given = value.get(field) if isinstance(value, dict) else None
            answers.append(_one(given, control))
    if len(set(answers)) > 1:
        raise ValueError(f"{control}: it has {len(set(answers))} values, one is expected")
    return answers[0] if answers else None


def _mention(text: str, span: Span, region: str) -> Wire:
    place = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
    return {
        "id": region,
        "to_name": "text",
        "from_name": "span",
        "type": "labels",
        "value": {**place, "labels": ["claimant"]},
    }


def _read(result: Any, scheme: Scheme, marks: _Marks) -> None:
    if result.get("type") == "relation":
        if not isinstance(result["from_id"], str) or not isinstance(result["to_id"], str):
            raise TypeError
        marks.relations.append((result["from_id"], result["to_id"]))
        return
    name, id_, value = result["from_name"], result["id"], result["value"]
    if name in _OF_CLAIMS:
        marks.places.setdefault(id_, value)
    if name == "span":
        _read_span(result, marks)
    elif name in LAYERS:
        _note(marks, id_, name, _label(value["choices"]))
    elif name == "actor":
        actor = " ".join(_one(value["text"]).split())
        if len(actor) > LONGEST_ACTOR:
            raise ValueError(
                f"{len(actor)} characters are too long for a name (pasted text?); {LONGEST_ACTOR} are allowed"
            )
        _note(marks, id_, "actor", actor or None)
    elif name == "unclear":
        if value["choices"] not in (["unclear"], []):
            raise TypeError
        _note(marks, id_, "unclear", value["choices"] == ["unclear"])
    elif name.startswith(ARTICLE_STANCE):
        target, stance = name.removeprefix(ARTICLE_STANCE)[:LONGEST_LABEL], _label(value["choices"])
        if (ARTICLE_STANCE, target) in marks.contradicted or marks.stances.setdefault(target, stance) != stance:
            marks.contradicted.add((ARTICLE_STANCE, target))
            marks.stances.pop(target, None)
            raise ValueError("another value is given as well; none is imported")
        known_target = scheme.current("targets", target) in (*scheme.questions, None)
        if not known_target or scheme.current("article_stances", stance) not in (*scheme.article_stance_ids, None):
            # Kept, as a claim is.
            raise ValueError(f"{name[:LONGEST_LABEL]} = {stance[:40]!r} is not in the scheme")
    else:
        raise TypeError


def _read_span(result: Mapping[str, Any], marks: _Marks) -> None:
    id_, value = result["id"], result["value"]
    if not isinstance(id_, str) or not id_:
        raise ValueError("a region id is expected")
    try:
        label = _one(value["labels"], "labels")
        if label not in SPAN_LABELS:
            raise ValueError(f"label {label[:40]!r} is not one of the page's")
    except (KeyError, TypeError, ValueError) as error:
        _repeated(id_, marks)
        marks.unusable.add(id_)
        raise ValueError(str(error) if isinstance(error, ValueError) else "it has no label") from None
    place = {name: at if type(at := value.get(name)) is int else None for name in ("start", "end")}
    there = marks.spans.get(id_)
    if id_ in marks.unusable or (there is not None and there != (label, place)):
        _repeated(id_, marks)
        raise ValueError("another span has the same region id; none of them is imported")
    if there is not None:
        marks.problems.append(f"result {_name(result)}: the span is in the list twice; one is imported")
    marks.spans[id_] = (label, place)


def _repeated(id_: str, marks: _Marks) -> None:
    """Reject the span that had a region id before another span did."""
    if id_ in marks.spans:
        _reject_span(id_, marks)


def _note(marks: _Marks, id_: Any, name: str, value: Any) -> None:
    """Keep a label of a region; of two different values neither is kept."""
    if not isinstance(id_, str):
        raise TypeError
    labels = marks.labels.setdefault(id_, {})
    if (id_, name) in marks.contradicted or labels.setdefault(name, value) != value:
        marks.contradicted.add((id_, name))
        labels.pop(name, None)
        raise ValueError("another value is given as well; none is imported")


def _may_be_span(result: Any, marks: _Marks) -> bool:
    """Return whether a result that cannot be read may have been a claim."""
    if not isinstance(result, dict):
        return True
    value = result.get("value")
    name, kind = str(result.get("from_name")), str(result.get("type"))
    labelled = isinstance(value, dict) and "labels" in value and kind != "relation"
    # What no control of the page wrote is a mark of something where it has a place.
    placed = isinstance(value, dict) and ("start" in value or "end" in value)
    foreign = name not in _OF_CLAIMS and not name.startswith(ARTICLE_STANCE) and kind != "relation"
    if not (name == "span" or kind == "labels" or labelled or (placed and foreign)):
        return False
    # A claimant is not a claim.
    return not (isinstance(value, dict) and value.get("labels") == ["claimant"])


def _label(values: Any) -> str:
    label = _one(values)
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"{label[:LONGEST_LABEL]!r}… is no label")
    return label


def _one(values: Any, what: str = "value") -> str:
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        number = len(values) if isinstance(values, list) else "no list of"
        raise ValueError(f"{what}: one value is expected, it has {number} values")
    return values[0]


def _name(result: Any) -> str:
    if isinstance(result, dict):
        control, region = result.get("from_name") or result.get("type"), result.get("id") or result.get("from_id")
        return f"{str(control)[:40]} of {region_id(region)}"
    return type(result).__name__
