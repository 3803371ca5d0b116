"""What the page says, with much data, with little, and with none."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from annotation.report.pace import progress_of
from annotation.report.page import page_html
from dataset.files import read_records
from dataset.records.agreement import Agreement
from dataset.records.gold import Gold
from dataset.records.loader import UnusableError
from dataset.records.record import convert
from tests.annotation.report.examples import Given, agreement, example, write_report
from tests.make import snapshot, with_settings
from tests.reading import Reading, said

NO_NUMBER = re.compile(r"\b(?:None|NaN|nan|null|inf|undefined|Infinity)\b|\{\}|\[\]")


def test_says_all_of_it(tmp_path: Path) -> None:
    """Verdicts by the gates, who differs, what is mixed up, who is how fast, and what to do."""
    written = write_report(tmp_path / "report", *example(tmp_path))
    text = said(written)
    for piece in (
        "8 claims in 4 articles, labelled by 3 people; labels aggregated by the Dawid–Skene model; 3 labels undecided, 2 settled",
        "stance of a claim: too few items",
        "Kind of a claim not reliable α 0.410 (95 % interval 0.310 to 0.510)",
        "Not reliable: train on label_distribution",
        "Target of a claim tentative α 0.702",
        "Stance of an article reliable α 0.910",
        "its interval reaches down to 0.730 (tentative)",
        "The two that differ most: ann and ben, κ 0.40 on the kind of a claim.",
        "fact / policy",
        "Not computed for ben, cem: no article came twice.",
        "Median time for an article: 2 min 20 s",
        "12 annotations finished on 12 days",
    ):
        assert piece in text, piece
    assert not NO_NUMBER.search(text)
    assert [path.name for path in written[1:]] == [
        "agreement.png",
        "confusion-kind.png",
        "confusion-target.png",
        "confusion-stance.png",
        "pace.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written[1:])


def test_same_input_same_bytes(tmp_path: Path) -> None:
    """Page and figures; what an earlier run left and this one lacks is removed."""
    given_ = example(tmp_path)
    write_report(tmp_path / "a", *given_)
    write_report(tmp_path / "b", *deepcopy(given_))
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")
    corpus, report, rows, annotations, texts = given_
    write_report(tmp_path / "a", corpus, {**report, "pairs": {}}, rows, annotations, texts)
    assert not list((tmp_path / "a").glob("confusion-*"))


def test_silver_and_synthetic_stand_first(tmp_path: Path) -> None:
    """Before any number; also where the report does not say it, and where only some articles rest on models."""
    corpus, report, rows, annotations, texts = example(tmp_path, articles=3)
    synthetic = with_settings(corpus, synthetic="Invented.")
    text = said(write_report(tmp_path / "r", synthetic, {**report, "silver": True}, rows, annotations, texts))
    assert text.index("Silver, not gold") < text.index("Synthetic corpus: Invented.") < text.index("α")
    assert "not reliable among models α 0.410" in text
    rows = [changed(row, annotator_kind="model") for row in rows]
    del report["silver"]
    assert "Silver, not gold" in said(write_report(tmp_path / "r", corpus, report, rows, annotations, texts))
    rows[0] = changed(rows[0], annotator_kind="human")
    text = said(write_report(tmp_path / "r", corpus, report, rows, annotations, texts))
    assert "Silver in part: in 2 articles of 3" in text
    rows[1:] = [changed(row, annotator_kind="human") for row in rows[1:]]
    assert "Silver" not in said(write_report(tmp_path / "r", corpus, report, rows, annotations, texts))


def _one_annotator(folder: Path) -> Given:
    corpus, _, rows, annotations, texts = example(folder, ["ann"])
    nothing = {"alpha": None, "low": None, "high": None, "units": 0}
    return (
        corpus,
        {"silver": False, "alpha": {"kind": nothing, "target": nothing}, "pairs": {}},
        rows,
        annotations,
        texts,
    )


def _one_label(folder: Path) -> Given:
    corpus, report, rows, annotations, texts = example(folder)
    report["alpha"]["kind"] = {"alpha": None, "low": None, "high": None, "units": 12, "raw": 1.0}
    report["alpha"]["target"] |= {"by_label": {"bridge": {"alpha": None, "given": 12}}}
    for pair in report["pairs"].values():
        pair |= {"kappa": dict.fromkeys(pair["kappa"]), "confusion": {"kind": {"fact": {"fact": 9}}}}
    return corpus, report, rows, annotations, texts


def _all_skipped(folder: Path) -> Given:
    corpus, _, _, annotations, texts = example(folder)
    return corpus, {}, [], [changed(one, status="skipped", claims=()) for one in annotations], texts


def _nobody(folder: Path) -> Given:
    corpus, *_ = example(folder, [])
    return corpus, {"alpha": {}, "pairs": {}, "annotators": {}, "silver": False, "articles": 0, "claims": 0}, [], [], {}


def _no_times(folder: Path) -> Given:
    corpus, report, rows, annotations, texts = example(folder)
    for entry in report["by_annotator"].values():
        entry |= {"seconds": None, "first": None, "last": None}
    return corpus, report, rows, [changed(one, updated=None) for one in annotations], texts


def _no_texts(folder: Path) -> Given:
    return *example(folder)[:4], {}


@pytest.mark.parametrize(
    ("make", "pieces"),
    [
        (_one_annotator, ["No item was labelled by two annotators.", "no two annotators can be compared"]),
        (lambda folder: example(folder, articles=1), ["Who differs from whom"]),
        (_one_label, ["Only one label was ever given", "No two labels were ever mixed up."]),
        (
            _nobody,
            ["Nobody has finished an article yet", "Nobody has finished any of the 4 articles yet.", "no pace to show"],
        ),
        (_all_skipped, ["Nobody has finished an article yet", "0 of 4", "nothing to draw"]),
        (_no_times, ["there is no pace to show", "Not known: median time, first, last."]),
        (_no_texts, ["The text of 4 articles below is not here", "Characters 70 to 120 of article t1."]),
    ],
)
def test_little_data_is_said_in_words(tmp_path: Path, make: Any, pieces: list[str]) -> None:
    """One annotator, one article, one label, nobody, all skipped, no times, no texts: sentences, and never NaN or None."""
    text = said(write_report(tmp_path / "report", *make(tmp_path)))
    assert not NO_NUMBER.search(text)
    for piece in pieces:
        assert piece in text, text


def test_a_hundred_annotators_with_long_names(tmp_path: Path) -> None:
    """No matrix of a hundred by a hundred, no name that fills the page, no figure left out, and a page of sane size."""
    names = [f"{'x' * 200}-{number:03}" for number in range(100)]
    written = write_report(tmp_path / "report", *example(tmp_path, names))
    text = said(written)
    assert "A matrix of 100 annotators would not be read" in text
    assert "The 30 of 4,950 pairs that agree least" in text
    assert "Votes, the first 12; 88 more" in text
    assert "x" * 60 not in text
    assert "…" in text
    assert written[0].stat().st_size < 2_000_000


def test_names_that_hold_the_separator(tmp_path: Path) -> None:
    """An en dash in a name does not make two of it; where it stays open the pair is named as the report names it."""
    corpus, report, rows, annotations, texts = example(tmp_path, ["a–b", "c", "a"])
    report["pairs"]["b–c–d–e"] = {"span_f1": 0.5}
    page = write_report(tmp_path / "report", corpus, report, rows, annotations, texts)[0].read_text(encoding="utf-8")
    assert '<bdi class="name">a–b</bdi> and <bdi class="name">c</bdi>' in page
    assert '<bdi class="name">b–c–d–e</bdi>' in page


_ODD = st.sampled_from(
    [None, float("nan"), float("inf"), -1, 10**400, "", "text", [], {}, [None], True, {"x": None}, 0.5]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_report_gives_a_page(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is missing, null or odd in agreement.json, it is refused, or the page stands and shows no number that is none."""
    folder = tmp_path / "corpus"
    corpus, _, rows, annotations, texts = _cached(folder)
    report: Any = json.loads(json.dumps(agreement(["ann", "ben", "cem"], 4)))  # no part of it twice
    for _ in range(data.draw(st.integers(1, 6))):
        place = report
        for _ in range(data.draw(st.integers(0, 4))):
            inner = [key for key, value in place.items() if isinstance(value, dict) and value]
            if not inner:
                break
            place = place[data.draw(st.sampled_from(inner))]
        key = data.draw(st.sampled_from(sorted(place)))
        if data.draw(st.booleans()):
            del place[key]
        else:
            place[key] = deepcopy(data.draw(_ODD))
        if not report:
            break
    try:
        read = convert(report, Agreement)
    except UnusableError:
        return
    page = page_html(corpus, read, rows, annotations, texts, progress_of(corpus, annotations), {})
    assert not NO_NUMBER.search(Reading(page).text.replace("[None]", ""))


_MADE: dict[str, Given] = {}


def _cached(folder: Path) -> Given:
    if "one" not in _MADE:
        _MADE["one"] = example(folder)
    return _MADE["one"]


def test_the_shipped_corpus(tmp_path: Path, sample: Path) -> None:
    """The page of the sample corpus, from what lies there."""
    from annotation.report.hardest import hardest_items
    from dataset.build import text_facts
    from dataset.corpus import read_corpus
    from dataset.labels import read_labels

    corpus = read_corpus(sample)
    facts, _ = text_facts(corpus)
    annotations, _ = read_labels(sample / "labels", corpus.scheme, facts, corpus.down)
    rows = [row for _, row in read_records(sample / "gold.jsonl", Gold)]
    report = json.loads((sample / "agreement.json").read_text(encoding="utf-8"))
    text = said(write_report(tmp_path, corpus, report, rows, annotations, {}))
    assert "Silver, not gold" in text
    assert "Synthetic corpus" in text
    items, of = hardest_items(rows, annotations)
    assert len(items) == 30 < of
    assert not NO_NUMBER.search(text)
