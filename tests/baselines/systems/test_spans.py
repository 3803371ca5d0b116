"""Span systems on made-up German."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from baselines.systems import SYSTEMS
from baselines.systems.attribution_rules import claimant
from baselines.systems.training import train_system
from baselines.systems.window_tagger import best_path, line_ranges
from baselines.tasks import TASKS, Span
from baselines.tasks.tokens import tokenise


def frame(count: int) -> pd.DataFrame:
    """Texts in which what stands in quotation marks is a claim."""
    found = []
    for i in range(count):
        said = f"Das Haus {i} bleibt stehen"
        text = f"Es regnet am Morgen.\n\n„{said}“, sagte Anna Berg. Dann ging sie.\n"
        start = text.index(said)
        found.append(
            {"id": f"a{i}", "cluster_id": f"a{i}", "text": text, "label": [Span(start, start + len(said), "fact")]}
        )
    return pd.DataFrame(found)


def test_the_tagger_finds_quotations() -> None:
    """Exactly; and nothing in an empty text."""
    model = train_system(SYSTEMS["window_tagger"], TASKS["claim_spans"], frame(12), frame(4), ["fact", "value"])
    test = frame(20)[12:]
    assert model.predict(test) == list(test["label"])
    assert model.predict(pd.DataFrame({"text": [""]})) == [[]]
    assert model.notes == ("not in the train split, so never predicted: value",)


@pytest.mark.parametrize("more", [0, 1])
def test_whether_a_span_holds_its_full_stop_is_learnt(more: int) -> None:
    """A habit of the labels, which would cost a system every point of strict F1."""
    text = "Es regnet. Es schneit! Ist es kalt?\n"
    ends = [text.index(stop) + more for stop in ".!?"]
    label = [Span(start, end, "fact") for start, end in zip((0, 11, 23), ends, strict=True)]
    rows = pd.DataFrame([{"id": "a", "cluster_id": "a", "text": text, "label": label}])
    model = train_system(SYSTEMS["all_sentences"], TASKS["claim_spans"], rows, None, ["fact"])
    assert model.predict(rows) == [label]


def test_no_span_to_learn_from() -> None:
    """Said in one line."""
    empty = frame(4)
    empty["label"] = pd.Series([[] for _ in range(4)], dtype=object)
    for name in ("window_tagger", "all_sentences"):
        with pytest.raises(ValueError, match="no span"):
            train_system(SYSTEMS[name], TASKS["claim_spans"], empty, None, ["fact"])


def test_viterbi_is_the_best_of_all_ways() -> None:
    """Against trying every sequence."""
    dice = np.random.default_rng(1)
    for _ in range(20):
        likely, first, after = dice.normal(size=(4, 3)), dice.normal(size=3), dice.normal(size=(3, 3))
        after[0, 2] = first[2] = -np.inf
        ways = np.stack(np.meshgrid(*[range(3)] * 4, indexing="ij"), -1).reshape(-1, 4)
        sums = [first[w[0]] + likely[range(4), w].sum() + sum(after[a, b] for a, b in pairwise(w)) for w in ways]
        assert best_path(likely, first, after) == list(ways[int(np.argmax(sums))])


def test_lines_hold_all_tokens() -> None:
    """Each in one of them."""
    text = "\n\na b\n\n c d e \n"
    assert line_ranges(text, tokenise(text)) == [(0, 2), (2, 5)]


@pytest.mark.parametrize(
    ("text", "claim", "who"),
    [
        (
            "„Das geht nicht“, sagte Oberbürgermeisterin Henrike Voss.",
            "Das geht nicht",
            "Oberbürgermeisterin Henrike Voss",
        ),
        ("Laut Polizei waren 900 Menschen da.", "waren 900 Menschen da", "Polizei"),
        ("Nach Angaben des Verbands fehlen Stellen.", "fehlen Stellen", "Verbands"),
        ("Anna Berg lobte den Plan. Er spare Geld.", "Er spare Geld", "Anna Berg"),
        ("es regnet und niemand redet.", "es regnet", None),
    ],
)
def test_attribution(text: str, claim: str, who: str | None) -> None:
    """By source, by speaker, by the one who spoke before, and by nobody."""
    start = text.index(claim)
    found = claimant(text, start, start + len(claim))
    assert (text[slice(*found)] if found else None) == who
