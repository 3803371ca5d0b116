"""Little data, much data, and data that is none: a page in words, and never NaN or None on it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baselines.report import write_report
from baselines.report.confusion import confusion_pictures
from baselines.report.page import page_html
from baselines.report.run import RunFolder, boards_of
from baselines.report.write import pictures_of
from dataset.records.run import FORMAT, Run
from dataset.records.scores import Scores
from dataset.records.usable import convert_usable
from tests.baselines.report.examples import curve, example, read, spans, stance, write
from tests.baselines.report.test_page import NO_NUMBER, WORDS
from tests.reading import Reading, said

_ONE_CLASS = {"system": "a", "score": 1.0, "per_class": {"favor": {"f1": 1.0}}, "confusion": [[9]]}
_NOTHING: dict[str, Any] = {"task": "stance", "metric": "macro_f1", "items": 0, "articles": 0, "classes": []}


@pytest.mark.parametrize(
    ("task", "pieces"),
    [
        ({**_NOTHING, "systems": []}, ["nothing is scored", "No system was run on this task."]),
        (
            {**_NOTHING, "systems": [{"system": "a", "note": "the test split has no labelled row"}]},
            ["nothing is scored", "The test split has no labelled row.", "0 items of 0 articles"],
        ),
        (
            {**_NOTHING, "systems": [{"system": "a", "note": "one reason"}, {"system": "b", "note": "another"}]},
            ["The table says why, system by system.", "one reason", "another"],
        ),
        (
            {**_NOTHING, "articles": 3, "systems": [{"system": "a", "score": 0.5}]},
            ["one system 0 items of 3 articles a: macro-F1 0.500.", "nothing to compare"],
        ),
        (
            {**_NOTHING, "articles": 3, "systems": [{"system": "a", "score": 0.5}, {"system": "b", "score": 0.4}]},
            ["not compared", "The run says nothing about differences."],
        ),
        (
            {
                **_NOTHING,
                "articles": 3,
                "systems": [{"system": "a", "score": 0.5, "better_than": ["b"]}, {"system": "b", "score": 0.4}],
            },
            ["one system leads", "It is told apart from every other system."],
        ),
        ({**_NOTHING, "systems": [{"system": "a", "score": 0.5, "probe": True}]}, ["nothing is scored", "probe"]),
        (
            {**stance(), "classes": ["favor"], "systems": [_ONE_CLASS]},
            ["Nothing is mixed up.", "favor"],
        ),
        ({"task": "mine", "systems": [{"score": 0.5}]}, ["mine", "(no name)"]),
    ],
)
def test_little_data_is_said_in_words(tmp_path: Path, release: Path, task: dict[str, Any], pieces: list[str]) -> None:
    """No system, no score, one system, nothing compared, one class, no name: sentences, and never NaN or None."""
    run = example(tmp_path / "run", release)
    write(run, read(run)[0], {"tasks": [task]}, [])
    text = said(write_report(run).files)
    assert not NO_NUMBER.search(text)
    for piece in pieces:
        assert piece in text, text


def test_what_cannot_be_used_is_named(tmp_path: Path, release: Path) -> None:
    """The first value that is left out, and how many more there are."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    scores["tasks"][1]["items"], scores["tasks"][1]["pairs"][0]["p"] = "many", None
    write(run, {**about, "seed": -1}, {"tasks": scores["tasks"][1:]}, [])
    made = write_report(run)
    assert made.problems == [
        f"{run / 'run.json'}: seed: a whole number from 0 is expected, not -1: cannot be used, nor can 2 other values of the run:"
        " left out of the page"
    ]
    assert made.problems[0] in said(made.files)


def test_no_task_at_all(tmp_path: Path, release: Path) -> None:
    """Even that is a page."""
    run = example(tmp_path / "run", release)
    write(run, {"format": 1}, {}, [])
    assert "The run holds no task." in said(write_report(run).files)


def test_fifty_systems_and_forty_classes(tmp_path: Path, release: Path) -> None:
    """No matrix of fifty by fifty, no name that fills the page, and a page of sane size."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    names = [f"{'x' * 200}-{number:02}" for number in range(50)]
    labels = [f"{'y' * 80}-{number:02}" for number in range(40)]
    found = {"f1": 0.5, "interval": [0.4, 0.6], "precision": 0.5, "recall": 0.5, "support": 3}
    systems = [
        {
            "system": name,
            "score": 0.9 - number / 100,
            "per_class": dict.fromkeys(labels, found),
            "confusion": [[1] * 40] * 40,
        }
        for number, name in enumerate(names)
    ]
    pair = scores["tasks"][0]["pairs"][0]
    pairs = [{**pair, "better": a, "worse": b} for i, a in enumerate(names) for b in names[i + 1 :]]
    write(run, about, {"tasks": [{**stance(), "classes": labels, "systems": systems, "pairs": pairs}]}, [])
    made = write_report(run)
    text = said(made.files)
    assert "The picture shows the best 30 systems; 20 more." in text
    assert "A matrix of 50 systems would not be read" in text
    assert "The first 200 of 1,225 pairs" in text
    assert "15 of 40 classes are shown." in text
    assert "x" * 60 not in text
    assert made.files[0].stat().st_size < 2_000_000


_ODD = st.sampled_from(
    [
        None,
        float("nan"),
        float("inf"),
        -1,
        10**400,
        1e308,
        1e15,
        10**15,
        5e-324,
        "",
        "text",
        [],
        {},
        [None],
        True,
        {"x": None},
        0.5,
    ]
)


@settings(max_examples=100)
@given(data=st.data())
def test_any_scores_give_a_page(data: st.DataObject) -> None:
    """Whatever is missing, null or odd in scores.json, the page stands and shows no number that is none."""
    scores: Any = json.loads(json.dumps({"tasks": [stance(), spans()], "curve": {"stance": curve()}}))
    for _ in range(data.draw(st.integers(1, 8))):
        place: Any = scores
        for _ in range(data.draw(st.integers(0, 5))):
            inner = [one for one in _values(place) if isinstance(one, dict | list) and one]
            if not inner:
                break
            place = data.draw(st.sampled_from(inner))
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
        if data.draw(st.booleans()):
            del place[key]
        else:
            place[key] = deepcopy(data.draw(_ODD))
        if not scores:
            break
    about = {"release": {"name": "x"}, "systems": data.draw(_ODD), "versions": data.draw(_ODD), "seed": data.draw(_ODD)}
    run = _run({"format": FORMAT, **about}, scores)
    tasks = run.tasks
    text = Reading(page_html(run, [{} for _ in tasks], [None for _ in tasks], [])).text
    assert not NO_NUMBER.search(WORDS.sub("", text))


@pytest.mark.parametrize("value", [1e308, -1e308, 10**30, 1e15, 5e-324])
def test_huge_numbers_are_drawn_or_left_out(value: float) -> None:
    """Every number of scores.json at once: pictures and page are made."""

    def everywhere(place: Any) -> Any:
        if isinstance(place, dict):
            return {name: everywhere(one) for name, one in place.items()}
        if isinstance(place, list):
            return [everywhere(one) for one in place]
        return value if isinstance(place, int | float) and not isinstance(place, bool) else place

    run = _run({"format": FORMAT}, {"tasks": [everywhere(stance())], "curve": {"stance": everywhere(curve())}})
    (board,) = run.tasks
    pictures = pictures_of(board, run.curve.get("stance", ()))
    list(confusion_pictures(board))
    assert "NaN" not in page_html(run, [pictures], [None], []).partition("data:")[0]


def _run(about: Any, scores: Any) -> RunFolder:
    """A run, without what cannot be used."""
    read = convert_usable(scores, Scores, lambda _: None)
    return RunFolder(Path("run"), convert_usable(about, Run, lambda _: None), boards_of(read), read.curve, {}, [])


def _values(place: Any) -> list[Any]:
    return list(place.values()) if isinstance(place, dict) else list(place)
