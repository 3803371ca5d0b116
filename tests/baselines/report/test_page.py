"""What the page says of a run, with much in it, with little, and with nothing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from baselines.report import write_report
from dataset.errors import ReleaseError
from tests.baselines.report.examples import example, read, write
from tests.make import snapshot
from tests.reading import said

NO_NUMBER = re.compile(r"\b(?:None|NaN|nan|null|inf|undefined|Infinity)\b|\{\}|\[\]|\(\)")
# Texts of the example that hold such a word by right.
WORDS = re.compile("none|None of")


def _said(run: Path, release: Path | None = None) -> str:
    return said(write_report(run, release).files)


def _small(run: Path) -> Path:
    """The run without its larger task: fewer figures to wait for."""
    _, scores = read(run)
    (run / "scores.json").write_text(json.dumps({"tasks": scores["tasks"][1:]}), encoding="utf-8")
    return run


def test_says_all_of_it(tmp_path: Path, release: Path) -> None:
    """Who is told apart from whom, probes, own models, ceiling, what may go unseen; and every table."""
    made = write_report(example(tmp_path / "run", release), None)
    text = said(made.files)
    for piece in (
        "Evaluation: c 1.0.0",
        "a leading group 48 items of 12 articles in 11 reuse clusters, labels by models",
        "2 of 3 systems share the first rank, in no known order: tfidf_logreg and mine.",
        "Highest score: tfidf_logreg: macro-F1 0.620 (95 % interval 0.560 to 0.690).",
        "Your model mine: 0.580, rank 1–2; better than majority.",
        "The probe text_only, which sees only a part of the input, has 0.550: below the interval of the highest score.",
        "One model’s labels scored against another’s: 0.660; the interval of the highest score reaches that",
        "True differences below 0.090 may go unseen on 11 reuse clusters (80 % power, Holm-corrected, the hardest pair).",
        "12 articles: mind the intervals",
        "tfidf_logreg 1–2 0.620 0.560 to 0.690 majority",
        "e5 – – – install the extra embeddings",
        "tfidf_logreg majority yes 0.410 0.360 to 0.460 < 0.001 < 0.001 0.010 0.090",
        "annotator against annotator 0.710 –",
        "cross-entropy ↓",
        "No F_avg for tfidf_logreg, mine, majority and text_only: gold lacks a side.",
        "Most often: favor taken for against 4; against taken for favor 3; favor taken for none 2.",
        "tfidf_logreg 78 % 61 % too sure 0.080",
        "tfidf_logreg 10 % 2 9 0.420 0.370 to 0.470",
        "One article: no interval can be given, and nothing can be told apart.",
        "window_tagger other bounds",
        "python 3.11.7",
        "C = 3.0 validation",
    ):
        assert piece in text, piece
    assert not NO_NUMBER.search(WORDS.sub("", text))
    assert {path.name for path in made.files[1:]} == {
        "leaderboard-stance.png",
        "leaderboard-claim_spans.png",
        "classes-stance.png",
        "calibration-stance.png",
        "curve-stance.png",
        *(f"confusion-stance-{name}.png" for name in ("tfidf_logreg", "majority", "mine", "text_only")),
    } | {"targets-stance.png"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made.files[1:])
    assert made.problems == []


def test_a_probe_that_comes_near_is_a_warning(tmp_path: Path, release: Path) -> None:
    """What the best system scores, the data may give away."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    scores["tasks"][0]["systems"][3]["score"] = 0.57
    write(run, about, scores, [])
    assert (
        "has 0.570: not below the interval of the highest score, so that score may rest on what the data give"
        in _said(run)
    )


def test_silver_and_synthetic_stand_first(tmp_path: Path, release: Path) -> None:
    """Before any number; of people's labels nothing of the sort is said."""
    text = _said(example(tmp_path / "a", release, synthetic="Invented by a model."))
    assert text.index("Silver, not gold") < text.index("Synthetic corpus: Invented by a model.") < text.index("0.620")
    assert text.index("Labels by models. Train and test split as released.") < text.index("What can be said")
    text = _said(
        _small(example(tmp_path / "b", release, silver=False, annotator_kind=["human", "model"], synthetic=True))
    )
    assert "Silver in part" in text
    assert "Labels by people and models" in text
    assert "Synthetic corpus: its texts were invented" in text
    text = _said(_small(example(tmp_path / "c", release, silver=False, annotator_kind=["human"], synthetic=False)))
    assert "Silver" not in text
    assert "Synthetic" not in text
    assert "Labels by people." in text
    assert "Who labelled is not recorded." in _said(
        _small(example(tmp_path / "d", release, silver=None, annotator_kind=None))
    )


def test_same_run_same_bytes(tmp_path: Path, release: Path) -> None:
    """Page and figures; what an earlier page had and this one lacks is removed, a file of the user's stays."""
    first = example(tmp_path / "a", release)
    write_report(first)
    shutil.copytree(first, tmp_path / "b")
    (tmp_path / "b" / "report.html").unlink()
    write_report(tmp_path / "b")
    assert snapshot(first) == snapshot(tmp_path / "b")
    about, scores = read(first)
    (first / "figures" / "mine.png").write_bytes(b"")
    write(first, about, {"tasks": scores["tasks"][:1], "curve": {}}, [])
    write_report(first)
    assert (first / "figures" / "mine.png").exists()
    assert not (first / "figures" / "curve-stance.png").exists()
    assert not (first / "figures" / "leaderboard-claim_spans.png").exists()


def test_a_release_that_moved_or_changed(tmp_path: Path, release: Path) -> None:
    """If missing, the page is written without texts and mentions it. If built again since, or not a release: an error, and no page."""
    run = _small(example(tmp_path / "run", release))
    about, _ = read(run)
    changed = {**about, "release": {**about["release"], "path": "../nowhere"}}
    (run / "run.json").write_text(json.dumps(changed), encoding="utf-8")
    made = write_report(run)
    assert len(made.problems) == 1
    assert "not a release of Standpunkt: the page lacks the hardest items" in made.problems[0]
    assert made.problems[0] in said(made.files)
    assert "Hardest items" not in said(made.files)
    before = snapshot(run)
    with pytest.raises(ReleaseError, match="not a release"):
        write_report(run, tmp_path)
    assert snapshot(run) == before
    assert "Hardest items" in _said(run, release)
    changed = {**about, "release": {**about["release"], "digest": "0" * 64}}
    (run / "run.json").write_text(json.dumps(changed), encoding="utf-8")
    for given in (None, release):
        with pytest.raises(ReleaseError, match="another build"):
            write_report(run, given)


def test_broken_lines_are_named(tmp_path: Path, release: Path) -> None:
    """A broken run is an error; a broken line of predictions is left out, and said."""
    run = _small(example(tmp_path / "run", release))
    with (run / "predictions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('no JSON\n{"task": "stance"}\n')
    made = write_report(run)
    assert "predictions.jsonl: 2 lines cannot be read" in made.problems[0]
    for broken in ("", "[]", '{"format": 9}'):
        (run / "run.json").write_text(broken, encoding="utf-8")
        with pytest.raises(ReleaseError, match=r"run\.json"):
            write_report(run)
    (run / "run.json").unlink()
    with pytest.raises(ReleaseError, match="not a run"):
        write_report(run)
