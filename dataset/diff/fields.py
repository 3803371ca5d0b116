"""From a row that is not the same in two releases to typed changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from dataset.diff.changes import MAJOR, MINOR, PATCH, Change
from dataset.diff.tables import SHOWN, Pair
from dataset.release.writer import Row

LABELS = ("kind", "target", "stance", "label", "claim", "claim_group")
TEXTS = ("text", "title", "claimant", "context", "actor")
METADATA = (
    *("outlet", "published", "language", "agencies", "license", "rights_holder", "url", "source_file", "cluster_id"),
    *("article_id", "claim_id"),
)
SPANS = {"span": ("start", "end"), "claimant": ("claimant_start", "claimant_end"), "context": ("context_start", "context_end")}  # fmt: skip
PROVENANCE = ("annotator_kind", "adjudicated", "adjudicator", "reason")
_ELSEWHERE = {"text_sha256", "blocks", "votes", "label_distribution", "claim_ids"}
_KNOWN = {*LABELS, *TEXTS, *METADATA, *(name for pair in SPANS.values() for name in pair), *PROVENANCE, *_ELSEWHERE}


def article_changes(pair: Pair, down: frozenset[str]) -> Iterator[Change]:
    """Changes of one article.

    Args:
        pair: the article in both releases.
        down: articles that the newer release has a tombstone of.
    """
    before, after = pair.splits
    if pair.status == "added":
        yield Change("article_added", MINOR, pair.id, details={"split": after, "rows": dict(pair.rows)})
        return
    if pair.status == "removed":
        type_ = "article_taken_down" if pair.id in down else "article_removed"
        yield Change(type_, MAJOR, pair.id, details={"split": before, "rows": dict(pair.rows)})
        return
    old, new = pair.old, pair.new
    if before != after:
        yield Change("split_changed", MAJOR, pair.id, details={"from": before, "to": after})
    if old.get("text_sha256") != new.get("text_sha256"):
        yield Change("text_fixed", MAJOR, pair.id, details={"from": old["text_sha256"], "to": new["text_sha256"]})
    if old.get("blocks") != new.get("blocks"):
        removed, added = _multiset(old["blocks"], new["blocks"])
        yield Change("block_changed", MAJOR, pair.id, details={"from": removed, "to": added, **_follows(pair)})
    yield from _common(pair, "articles")


def row_changes(pair: Pair, config: str) -> Iterator[Change]:
    """Changes of one row of an article that both releases have."""
    if pair.status == "changed":
        yield from _labels(pair, config)
        yield from _votes(pair, config)
        yield from _common(pair, config)
        return
    type_, level = ("row_added", MINOR) if pair.status == "added" else ("row_removed", MAJOR)
    yield Change(type_, level, pair.id, config, pair.article_id, _follows(pair))


def _common(pair: Pair, config: str) -> Iterator[Change]:
    """What any row may have: offsets, texts, metadata, and columns that are not known here."""
    old, new = pair.old, pair.new

    def change(type_: str, level: str, **details: Any) -> Change:
        article = None if config == "articles" else pair.article_id
        return Change(type_, level, pair.id, config, article, {**details, **_follows(pair)})

    for name, columns in SPANS.items():
        span = [[side.get(column) for column in columns] for side in (old, new)]
        if span[0] != span[1]:
            level = MINOR if span[0] == [None, None] else MAJOR
            yield change("span_changed", level, field=name, **{"from": span[0], "to": span[1]})
    for name in (name for name in old if old[name] != new[name]):
        shown = {"from": old[name], "to": new[name]} if name in SHOWN else {}
        if name in TEXTS:
            filled = old[name] is None
            yield change("text_filled" if filled else "text_changed", MINOR if filled else MAJOR, field=name)
        elif name in METADATA:
            yield change("metadata_changed", PATCH, field=name, **shown)
        elif name == "claim_ids":
            kept = set(old[name] or ()) <= set(new[name] or ())
            yield change("claim_ids_changed", MINOR if kept else MAJOR, **shown)
        elif name not in _KNOWN:
            yield change("value_changed", MAJOR, field=name)


def _labels(pair: Pair, config: str) -> Iterator[Change]:
    """Gold labels, and who made them; who made them alone where every label stands."""
    old, new = pair.old, pair.new
    moved = [name for name in LABELS if old.get(name) != new.get(name)]
    for name in moved:
        filled = old[name] is None
        shown = {"from": old[name], "to": new[name]} if name in SHOWN else {}
        by = {"by": _by(new, name), "was_by": _by(old, name)}
        details = {"field": name, **shown, **{key: value for key, value in by.items() if value}, **_follows(pair)}
        type_, level = ("label_filled", MINOR) if filled else ("label_changed", MAJOR)
        yield Change(type_, level, pair.id, config, pair.article_id, details)
    other = [name for name in PROVENANCE if old.get(name) != new.get(name)]
    if other and not moved:
        # Why a label was chosen is prose: it changed, that is all.
        was, is_ = ({name: side[name] for name in other if name in SHOWN} for side in (old, new))
        level = MINOR if {"annotator_kind", "adjudicated"} & set(other) else PATCH
        details = {"field": ", ".join(other), "from": was, "to": is_}
        yield Change("provenance_changed", level, pair.id, config, pair.article_id, details)


def _by(row: Row, name: str) -> Row:
    """Who made a label: people or models, by votes or by a decision."""
    made = {key: row[key] for key in ("annotator_kind", "adjudicated", "adjudicator") if row.get(key) is not None}
    if name in ("kind", "target", "stance") and row.get("votes"):
        made["votes"] = [
            {"annotator": vote["annotator"], "annotator_kind": vote["annotator_kind"], "label": vote[name]}
            for vote in row["votes"]
        ]
    elif name == "label" and row.get("label_distribution"):
        made["shares"] = row["label_distribution"]
    elif name == "claim" and row.get("claim_ids"):
        made["claims"] = row["claim_ids"]
    return made


def _votes(pair: Pair, config: str) -> Iterator[Change]:
    """Votes where the config has them; else the shares, where the label that they are of stands."""
    old, new = pair.old, pair.new
    removed, added = _multiset(old.get("votes") or [], new.get("votes") or [])
    if removed:
        details = {"removed": removed, "added": added, **_follows(pair)}
        yield Change("votes_changed", MAJOR, pair.id, config, pair.article_id, details)
    elif added:
        yield Change("votes_added", MINOR, pair.id, config, pair.article_id, {"added": added})
    elif old.get("label_distribution") != new.get("label_distribution") and old.get("label") == new.get("label"):
        # Where no vote changed a share was changed by hand. A config without votes cannot tell, and its claim does.
        details = {"from": old["label_distribution"], "to": new["label_distribution"]}
        level = MAJOR if "votes" in old else MINOR
        yield Change("distribution_changed", level, pair.id, config, pair.article_id, details)


def _multiset(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    """What is in the first list only, and in the second only."""

    def line(one: Any) -> str:
        return json.dumps(one, sort_keys=True)

    a, b = Counter(map(line, old or [])), Counter(map(line, new or []))
    return [json.loads(one) for one in (a - b).elements()], [json.loads(one) for one in (b - a).elements()]


def _follows(pair: Pair) -> dict[str, str]:
    return {"follows": "text_fixed"} if pair.follows else {}
