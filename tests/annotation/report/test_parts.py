"""Numbers, gates, confusion and pace, one by one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from annotation.report.confusion import confusion_of
from annotation.report.figures import agreement_png, pace_png
from annotation.report.gates import judge
from annotation.report.pace import bins_of, day_of, progress_of
from annotation.report.people import duration
from dataset.records.agreement import Agreement, LayerAlpha, PairAgreement
from dataset.records.corpus import AnnotationSettings
from tests.annotation.report.examples import example
from tests.make import with_settings


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0.8, "good"),
        (0.79951, "good"),
        (0.7994, "fair"),
        (2 / 3, "fair"),
        (0.666, "poor"),
        (-0.3, "poor"),
        (None, "unknown"),
    ],
)
def test_gates(value: float | None, level: str) -> None:
    """The verdict goes by the number as it is shown, with three digits."""
    assert judge("kind", LayerAlpha(alpha=value, low=value, units=90)).level == level


def test_verdicts_say_what_is_uncertain() -> None:
    """An interval below the gate, no interval, few items, a reason of the report's own; spans have no distribution to train on."""
    assert "reaches down to 0.600 (not reliable)" in judge("kind", LayerAlpha(alpha=0.9, low=0.6)).sentence
    assert "There is no interval" in judge("kind", LayerAlpha(alpha=0.9)).sentence
    assert "few items (4)" in judge("kind", LayerAlpha(alpha=0.9, low=0.9, units=4)).sentence
    assert "Too few articles." in judge("kind", LayerAlpha(alpha=None, why="too few articles")).sentence
    assert "label_distribution" not in judge("span", LayerAlpha(alpha=0.1)).sentence
    assert "Nearly all answers are the same" in judge("kind", LayerAlpha(alpha=0.1, raw=0.95)).sentence


def test_confusion_counts_both_ways(tmp_path: Path) -> None:
    """Who of a pair said what does not matter; shares are of the answers to a label; labels stand in the scheme's order."""
    corpus, *_ = example(tmp_path)
    counts = {"policy": {"policy": 4, "fact": 1}, "fact": {"policy": 2}, "old": {"fact": 1}}
    report = Agreement(pairs={"a–b": PairAgreement(confusion={"kind": counts})})
    found = confusion_of(report, "kind", corpus.scheme)
    assert found is not None
    assert found.labels == ["fact", "policy", "old"]
    assert found.share("policy", "fact") == pytest.approx(3 / 11)
    assert found.share("fact", "policy") == pytest.approx(3 / 4)
    assert found.mixed == [(3, "fact", "policy"), (1, "fact", "old")]
    assert confusion_of(report, "stance", corpus.scheme) is None


def test_progress_counts_articles_and_days(tmp_path: Path) -> None:
    """Articles by annotator, what is missing of the overlap; a blind repeat is a day's work but no article."""
    corpus, _, _, annotations, _ = example(tmp_path)
    corpus = with_settings(corpus, annotation=AnnotationSettings(overlap=4))
    repeat = changed(annotations[0], article_id="t1#2", updated="2025-01-01T23:30:00-05:00")
    skipped = changed(annotations[1], status="skipped")
    progress = progress_of(corpus, [*annotations[:1], skipped, *annotations[2:], repeat])
    assert (progress.articles, progress.covered, progress.missing) == (4, 0, 5)
    assert progress.finished == {"ann": 4, "ben": 3, "cem": 4}
    assert progress.skipped == {"ben": 1}
    assert sum(progress.days.values()) == 12
    assert progress.days[date(2025, 1, 2)] == 1  # in UTC


def test_durations() -> None:
    """As a person reads them; a dash for what is none."""
    assert [duration(x) for x in (0.4, 59.6, 200, 7320, None, "1", -1)] == [
        "0 s",
        "1 min 0 s",
        "3 min 20 s",
        "2 h 2 min",
        "–",
        "–",
        "–",
    ]


def test_days_weeks_months() -> None:
    """Few days are shown as days, many as weeks, very many as months; a broken time is none."""
    first = date(2025, 1, 1)
    for length, days in ((1, 30), (7, 200), (30, 2000)):
        bins = bins_of({first: 2, first + timedelta(days): 1})
        assert {one[1] for one in bins} == {length}
        assert [one[2] for one in bins] == [2, 1]
    assert bins_of({}) == []
    assert bins_of({date.min: 1, date.max: 1})
    for broken in (None, "", "yesterday", "2025-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert day_of(broken) is None


def test_figures_take_anything() -> None:
    """One bar, far dates and negative numbers can be drawn."""
    assert agreement_png([("x", "poor", -0.8, -1.0, 0.2), ("y", "good", 1.0, None, None)]).startswith(b"\x89PNG")
    assert pace_png([(date(2025, 1, 1), 1, 5)]).startswith(b"\x89PNG")
    assert pace_png([(date.min, 30, 1), (date(9999, 12, 1), 30, 100_000)]).startswith(b"\x89PNG")
