"""Whatever a run, a model's predictions or a release hold, the page shows it and does nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from baselines.report import write_report
from baselines.report.hardest import hardest_items
from baselines.report.items import hardest_section
from baselines.report.run import read_all
from baselines.tasks import TASKS, load
from tests.baselines.report.examples import example, read, write
from tests.reading import Reading

EVIL = "<script>alert('x')</script>\"'><img src=https://example.org/x onerror=alert(1)>]]>--></style><b>&amp;{{7*7}}"
ELEMENTS = {"script", "link", "iframe", "object", "embed", "form", "base", "b", "template", "style2"}


def _evil(value: Any) -> Any:
    """The same data with every text hostile, keys too, but for what the page is made by."""
    if isinstance(value, dict):
        return {key if key in _KEYS else key + EVIL: _evil(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_evil(one) for one in value]
    return value + EVIL if isinstance(value, str) else value


# What the format fixes; everything else is the user's.
_KEYS = frozenset(
    """release synthetic description name version digest language silver annotator_kind scheme seed versions systems task system probe
    held_out train_rows parameters chosen_by notes tasks curve metric items articles groups unit classes targets ceiling ceilings
    detectable pairs
    score interval rank better_than note scores per_class per_target confusion reliability own value f1 precision recall support low high
    confidence accuracy better worse difference groups_differing p p_holm p_mcnemar separated
    minimum_detectable_in_family share rows""".split()
)


def _harmless(page: str) -> Reading:
    reading = Reading(page)
    assert not reading.elements & ELEMENTS
    for element, name, value in reading.attributes:
        assert not name.startswith("on"), (element, name)
        assert name != "style"
        if name in ("src", "srcset", "href", "action", "data", "poster", "background"):
            assert value.startswith("data:image/png;base64,") or re.fullmatch(r"#[a-z0-9-]+", value), (
                element,
                name,
                value,
            )
        if name == "id":
            assert re.fullmatch(r"[a-z0-9-]+", value)
    return reading


def _evil_run(folder: Path, release: Path) -> Path:
    run = example(folder, release)
    about, scores = read(run)
    path = about["release"].pop("path")
    digest = about["release"]["digest"]
    about = _evil({key: value for key, value in about.items() if key != "format"})
    about |= {
        "format": 1,
        "release": {**about["release"], "path": path, "digest": digest, "synthetic": EVIL, "description": EVIL},
    }
    stance = scores["tasks"][0]["task"]
    scores = _evil(scores)
    scores["tasks"][0]["task"] = stance  # else no gold would be found
    scores["curve"] = {stance: next(iter(scores["curve"].values()))}
    lines = [json.loads(line) for line in (run / "predictions.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        line["system"] += EVIL
        if "label" in line:
            line["label"] += EVIL
            line["probabilities"] = {EVIL: 0.5}
    write(run, about, scores, lines)
    return run


def test_hostile_data_stays_text(tmp_path: Path, release: Path) -> None:
    """No element but ours, no attribute that does anything, nothing that leads out of the page; yet all of it is shown."""
    made = write_report(_evil_run(tmp_path / "run", release))
    page = made.files[0].read_text(encoding="utf-8")
    reading = _harmless(page)
    assert reading.text.count("<script>alert('x')</script>") > 5
    assert "Hardest items" in reading.text
    assert page.count("<style>") == 1


@pytest.mark.parametrize("task", ["stance", "claim_spans", "claimant"])
def test_hostile_texts_stay_text(tmp_path: Path, release: Path, task: str) -> None:
    """Texts, ids, targets, questions and labels of the release itself."""
    run = read_all(example(tmp_path / "run", release))
    frame = load(TASKS[task], release).all_rows()
    for column in frame.columns:
        if column == "label_distribution":
            frame[column] = pd.Series([{EVIL: 1.0}] * len(frame), dtype="object")
        elif all(isinstance(value, str) for value in frame[column]) and column != "split":
            frame[column] = frame[column] + EVIL
    said = next(iter(run.predictions["stance" if task == "stance" else "claim_spans"].values()))
    hardest = hardest_items(run.tasks[0], frame, dict.fromkeys(frame["id"], said))
    assert hardest.items
    text = _harmless(str(hardest_section(run.tasks[0], hardest, EVIL))).text
    assert "<script>alert" in text


def test_the_policy_lets_nothing_in(tmp_path: Path, release: Path) -> None:
    """Nothing but pictures in the page itself, and the one style sheet by its hash."""
    page = write_report(example(tmp_path / "run", release)).files[0].read_text(encoding="utf-8")
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [value for _, name, value in Reading(page).attributes if name == "content" and "src" in value]
    assert policies == [
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<body>")
    assert "http:" not in page
    assert "https:" not in page


def test_names_are_no_paths(tmp_path: Path, release: Path) -> None:
    """A task or a system that is called like a path gives its figure a harmless name, and two of one name two files."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    first, second = scores["tasks"]
    first["task"] = "../../evil"
    second["task"] = "..\\..\\Evil"
    for one in first["systems"]:
        one["system"] = "/etc/passwd" if one.get("probe") else f"../{'x' * 300}"
    write(run, about, scores, [])
    before = set(tmp_path.rglob("*"))
    made = write_report(run)
    assert {path.parent for path in set(tmp_path.rglob("*")) - before} == {run, run / "figures"}
    names = {path.name for path in made.files}
    assert {"leaderboard-evil.png", "leaderboard-evil-2.png", "confusion-evil-etc-passwd.png"} <= names
    assert len(names) == len(made.files)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,120}\.(png|html)", name) for name in names)
    assert (run / ".gitignore").read_text() == "report.html\n"
