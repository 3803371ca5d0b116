"""All systems of a task side by side: what the table says of itself is what decided."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.leaderboard import as_text
from baselines.scoring.board import score_systems
from baselines.scoring.items import Given, Items
from baselines.tasks import TASKS
from dataset.records.scores import Board

CLASSES = ["none", "fact", "value", "policy"]


@pytest.fixture(scope="module")
def board() -> Board:
    """Six systems on 240 items of 30 articles, three of them the same, one a probe."""
    dice = np.random.default_rng(3)
    gold = [str(label) for label in dice.choice(CLASSES, 240)]
    groups = [f"a{i % 30:02}" for i in range(240)]
    items = Items(
        TASKS["claim_detection"], CLASSES, [str(i) for i in range(240)], groups, groups, [""] * 240, gold, [None] * 240
    )

    def right(share: float) -> Given:
        return Given([label if dice.random() < share else str(dice.choice(CLASSES)) for label in gold])

    same = right(0.5)
    given = {"a": same, "b": same, "c": same, "d": right(0.45), "e": right(0.2), "probe": right(0.3)}
    return score_systems(items, given, unscored={}, probes=frozenset({"probe"}), annotator_kind="model")


def test_what_may_go_unseen_is_of_the_corrected_test(board: Board) -> None:
    """Two systems are told apart after Holm's correction: a single test's power would promise too much."""
    found = [pair.minimum_detectable_in_family for pair in board.pairs if pair.minimum_detectable_in_family]
    alone = [pair.minimum_detectable for pair in board.pairs if pair.minimum_detectable]
    assert board.detectable == max(found) > 1.2 * max(alone)


def test_reprints_make_intervals_wider() -> None:
    """Ten articles that each were printed three times say no more than ten; the board counts both and says what it drew."""
    dice = np.random.default_rng(5)
    gold = [str(label) for label in dice.choice(CLASSES, 80)]
    right = [label if dice.random() < 0.6 else str(dice.choice(CLASSES)) for label in gold]
    places = list(range(80)) * 3
    articles = [f"a{copy}-{i % 10}" for copy in range(3) for i in range(80)]

    def of(groups: list[str]) -> Board:
        ids = [str(i) for i in range(240)]
        golden = [gold[i] for i in places]
        items = Items(TASKS["claim_detection"], CLASSES, ids, articles, groups, [""] * 240, golden, [None] * 240)
        given = {"a": Given([right[i] for i in places]), "b": Given(["none"] * 240)}
        return score_systems(items, given, unscored={}, annotator_kind="model")

    by_article, by_cluster = of(articles), of([name[-1] for name in articles])
    assert (by_article.articles, by_article.groups, by_article.unit) == (30, 30, "article")
    assert (by_cluster.articles, by_cluster.groups, by_cluster.unit) == (30, 10, "reuse cluster")
    (narrow,), (wide,) = (
        [one.interval for one in board.systems if one.system == "a"] for board in (by_article, by_cluster)
    )
    assert narrow
    assert wide
    assert wide[1] - wide[0] > 1.4 * (narrow[1] - narrow[0])
    said = as_text([by_cluster])
    assert "240 items of 30 articles in 10 reuse clusters" in said
    assert "bootstrap over reuse clusters" in said
    assert " in 30 " not in as_text([by_article])


def test_one_figure_has_one_interval(board: Board) -> None:
    """In the table and among all metrics."""
    assert all(one.interval == one.scores[board.metric].interval for one in board.systems)
    assert all(one.interval for one in board.systems)


def test_systems_that_are_the_same_are_named_once(board: Board) -> None:
    """In one line, not in a line a pair."""
    assert [note for note in board.notes if "same counts" in note] == [
        "a and b and c have the same counts in every article: p is 1"
    ]


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (["none"] * 9 + ["fact"], ["gold has no item of value, policy", "rare in gold: fact in 4 articles"]),
        (["none"], ["gold has one class only, none"]),
        (CLASSES, []),
    ],
)
def test_what_gold_has_too_little_of_is_said(gold: list[str], said: list[str]) -> None:
    """Forty-eight articles of one item each: classes that nobody can be asked for, and those that intervals hang on."""
    names = [str(i) for i in range(48)]
    items = Items(TASKS["claim_detection"], CLASSES, names, names, names, [""] * 48, (gold * 48)[:48], [None] * 48)
    found = score_systems(items, {"a": Given(["none"] * 48)}, unscored={}, annotator_kind="model")
    notes = [note for note in found.notes if "gold" in note]
    assert len(notes) == len(said)
    assert all(note.startswith(start) for note, start in zip(notes, said, strict=True)), notes
