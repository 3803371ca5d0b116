"""No splitting scheme has a cluster on both sides."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from baselines.tasks import holdout


def rows(count: int = 120, seed: int = 1, *, everywhere: bool = False) -> pd.DataFrame:
    """Rows of clusters that run over outlets and targets."""
    dice = random.Random(seed)
    found = []
    for i in range(count):
        cluster = i // 4
        found.append(
            {
                "cluster_id": f"c{cluster}",
                "target": "pqrs"[i % 4] if everywhere else dice.choice("pq" if cluster % 2 else "rs"),
                "outlet": dice.choice(["A", "B"]) if cluster % 5 == 0 else "ABC"[cluster % 3],
                "published": None if cluster % 11 == 10 else f"2025-{1 + cluster % 9:02d}-1{dice.choice('01')}",
                "split": ("train", "validation", "test")[cluster % 3],
            }
        )
    return pd.DataFrame(found)


@pytest.mark.parametrize("scheme", holdout.SCHEMES)
@pytest.mark.parametrize("everywhere", [False, True])
def test_no_cluster_on_both_sides(scheme: str, everywhere: bool) -> None:
    """Nor what is held out in training; both sides have rows."""
    frame = rows(everywhere=everywhere)
    for fold in holdout.SCHEMES[scheme](frame):
        train, test = frame[fold.train], frame[fold.test]
        assert min(len(train), len(test)) > 0
        assert not set(train["cluster_id"]) & set(test["cluster_id"])
        assert fold.left_out == len(frame) - len(train) - len(test)
        if scheme.startswith("leave"):
            column = scheme.split("_")[2]
            assert set(test[column]) == {fold.held_out}
            assert fold.held_out not in set(train[column])
        if scheme == "by_date":
            assert train["published"].max() < test["published"].min()
            assert fold.notes


def test_each_row_of_a_target_is_tested_once() -> None:
    """Also where all clusters have all targets, so that they are divided."""
    frame = rows(everywhere=True)
    tested = np.sum([fold.test for fold in holdout.leave_one_target_out(frame)], axis=0)
    assert (tested == 1).all()


def test_what_cannot_be_divided_is_said() -> None:
    """One target, one outlet, no date, no test split."""
    frame = rows().assign(target="p", outlet="A", published=None, split="train")
    for scheme, words in {
        "leave_one_target_out": "two targets",
        "leave_one_outlet_out": "two outlets",
        "by_date": "fewer than two days",
        "as_released": "no row is left to test",
    }.items():
        with pytest.raises(ValueError, match=words):
            holdout.SCHEMES[scheme](frame)
    with pytest.raises(ValueError, match="no column"):
        holdout.by_date(frame.drop(columns="published"))
