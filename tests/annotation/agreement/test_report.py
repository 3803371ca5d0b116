"""The report of a corpus: figures that can be followed by hand, what counts, and no NaN ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import replace

from annotation.agreement import agreement_report as computed
from dataset.records.labels import Annotation, Claim
from dataset.records.record import plain
from dataset.scheme import Scheme, read_scheme
from tests.make import SCHEME

LENGTHS = dict.fromkeys("abc", 100)


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    """Two targets, two kinds, three stances, two article stances."""
    (tmp_path / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    return read_scheme(tmp_path / "scheme.toml")


def marked(
    start: int, end: int, kind: str | None = "fact", stance: str | None = "favor", target: str = "bridge"
) -> Claim:
    """A claim."""
    return Claim(start=start, end=end, kind=kind, target=target, stance=stance)


def work(article: str, annotator: str, *claims: Claim, **more: Any) -> Annotation:
    """What somebody made of an article."""
    known = {"kind": "human", "page": "article", "status": "submitted", "updated": None, "stance": "discuss", **more}
    return Annotation(
        annotation_id=f"{article}:{annotator}",
        article_id=article,
        text_sha256="",
        annotator=annotator,
        annotator_kind=known["kind"],
        page=known["page"],
        status=known["status"],
        updated=known["updated"],
        claims=claims,
        lost=(),
        article_stance={"bridge": known["stance"]},
        created=more.get("created"),
        lead_time=more.get("lead_time"),
    )


FACT, POLICY = marked(0, 20), marked(30, 50, "policy", "against")


def two(article: str = "a") -> list[Annotation]:
    """Two people who agree on two spans, and on the kind of one."""
    return [work(article, "x", FACT, POLICY), work(article, "y", FACT, marked(30, 46, "fact", "against"))]


def agreement_report(scheme: Scheme, annotations: list[Annotation], lengths: dict[str, int]) -> dict[str, Any]:
    """The report as gold writes it."""
    return plain(computed(scheme, annotations, lengths))


def dump(report: dict[str, Any]) -> str:
    """As gold will write it: refuses NaN."""
    return json.dumps(report, allow_nan=False)


def test_by_hand(scheme: Scheme) -> None:
    """Two articles alike, two annotators."""
    report = agreement_report(scheme, two("a") + two("b"), LENGTHS)
    dump(report)
    kind = report["alpha"]["kind"]
    # Coincidences of four units: fact–fact 4, fact–policy 2 and 2. α = 1 − (8 − 1) × 4 / (64 − 36 − 4).
    assert kind["alpha"] == pytest.approx(1 - 7 * 4 / 24, abs=1e-6)
    assert (kind["units"], kind["raw"], kind["metric"]) == (4, 0.5, "nominal")
    assert report["alpha"]["stance"]["alpha"] == 1.0
    assert report["alpha"]["article_stance"]["why"].startswith("Only one label was given, discuss")
    pair = report["pairs"]["x–y"]
    assert (pair["articles"], pair["span_f1"], pair["span_f1_exact"]) == (2, 1.0, 0.5)
    assert pair["span_f1_partial"] == pytest.approx(2 * 36 / 76, abs=1e-6)
    assert (pair["span_f1_low"], pair["span_f1_high"]) == (1.0, 1.0)
    assert pair["confusion"]["kind"] == {"fact": {"fact": 2, "policy": 0}, "policy": {"fact": 2, "policy": 0}}
    assert (pair["kappa"]["kind"], pair["raw"]["kind"], pair["kappa"]["stance"]) == (0.0, 0.5, 1.0)
    assert pair["kappa"]["target"] is None
    assert "Both gave one target only, bridge" in pair["why"]
    span = report["alpha"]["span"]
    assert span["units"] == 8
    assert span["raw"] == 0.96
    assert span["low"] == span["alpha"] == span["high"]
    assert span["u_alpha_kind"]["alpha"] < span["alpha"]
    assert span["cu_alpha_kind"]["alpha"] < 1


def test_every_pair_is_there(scheme: Scheme) -> None:
    """Also one that shares a single article."""
    annotations = [*two("a"), *two("b"), work("a", "z", marked(0, 11), stance="favor")]
    report = agreement_report(scheme, annotations, LENGTHS)
    assert {name: pair["articles"] for name, pair in report["pairs"].items()} == {"x–y": 2, "x–z": 1, "y–z": 1}


def test_what_counts(scheme: Scheme) -> None:
    """Neither skips nor blind repeats nor the claim page, and no order of the lines."""
    plain = agreement_report(scheme, two("a") + two("b"), LENGTHS)
    more = [
        work("c", "x", POLICY),
        work("c", "y", status="skipped"),
        work("a#2", "x", POLICY),
        work("a", "z", POLICY, page="claim"),
    ]
    report = agreement_report(scheme, [*more, *two("b"), *two("a")], LENGTHS)
    assert report["alpha"] == plain["alpha"]
    assert report["pairs"] == plain["pairs"]
    assert report["by_annotator"]["y"]["skipped"] == 1
    assert "z" not in report["by_annotator"]


def test_ordered_lists_get_the_ordinal_metric(scheme: Scheme) -> None:
    """An order between labels is the scheme's to say; α then knows near from far, κ does not."""
    stances = [("favor", "favor"), ("against", "favor"), ("none", "none"), ("against", "against")]
    annotations = [
        work(a, name, marked(0, 20, stance=pair[i]))
        for a, pair in zip("abcd", stances, strict=True)
        for i, name in enumerate("xy")
    ]
    ordered = structs.replace(scheme, stances=tuple(structs.replace(one, ordered=True) for one in scheme.stances))
    lengths = dict.fromkeys("abcd", 100)
    nominal, ordinal = (agreement_report(one, annotations, lengths)["alpha"] for one in (scheme, ordered))
    assert ordinal["stance"]["metric"] == "ordinal"
    assert ordinal["stance"]["alpha"] > nominal["stance"]["alpha"]
    assert ordinal["kind"] == nominal["kind"]


def test_a_stance_is_toward_its_target(scheme: Scheme) -> None:
    """Who meant another target than most says nothing about this one; κ of a pair is over all claims that both marked."""
    claims = [marked(0, 20), marked(0, 20), marked(0, 20, stance="against", target="other")]
    other = marked(30, 50, stance="none")
    annotations = [work("a", name, one, other) for name, one in zip("xyz", claims, strict=True)]
    report = agreement_report(scheme, annotations, LENGTHS)
    assert (report["alpha"]["stance"]["alpha"], report["alpha"]["stance"]["units"]) == (1.0, 2)
    assert report["alpha"]["target"]["alpha"] < 1
    assert report["pairs"]["y–z"]["kappa"]["stance"] < 1


def test_each_layer_has_its_own_interval(scheme: Scheme) -> None:
    """Of κ too: the layers on which two agree everywhere are 1 throughout, the one on which they don't is not."""
    one, other = marked(0, 20), marked(30, 50, "policy", "against", "other")
    annotations = [work(a, n, one, other, stance="favor" if a == "a" else "discuss") for a in "abc" for n in "xy"]
    annotations += [work("d", "x", one, other), work("d", "y", one, replace(other, stance="none"))]
    pair = agreement_report(scheme, annotations, LENGTHS | {"d": 100})["pairs"]["x–y"]
    for layer in ("kind", "target", "article_stance"):
        assert (pair["kappa_low"][layer], pair["kappa"][layer], pair["kappa_high"][layer]) == (1.0, 1.0, 1.0)
    assert pair["kappa_low"]["stance"] < pair["kappa"]["stance"] < pair["kappa_high"]["stance"] == 1.0
    # Drawn four times, the article in which one of two stances differs has κ (1/2 − 1/4) / (1 − 1/4).
    assert pair["kappa_low"]["stance"] >= round(1 / 3, 6)


def test_by_annotator(scheme: Scheme) -> None:
    """Means over the pairs, and how the work went."""
    times = {"created": "2026-01-02T10:00:00+02:00", "updated": "2026-01-02T09:30:00Z"}
    annotations = [
        work("a", "x", FACT, POLICY, lead_time=30.0, **times),
        work("b", "x", FACT, POLICY, lead_time=90.0, updated="2026-01-02T08:30:00Z", created="yesterday"),
        work("a#2", "x", FACT, POLICY, lead_time=900.0, created="2026-01-02T09:00:00"),
        *(work(article, "y", FACT, POLICY) for article in "ab"),
        work("a", "z", FACT, kind="model"),
        work("b", "w", status="skipped", lead_time=5.0),
    ]
    tables = agreement_report(scheme, annotations, LENGTHS)["by_annotator"]
    x = tables["x"]
    assert (x["articles"], x["claims"], x["skipped"], x["seconds"]) == (2, 4, 0, 60.0)
    assert x["span_f1"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-6)
    assert (x["first"], x["last"]) == ("2026-01-02T10:00:00+02:00", "2026-01-02T09:30:00Z")
    assert x["kappa"]["kind"] == 1.0
    assert (tables["z"]["annotator_kind"], tables["z"]["seconds"], tables["z"]["first"]) == ("model", None, None)
    assert tables["w"]["why"] == "w has submitted no article; 1 were skipped."
    assert (tables["w"]["skipped"], tables["w"]["seconds"]) == (1, None)


def test_intra(scheme: Scheme) -> None:
    """A blind repeat against the same person's first time, nobody else's."""
    annotations = [
        *two("a"),
        work("a#2", "x", FACT),
        work("b", "x", POLICY),
        work("b#2", "x", POLICY),
        work("c#2", "y", FACT),
    ]
    tables = agreement_report(scheme, annotations, LENGTHS)["intra"]
    assert tables["x"]["articles"] == 2
    assert tables["x"]["span_f1"] == pytest.approx(2 * 2 / 5, abs=1e-6)
    assert tables["x"]["kappa"]["kind"] == 1.0
    assert tables["y"]["articles"] == 0
    assert tables["y"]["span_f1"] is None
    assert "both the first time and as a blind repeat" in tables["y"]["why"]
    assert agreement_report(scheme, two(), LENGTHS)["intra"] == {}


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        (list, "Nobody has labelled an article yet."),
        (
            lambda: [work("a", "x", status="skipped"), work("b", "y", status="skipped")],
            "Nobody has submitted an article; 2 were skipped.",
        ),
        (lambda: [work("a", "x", FACT)], "Only one annotator, x, has submitted articles: agreement needs two."),
        (lambda: [work("a", "x", FACT), work("b", "y", FACT)], "No article was submitted by two annotators."),
    ],
)
def test_nobody_to_compare_with(scheme: Scheme, annotations: Callable[[], list[Annotation]], reason: str) -> None:
    """The same sentence everywhere, and nulls."""
    report = agreement_report(scheme, annotations(), LENGTHS)
    dump(report)
    assert report["pairs"] == {}
    assert list(report["alpha"]) == ["kind", "target", "stance", "article_stance", "span"]
    for table in report["alpha"].values():
        assert (table["alpha"], table["low"], table["high"], table["why"]) == (None, None, None, reason)


def test_one_article_has_no_interval(scheme: Scheme) -> None:
    """Values yes, intervals over articles no; those over items stay."""
    report = agreement_report(scheme, two(), LENGTHS)
    dump(report)
    for table in (report["alpha"]["kind"], report["alpha"]["span"], report["pairs"]["x–y"]):
        assert "one article" in table["why"]
    assert report["alpha"]["kind"]["low"] is None
    assert report["alpha"]["stance"]["low_items"] is not None
    assert report["pairs"]["x–y"]["span_f1_low"] is None


CLAIMS = st.builds(
    lambda start, size, kind, stance, target: marked(start, start + size, kind, stance, target),
    st.integers(0, 30),
    st.integers(1, 20),
    st.sampled_from(["fact", "policy", None]),
    st.sampled_from(["favor", "against", "none", None]),
    st.sampled_from(["bridge", "other"]),
)
WORK = st.builds(
    lambda article, name, status, claims: work(article, name, *claims, status=status),
    st.sampled_from(["a", "b", "c", "a#2"]),
    st.sampled_from("xyz"),
    st.sampled_from(["submitted", "submitted", "skipped"]),
    st.lists(CLAIMS, max_size=3),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORK, max_size=8, unique_by=lambda one: (one.article_id, one.annotator)))
def test_never_nan_and_always_why(scheme: Scheme, annotations: list[Annotation]) -> None:
    """Whatever people do: the report is JSON, and each table with a null in it says why."""
    report = agreement_report(scheme, annotations, LENGTHS)
    dump(report)
    for layer, table in report["alpha"].items():
        assert (None in (table["alpha"], table["low"])) <= ("why" in table), layer
    for table in (*report["pairs"].values(), *report["intra"].values()):
        assert (table["span_f1"] is None or None in table["kappa"].values()) <= ("why" in table)
    for table in report["by_annotator"].values():
        assert (table["span_f1"] is None) <= ("why" in table)
