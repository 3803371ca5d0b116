"""Splits as a ledger: append-only, by article, the same for every config.

New articles inherit the split of the frozen ones they share text with; where those disagree the article is put in quarantine. Other
clusters go, largest first, to the split that most lacks their labels. A frozen article never moves, and no two linked articles ever
stand in different splits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Literal, NamedTuple

from dataset.errors import MOST_LINES, LeakError
from dataset.records.ledger import LedgerEntry, LedgerSplit
from dataset.records.types import Split
from dataset.reuse import Link, clusters

SPLITS: tuple[Split, ...] = ("train", "validation", "test")
QUARANTINE: Literal["quarantine"] = "quarantine"


class Leak(NamedTuple):
    """Two linked articles in different splits."""

    a: str
    a_split: str
    b: str
    b_split: str
    link: Link

    def __str__(self) -> str:
        shared = self.link.shared_sentences
        what = f"{shared} sentence{'' if shared == 1 else 's'}" if shared else "many runs of words"
        return f"leak: {self.a} ({self.a_split}) and {self.b} ({self.b_split}) share {what}"


def find_leaks(splits: Mapping[str, str], links: Iterable[Link]) -> list[Leak]:
    """Find the linked pairs that are in two splits.

    Args:
        splits: split by article id; articles in quarantine are in none.
        links: every pair that shares text.
    """
    pairs = (Leak(e.a, splits.get(e.a, QUARANTINE), e.b, splits.get(e.b, QUARANTINE), e) for e in links)
    return [one for one in pairs if QUARANTINE not in (one.a_split, one.b_split) and one.a_split != one.b_split]


def leak_lines(leaks: Sequence[Leak]) -> list[str]:
    """One line per pair, at most fifty, then how many more there are."""
    lines = [str(one) for one in leaks[:MOST_LINES]]
    return [*lines, f"leak: and {len(leaks) - MOST_LINES} more such pairs"] if len(leaks) > MOST_LINES else lines


def check_leaks(splits: Mapping[str, str], links: Iterable[Link]) -> None:
    """Make sure that no linked pair is in two splits.

    Raises:
        LeakError: names the pairs.
    """
    leaks = find_leaks(splits, links)
    if leaks:
        raise LeakError(*leak_lines(leaks))


def assign(
    ids: Sequence[str],
    links: Sequence[Link],
    frozen: Mapping[str, LedgerEntry],
    ratios: Mapping[str, float],
    labels: Mapping[str, Counter[str]],
    salt: str,
    version: str,
    withheld: Container[str] = (),
) -> list[LedgerEntry]:
    """Give every article that the ledger does not hold yet a split.

    Args:
        ids: all articles of the release.
        links: the pairs that share text.
        frozen: ledger entry by article id.
        ratios: share of each split, summing to 1.
        labels: how many of each label an article carries; articles missing here carry none.
        salt: makes ties fall differently in different corpora.
        version: the release that the new entries are made for.
        withheld: frozen articles that are not in the release; their split is inherited only if no released article gives one.

    Returns:
        The new entries, in order of their ids.
    """
    splits: dict[str, LedgerSplit] = {id_: entry.split for id_, entry in frozen.items()}
    near = [edge for edge in links if edge.a not in withheld and edge.b not in withheld]
    names = cluster_ids(clusters(ids, near), frozen)
    new = sorted(set(ids) - set(frozen))
    _inherit(new, near, splits)
    _inherit(new, links, splits)
    remaining = [id_ for id_ in new if id_ not in splits]
    _balance(
        clusters(remaining, [e for e in links if e.a not in splits and e.b not in splits]), splits, ratios, labels, salt
    )
    return [LedgerEntry(id_, splits[id_], names[id_], version) for id_ in new]


def cluster_ids(groups: Iterable[Sequence[str]], frozen: Mapping[str, LedgerEntry]) -> dict[str, str]:
    """The cluster of each article: the ledger's, else the first name that the ledger gave to one of the group, else a new one."""
    names = {}
    for group in groups:
        known = sorted(frozen[id_].cluster_id for id_ in group if id_ in frozen)
        name = known[0] if known else f"cluster-{min(group)}"
        # A frozen article keeps the name that the ledger gave it; what a later merge joined stands in splits/reuse.jsonl.
        names.update({id_: frozen[id_].cluster_id if id_ in frozen else name for id_ in group})
    return names


def _inherit(new: Sequence[str], links: Sequence[Link], splits: dict[str, LedgerSplit]) -> None:
    """Carry frozen splits along the links, nearest first; an article between two splits goes to quarantine."""
    neighbours: dict[str, set[str]] = {}
    for edge in links:
        neighbours.setdefault(edge.a, set()).add(edge.b)
        neighbours.setdefault(edge.b, set()).add(edge.a)
    waiting = [id_ for id_ in new if id_ in neighbours]
    while True:
        reached = [
            id_
            for id_ in waiting
            if id_ not in splits and any(splits.get(n, QUARANTINE) in SPLITS for n in neighbours[id_])
        ]
        if not reached:
            return
        for id_ in reached:
            near = {splits[n] for n in neighbours[id_] if n in splits} & set(SPLITS)
            splits[id_] = near.pop() if len(near) == 1 else QUARANTINE


def _balance(
    groups: Iterable[Sequence[str]],
    splits: dict[str, LedgerSplit],
    ratios: Mapping[str, float],
    labels: Mapping[str, Counter[str]],
    salt: str,
) -> None:
    def counted(ids: Iterable[str]) -> Counter[str]:
        total: Counter[str] = Counter()
        for id_ in ids:
            total.update(labels.get(id_, ()))
            total["article"] += 1
        return total

    def order(group: Sequence[str]) -> tuple[int, bytes]:
        return -len(group), sha256(f"{salt}\0{group[0]}".encode()).digest()

    groups = sorted(groups, key=order)
    held = {name: counted(id_ for id_, split in splits.items() if split == name) for name in SPLITS}
    total = counted(id_ for group in groups for id_ in group)
    for counts in held.values():
        total.update(counts)
    for group in groups:
        weight = counted(group)

        def lack(name: Split, weight: Counter[str] = weight) -> float:
            # What the split lacks of each label, as a share of what it should have, weighted by how much of it comes along.
            share = ratios[name]
            if not share:
                return float("-inf")
            missing = (
                n / total[label] * (1 - held[name][label] / (share * total[label])) for label, n in weight.items()
            )
            return sum(missing)

        best = max(SPLITS, key=lambda name: (lack(name), ratios[name]))
        held[best].update(weight)
        splits.update(dict.fromkeys(group, best))
