"""Evaluation on small releases: what cannot be scored is said, not guessed."""

from __future__ import annotations

from pathlib import Path

from annotation.gold import write_gold
from baselines.evaluate import evaluate_release
from baselines.leaderboard import as_text
from baselines.systems import systems_for
from baselines.tasks import TASKS
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from tests.make import article, claim, label_line, write_corpus, write_labels


def release(tmp_path: Path, kinds: list[str], articles: int = 12) -> Path:
    """A release whose claims have these kinds in turn."""
    texts = {f"a{i:02d}": article(i) for i in range(articles)}
    corpus = write_corpus(tmp_path / "c", texts)
    lines = []
    for number, (id_, text) in enumerate(texts.items()):
        end = text.index(".")
        marked = [claim(0, end, kind=kinds[number % len(kinds)])] if kinds else []
        lines.append(label_line(id_, text, marked))
    write_labels(corpus, lines)
    read = read_corpus(corpus)
    write_gold(read, text_facts(read)[0])
    return build_release(corpus, out=tmp_path / "dist").path


def test_every_system_on_every_task(tmp_path: Path) -> None:
    """With score and interval, twice the same."""
    path = release(tmp_path, ["fact", "policy"])
    results = evaluate_release(path)
    assert {(r.task, r.system) for r in results} == {
        (task, system) for task, one in TASKS.items() if one.kind == "classification" for system in systems_for(one)
    }
    detection = [result for result in results if result.task == "claim_detection"]
    assert all(result.macro_f1 is not None and result.interval is not None for result in detection)
    assert results == evaluate_release(path)
    assert "labels by model" in as_text(results)


def test_one_class_and_no_rows_are_said(tmp_path: Path) -> None:
    """All claims in favour: no classifier can be trained on that; no claims: no stance rows at all."""
    notes = {(r.task, r.system): r.note for r in evaluate_release(release(tmp_path / "x", ["fact"]))}
    assert notes["stance", "tfidf_logreg"] == "the train split has one class only"
    results = evaluate_release(release(tmp_path / "y", []))
    notes = {(r.task, r.system): r.note for r in results}
    assert notes["stance", "majority"] == "the train split has no labelled row"
    assert "no labelled row" in as_text(results)


def test_nobody_labelled(tmp_path: Path) -> None:
    """A fresh corpus: every line says so."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(6)})
    results = evaluate_release(build_release(corpus, out=tmp_path / "dist").path)
    assert {result.note for result in results} == {"the train split has no labelled row"}
