"""What is said of a system where it is registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from baselines.features import embeddings
from baselines.tasks.base import ClassificationTask, Kind, Task
from dataset.records.run import Parameter


@dataclass(frozen=True)
class System:
    """A system and the tasks it is meant for.

    ``make(**parameters, seed=…)`` gives an untrained estimator with ``fit(X, y)`` and ``predict(X)``; a soft one's ``fit`` also takes
    ``label_distribution``.
    """

    name: str
    make: Callable[..., Any]
    kind: Kind = "classification"
    grid: tuple[Mapping[str, Parameter], ...] = ()  # what hyper-parameters are chosen from; none: those of ``make``
    targeted: bool = False  # only for tasks with a target
    soft: bool = False  # only for tasks with label distributions, which it is trained on
    learns: bool = True  # False: one class is enough to train on
    embeddings: bool = False  # needs the extra of that name

    def fits(self, task: Task) -> bool:
        """Whether it is meant for a task."""
        if task.kind != self.kind:
            return False
        targeted, soft = (isinstance(task, ClassificationTask) and flag for flag in _flags(task))
        return (targeted or not self.targeted) and (soft or not self.soft)

    def unavailable(self) -> str | None:
        """Why it cannot run here; None where it can."""
        return embeddings.unavailable() if self.embeddings else None


def _flags(task: Task) -> tuple[bool, bool]:
    return (task.targeted, task.distribution) if isinstance(task, ClassificationTask) else (False, False)
