"""Alignment of spans: one to one, order-independent, medoid boundaries."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from annotation.align import MIN_IOU, groups, iou, match, medoid
from dataset.records.types import Span

spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(1, 30))


def test_iou_by_hand() -> None:
    """4 shared of 8 in all."""
    assert iou(Span(0, 6), Span(2, 8)) == 0.5
    assert iou(Span(0, 6), Span(6, 8)) == 0.0


def test_the_assignment_is_the_best_in_total() -> None:
    """A greedy choice of the best pair would leave the second claim unmatched."""
    a = [Span(0, 10), Span(4, 14)]
    b = [Span(2, 11), Span(0, 8)]
    assert sorted(match(a, b)) == [(0, 1), (1, 0)]


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_matching_is_symmetric_in_size(a: list[Span], b: list[Span]) -> None:
    """One to one, all pairs similar enough, as many from either side."""
    pairs = match(a, b)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(iou(a[i], b[j]) >= MIN_IOU for i, j in pairs)
    assert len(match(b, a)) == len(pairs)


@given(st.lists(st.lists(spans, max_size=5), min_size=1, max_size=4), st.randoms())
def test_groups_do_not_depend_on_order(lists: list[list[Span]], dice: Random) -> None:
    """Annotators in another order, spans in another order: the same groups of spans."""

    def found(by: dict[str, list[Span]]) -> list[list[tuple[str, Span]]]:
        return sorted(sorted((name, by[name][i]) for name, i in group.items()) for group in groups(by))

    by = {f"a{i}": list(dict.fromkeys(list_)) for i, list_ in enumerate(lists)}
    names = list(by)
    dice.shuffle(names)
    other = {name: dice.sample(by[name], len(by[name])) for name in names}
    assert found(by) == found(other)
    members = [(name, i) for group in groups(by) for name, i in group.items()]
    assert sorted(members) == sorted((name, i) for name, list_ in by.items() for i in range(len(list_)))


def test_nested_spans_stay_apart() -> None:
    """A long and a short claim in one place are two."""
    by = {"a": [Span(0, 40), Span(10, 20)], "b": [Span(0, 42), Span(11, 20)]}
    assert groups(by) == [{"a": 0, "b": 0}, {"a": 1, "b": 1}]


def test_medoid() -> None:
    """The one in the middle; of two the first in the text."""
    assert medoid([Span(0, 10), Span(0, 12), Span(0, 20)]) == Span(0, 12)
    assert medoid([Span(3, 10), Span(2, 10)]) == Span(2, 10)
