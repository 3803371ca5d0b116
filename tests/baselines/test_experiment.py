"""What is predicted for an item depends on the item and on what was trained on, on nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from baselines.experiment import RELEASED, run_experiment
from baselines.tasks import TASKS, Span, load
from tests.baselines.small import stances


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen articles."""
    return stances(tmp_path_factory.mktemp("experiment"), articles=16, cued=False)


@pytest.mark.parametrize("name", ["claim_detection", "stance", "article_stance", "claim_spans", "claimant"])
def test_the_test_split_decides_nothing(release: Path, name: str) -> None:
    """Other labels there, and half of its items away: the same hyper-parameters, the same predictions of what is left."""
    task = TASKS[name]
    data = load(task, release)
    if task.kind == "spans":  # the tagger takes its time
        data = replace(data, train=data.train.iloc[:4])
    half = data.test.iloc[: len(data.test) // 2].copy()
    if task.kind == "classification":
        half["label"] = [data.classes[(data.classes.index(label) + 1) % len(data.classes)] for label in half["label"]]
        half["label_distribution"] = None
    else:
        half["label"] = pd.Series([[Span(0, 1, data.classes[0])]] * len(half), half.index, dtype=object)
    whole, part = (run_experiment(task, one, RELEASED) for one in (data, replace(data, test=half)))
    assert part.items.gold != whole.items.gold[: len(half)]
    assert part.chosen == whole.chosen
    assert part.given.keys() == whole.given.keys() != set()
    for system, given in part.given.items():
        first = whole.given[system].where([place < len(half) for place in range(len(data.test))])
        assert given.labels == first.labels, system
        if given.probabilities is not None and first.probabilities is not None:
            assert given.probabilities == pytest.approx(first.probabilities, abs=1e-12), system
