"""Runs and anybody's own model, by the command line as a user has it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from baselines.run_folder import PREDICTIONS, RUN, SCORES
from tests.baselines.recomputed import differing
from tests.baselines.small import stances
from tests.make import ROOT, cli, snapshot
from tests.reading import Reading


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release and its run."""
    folder = tmp_path_factory.mktemp("runs")
    stances(folder, articles=14, cued=False)
    done = cli("evaluate", folder / "dist/c/1.0.0", "--out", folder / "runs")
    assert (done.returncode, "stance: " in done.stdout) == (0, True), done.stderr
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_says_how_it_was_made(made: Path) -> None:
    """Config, versions, predictions, scores; nothing of the articles' text, no path of the machine, no NaN."""
    run = made / "runs/c-1.0.0"
    assert sorted(path.name for path in run.iterdir()) == sorted([PREDICTIONS, RUN, SCORES])
    about, scores = (
        json.loads((run / name).read_text(encoding="utf-8"), parse_constant=pytest.fail) for name in (RUN, SCORES)
    )
    assert about["release"]["path"] == "../../dist/c/1.0.0"
    assert about["release"]["annotator_kind"] == ["model"]
    assert about["versions"]["scikit-learn"]
    models = {(one["task"], one["system"]): one for one in about["systems"]}
    assert models["stance", "tfidf_logreg"]["parameters"].keys() == {"C"}
    scored = {(board["task"], one["system"]) for board in scores["tasks"] for one in board["systems"] if one["scores"]}
    predicted = {(line["task"], line["system"]) for line in lines(run / PREDICTIONS)}
    assert scored == predicted == set(models)
    assert {point["system"] for point in scores["curve"]["stance"]} >= {"tfidf_logreg"}
    article = (made / "c/articles/a00.txt").read_text(encoding="utf-8")
    everything = b"".join(snapshot(run).values()).decode()
    assert not any(article[i : i + 30] in everything for i in range(0, len(article) - 30, 10))
    assert str(made) not in everything


def test_every_figure_can_be_recomputed(made: Path) -> None:
    """Out of the predictions that are kept and the release, by scikit-learn and SciPy, to nine digits."""
    number, differ = differing(made / "runs/c-1.0.0", made / "dist/c/1.0.0")
    assert differ == []
    assert number > 200


def test_a_run_is_drawn(made: Path) -> None:
    """``standpunkt report``: a page that says what the labels are, figures; where the release is gone, a line and status 1."""
    run = made / "drawn" / "c-1.0.0"
    shutil.copytree(made / "runs/c-1.0.0", run)
    done = cli("report", run, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    text = Reading(Path(answer["page"]).read_text(encoding="utf-8")).text
    assert text.startswith("Evaluation: c 1.0.0 Silver, not gold")
    assert "Hardest items" in text
    assert "window_tagger" in text
    assert not re.search(r"\b(None|NaN|nan|null|Infinity)\b", text)
    kinds = {Path(path).name.split("-")[0] for path in answer["figures"]}
    assert kinds == {"leaderboard", "classes", "confusion", "calibration", "curve"}
    assert all(Path(path).is_file() for path in answer["figures"])
    alone = made / "alone"
    alone.mkdir()
    about = json.loads((run / RUN).read_text(encoding="utf-8"))
    del about["files"]  # as an older run
    (alone / RUN).write_text(json.dumps(about), encoding="utf-8")
    (alone / SCORES).write_text("{}", encoding="utf-8")
    done = cli("report", alone)
    assert (done.returncode, "the page lacks the hardest items" in done.stderr) == (1, True)
    assert cli("report", alone, "--release", made / "dist/c/1.0.0").returncode == 0
    done = cli("report", made / "dist")
    assert (done.returncode, "not a run" in done.stderr) == (1, True)


def test_the_module_does_the_same(made: Path) -> None:
    """``python -m baselines.evaluate``: the same bytes, with other hashes and one thread too."""
    command = [sys.executable, "-m", "baselines.evaluate", str(made / "dist/c/1.0.0"), "--out", str(made / "again")]
    other = os.environ | {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}
    # What a killed evaluate left is no obstacle.
    (made / "again/c-1.0.0").mkdir(parents=True)
    (made / "again/c-1.0.0/.predictions.jsonl.999999.tmp").write_text("half", encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=other)
    assert done.returncode == 0, done.stderr
    assert snapshot(made / "again/c-1.0.0") == snapshot(made / "runs/c-1.0.0")


def test_inputs_then_predictions_then_scores(made: Path) -> None:
    """The inputs hold no label; predictions for them are scored beside the baselines and stand in a run of their own."""
    release, inputs, mine = made / "dist/c/1.0.0", made / "inputs.jsonl", made / "mine.jsonl"
    done = cli("evaluate", release, "--inputs", inputs)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    rows = lines(inputs)
    assert {row["task"] for row in rows} == {
        "claim_detection", "claim_detection_binary", "stance", "article_stance", "claim_spans", "claimant"
    }  # fmt: skip
    assert set().union(*rows) == {"task", "id", "text", "target", "question", "context", "claim_start", "claim_end"}
    again = cli("evaluate", release, "--inputs", inputs)
    assert (again.returncode, "stands there already" in again.stderr) == (1, True)
    nowhere = cli("evaluate", release, "--inputs", made / "no" / "i.jsonl")
    assert (nowhere.returncode, f"{made / 'no'}: no such folder" in nowhere.stderr) == (1, True)
    other = cli("evaluate", release, "--inputs", made / "i.jsonl", "--scheme", "by_date")
    assert (other.returncode, "another" in other.stderr, (made / "i.jsonl").exists()) == (2, True, False)
    answer = cli("evaluate", release, "--inputs", made / "i.jsonl", "--json")
    assert json.loads(answer.stdout) == {"inputs": str(made / "i.jsonl"), "items": len(rows)}

    stance = [row for row in rows if row["task"] == "stance"]
    written = [
        {"task": "stance", "id": row["id"], "label": "favor", "probabilities": {"favor": 0.8, "none": 0.2}}
        for row in stance
    ]
    written += [{"task": "claim_spans", "id": row["id"], "spans": []} for row in rows if row["task"] == "claim_spans"]
    mine.write_text("".join(json.dumps(line) + "\n" for line in written), encoding="utf-8")
    done = cli("score", release, mine, "--out", made / "runs", "--json")
    assert done.returncode == 0, done.stderr
    assert "nothing about claim_detection" in done.stderr
    found = {(row["task"], row["system"]): row for row in json.loads(done.stdout)}
    own = found["stance", "mine"]
    assert (own["own"], own["macro_f1"] < 0.5, own["scores"]["brier"]["value"] > 0) == (True, True, True)
    assert found["stance", "tfidf_logreg"]["rank"]
    assert found["claim_spans", "mine"]["score"] == 0
    (run,) = (made / "runs").glob("c-1.0.0-mine-*")
    kept = lines(run / PREDICTIONS)
    assert sum(line["system"] == "mine" for line in kept) == len(written)

    # What the baselines were given in their own run, they are given here: their predictions are kept as they were scored.
    alone = json.loads((made / "runs/c-1.0.0" / SCORES).read_text(encoding="utf-8"))
    before = {(board["task"], one["system"]): one["scores"] for board in alone["tasks"] for one in board["systems"]}
    assert all(row["scores"] == before[key] for key, row in found.items() if not row["own"])

    # A file that lacks one item is not scored on what it has.
    mine.write_text("".join(json.dumps(line) + "\n" for line in written[1:]), encoding="utf-8")
    done = cli("score", release, mine, "--out", made / "elsewhere")
    assert (done.returncode, "1 of " in done.stderr, "no baselines beside it" in done.stderr) == (1, True, True)
    assert "stance: " not in done.stdout
    assert "claim_spans: " in done.stdout


def test_two_models_of_one_name(made: Path, tmp_path: Path) -> None:
    """Neither takes the other's place, whichever comes first; the same predictions again are the same run."""
    release = made / "dist/c/1.0.0"
    rows = lines_of_inputs(release, tmp_path / "i.jsonl", "article_stance")
    assert {row["task"] for row in rows} == {"article_stance"}
    folders = []
    for label in ("favor", "discuss", "favor"):
        folder = tmp_path / label
        folder.mkdir(exist_ok=True)
        said = [json.dumps({"task": "article_stance", "id": row["id"], "label": label}) + "\n" for row in rows]
        (folder / "model.jsonl").write_text("".join(said), encoding="utf-8")
        done = cli("score", release, folder / "model.jsonl", "--out", tmp_path / "runs")
        assert done.returncode == 0, done.stderr
        folders.append(next(path for path in (tmp_path / "runs").iterdir() if f"{path}: " in done.stderr))
        assert {line["label"] for line in lines(folders[-1] / PREDICTIONS)} == {label}
    assert folders[0] == folders[2] != folders[1]
    assert {line["label"] for line in lines(folders[1] / PREDICTIONS)} == {"discuss"}


def test_inputs_of_one_task_give_nothing_else_away(made: Path, tmp_path: Path) -> None:
    """Gold claims stand in the inputs of later tasks only, and those need not be handed out."""
    rows = lines_of_inputs(made / "dist/c/1.0.0", tmp_path / "i.jsonl", "claim_spans", "claim_detection")
    assert {row["task"] for row in rows} == {"claim_spans", "claim_detection"}
    assert set().union(*rows) == {"task", "id", "text", "target", "question", "context"}
    done = cli("evaluate", made / "dist/c/1.0.0", "--task", "stance", "--out", tmp_path / "runs")
    assert (done.returncode, "--inputs" in done.stderr, (tmp_path / "runs").exists()) == (2, True, False)


def lines_of_inputs(release: Path, path: Path, *tasks: str) -> list[dict[str, Any]]:
    """What ``evaluate --inputs`` writes of some tasks."""
    done = cli("evaluate", release, "--inputs", path, *(word for task in tasks for word in ("--task", task)))
    assert done.returncode == 0, done.stderr
    return lines(path)


def test_what_stands_in_the_way_is_named(made: Path, tmp_path: Path) -> None:
    """A folder that is no run, a run of another release, a broken run, no such file."""
    release = made / "dist/c/1.0.0"
    (tmp_path / "c-1.0.0").mkdir()
    (tmp_path / "c-1.0.0" / "thesis.txt").write_text("mine", encoding="utf-8")
    done = cli("evaluate", release, "--out", tmp_path)
    assert (done.returncode, "is no run of ours" in done.stderr) == (1, True)
    assert (tmp_path / "c-1.0.0" / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert (
        "no such file of predictions" in cli("score", release, tmp_path / "none.jsonl", "--out", tmp_path / "r").stderr
    )

    stances(tmp_path / "other", articles=12, cued=True)
    mine = tmp_path / "m.jsonl"
    mine.write_text('{"task": "stance", "id": "x", "label": "favor"}\n', encoding="utf-8")
    done = cli("score", tmp_path / "other/dist/c/1.0.0", mine, "--out", made / "runs")
    assert (done.returncode, "a run of another release" in done.stderr) == (1, True)
    (tmp_path / "broken" / "c-1.0.0").mkdir(parents=True)
    (tmp_path / "broken" / "c-1.0.0" / RUN).write_text("{", encoding="utf-8")
    done = cli("score", release, mine, "--out", tmp_path / "broken")
    assert (done.returncode, "run.json: not valid JSON" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("what", [RUN, SCORES, PREDICTIONS])
def test_a_run_that_lost_something(made: Path, tmp_path: Path, what: str) -> None:
    """A key or the last line is gone: said, instead of a table that lacks a system or of a crash."""
    run = tmp_path / "c-1.0.0"
    shutil.copytree(made / "runs/c-1.0.0", run)
    text = (run / what).read_text(encoding="utf-8")
    (run / what).write_text(
        "\n".join(text.splitlines()[:-1]) if what == PREDICTIONS else '{"format": 1}', encoding="utf-8"
    )
    mine = tmp_path / "m.jsonl"
    mine.write_text('{"task": "stance", "id": "x", "label": "favor"}\n', encoding="utf-8")
    done = cli("score", made / "dist/c/1.0.0", mine, "--out", tmp_path)
    assert (done.returncode, "evaluate" in done.stderr, "again" in done.stderr) == (1, True, True), done.stderr


@pytest.mark.parametrize("scheme", ["by_date", "leave_one_target_out", "leave_one_outlet_out"])
def test_other_divisions(made: Path, tmp_path: Path, scheme: str) -> None:
    """What cannot be divided says so, and nothing falls over: these articles have no date and no outlet, one target."""
    done = cli("evaluate", made / "dist/c/1.0.0", "--scheme", scheme, "--out", tmp_path)
    assert (done.returncode, "not scored: " in done.stdout) == (0, True), done.stderr
    about = json.loads((tmp_path / f"c-1.0.0-{scheme}" / RUN).read_text(encoding="utf-8"))
    assert about["scheme"] == scheme
