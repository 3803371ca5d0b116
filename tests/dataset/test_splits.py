"""The split ledger: nothing moves, nothing leaks, and the shares come out right."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.errors import LeakError
from dataset.records.ledger import LedgerEntry
from dataset.reuse import Link, clusters
from dataset.splits import QUARANTINE, SPLITS, assign, check_leaks, cluster_ids

RATIOS = {"train": 0.7, "validation": 0.15, "test": 0.15}


def link(a: str, b: str) -> Link:
    """Two articles that share text."""
    return Link(min(a, b), max(a, b), 3, 0.5, 0.5)


def grow(
    ids: list[str], links: list[Link], frozen: dict[str, LedgerEntry], labels: dict[str, Counter[str]] | None = None
) -> dict[str, LedgerEntry]:
    """The ledger after a release with these articles."""
    new = assign(ids, links, frozen, RATIOS, labels or {}, "test", "1.0.0")
    return {**frozen, **{entry.article_id: entry for entry in new}}


def splits_of(ledger: dict[str, LedgerEntry]) -> dict[str, str]:
    """Split by article."""
    return {id_: entry.split for id_, entry in ledger.items()}


def test_shares_come_out() -> None:
    """A hundred articles without links: 70, 15, 15."""
    ledger = grow([f"a{i:03d}" for i in range(100)], [], {})
    assert Counter(splits_of(ledger).values()) == {"train": 70, "validation": 15, "test": 15}


def test_labels_are_balanced() -> None:
    """A rare label of ten articles is in every split."""
    ids = [f"a{i:03d}" for i in range(100)]
    labels = {id_: Counter({"rare": 1} if i % 10 == 0 else {"common": 1}) for i, id_ in enumerate(ids)}
    ledger = grow(ids, [], {}, labels)
    rare = Counter(ledger[id_].split for i, id_ in enumerate(ids) if i % 10 == 0)
    assert set(rare) == set(SPLITS)


def test_new_articles_inherit_along_links() -> None:
    """Through a chain too."""
    frozen = {"a": LedgerEntry("a", "test", "cluster-a", "1.0.0")}
    ledger = grow(["a", "b", "c"], [link("a", "b"), link("b", "c")], frozen)
    assert splits_of(ledger) == {"a": "test", "b": "test", "c": "test"}
    assert {entry.cluster_id for entry in ledger.values()} == {"cluster-a"}


def test_an_article_between_two_splits_is_quarantined() -> None:
    """And only that one."""
    frozen = {"a": LedgerEntry("a", "test", "ca", "1.0.0"), "b": LedgerEntry("b", "train", "cb", "1.0.0")}
    ledger = grow(["a", "b", "x", "y"], [link("a", "x"), link("b", "x"), link("a", "y")], frozen)
    assert splits_of(ledger)["x"] == QUARANTINE
    groups = clusters(["a", "b", "x", "y"], [link("a", "x"), link("b", "x"), link("a", "y")])
    assert cluster_ids(groups, frozen) == {"a": "ca", "b": "cb", "x": "ca", "y": "ca"}
    assert splits_of(ledger)["y"] == "test"
    check_leaks(splits_of(ledger), [link("a", "x"), link("b", "x"), link("a", "y")])


def test_a_leak_is_named() -> None:
    """Both articles, both splits."""
    with pytest.raises(LeakError, match=r"a \(train\) and b \(test\)"):
        check_leaks({"a": "train", "b": "test"}, [link("a", "b")])


@settings(max_examples=60)
@given(st.data())
def test_no_growth_moves_or_leaks(data: st.DataObject) -> None:
    """Batches of articles with random links: frozen ones stay, linked ones are together or in quarantine; order has no say."""
    ids: list[str] = []
    links: list[Link] = []
    ledger: dict[str, LedgerEntry] = {}
    for batch in range(data.draw(st.integers(1, 4))):
        new = [f"{batch}-{i}" for i in range(data.draw(st.integers(1, 8)))]
        ids += new
        for id_ in new:
            other = data.draw(st.sampled_from(ids))
            if other != id_ and data.draw(st.booleans()):
                links.append(link(id_, other))
        before = splits_of(ledger)
        again = grow(data.draw(st.permutations(ids)), data.draw(st.permutations(links)), ledger)
        ledger = grow(ids, links, ledger)
        assert splits_of(again) == splits_of(ledger)
        assert all(splits_of(ledger)[id_] == split for id_, split in before.items())
        check_leaks(splits_of(ledger), links)
