"""From votes to labels: methods, what stays open, who is asked, and whose word wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation.gold import Summary, write_gold
from annotation.studio.adjudicate import adjudication_tasks
from annotation.summary import as_text
from dataset.build import build_release, read_articles, text_facts
from dataset.corpus import read_corpus
from dataset.errors import CorpusError
from dataset.labels import read_labels
from tests.annotation.test_gold import TEXT, corpus, gold
from tests.make import article, claim, label_line, write_corpus, write_labels

__all__ = ["corpus"]  # the fixture


def decide(item: str, layer: str, label: str | None, target: str | None = None, **other: Any) -> dict[str, Any]:
    """A line of the adjudication page."""
    decision = {"item": item, "layer": layer, "target": target, "label": label, "reason": "so steht es da"}
    line = label_line("a", TEXT, [], "judge", page="adjudication", article_stance={}, decision=decision)
    return {**line, "annotation_id": f"judge:{layer}@{item}", **other}


def disagree() -> list[dict[str, Any]]:
    """Four annotators: kind tied, target three to one, a span that two of them marked, an article stance that is tied."""
    lines = []
    for number in range(4):
        marked = [
            claim(
                0, 20, kind="fact" if number < 2 else "policy", target="bridge" if number else "other", stance="favor"
            )
        ]
        if number < 2:
            marked.append(claim(30, 50))
        stance = {"bridge": "favor" if number < 2 else "discuss"}
        lines.append(label_line("a", TEXT, marked, f"x{number}", article_stance=stance))
    return lines


def open_keys(path: Path, summary: Summary) -> list[str]:
    """What an adjudicator would be asked."""
    read = read_corpus(path)
    articles, _ = read_articles(read)
    return [task["data"]["key"] for task in adjudication_tasks(read, articles, summary.rows, summary.counted)]


def test_what_is_open_is_asked(corpus: Path) -> None:
    """In the order of the text, each with its own key; what is clear is not asked."""
    (row,), summary = gold(corpus, disagree())
    assert (row["claims"][0]["kind"], row["claims"][0]["target"], row["claims"][0]["stance"]) == (
        None,
        "bridge",
        "favor",
    )
    assert open_keys(corpus, summary) == ["kind@a-c01", "span@a:30-50", "article_stance@a:bridge"]
    assert row["lost"] == [{"start": 30, "end": 50}]


def test_votes_are_shown_without_names(corpus: Path) -> None:
    """And the choices are the scheme's."""
    _, summary = gold(corpus, disagree())
    read = read_corpus(corpus)
    articles, _ = read_articles(read)
    kind, span, stance = (t["data"] for t in adjudication_tasks(read, articles, summary.rows, summary.counted))
    assert kind["votes"] == "Stimmen: 2 × fact, 2 × policy"
    assert [option["alias"] for option in kind["options"]] == ["fact", "policy"]
    assert [option["hotkey"] for option in kind["options"]] == ["a", "s"]  # the scheme gives none
    assert (span["votes"], span["claim"]) == ("Stimmen: 2 × ja, 2 × nein", TEXT[30:50])
    assert stance["claim"] == articles[0].text
    assert "x0" not in json.dumps([kind, span, stance])


def test_decisions_win(corpus: Path) -> None:
    """Kind, span and article stance; who decided and why is kept, and nothing is asked again."""
    decided = [
        decide("a-c01", "kind", "policy"),
        decide("a:30-50", "span", "claim"),
        decide("a:bridge", "article_stance", "favor"),
    ]
    (row,), summary = gold(corpus, [*disagree(), *decided])
    first, second = row["claims"]
    assert (first["kind"], first["adjudicated"], first["reason"], first["adjudicator"]) == (
        "policy",
        True,
        "kind: so steht es da",
        "judge",
    )
    assert first["label_distribution"]["kind"] == {"fact": 0.5, "policy": 0.5}
    assert (second["start"], second["end"], second["adjudicated"]) == (30, 50, True)
    assert (row["lost"], row["article_stance"]["bridge"]["label"]) == ([], "favor")
    assert (summary.adjudicated, "judge" in summary.annotators) == (3, False)
    assert open_keys(corpus, summary) == []
    assert build_release(corpus, out=corpus.parent / "dist").rejected == []


def test_a_group_that_is_undecided_in_part(corpus: Path) -> None:
    """Two of six share a place, a third touches one of their spans: there nobody can say that there is no claim."""
    spans = [(0, 20), (4, 20), (0, 3), None, None, None]
    lines = [label_line("a", TEXT, [claim(*span)] if span else [], f"x{i}") for i, span in enumerate(spans)]
    (row,), _ = gold(corpus, lines)
    assert row["claims"] == []
    assert {"start": 0, "end": 20} in row["lost"]
    assert {"start": 4, "end": 20} not in row["lost"]


def test_no_claim_after_all(corpus: Path) -> None:
    """A span that an adjudicator calls none: its sentence is "none" again, and no longer open."""
    (row,), _ = gold(corpus, [*disagree(), decide("a:30-50", "span", "none")])
    assert (len(row["claims"]), row["lost"]) == (1, [])


def test_decisions_that_decide_nothing(corpus: Path) -> None:
    """Skipped ones, ones toward a target that the claim no longer has; of one adjudicator the later."""
    lines = disagree()
    (row,), _ = gold(corpus, [*lines, decide("a-c01", "kind", "policy", status="skipped")])
    assert row["claims"][0]["kind"] is None
    (row,), summary = gold(corpus, [*lines, decide("a-c01", "stance", "against", target="other")])
    assert (row["claims"][0]["stance"], len(summary.rejected)) == ("favor", 1)
    # 10:00 in Berlin is before 09:30 in London.
    early = decide("a-c01", "kind", "policy", updated="2026-01-01T10:00:00+02:00")
    late = decide("a-c01", "kind", "fact", updated="2026-01-01T09:30:00+00:00")
    (row,), _ = gold(corpus, [*lines, late, early])
    assert row["claims"][0]["kind"] == "fact"


@pytest.mark.parametrize(
    "decision",
    [
        None,
        {"item": "a-c01", "layer": "mood", "label": "x", "reason": "y"},
        {"item": "a-c01", "layer": "kind", "label": "rumour", "reason": "y"},
        {"item": "a-c01", "layer": "kind", "label": "fact", "reason": ""},
        {"layer": "kind", "label": "fact", "reason": "y"},
    ],
)
def test_broken_decisions_are_set_aside(corpus: Path, decision: Any) -> None:
    """By name; the rest counts."""
    line = {**decide("a-c01", "kind", "fact"), "decision": decision}
    (row,), summary = gold(corpus, [*disagree(), line])
    assert len(summary.rejected) == 1
    assert row["claims"][0]["kind"] is None


def test_little_confidence_and_unclear(corpus: Path) -> None:
    """Three of five votes are too few to leave it; a stance that half of them would not defend is asked too."""
    stances = ["favor", "favor", "favor", "against", "none"]
    lines = [label_line("a", TEXT, [claim(0, 20, stance=s)], f"x{i}") for i, s in enumerate(stances)]
    _, summary = gold(corpus, lines)
    assert open_keys(corpus, summary) == ["stance@a-c01@bridge"]
    lines = [label_line("a", TEXT, [claim(0, 20, unclear=i < 2)], f"x{i}") for i in range(4)]
    _, summary = gold(corpus, lines)
    assert open_keys(corpus, summary) == ["stance@a-c01@bridge"]


def many(folder: Path, aggregation: str) -> Path:
    """Twelve articles, three careful annotators and two who always say the same wrong thing together."""
    texts = {f"a{i:02d}": article(i) for i in range(12)}
    path = write_corpus(folder / "many", texts)
    with (path / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write(f'[annotation]\naggregation = "{aggregation}"\n')
    for who in range(5):
        lines = []
        for number, (id_, text) in enumerate(texts.items()):
            true = ("favor", "against")[number % 2]
            given = "none" if who > 2 and number % 3 else true
            lines.append(label_line(id_, text, [claim(0, 20, stance=given)], f"x{who}"))
        write_labels(path, lines, f"x{who}")
    return path


@pytest.mark.parametrize("aggregation", ["dawid_skene", "mace"])
def test_the_corpus_chooses_the_method(tmp_path: Path, aggregation: str) -> None:
    """Posteriors, annotators' quality, and what could not be fitted, in the report."""
    path = many(tmp_path, aggregation)
    read = read_corpus(path)
    facts, _ = text_facts(read)
    summary = write_gold(read, facts)
    assert [row.claims[0].stance for row in summary.rows] == ["favor", "against"] * 6
    quality = summary.quality["stance"]
    assert min(quality[f"x{i}"] or 0 for i in range(3)) > max(quality[f"x{i}"] or 0 for i in (3, 4))
    # All said the same of the kind: nothing to fit, and the reason is told.
    assert "majority was used instead" in summary.why["kind"]
    assert "majority was used instead" in as_text(summary)
    report = json.loads((path / "agreement.json").read_text(encoding="utf-8"))
    assert (report["aggregation"], report["quality"]["stance"]) == (aggregation, quality)


def test_a_method_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said, and nothing is written."""
    path = many(tmp_path, "mace")
    read = read_corpus(path)
    facts, _ = text_facts(read)
    monkeypatch.setattr("annotation.gold.find_spec", lambda _: None)
    with pytest.raises(CorpusError, match="needs crowd-kit"):
        write_gold(read, facts)
    assert not (path / "gold.jsonl").exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([label_line("a", TEXT, [claim(0, 20)], "x")], "α stance: not defined"),
        ([label_line("a", TEXT, [], "x", status="skipped")], "0 claims in 0 articles"),
        ([label_line("a", TEXT, [claim(0, 20)], f"x{i}") for i in range(2)], "α kind: not defined"),
        ([label_line("a", TEXT, [claim(0, 20, kind=k)], k) for k in ("fact", "policy")], "(1 units): Only one article"),
    ],
)
def test_what_cannot_be_computed_is_said(corpus: Path, lines: list[dict[str, Any]], said: str) -> None:
    """One annotator only, all skipped, one label only, one article only: a sentence, and no NaN anywhere."""
    _, summary = gold(corpus, lines)
    assert said in as_text(summary)
    written = (corpus / "agreement.json").read_text(encoding="utf-8")
    assert "NaN" not in written + as_text(summary)
    assert "nan" not in as_text(summary)


def test_agreement_is_of_those_who_make_the_gold(corpus: Path) -> None:
    """Models that agree with each other do not make people look reliable."""
    people = [
        label_line("a", TEXT, [claim(0, 20, kind=k)], f"h{k}", annotator_kind="human") for k in ("fact", "policy")
    ]
    models = [label_line("a", TEXT, [claim(0, 20)], f"m{i}") for i in range(5)]
    _, summary = gold(corpus, [*people, *models])
    assert set(summary.annotators) == {"hfact", "hpolicy"}
    assert list(summary.agreement.pairs) == ["hfact–hpolicy"]


def test_adjudicators_who_contradict_each_other(corpus: Path) -> None:
    """Nobody's name decides: it stays open, and both are named."""
    other = decide("a-c01", "kind", "fact", annotator="zoe", annotation_id="zoe:1")
    (row,), summary = gold(corpus, [*disagree(), decide("a-c01", "kind", "policy"), other])
    assert row["claims"][0]["kind"] is None
    assert ["judge: policy, zoe: fact" in one.reason for one in summary.rejected] == [True]


def test_a_decision_stays_with_its_claim(corpus: Path) -> None:
    """Not with whatever gets its id; a boundary that moved a little is the same claim; what fits nothing is named."""
    line = decide("a-c01", "kind", "policy")
    line["decision"] |= {"start": 0, "end": 18}
    (row,), summary = gold(corpus, [*disagree(), line])
    assert (row["claims"][0]["kind"], summary.rejected) == ("policy", [])
    line["decision"] |= {"start": 60, "end": 80}
    (row,), summary = gold(corpus, [*disagree(), line])
    assert row["claims"][0]["kind"] is None
    assert ["fits no claim any more" in one.reason for one in summary.rejected] == [True]
    moved = decide("a:29-50", "span", "claim")
    moved["decision"] |= {"start": 29, "end": 50}
    (row,), summary = gold(corpus, [*disagree(), moved])
    assert (len(row["claims"]), summary.rejected) == (2, [])


def test_a_model_does_not_decide_for_people(corpus: Path) -> None:
    """Its decision is named and left out."""
    lines = [{**line, "annotator_kind": "human"} for line in disagree()]
    (row,), summary = gold(corpus, [*lines, decide("a-c01", "kind", "policy")])
    assert (row["claims"][0]["kind"], len(summary.rejected)) == (None, 1)
    human = decide("a-c01", "kind", "policy", annotator_kind="human")
    (row,), summary = gold(corpus, [*lines, human])
    assert row["claims"][0]["kind"] == "policy"


def test_skipping_two_items_is_no_contradiction(corpus: Path) -> None:
    """Skips are skips."""
    lines = [decide("a-c01", layer, None, status="skipped") for layer in ("kind", "stance")]
    _, summary = gold(corpus, [*disagree(), *lines])
    assert summary.rejected == []


def test_disjoint_claimants_are_nobody(corpus: Path) -> None:
    """Two annotators who name different people agree on none."""
    lines = [label_line("a", TEXT, [claim(0, 20, claimant={"start": at, "end": at + 5})], f"x{at}") for at in (30, 60)]
    (row,), _ = gold(corpus, lines)
    assert row["claims"][0]["claimant"] is None


def test_lines_of_adjudication_are_no_annotations(corpus: Path) -> None:
    """They are read apart from them."""
    gold(corpus, [*disagree(), decide("a-c01", "kind", "policy")])
    read = read_corpus(corpus)
    facts, _ = text_facts(read)
    kept, rejected = read_labels(corpus / "labels", read.scheme, facts)
    assert ([one.page for one in kept].count("adjudication"), rejected) == (1, [])
