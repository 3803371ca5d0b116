"""The human ceiling, task by task, by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation.gold import write_gold
from baselines.metrics.spans import SCHEMES, MarkedSpan, count_documents, span_f1
from dataset.build import build_release, read_articles
from dataset.corpus import read_corpus
from dataset.labels import Facts
from tests.annotation.test_gold import TEXT, corpus, gold
from tests.make import claim, label_line

__all__ = ["corpus"]  # the fixture


def ceiling(path: Path, first: list[Any], second: list[Any]) -> dict[str, Any]:
    """What gold writes of two annotators of one article."""
    _, summary = gold(path, [label_line("a", TEXT, marked, name) for name, marked in (("x", first), ("y", second))])
    assert summary.agreement.pairs.keys() == {"x–y"}
    report: dict[str, Any] = json.loads((path / "agreement.json").read_text(encoding="utf-8"))["ceiling"]
    return report


def test_stances(corpus: Path) -> None:
    """Macro-F1 of a pair, classes with F1 of 2/3 and 4/5; stances toward what is no question do not count."""
    marked: list[list[Any]] = []
    for stances in (
        ["favor", "favor", "against", "against", "none"],
        ["favor", "against", "against", "against", "none"],
    ):
        targets = ["other" if stance == "none" else "bridge" for stance in stances]
        both = enumerate(zip(stances, targets, strict=True))
        marked.append([claim(i * 20, i * 20 + 15, stance=stance, target=target) for i, (stance, target) in both])
    assert ceiling(corpus, *marked)["stance"] == {"macro_f1": round((2 / 3 + 4 / 5) / 2, 6), "pairs": 1}
    # Nor in α.
    report = json.loads((corpus / "agreement.json").read_text(encoding="utf-8"))
    assert report["alpha"]["stance"]["units"] == 4


def test_sentences_get_the_label_that_build_would_give(corpus: Path) -> None:
    """Of twelve sentences: in the first the larger claim wins; the second is policy for one and nothing for the other."""
    first = [claim(0, 20, kind="policy"), claim(20, 70), claim(71, 120, kind="policy"), claim(181, 200)]
    second = [claim(0, 70), claim(181, 200)]
    found = ceiling(corpus, first, second)
    # none: 9 and 10, all 9 shared; fact: 2 and 2; policy: 1 and 0.
    assert found["sentence"] == {"macro_f1": round((18 / 19 + 1 + 0) / 3, 6), "pairs": 1}
    assert found["sentence_binary"] == {"macro_f1": round((18 / 19 + 4 / 5) / 2, 6), "pairs": 1}
    # The same rule makes the sentences of a release: with one annotator, gold is what he or she marked.
    write = [label_line("a", TEXT, first, "x")]
    gold(corpus, write)
    built = build_release(corpus, out=corpus.parent / "dist")
    labels = [row["claim"] for row in built.facts.of("sentences")]
    assert labels == ["fact", "policy", "fact", *["none"] * 9]


def test_a_claim_that_was_set_aside_says_nothing(corpus: Path) -> None:
    """Its sentence is left out, not counted as one without a claim."""
    found = ceiling(corpus, [claim(0, 20), claim(71, 90, kind="rumour")], [claim(0, 20), claim(71, 90, kind="policy")])
    assert found["sentence"]["macro_f1"] == found["sentence_binary"]["macro_f1"] == 1


def test_spans_and_claimants(corpus: Path) -> None:
    """As the metrics of the tasks have it, for which the one is gold and the other a system."""
    who = [{"start": 100, "end": 110}, {"start": 104, "end": 110}, None, {"start": 130, "end": 135}]
    first = [claim(i * 20, i * 20 + 15, claimant=who[i]) for i in range(4)]
    second = [
        claim(0, 15, claimant=who[0]),
        claim(20, 33, claimant=who[0]),
        claim(40, 55, kind="policy", claimant=who[3]),
        claim(300, 320),
    ]
    found = ceiling(corpus, first, second)

    def f1(one: list[list[MarkedSpan]], other: list[list[MarkedSpan]]) -> dict[str, float]:
        sums = count_documents(one, other, ["fact", "policy", "claimant"]).sum(0)
        return {f"span_f1_{name}": round(float(x), 6) for name, x in zip(SCHEMES, span_f1(sums), strict=True)}

    spans = [[[MarkedSpan(c["start"], c["end"], c["kind"]) for c in marked]] for marked in (first, second)]
    expected = f1(*spans)
    assert found["span"] == {name: expected[name] for name in ("span_f1_characters", "span_f1_strict")} | {"pairs": 1}
    # Three claims were marked by both; the fourth is each one's own.
    said = [
        [[MarkedSpan(**c["claimant"], label="claimant")] if c["claimant"] else [] for c in marked[:3]]
        for marked in (first, second)
    ]
    expected = f1(*said)
    assert found["claimant"] == {name: expected[name] for name in ("span_f1_characters", "span_f1_strict")} | {
        "pairs": 1
    }
    assert 0 < expected["span_f1_strict"] < expected["span_f1_characters"] < 1


def test_nothing_to_compare_is_null(corpus: Path) -> None:
    """Nobody marked anything: sentences agree, and of the rest nothing can be said."""
    found = ceiling(corpus, [], [])
    assert found["sentence_binary"] == {"macro_f1": 1.0, "pairs": 1}
    assert found["span"] == {"span_f1_characters": None, "span_f1_strict": None, "pairs": 0}
    assert found["claimant"] == found["span"]
    assert found["kind"] == {"macro_f1": None, "pairs": 0}


@pytest.mark.parametrize("changed", [False, True])
def test_without_the_texts_sentences_are_what_they_were(corpus: Path, changed: bool) -> None:
    """As long as the labels are the same: gold does not depend on where it is made. Else nothing is said of them."""
    lines = [label_line("a", TEXT, [claim(0, 20)], name) for name in "xy"]
    gold(corpus, lines)
    read = read_corpus(corpus)
    path = corpus / "agreement.json"
    before = path.read_bytes()
    if changed:
        (corpus / "labels" / "z.jsonl").write_text(json.dumps(label_line("a", TEXT, [], "z")) + "\n", encoding="utf-8")
    (article,) = read_articles(read)[0]
    write_gold(read, {"a": Facts(len(article.text), article.text_sha256)})
    if changed:
        assert json.loads(path.read_bytes())["ceiling"]["sentence"] == {"macro_f1": None, "pairs": 0}
    else:
        assert path.read_bytes() == before
