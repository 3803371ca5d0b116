"""The hardest items, and the parts that are computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from baselines.report.hardest import LIMIT, hardest_items
from baselines.report.items import hardest_section
from baselines.report.write import write_report
from baselines.tasks import Span
from dataset.records.predictions import LabelledSpan, Prediction
from dataset.records.scores import Board
from dataset.records.types import Span as MarkedSpan
from tests.baselines.report.examples import example, spans, stance, tables
from tests.reading import Reading, said

TEXT = "Anna sagt, die Brücke komme. Ben widerspricht ihr laut."


def _scores(task: dict[str, Any]) -> Board:
    return tables({"tasks": [task]})[0]


def _labels(*rows: tuple[str, str]) -> pd.DataFrame:
    """Rows of an id and a gold label, two an article."""
    return pd.DataFrame(
        [
            {"id": id_, "article_id": f"a{place // 2}", "text": TEXT, "target": "bridge", "question": "Soll sie?"}
            | {"context": f"Davor. {TEXT} Danach.", "label": label, "label_distribution": {"favor": 0.25, label: 0.75}}
            for place, (id_, label) in enumerate(rows)
        ]
    )


def _says(**labels: str) -> dict[str, Prediction]:
    shares = {label: {label: 0.9, "favor": 0.1} for label in labels.values()}
    return {
        name: Prediction(task="stance", id="x", label=label, probabilities=shares[label])
        for name, label in labels.items()
    }


def _marks(*spans: tuple[int, int, str]) -> Prediction:
    return Prediction(task="claim_spans", id="a", spans=tuple(LabelledSpan(*span) for span in spans))


def test_what_most_systems_get_wrong_stands_first() -> None:
    """By how many are wrong, then by what gold is given; probes and systems that never look do not count; half is not most."""
    frame = _labels(
        ("all", "against"), ("most", "against"), ("half", "against"), ("none", "favor"), ("unsaid", "favor")
    )
    wrong = {"majority": "favor", "text_only": "against"}
    predictions = {
        "most": _says(a="none", b="none", c="against", **wrong),
        "all": _says(a="none", b="favor", c="none", **wrong),
        "half": _says(a="none", b="against", **wrong),
        "none": _says(a="favor", b="favor", majority="against"),
    }
    found = hardest_items(_scores(stance()), frame, predictions)
    assert [(item.id, item.wrong, item.of) for item in found.items] == [("all", 3, 3), ("most", 2, 3)]
    assert found.items[0].answers == {"none": ("a", "c"), "favor": ("b",)}
    assert found.items[1].sure == {"against": 0.3, "none": 0.6}
    text = Reading(str(hardest_section(_scores(stance()), found, "de"))).text
    assert "2 of 2 items that more than half of the systems get wrong" in text
    assert "1. all 3 of 3 systems wrong Target bridge: Soll sie? Davor. Anna sagt" in text
    assert "against gold 75 % 0 0.00 – none 0 % 2 0.60 a and c favor 25 % 1 0.10 b" in text


def test_where_only_blind_systems_ran_they_count() -> None:
    """Better than nothing."""
    found = hardest_items(_scores(stance()), _labels(("x", "against")), {"x": _says(majority="favor")})
    assert [item.id for item in found.items] == ["x"]
    assert hardest_items(_scores(stance()), _labels(("x", "against")), {}).items == []


def test_equally_hard_items_come_from_many_articles() -> None:
    """One of each article first; at most so many, and how many there are is told."""
    names = [f"i{number:02}" for number in range(30)]
    found = hardest_items(
        _scores(stance()), _labels(*((name, "against") for name in names)), {name: _says(a="none") for name in names}
    )
    assert len(found.items) == LIMIT
    assert found.of == 30
    assert len({item.article for item in found.items}) == LIMIT


def test_spans_that_are_missed() -> None:
    """Missed ones before those with other bounds; what is found exactly is not hard. The label counts as well."""
    frame = pd.DataFrame(
        [
            {"id": "a", "article_id": "a", "text": TEXT, "target": ""}
            | {"label": [Span(0, 4, "fact"), Span(11, 27, "policy"), Span(29, 40, "fact")]}
        ]
    )
    given = {
        "one": _marks((0, 4, "fact"), (11, 20, "policy"), (45, 47, "fact")),
        "two": _marks((0, 4, "fact"), (11, 27, "fact")),
    }
    found = hardest_items(_scores(spans()), frame, {"a": given})
    assert [(item.span, item.wrong) for item in found.items] == [(MarkedSpan(29, 40), 2), (MarkedSpan(11, 27), 2)]
    text = Reading(str(hardest_section(_scores(spans()), found, "de"))).text
    assert "Gold: policy, characters 11 to 27." in text
    assert "one other bounds 11–20" in text
    assert "two the span 11–27" in text
    assert "one missed – –" in text


def test_claimants() -> None:
    """The claim is quoted; who names somebody where gold names nobody is wrong."""
    row = {"article_id": "a", "text": TEXT, "target": "", "claim_start": 11, "claim_end": 27}
    frame = pd.DataFrame([{**row, "id": "c1", "label": [Span(0, 4, "claimant")]}, {**row, "id": "c2", "label": []}])
    ben = _marks((29, 32, "claimant"))
    found = hardest_items(_scores({**spans(), "task": "claimant"}), frame, {"c1": {"rules": ben}, "c2": {"rules": ben}})
    assert [item.id for item in found.items] == ["c1", "c2"]
    text = Reading(str(hardest_section(_scores(spans()), found, "de"))).text
    assert "The claim: die Brücke komme Gold: claimant, characters 0 to 4." in text
    assert "rules something else 29–32 Ben" in text
    assert "Gold names nobody here." in text
    assert "rules marked something 29–32 Ben" in text


def test_texts_that_are_not_there_or_too_short() -> None:
    """A release without texts is shown without; offsets beyond a text cut nothing; a long text is cut."""
    frame = _labels(("x", "against"), ("y", "against"))
    frame["text"] = ["", "wort " * 500]
    predictions = {id_: _says(a="none") for id_ in ("x", "y")}
    text = Reading(
        str(hardest_section(_scores(stance()), hardest_items(_scores(stance()), frame, predictions), None))
    ).text
    assert "The release holds no text of this item." in text
    assert "wort …" in text
    assert len(text) < 3000
    beyond = pd.DataFrame(
        [{"id": "a", "article_id": "a", "text": "kurz", "target": "", "label": [Span(2, 90, "fact")]}]
    )
    found = hardest_items(_scores(spans()), beyond, {"a": {"one": _marks()}})
    assert "shorter than its labels say" in Reading(str(hardest_section(_scores(spans()), found, None))).text


def test_gold_and_texts_come_from_the_release(tmp_path: Path, release: Path) -> None:
    """Every other row of the example is got wrong by all; the annotators' votes stand beside."""
    text = said(write_report(example(tmp_path / "run", release)).files)
    stance_part = text[: text.index("window_tagger missed") if "window_tagger missed" in text else len(text)]
    assert "Target bridge: Soll die Brücke gebaut werden?" in stance_part
    assert "votes by models" in stance_part
    assert "67 %" in stance_part
    assert "2 of 2 systems wrong" in stance_part
