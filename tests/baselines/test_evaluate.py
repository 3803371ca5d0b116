"""Evaluation on small releases: what cannot be scored is said, not guessed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from baselines import evaluate
from baselines.evaluate import Evaluation, board_of, evaluate_release
from baselines.experiment import BY_PART, run_experiment
from baselines.leaderboard import as_text
from baselines.systems import PROBES, systems_for
from baselines.tasks import TASKS, load
from dataset.build import build_release
from dataset.files import write_jsonl
from dataset.records.scores import Entry
from dataset.release.manifest import read_manifest
from tests.baselines.small import built, release
from tests.make import SCHEME, article, claim, label_line, write_corpus


def entries(found: Evaluation) -> dict[tuple[str, str], Entry]:
    """By task and system."""
    return {(board.task, one.system): one for board in found.boards for one in board.systems}


def test_every_system_on_every_task(tmp_path: Path) -> None:
    """With score and interval, every metric of the task, twice the same."""
    path = release(tmp_path, ["fact", "policy"])
    found = evaluate_release(path)
    expected = {
        (name, system) for name, task in TASKS.items() for system in systems_for(task) | systems_for(task, PROBES)
    }
    assert set(entries(found)) == expected
    for (task, system), one in entries(found).items():
        if task in {"claim_detection", "claim_spans"}:
            assert None not in (one.score, one.interval), system
            assert set(one.scores) == set(TASKS[task].metrics)
            assert (one.rank is None) == one.probe
    assert found.boards == evaluate_release(path).boards
    text = as_text(found.boards, found.manifest)
    assert "labels by model" in text
    assert text.splitlines()[0].startswith("Gold is silver")


def test_sums_are_made_on_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From training to the last interval: with more, the last digits of a run would be the machine's."""
    seen: list[int] = []

    def threads(function: Callable[..., Any], *arguments: Any) -> Any:
        seen.extend(one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas")
        return function(*arguments)

    for name in ("run_experiment", "board_of", "learning_curve"):
        monkeypatch.setattr(evaluate, name, partial(threads, getattr(evaluate, name)))
    with threadpool_limits(2, user_api="blas"):
        evaluate_release(release(tmp_path, ["fact"], articles=4))
    assert set(seen) == {1}


def test_one_class_and_no_rows_are_said(tmp_path: Path) -> None:
    """All claims in favour: no classifier can be trained on that; no claims: no stance rows at all."""
    found = entries(evaluate_release(release(tmp_path / "x", ["fact"])))
    assert found["stance", "tfidf_logreg"].note == "the train split has one class only"
    assert found["stance", "majority"].score == 1
    evaluation = evaluate_release(release(tmp_path / "y", []))
    assert entries(evaluation)["stance", "majority"].note == "the train split has no labelled row"
    assert "no labelled row" in as_text(evaluation.boards, evaluation.manifest)


def test_nobody_labelled(tmp_path: Path) -> None:
    """A fresh corpus: every line says so."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(6)})
    found = evaluate_release(build_release(corpus, out=tmp_path / "dist").path)
    assert {one.note for one in entries(found).values()} == {"the train split has no labelled row"}


def test_nothing_to_train_on(tmp_path: Path) -> None:
    """All in the test split: its items are counted, for a model from elsewhere can be scored on them."""
    texts = {f"a{i}": article(i) for i in range(3)}
    corpus = write_corpus(tmp_path / "c", texts)
    frozen = [{"article_id": id_, "split": "test", "cluster_id": id_, "since_version": "0.1.0"} for id_ in texts]
    write_jsonl(corpus / "ledger.jsonl", frozen)
    found = evaluate_release(built(corpus, [label_line(id_, text, [claim(0, 9)]) for id_, text in texts.items()]))
    assert {one.note for one in entries(found).values()} == {"the train split has no labelled row"}
    assert {board.articles for board in found.boards} == {3}


def test_one_test_item_and_no_validation_split(tmp_path: Path) -> None:
    """A score, no interval, no rank, and lines that say why."""
    texts = {f"a{i}": article(i) for i in range(6)}
    lines = [
        label_line(id_, text, [claim(0, text.index("."), stance=side)])
        for (id_, text), side in zip(texts.items(), ["favor", "against"] * 3, strict=True)
    ]
    corpus = write_corpus(tmp_path / "c", texts)
    frozen = [
        {"article_id": id_, "split": split, "cluster_id": id_, "since_version": "0.1.0"}
        for id_, split in zip(texts, ["train"] * 5 + ["test"], strict=True)
    ]
    write_jsonl(corpus / "ledger.jsonl", frozen)
    found = evaluate_release(built(corpus, lines))
    (board,) = (one for one in found.boards if one.task == "stance")
    assert (board.items, board.articles) == (1, 1)
    assert all(one.rank is None and one.interval is None for one in board.systems)
    assert {one.score for one in board.systems if not one.note} <= {0.0, 1.0}
    text = as_text(found.boards, found.manifest)
    assert "1 item of 1 article," in text
    assert "one article: no interval can be given, and no two systems can be told apart" in text
    assert "no validation split to choose hyper-parameters by" in text


def test_a_label_that_some_folds_lack_is_not_called_never_predicted(tmp_path: Path) -> None:
    """Two outlets, one label in one of them alone: a model that saw it may predict it."""
    texts = {f"a{i}": article(i) for i in range(8)}
    lines = [
        label_line(
            id_, text, [claim(0, text.index("."), stance="none" if i == 0 else ("favor", "against")[i // 2 % 2])]
        )
        for i, (id_, text) in enumerate(texts.items())
    ]
    corpus = write_corpus(tmp_path / "c", texts)
    outlets = [{"id": id_, "file": f"{id_}.txt", "outlet": "ab"[i % 2]} for i, id_ in enumerate(texts)]
    write_jsonl(corpus / "manifest.jsonl", outlets)
    task, path = TASKS["stance"], built(corpus, lines)
    data = load(task, path)
    found = run_experiment(task, data, "leave_one_outlet_out")
    notes = board_of(found, task, data, read_manifest(path)).notes
    assert "not in the train split, so never predicted: none (in 1 of 2 folds)" in notes
    # Four clusters to train on: no part of them can tell.
    assert BY_PART in notes
    assert any(note.endswith("cross-validated on train by cluster") for note in notes)
    assert not any(note.endswith("cross-validated on train by cluster (in 1 of 2 folds)") for note in notes)


def test_a_target_that_no_model_saw(tmp_path: Path) -> None:
    """Leave one target out, all the way: every row is tested once, by models that were trained on the other target, and scored."""
    texts = {f"a{i}": article(i) for i in range(12)}
    lines = [
        label_line(
            id_,
            text,
            [claim(0, text.index("."), target=("bridge", "toll")[i % 2], stance=("favor", "against")[i // 2 % 2])],
        )
        for i, (id_, text) in enumerate(texts.items())
    ]
    scheme = SCHEME.replace(
        '[[targets]]\nid = "other"', '[[targets]]\nid = "toll"\nquestion = "Maut?"\n[[targets]]\nid = "other"'
    )
    task, path = TASKS["stance"], built(write_corpus(tmp_path / "c", texts, scheme=scheme), lines)
    data = load(task, path)
    found = run_experiment(task, data, "leave_one_target_out")
    assert sorted(found.items.ids) == sorted(data.all_rows()["id"])
    assert {one.held_out for one in found.chosen} == {"bridge", "toll"}
    assert {one.train_rows for one in found.chosen} == {6}
    board = board_of(found, task, data, read_manifest(path))
    # Of invented words none comes twice, so that the cue words have nothing to go by.
    reason = "without bridge: no word stands in two texts to train on"
    assert {one.system: one.note for one in board.systems if one.score is None} == {"cue_words": reason}
    assert len(board.systems) == len(systems_for(task) | systems_for(task, PROBES))
    assert board.items == 12
