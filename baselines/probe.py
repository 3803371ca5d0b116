"""What a corpus gives away: cross-validation by reuse cluster with probes beside it, and the words that decide a class.

``python -m baselines.probe RELEASE CORPUS`` writes ``CORPUS/probes.json``, which the datasheet takes its figures from. The test split is
left out: nothing here looks at it.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import StratifiedGroupKFold

from baselines.evaluate import undamaged
from baselines.metrics.classification import confusion, gold_classes, macro_f1
from baselines.significance import bootstrap_interval
from baselines.systems import PROBES, SYSTEMS, tfidf_logreg, tfidf_svm
from baselines.tasks import INPUTS, TASKS, Task, load
from dataset.errors import ReleaseError, StandpunktError
from dataset.files import write_atomic
from dataset.lock import held
from dataset.records.probes import ProbedTask, Probes, ProbeScore
from dataset.records.record import plain

FOLDS, REPEATS = 5, 5
# What the datasheet speaks of.
PROBED = ("claim_detection", "stance")
# A few systems with their defaults, and the probes.
PROBING = {name: SYSTEMS[name] for name in ("majority", "tfidf_logreg", "tfidf_svm")} | PROBES
# So many of the strongest words of each class are shown, so many are taken away one by one, and so many of the most frequent ones.
SHOWN, REMOVED, FREQUENT = 8, 20, 40


def probe_release(release: Path) -> Probes:
    """All figures of a release, by task.

    Raises:
        ReleaseError: this is no release, its files are not what they were, or it has too few clusters.
    """
    manifest = undamaged(release)
    tasks = {}
    for task in (TASKS[name] for name in PROBED):
        frame, classes = _frame(task, release)
        clusters = frame["cluster_id"].nunique()
        if clusters < FOLDS or len(classes) < 2:
            raise ReleaseError(
                f"{release}: {task.name}: {clusters} labelled clusters of {len(classes)} classes in train and validation;"
                f" {FOLDS} folds need more"
            )
        scores = {name: _cross_validate(make.make(), frame, classes) for name, make in PROBING.items()}
        strongest, costs = _cues(frame, classes)
        dearest = sorted(costs, key=lambda word: -costs[word])[:SHOWN]
        tasks[task.name] = ProbedTask(
            items=len(frame),
            clusters=int(clusters),
            macro_f1=scores,
            strongest_words={label: tuple(strongest[label][:SHOWN]) for label in classes},
            removed_words=len(costs),
            cost_of_a_word={word: costs[word] for word in dearest},
        )
    digests = {task.config: manifest.configs[task.config].digest for task in (TASKS[name] for name in PROBED)}
    return Probes(digests, FOLDS, REPEATS, tasks)


def _frame(task: Task, release: Path) -> tuple[pd.DataFrame, list[str]]:
    """Labelled rows of train and validation, with the reuse cluster of their article."""
    data = load(task, release)
    frame = pd.concat([data.train, data.validation], ignore_index=True)
    return frame, [label for label in data.classes if label in set(frame["label"])]


def _predictions(system: BaseEstimator, frame: pd.DataFrame, seed: int) -> list[str]:
    """Predictions for every row by a model that saw no row of its cluster."""
    predicted = np.empty(len(frame), dtype=object)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(frame, frame["label"], frame["cluster_id"]):
        system.fit(frame.iloc[train][INPUTS], frame["label"].iloc[train])
        predicted[test] = system.predict(frame.iloc[test][INPUTS])
    return [str(label) for label in predicted]


def _cross_validate(system: BaseEstimator, frame: pd.DataFrame, classes: list[str]) -> ProbeScore:
    """Macro-F1 of the predictions of all repeats together, with a 95 % bootstrap interval over clusters."""
    gold, groups = list(frame["label"]), list(frame["cluster_id"])
    repeats = [confusion(gold, _predictions(system, frame, seed), groups, classes) for seed in range(REPEATS)]
    matrices = np.sum(repeats, axis=0)
    low, high = bootstrap_interval(matrices) or (float("nan"), float("nan"))
    pooled = macro_f1(matrices.sum(0), gold_classes(matrices))
    return ProbeScore(_round(pooled), _round(low), _round(high))


def _cues(frame: pd.DataFrame, classes: list[str]) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Return the words of the largest weight for each class, and what macro-F1 loses without each of these and the frequent ones."""
    model: Any = tfidf_logreg.make().fit(frame[INPUTS], frame["label"])
    names = model[0].get_feature_names_out()
    single = [i for i, name in enumerate(names) if re.fullmatch(r"word__\w+", name)]
    weights = model[1].coef_ if len(model[1].classes_) > 2 else np.vstack([-model[1].coef_, model[1].coef_])
    strongest = {}
    for label, row in zip(model[1].classes_, weights, strict=True):
        ranked = sorted(single, key=lambda i: -row[i])[:REMOVED]
        strongest[str(label)] = [names[i].removeprefix("word__") for i in ranked]
    gold = list(frame["label"])

    def score(texts: pd.Series) -> float:
        predicted = _predictions(tfidf_svm.make(), frame.assign(text=texts), seed=0)
        matrices = confusion(gold, predicted, ["all"] * len(gold), classes)
        return float(macro_f1(matrices[0], gold_classes(matrices)))

    whole = score(frame["text"])
    frequent = Counter(word for text in frame["text"] for word in set(re.findall(r"\w+", text.lower())))
    removed = {word for words in strongest.values() for word in words} | {
        word for word, _ in frequent.most_common(FREQUENT)
    }
    costs = {}
    for word in sorted(removed):
        costs[word] = _round(whole - score(frame["text"].str.replace(rf"(?i)\b{re.escape(word)}\b", "", regex=True)))
    return strongest, costs


def _round(value: Any) -> float:
    return round(float(value), 3)


def main(arguments: list[str]) -> int:
    """``python -m baselines.probe RELEASE CORPUS``."""
    if len(arguments) != 2:
        print("usage: python -m baselines.probe RELEASE CORPUS", file=sys.stderr)
        return 2
    release, corpus = map(Path, arguments)
    try:
        if not corpus.is_dir():
            raise StandpunktError(f"{corpus}: no such corpus folder")
        found = probe_release(release)
        with held(corpus, wait=60):
            write_atomic(corpus / "probes.json", json.dumps(plain(found), ensure_ascii=False, indent=1) + "\n")
    except StandpunktError as error:
        print(*(f"probe: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
