"""Between a line of ``labels/*.jsonl`` and the JSON of Label Studio, without a loss either way.

Offsets of Label Studio are Unicode code points into the task's text, as ours are; what it repeats of the text is not relied on, so
spans are always cut from the source. A result that the scheme does not know, or that lies outside the text, is reported, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dataset.labels import LAYERS, Claim, Facts, Span, read_claim
from dataset.scheme import Scheme

LONGEST_ACTOR = 120  # characters of a normal form; articles' sentences are longer, and have no place in labels/
LONGEST_LABEL = 60
ARTICLE_STANCE = "article_stance_"
Result = dict[str, Any]


def to_results(text: str, claims: Sequence[Claim], article_stance: Mapping[str, str]) -> list[Result]:
    """The ``result`` list of an annotation on the article page.

    Args:
        text: the article's canonical text, which is the task's.
        claims: what was marked.
        article_stance: stance by target.
    """
    results: list[Result] = []
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


def from_results(
    results: Iterable[Any], scheme: Scheme, facts: Facts
) -> tuple[list[dict[str, Any]], dict[str, str], list[str]]:
    """The claims and article stances of an annotation's ``result`` list.

    Labels that the scheme renamed since come out as they were given: they are renamed where they are read.

    Returns:
        Claims in the form of ``labels/*.jsonl`` ordered by their place, article stance by target, and a line for everything that
        could not be used.
    """
    regions: dict[str, dict[str, Any]] = {}
    spans: dict[str, tuple[str, Any]] = {}
    relations: list[tuple[str, str]] = []
    stances: dict[str, str] = {}
    problems: list[str] = []
    for result in results:
        try:
            _read(result, scheme, regions, spans, relations, stances)
        except (KeyError, TypeError, IndexError, ValueError) as error:
            problems.append(f"result {_name(result)}: {error if isinstance(error, ValueError) else 'not of the page'}")
    claimants: dict[str, Any] = {}
    for a, b in relations:
        mention, claim = (a, b) if spans.get(a, ("",))[0] == "claimant" else (b, a)
        if spans.get(mention, ("",))[0] != "claimant" or spans.get(claim, ("",))[0] != "claim":
            problems.append(f"relation {a}–{b}: does not join a claimant and a claim")
        elif claim in claimants and claimants[claim] != spans[mention][1]:
            problems.append(f"relation {a}–{b}: the claim has a claimant already")
        else:
            claimants[claim] = spans[mention][1]
    claims: list[dict[str, Any]] = []
    for id_, (kind, place) in spans.items():
        if kind != "claim":
            continue
        entry = {
            "id": _region(id_, len(claims)),
            **place,
            "claimant": claimants.get(id_),
            "unclear": False,
            **regions.get(id_, {}),
        }
        for layer in ("actor", *LAYERS):
            entry.setdefault(layer, None)
        try:
            read_claim(entry, scheme, facts.length)
        except ValueError as error:
            problems.append(f"claim {entry['id']}: {error}")
        # Kept all the same: it is set aside wherever it is read, and comes back when the scheme knows its label again.
        claims.append(entry)
    problems += [f"labels of {id_}: there is no such claim" for id_ in regions if spans.get(id_, ("",))[0] != "claim"]
    return sorted(claims, key=_place), stances, problems


def _place(claim: Mapping[str, Any]) -> tuple[int, int]:
    """Where a claim stands; what has no place comes first."""
    start, end = claim["start"], claim["end"]
    return (start, end) if type(start) is int and type(end) is int else (-1, -1)


def _region(id_: Any, number: int) -> str:
    """Label Studio's id of a mark; anything else, which may hold text, is replaced by a number."""
    return id_ if isinstance(id_, str) and re.fullmatch(r"[\w-]{1,40}", id_, re.ASCII) else f"mark-{number:03d}"


def stance_of(results: Iterable[Any]) -> str | None:
    """The stance that an annotation on the claim page gives; None where there is none."""
    return _answer(results, "stance", "choices")


def decision_of(results: Sequence[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What an annotation on the adjudication page decides about the item that its task's data names; nulls where it does not."""
    asked = {name: data.get(name) for name in ("item", "layer", "target", "start", "end")}
    reason = _answer(results, "reason", "text")
    return {
        **asked,
        "label": _answer(results, "decision", "choices"),
        "reason": " ".join(reason.split()) or None if reason else None,
    }


def _answer(results: Iterable[Any], control: str, field: str) -> str | None:
    for result in results:
        if isinstance(result, dict) and result.get("from_name") == control:
            value = result.get("value")
            given = value.get(field) if isinstance(value, dict) else None
            return given[0] if isinstance(given, list) and len(given) == 1 and isinstance(given[0], str) else str(given)
    return None


def _mention(text: str, span: Span, region: str) -> Result:
    place = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
    return {
        "id": region,
        "to_name": "text",
        "from_name": "span",
        "type": "labels",
        "value": {**place, "labels": ["claimant"]},
    }


def _read(
    result: Any,
    scheme: Scheme,
    regions: dict[str, dict[str, Any]],
    spans: dict[str, tuple[str, Any]],
    relations: list[tuple[str, str]],
    stances: dict[str, str],
) -> None:
    if result["type"] == "relation":
        relations.append((result["from_id"], result["to_id"]))
        return
    name, id_, value = result["from_name"], result["id"], result["value"]
    if name == "span":
        label = _one(value["labels"])
        if label not in ("claim", "claimant"):
            raise ValueError(f"label {str(label)[:40]!r} is not one of the page's")
        spans[id_] = (label, {name: at if type(at := value[name]) is int else None for name in ("start", "end")})
    elif name in LAYERS:
        regions.setdefault(id_, {})[name] = _label(value["choices"])
    elif name == "actor":
        name = " ".join(_one(value["text"]).split())
        if len(name) > LONGEST_ACTOR:
            raise ValueError(f"a name of {len(name)} characters is none (pasted text?); {LONGEST_ACTOR} are allowed")
        regions.setdefault(id_, {})["actor"] = name or None
    elif name == "unclear":
        regions.setdefault(id_, {})["unclear"] = value["choices"] == ["unclear"]
    elif isinstance(name, str) and name.startswith(ARTICLE_STANCE):
        target, stance = name.removeprefix(ARTICLE_STANCE)[:LONGEST_LABEL], _label(value["choices"])
        if scheme.current("targets", target) not in (*scheme.questions, None) or scheme.current(
            "article_stances", stance
        ) not in (*scheme.article_stance_ids, None):
            stances[target] = stance  # kept, as a claim is
            raise ValueError(f"{name} = {str(stance)[:40]!r} is not in the scheme")
        stances[target] = stance
    else:
        raise ValueError("not of the page")


def _label(values: Any) -> str:
    label = _one(values)
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"{label[:LONGEST_LABEL]!r}… is no label")
    return label


def _one(values: Any) -> str:
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        raise ValueError("one value is expected")
    return values[0]


def _name(result: Any) -> str:
    if isinstance(result, dict):
        return f"{result.get('from_name') or result.get('type')} of {result.get('id') or result.get('from_id')}"
    return type(result).__name__
