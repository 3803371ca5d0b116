"""A file of anybody's predictions: every line that cannot be used is named, and so is what is missing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from baselines.predictions import Expected, Predicted, read_predictions
from dataset.errors import ReleaseError
from dataset.records.predictions import LabelledSpan

TASKS = {
    "stance": Expected(["a", "b", "c"], ["favor", "against"]),
    "claim_spans": Expected(["x"], ["claim"], lengths={"x": 20}),
}


def read(tmp_path: Path, *lines: Any) -> Predicted:
    """These lines as a file."""
    path = tmp_path / "p.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return read_predictions(path, TASKS)


def stance(id_: str, label: Any = "favor", **other: Any) -> dict[str, Any]:
    """A line for the task stance."""
    return {"task": "stance", "id": id_, "label": label, **other}


def test_a_good_file(tmp_path: Path) -> None:
    """Labels, probabilities filled up with zero, spans in order."""
    spans = [{"start": 5, "end": 9, "label": "claim"}, {"start": 1, "end": 3, "label": "claim"}]
    found = read(
        tmp_path,
        stance("a", probabilities={"favor": 1.0}),
        stance("b", probabilities={"favor": 0.5, "against": 0.5}),
        stance("c", "against", probabilities={"favor": 0.004, "against": 0.99}),
        {"task": "claim_spans", "id": "x", "spans": spans},
    )
    assert found.problems == {}
    assert found.by_task["stance"]["a"].probabilities == {"favor": 1.0, "against": 0.0}
    assert found.by_task["claim_spans"]["x"].spans == (LabelledSpan(1, 3, "claim"), LabelledSpan(5, 9, "claim"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (stance("a", "maybe"), "label: 'maybe' is not one of favor, against"),
        (stance("a", None), "label: null is not one of"),
        (stance("a", 1), "label: a text is expected, not 1"),
        (stance("zzz"), "no item of stance's test split"),
        (stance("a", probabilities={"favor": float("nan"), "against": 0.5}), "a number between 0 and 1"),
        (stance("a", probabilities={"favor": -0.5, "against": 1.5}), "a number between 0 and 1"),
        (stance("a", probabilities={"favor": 10**400}), "a number between 0 and 1"),
        (stance("a", probabilities={"favor": True}), "a number between 0 and 1"),
        (stance("a", probabilities={"favor": "0.5"}), "a number between 0 and 1 is expected, not '0.5'"),
        (stance("a", probabilities={"favor": 0.5, "against": 0.1}), "sum to 0.6000"),
        (stance("a", probabilities={"maybe": 1.0}), "'maybe' is not one of"),
        (stance("a", probabilities=[1]), "a table of label"),
        ({"task": "claim_spans", "id": "x"}, "a list of"),
        ({"task": "claim_spans", "id": "x", "spans": [{"start": 3, "end": 1}]}, "spans[0].end: a number greater"),
        ({"task": "claim_spans", "id": "x", "spans": [{"start": 3, "end": 21}]}, "the text of 20 characters"),
        (
            {"task": "claim_spans", "id": "x", "spans": [{"start": 3, "end": 5}, {"start": 3, "end": 5}]},
            "3 to 5, claim, is there twice",
        ),
        ("{", "not valid JSON"),
        ({"task": "moods", "id": "a"}, "'moods' is not one of stance, claim_spans"),
    ],
)
def test_lines_that_cannot_be_used(tmp_path: Path, line: Any, said: str) -> None:
    """Named with file and line; the others are read."""
    found = read(tmp_path, stance("b"), line)
    problems = [problem for list_ in found.problems.values() for problem in list_]
    assert any("p.jsonl:2: " in problem and said in problem for problem in problems), problems
    assert set(found.by_task["stance"]) == {"b"}


def test_missing_and_double_ids(tmp_path: Path) -> None:
    """Both named; a task that nobody answered has no problem."""
    found = read(tmp_path, stance("a"), stance("a", "against"))
    assert found.problems["stance"][0].endswith(":2: id: a is a duplicate of line 1")
    assert "2 of 3 ids are missing: b, c" in found.problems["stance"][1]
    assert found.by_task["stance"]["a"].label == "favor"
    assert "claim_spans" not in found.problems


def test_probabilities_in_some_lines_only(tmp_path: Path) -> None:
    """Said: a Brier score of a part of the items would be another score, and no score would be silence."""
    found = read(tmp_path, stance("a"), stance("b"), stance("c"))
    assert (found.problems, found.by_task["stance"]["a"].probabilities) == ({}, None)
    found = read(tmp_path, stance("a", probabilities={"favor": 1}), stance("b"), stance("c"))
    assert found.problems["stance"] == [
        f"{tmp_path / 'p.jsonl'}: stance: 1 of 3 lines have probabilities: give them in all lines, or in none"
    ]


def test_no_file_and_an_empty_one(tmp_path: Path) -> None:
    """One line that says so."""
    with pytest.raises(ReleaseError, match="no such file"):
        read_predictions(tmp_path / "p.jsonl", TASKS)
    with pytest.raises(ReleaseError, match="empty"):
        read(tmp_path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Compressed, UTF-16: one line, not one for each that cannot be read; Latin-1: the line."""
    path = tmp_path / "p.jsonl"
    text = json.dumps(stance("a")) + "\n" + json.dumps(stance("b", "für"), ensure_ascii=False) + "\n"
    for data, said in ((gzip.compress(text.encode()), "compressed"), (text.encode("utf-16"), "UTF-16")):
        path.write_bytes(data)
        with pytest.raises(ReleaseError, match=said):
            read_predictions(path, TASKS)
    path.write_bytes(text.encode("latin-1"))
    assert "p.jsonl:2: not UTF-8" in read_predictions(path, TASKS).problems[""][0]
    # Without a mark at its beginning json would take it for what it is, and read other characters where lines are cut.
    path.write_bytes(text.encode("utf-16-le"))
    assert not read_predictions(path, TASKS).by_task
