"""Changes of what is not a row: the release as a whole, its scheme, its columns, tombstones, ledger and links."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from datasets import ClassLabel

from dataset.diff.changes import MAJOR, MINOR, PATCH, Change
from dataset.diff.sides import Side
from dataset.diff.tables import Tables, shared_columns
from dataset.files import read_jsonl
from dataset.release.manifest import HEAD, TOMBSTONES
from dataset.schema import CONFIGS
from dataset.takedown.tombstones import hashed

# The column whose ClassLabel holds a list of the scheme.
_LISTS = {
    "targets": ("claims", "target"),
    "questions": ("stance", "target"),
    "kinds": ("claims", "kind"),
    "stances": ("claims", "stance"),
    "article_stances": ("article_stance", "label"),
}
# Prose, or figures that follow from the labels: they changed, that is all.
_NOT_SHOWN = {"description", "synthetic", "agreement"}


def release_changes(old: Side, new: Side) -> Iterator[Change]:
    """What the manifests say of the whole."""
    for name in HEAD:
        before, after = old.head.get(name), new.head.get(name)
        # With or without its text, a release says the same.
        if name not in ("name", "version", "profile", "scheme") and before != after:
            shown = {} if name in _NOT_SHOWN else {"from": before, "to": after}
            yield Change("release_changed", PATCH, name, details=shown)


def scheme_changes(old: Side, new: Side, tables: Tables) -> Iterator[Change]:
    """Labels that came, went, or have other numbers now."""
    before, after = old.head.get("scheme"), new.head.get("scheme")
    if before != after:
        yield Change("scheme_changed", PATCH, "scheme", details={"from": before, "to": after})
    for list_, (config, column) in _LISTS.items():
        was, is_ = (_names(side, config, column) for side in (old, new))
        if was is None or is_ is None:
            continue
        for label in (label for label in was if label not in is_):
            yield Change("label_removed", MAJOR, label, details={"field": list_})
        for label in (label for label in is_ if label not in was):
            yield Change("label_added", MINOR, label, details={"field": list_})
        stayed = [label for label in was if label in is_]
        moved = {label: [was.index(label), is_.index(label)] for label in stayed}
        moved = {label: numbers for label, numbers in moved.items() if numbers[0] != numbers[1]}
        if moved:
            # Whoever kept the numbers of the old release, in a trained model, would read other labels now.
            yield Change("labels_renumbered", MAJOR, list_, details={"labels": moved})
    for target in tables.questions():
        yield Change("question_changed", MAJOR, target)


def _names(side: Side, config: str, column: str) -> list[str] | None:
    feature = side.features[config].get(column)
    return list(feature.names) if isinstance(feature, ClassLabel) else None


def column_changes(old: Side, new: Side) -> Iterator[Change]:
    """Columns that one of the two lacks, or whose values cannot be compared."""
    for config in CONFIGS:
        was, is_ = old.features[config], new.features[config]
        comparable = shared_columns(was, is_)
        for name in sorted(set(was) | set(is_)):
            if name not in is_:
                yield Change("column_removed", MAJOR, name, config)
            elif name not in was:
                yield Change("column_added", MINOR, name, config)
            elif name not in comparable:
                yield Change("column_changed", MAJOR, name, config)


def taken_down(side: Side) -> frozenset[str]:
    """Articles that a release has a tombstone of."""
    return frozenset(str(row.get("article_id")) for _, row in read_jsonl(side.path / TOMBSTONES))


def tombstone_changes(old: Side, new: Side, tables: Tables) -> Iterator[Change]:
    """Tombstones that came without an article going, and such as went."""
    was, is_ = taken_down(old), taken_down(new)
    for id_ in sorted(is_ - was - tables.removed(is_ - was)):
        yield Change("tombstone_added", PATCH, id_)
    for id_ in sorted(was - is_):
        yield Change("tombstone_removed", MAJOR, id_)


def line_changes(tables: Tables, down: Collection[str]) -> Iterator[Change]:
    """Ledger and links, where the changes of the articles do not say it.

    The line of an article that was taken down stays, with the hash of its id: that is told by the takedown.
    """
    plain = {hashed(id_): id_ for id_ in down}
    by_id: dict[str, Any] = {}
    for id_, was, is_ in tables.ledger():
        if (id_ in down and is_ is None) or (id_ in plain and was is None):
            one = plain.get(id_, id_)
            before, after = by_id.pop(one, (None, None))
            by_id[one] = (was or before, is_ or after)
            continue
        level = MINOR if was is None else MAJOR if is_ is None or was["split"] != is_["split"] else PATCH
        yield Change("ledger_changed", level, id_, details={"from": was, "to": is_})
    for id_, (was, is_) in sorted(by_id.items()):
        if was is not None and was != is_:
            yield Change("ledger_changed", MAJOR, id_, details={"from": was, "to": is_})
    for id_, was, is_ in tables.reuse():
        yield Change("reuse_changed", PATCH, id_, details={"from": was, "to": is_})
