"""What is scored, and what a system says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from baselines.tasks.base import ClassificationTask, Task


@dataclass(frozen=True)
class Items:
    """A task's gold items, in the order of their rows."""

    task: Task
    classes: list[str]
    ids: list[str]
    articles: list[str]
    groups: list[str]  # what is resampled as one: reuse clusters, since who reprints is no second witness
    targets: list[str]  # "" where the task has none
    gold: list[Any]  # labels; for span tasks lists of `Span`
    votes: list[Mapping[str, float] | None]  # shares of the annotators' labels

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def spans(self) -> bool:
        """Whether gold is spans."""
        return self.task.kind != "classification"

    @property
    def unit(self) -> str:
        """What a group is called: by its usual name where nothing is reprinted."""
        return "article" if len(set(self.groups)) == len(set(self.articles)) else "reuse cluster"

    def where(self, keep: Sequence[bool]) -> Items:
        """Some of the items."""

        def kept(values: list[Any]) -> list[Any]:
            return [value for value, yes in zip(values, keep, strict=True) if yes]

        lists = (kept(each) for each in (self.ids, self.articles, self.groups, self.targets, self.gold, self.votes))
        return Items(self.task, self.classes, *lists)


@dataclass(frozen=True)
class Given:
    """A system's predictions, one an item, in the items' order."""

    labels: list[Any]  # labels; for span tasks lists of `Span`
    probabilities: NDArray[np.float64] | None = None  # shape ``(items, classes)``

    def where(self, keep: Sequence[bool]) -> Given:
        """For some of the items."""
        labels = [label for label, yes in zip(self.labels, keep, strict=True) if yes]
        return Given(labels, None if self.probabilities is None else self.probabilities[np.asarray(keep, dtype=bool)])


def items_of(task: Task, frame: pd.DataFrame, classes: Sequence[str]) -> Items:
    """A frame of labelled rows (`Data`'s columns) as items."""
    targeted = isinstance(task, ClassificationTask) and task.targeted
    return Items(
        task,
        list(classes),
        list(frame["id"]),
        [str(article) for article in frame["article_id"]],
        [str(cluster) for cluster in frame["cluster_id"]],
        list(frame["target"]) if targeted else [""] * len(frame),
        list(frame["label"]),
        list(frame["label_distribution"]) if "label_distribution" in frame else [None] * len(frame),
    )
