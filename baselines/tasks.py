"""The tasks: which config, which input, which label."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from datasets import load_dataset

from dataset.release.manifest import read_manifest
from dataset.splits import SPLITS

INPUTS = ["text", "target"]
COLUMNS = ("id", "article_id", "cluster_id", "text", "target", "label")


@dataclass(frozen=True)
class Task:
    """One question put to a system, answered from the columns ``text`` and ``target``."""

    name: str
    config: str
    label: str


@dataclass(frozen=True)
class Data:
    """A task's labelled rows, columns ``id, article_id, cluster_id, text, target, label``, and the classes in the scheme's order."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    classes: list[str]
    unlabelled: int  # rows left out because nobody labelled them or the label is open


TASKS = {
    task.name: task
    for task in (
        Task("claim_detection", "sentences", "claim"),
        Task("stance", "stance", "label"),
    )
}


def load(task: Task, release: Path) -> Data:
    """Load a task from a release, the way any researcher would.

    Raises:
        ReleaseError: this is no release.
    """
    rows = read_manifest(release)["configs"][task.config]["rows"]
    empty = pd.DataFrame({name: [] for name in COLUMNS})
    if not sum(rows.values()):
        return Data(empty, empty, empty, [], 0)
    splits = load_dataset(str(release), task.config)
    first = next(iter(splits.values()))
    names = first.features[task.label].names
    targets = first.features["target"].names if "target" in first.features else []
    clusters = {
        id_: cluster
        for part in load_dataset(str(release), "articles").values()
        for id_, cluster in zip(part["id"], part["cluster_id"], strict=True)
    }
    frames = dict.fromkeys(SPLITS, empty)
    unlabelled = 0
    for split, part in splits.items():
        frame = part.to_pandas()
        known = frame[frame[task.label].notna()]
        unlabelled += len(frame) - len(known)
        frames[split] = pd.DataFrame(
            {
                "id": known["id"],
                "article_id": known["article_id"],
                "cluster_id": known["article_id"].map(clusters),
                "text": known["text"],
                "target": [targets[int(i)] for i in known["target"]] if targets else "",
                "label": [names[int(i)] for i in known[task.label]],
            }
        ).reset_index(drop=True)
    return Data(frames["train"], frames["validation"], frames["test"], names, unlabelled)
