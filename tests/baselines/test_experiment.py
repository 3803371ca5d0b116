"""What is predicted for an item depends on the item and on what was trained on, on nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from baselines.experiment import BY_PART, RELEASED, run_experiment
from baselines.features.tfidf import SHELF
from baselines.scoring.items import items_of
from baselines.tasks import TASKS, Data, Span, load
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


def stance_rows(*, lie_about: str = "") -> Data:
    """Stances toward two targets, eight articles each; of one target the labels may be turned."""
    classes, sides = ["favor", "against"], {"gut": "favor", "nicht": "against"}
    rows = []
    for i in range(48):
        target, word = "pq"[i // 3 % 2], list(sides)[i * 7 % 5 % 2]
        label = sides[word]
        if target == lie_about:
            label = classes[1 - classes.index(label)]
        id_ = f"a{i // 3:02}"
        text = f"Das Haus am See {i % 4} ist {word} gebaut"
        rows.append(
            {
                **{"id": f"{id_}:{i}", "article_id": id_, "cluster_id": id_, "outlet": "x", "published": None},
                **{"text": text, "target": target, "question": "Soll das Haus weg?", "context": text},
                **{"label": label, "label_distribution": None},
            }
        )
    frame = pd.DataFrame(rows).astype({"label_distribution": object})
    return Data(frame[:24], frame[24:36].reset_index(drop=True), frame[36:].reset_index(drop=True), classes, 0)


def test_folds_in_processes_see_no_label_that_they_predict() -> None:
    """Leave one target out: with other labels of a target the same is chosen and predicted for it, in however many processes."""
    task = TASKS["stance"]
    here = run_experiment(task, stance_rows(), "leave_one_target_out", workers=1)
    there = run_experiment(task, stance_rows(lie_about="q"), "leave_one_target_out", workers=2)
    about_q = [target == "q" for target in here.items.targets]
    assert here.items.ids == there.items.ids
    assert here.items.where(about_q).gold != there.items.where(about_q).gold
    assert here.given.keys() == there.given.keys() > {"tfidf_logreg", "per_target", "text_only"}
    assert [one for one in here.chosen if one.held_out == "q"] == [one for one in there.chosen if one.held_out == "q"]
    assert {one.chosen_by for one in here.chosen} == {"part of train", "default"}
    assert here.notes == (BY_PART,)
    for name, given in here.given.items():
        one, other = given.where(about_q), there.given[name].where(about_q)
        assert one.labels == other.labels, name
        if one.probabilities is not None and other.probabilities is not None:
            assert (one.probabilities == other.probabilities).all(), name
    # What the models of the other target were trained on did change.
    assert here.given["tfidf_logreg"].labels != there.given["tfidf_logreg"].labels


def test_tfidf_is_fitted_twice_a_fold() -> None:
    """Once to choose hyper-parameters and once to train, for all systems together."""
    SHELF.clear()
    before = SHELF.fits
    run_experiment(TASKS["stance"], stance_rows(), "leave_one_target_out", workers=1)
    assert SHELF.fits - before == 2 * 2


def test_reprints_are_drawn_together() -> None:
    """An article and its reprint are one group, not two witnesses."""
    rows = stance_rows().train.assign(cluster_id="agency")
    items = items_of(TASKS["stance"], rows, ["favor", "against"])
    assert (len(set(items.articles)), set(items.groups)) == (8, {"agency"})
