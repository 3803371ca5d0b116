"""The learning curve: what more articles to train on would bring."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from baselines.estimator import SEED
from baselines.scoring.items import Given, items_of
from baselines.scoring.measures import UndefinedError, measure
from baselines.systems import SYSTEMS
from baselines.systems.training import fit_system
from baselines.tasks import Data, Task
from dataset.records.run import Training
from dataset.records.scores import CurvePoint

TASKS_DRAWN = ("claim_detection", "stance")
SYSTEMS_DRAWN = ("tfidf_logreg", "e5_tfidf")
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
DRAWS = 3


def learning_curve(task: Task, data: Data, chosen: Mapping[str, Training]) -> tuple[CurvePoint, ...]:
    """Scores on the test split of models trained on parts of the train split.

    A part is so many reuse clusters, drawn three times; within a draw a larger part holds the smaller ones. Hyper-parameters are those of
    the whole train split: choosing them again on a tenth of it would mix two effects.

    Args:
        task: what is asked.
        data: its rows.
        chosen: how the systems of the released split were trained, by system.

    Returns:
        One point per system and part; its score is the mean of the draws, low and high are their range. A part that cannot be learnt
        from has no point.
    """
    points = []
    clusters = data.train["cluster_id"].astype(str)
    names = np.array(sorted(set(clusters)))
    orders = [np.random.default_rng([SEED, draw]).permutation(names) for draw in range(DRAWS)]
    for name in SYSTEMS_DRAWN:
        if name not in chosen:
            continue
        for share in SHARES:
            number = max(1, round(share * len(names)))
            parts = [data.train[clusters.isin(order[:number])] for order in orders[: 1 if share == 1 else DRAWS]]
            scores = [score for part in parts if (score := _score(task, data, name, part, chosen[name])) is not None]
            if len(scores) == len(parts):
                points.append(
                    CurvePoint(
                        system=name,
                        share=share,
                        articles=round(float(np.mean([part["article_id"].nunique() for part in parts]))),
                        rows=round(float(np.mean([len(part) for part in parts]))),
                        score=float(np.mean(scores)),
                        low=min(scores),
                        high=max(scores),
                    )
                )
    return tuple(points)


def _score(task: Task, data: Data, system: str, rows: pd.DataFrame, chosen: Training) -> float | None:
    if rows["label"].nunique() < 2:
        return None
    try:
        model = fit_system(SYSTEMS[system], task, rows, chosen.parameters)
        given = Given([str(label) for label in model.predict(data.test[task.inputs])])
        return measure(task.metrics[0], items_of(task, data.test, data.classes), given).value()
    except (UndefinedError, ValueError):
        return None
