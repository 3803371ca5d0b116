"""Order decides nothing: gold and agreement are the same for every order of annotators, claims, label files and lines."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from annotation.agreement.ceiling import ceilings
from annotation.agreement.report import agreement_report
from annotation.align import Traits, group_claims, match, match_claims
from annotation.gold import write_gold
from annotation.items import carry_ids, draft_claims, half_marked
from dataset.build import text_facts
from dataset.corpus import Corpus, read_corpus
from dataset.labels import Facts, read_labels
from dataset.records.gold import GoldClaim
from dataset.records.labels import Annotation, Claim
from dataset.records.record import plain
from dataset.records.types import Span
from tests.make import article, claim, label_line, write_corpus, write_labels

TEXTS = {"a": article(1), "b": article(2)}
# Few places, some of them nearly the same, so that claims are stacked and overlap.
PLACES = [(10, 40), (10, 41), (12, 40), (10, 60), (50, 90), (55, 95)]

claims = st.lists(
    st.builds(
        lambda place, **labels: claim(*place, **labels),
        st.sampled_from(PLACES),
        kind=st.sampled_from(["fact", "policy", None]),
        target=st.sampled_from(["bridge", "other", None]),
        stance=st.sampled_from(["favor", "against", None]),
        actor=st.sampled_from(["X", "Y", None]),
        claimant=st.sampled_from([None, {"start": 0, "end": 5}, {"start": 1, "end": 6}, {"start": 2, "end": 9}]),
        unclear=st.booleans(),
    ),
    max_size=5,
)
works = st.lists(st.tuples(claims, claims), min_size=2, max_size=4)


def lines_of(work: Sequence[tuple[list[Any], list[Any]]], names: Sequence[str]) -> list[dict[str, Any]]:
    """One line per annotator and article."""
    return [
        label_line(id_, TEXTS[id_], marked[number], name)
        for name, marked in zip(names, work, strict=True)
        for number, id_ in enumerate(TEXTS)
    ]


def shuffled(lines: Sequence[dict[str, Any]], dice: Random) -> list[dict[str, Any]]:
    """The same lines, and the claims of each, in another order."""
    return [
        {**line, "claims": dice.sample(line["claims"], len(line["claims"]))}
        for line in dice.sample(list(lines), len(lines))
    ]


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """JSON with the annotators' other names, lists in an order that does not depend on them."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((renamed(one, names) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return names.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def corpus() -> Any:
    """Two articles."""
    folder = Path(tempfile.mkdtemp())
    yield read_corpus(write_corpus(folder / "c", TEXTS))
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def facts(corpus: Corpus) -> dict[str, Facts]:
    """Of the two articles."""
    return text_facts(corpus)[0]


def annotations_of(corpus: Corpus, facts: Mapping[str, Facts], lines: list[dict[str, Any]]) -> list[Annotation]:
    """Return the annotations that are read from these lines."""
    write_labels(corpus.path, lines)
    return read_labels(corpus.path / "labels", corpus.scheme, facts)[0]


def figures(corpus: Corpus, facts: Mapping[str, Facts], annotations: list[Annotation]) -> Any:
    """Drafts of gold with numbered claims, and every figure of agreement, as JSON."""
    drafts = []
    for id_ in TEXTS:
        drafted, lost, _ = draft_claims(id_, [one for one in annotations if one.article_id == id_], {})
        numbered, _ = carry_ids(id_, drafted, [], [], 0)
        drafts.append([[plain(claim) for claim in numbered], [list(span) for span in lost]])
    report = agreement_report(corpus.scheme, annotations, {id_: one.length for id_, one in facts.items()})
    work = {id_: [one for one in annotations if one.article_id == id_] for id_ in TEXTS}
    report = structs.replace(report, ceiling=ceilings(corpus.scheme, work, facts, report.pairs))
    return json.loads(json.dumps([drafts, plain(report)]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(works, st.randoms(use_true_random=False))
def test_no_order_and_no_name_decides(
    corpus: Corpus, facts: dict[str, Facts], work: list[tuple[list[Any], list[Any]]], dice: Random
) -> None:
    """Lines, claims and annotators' names shuffled: the same claims, numbers and figures."""
    names = [f"n{i}" for i in range(len(work))]
    lines = lines_of(work, names)
    found = figures(corpus, facts, annotations_of(corpus, facts, lines))
    assert figures(corpus, facts, annotations_of(corpus, facts, shuffled(lines, dice))) == found
    others = dice.sample(names, len(names))
    again, _ = figures(corpus, facts, annotations_of(corpus, facts, lines_of(work, others)))
    assert renamed(again, dict(zip(others, names, strict=True))) == renamed(found[0], {})


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(works, st.randoms(use_true_random=False), st.sampled_from(["majority", "dawid_skene"]))
def test_the_files_are_the_same(
    corpus: Corpus, facts: dict[str, Facts], work: list[tuple[list[Any], list[Any]]], dice: Random, method: str
) -> None:
    """gold.jsonl byte for byte, agreement.json but for the hash of the label files; lines also in other files, files of other names."""
    toml = corpus.path / "corpus.toml"
    toml.write_text(
        f'{toml.read_text("utf-8").split("[annotation]")[0]}[annotation]\naggregation = "{method}"\n', "utf-8"
    )
    written: list[Any] = []
    lines = lines_of(work, [f"n{i}" for i in range(len(work))])
    for ordered in (lines, shuffled(lines, dice)):
        for path in corpus.path.glob("labels/*.jsonl"):
            path.unlink()
        for number in range(1 + len(written)):
            write_labels(corpus.path, ordered[number :: 1 + len(written)], f"f{number}")
        for name in ("gold.jsonl", "agreement.json"):
            (corpus.path / name).unlink(missing_ok=True)
        write_gold(corpus, facts)
        report = json.loads((corpus.path / "agreement.json").read_text(encoding="utf-8"))
        del report["inputs_sha256"], report["report_sha256"]  # of the label files, and of the hash of them
        written.append(((corpus.path / "gold.jsonl").read_bytes(), report))
    assert written[0] == written[1]


def test_claims_stacked_on_one_span(shared: Path, tmp_path: Path) -> None:
    """One claim per target, by one annotator in the other order: all agree."""
    shutil.copytree(shared / "cases" / "stacked-spans", tmp_path / "c")
    read = read_corpus(tmp_path / "c")
    summary = write_gold(read, text_facts(read)[0])
    alpha = {layer: summary.agreement.alpha[layer].alpha for layer in ("target", "stance", "span")}
    assert (summary.claims, summary.undecided, alpha) == (16, 0, {"target": 1.0, "stance": 1.0, "span": 1.0})
    one_order = (tmp_path / "c" / "gold.jsonl").read_bytes(), (tmp_path / "c" / "agreement.json").read_text("utf-8")
    path = tmp_path / "c" / "labels" / "y.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps({**row, "claims": row["claims"][::-1]}) + "\n" for row in rows), "utf-8")
    for name in ("gold.jsonl", "agreement.json"):
        (tmp_path / "c" / name).unlink()
    write_gold(read, text_facts(read)[0])
    other = (tmp_path / "c" / "gold.jsonl").read_bytes(), (tmp_path / "c" / "agreement.json").read_text("utf-8")
    assert other[0] == one_order[0]
    assert json.loads(other[1])["alpha"] == json.loads(one_order[1])["alpha"]


def made(start: int, end: int, target: str | None, stance: str | None = None, **other: Any) -> Claim:
    """A claim."""
    return Claim(start=start, end=end, kind="fact", target=target, stance=stance, **other)


def work_of(name: str, *marked: Claim) -> Annotation:
    """An annotation of the article page."""
    return Annotation(
        annotation_id="i",
        article_id="a",
        text_sha256="",
        annotator=name,
        annotator_kind="human",
        page="article",
        status="submitted",
        claims=marked,
    )


@pytest.mark.parametrize("field", ["target", "kind", "stance", "claimant", "actor"])
def test_every_label_breaks_ties(field: str) -> None:
    """Two claims on one span that differ in one label only."""
    values: list[Any] = [Span(0, 3), Span(5, 9)] if field == "claimant" else ["p", "q"]
    traits = [Traits(**{field: value}) for value in values]
    spans = [Span(10, 40)] * 2
    assert match(spans, spans, (traits, traits[::-1])) == [(0, 1), (1, 0)]


def test_labels_decide_between_spans_that_are_nearly_the_same() -> None:
    """Each marked one of two claims with the full stop, and not the same one; three annotators in a chain."""
    x = [made(10, 50, "bridge"), made(10, 51, "other")]
    y = [made(10, 51, "bridge"), made(10, 50, "other")]
    z = [made(10, 52, "other"), made(10, 49, "bridge")]
    assert match_claims(x, y) == [(0, 0), (1, 1)]
    assert group_claims({"x": x, "y": y, "z": z}) == [{"z": 1, "x": 0, "y": 0}, {"y": 1, "x": 1, "z": 0}]


def test_the_span_decides_between_spans_that_are_not() -> None:
    """A long claim and a short one inside, their targets exchanged: places count more than labels."""
    x = [made(0, 40, "bridge"), made(0, 30, "other")]
    y = [made(0, 41, "other"), made(0, 29, "bridge")]
    assert match_claims(x, y) == [(0, 0), (1, 1)]


def test_stacked_claims_keep_their_ids() -> None:
    """The labels of one of two claims on a span change so that they sort the other way round."""

    def drafts(first: str, second: str) -> list[GoldClaim]:
        work = [
            work_of(name, *marked)
            for name in ("x", "y")
            for marked in [(made(0, 20, first, "favor"), made(0, 20, second, "against"))]
        ]
        return draft_claims("a", work, {})[0]

    def ids(claims: list[GoldClaim]) -> dict[str | None, str]:
        return {claim.votes[0].target: claim.id for claim in claims}

    earlier, number = carry_ids("a", drafts("bridge", "other"), [], [], 0)
    assert number == 2
    later, number = carry_ids("a", drafts("zoo", "other"), earlier, [], 2)
    assert number == 2
    assert ids(later) == {"zoo": "a-c01", "other": "a-c02"}
    gone = [
        GoldClaim(id=one.id, start=one.start, end=one.end, target=t)
        for one, t in zip(earlier, ("bridge", "other"), strict=True)
    ]
    back, _ = carry_ids("a", drafts("other", "bridge"), [], gone, 2)
    assert ids(back) == {"bridge": "a-c01", "other": "a-c02"}


def test_two_claims_on_a_span_that_half_of_the_annotators_marked_are_one_question() -> None:
    """An adjudicator is asked once whether there is a claim."""
    work = [
        work_of(name, *marked) for name, marked in (("x", (made(0, 20, "bridge"), made(0, 20, "other"))), ("y", ()))
    ]
    assert half_marked(work) == [(Span(0, 20), 1, 2)]


def test_the_claimant_that_most_put_in_one_place() -> None:
    """Three claimants in a chain, of which the middle one is near both others: the middle one, for every order of annotators."""
    chain = [Span(0, 10), Span(3, 13), Span(6, 16)]
    for places in (chain, chain[::-1], [chain[1], chain[0], chain[2]]):
        work = [
            work_of(name, *marked)
            for name, place in zip("xyz", places, strict=True)
            for marked in [(made(0, 20, "bridge", claimant=place),)]
        ]
        assert draft_claims("a", work, {})[0][0].claimant == Span(3, 13)
