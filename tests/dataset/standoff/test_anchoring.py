"""Spans found again in retyped articles: what is proved is never wrong, what is likely is right unless a word kept its length."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.standoff.anchoring import guess, prove
from dataset.standoff.letters import Lettered, anchors_of
from dataset.text import canonical
from tests.dataset.standoff.retyping import (
    outcome,
    retyped,
    sentence_bounds,
    some_spans,
    typed,
    typography,
)
from tests.make import article

POOL = ["Das teilte die Verwaltung am Abend mit.", "Mehr dazu lesen Sie auf der Startseite.", "Es gilt „ab sofort“."]


def done(steps: str, text: str, dice: random.Random, *, doubtful: bool = True) -> Counter[str]:
    """What becomes of the spans of a text after these steps."""
    spans = some_spans(text, dice)
    return outcome(text, spans, typography(retyped(text, dice, steps, POOL), dice), take_doubtful=doubtful)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from(["", "i"]))
def test_what_was_put_in_is_found_out(seed: int, steps: str) -> None:
    """Other typography and a sentence more, anywhere: proved, and every span that stands there is found."""
    counts = done(steps, article(seed, 12), random.Random(seed))
    assert counts["proved"]
    assert not counts["wrong"] + counts["missed"]


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.text(alphabet="idc", max_size=5))
def test_what_is_proved_reads_the_same(seed: int, steps: str) -> None:
    """Whatever was done to the text, nothing that is not the article's is taken for it."""
    assert not done(steps, article(seed, 10), random.Random(seed), doubtful=False)["wrong"]


@pytest.mark.parametrize("steps", ["ii", "iii", "d", "id", "idd"])
def test_what_is_likely_is_right_where_no_word_was_changed(steps: str) -> None:
    """Sentences put in and deleted, in a hundred texts."""
    total = sum((done(steps, article(seed, 14), random.Random(seed)) for seed in range(100)), Counter[str]())
    assert not total["wrong"]
    assert total["right"] > 0.6 * (total["right"] + total["missed"])


def test_a_deleted_sentence_leaves_the_others(sample: Path) -> None:
    """Nine spans in ten are still found, as likely ones; none is proved, none is wrong."""
    total: Counter[str] = Counter()
    for path in sorted((sample / "articles").glob("*.txt"))[::8]:
        text = canonical(path.read_text(encoding="utf-8")).text
        for seed in range(5):
            total += done("d", text, random.Random(seed))
    assert not total["proved"] + total["wrong"]
    assert total["right"] > 0.85 * (total["right"] + total["missed"])


def test_a_word_of_the_same_length_cannot_be_seen() -> None:
    """This is why nothing is proved without the hash: by its lengths alone the sentence would be taken for the old one."""
    text = article(3, 12)
    word = text.split()[40]
    new = text.replace(word, "x" * len(word), 1)
    span = next((a, b) for a, b in sentence_bounds(typed(text)) if a <= text.index(word) < b)
    anchors = anchors_of(text, {span})
    assert prove(anchors, Lettered(new)) is None
    aligned = guess(anchors, Lettered(new))
    assert aligned is not None
    assert not aligned.proved
    assert aligned.find(span) == span


@pytest.mark.parametrize("other", [article(99, 12), "", "Kurz."])
def test_another_text_is_no_copy(other: str) -> None:
    """Nothing of it is taken."""
    anchors = anchors_of(article(1, 12), sentence_bounds(typed(article(1, 12))))
    assert prove(anchors, Lettered(other)) is None
    assert guess(anchors, Lettered(other)) is None


def test_a_span_with_something_put_into_it_is_none() -> None:
    """It comes in parts, and what is between is named."""
    text = "Die Stadt baut eine Brücke. Der Rat hat zugestimmt, die Kosten sind hoch. Im Mai geht es los."
    new = text.replace(" Der Rat", " Das ist neu. Der Rat")
    anchors = anchors_of(text, [(0, 27), (0, len(text)), (28, 72)])
    aligned = prove(anchors, Lettered(new))
    assert aligned is not None
    assert new[slice(*(aligned.find((0, 27)) or ()))] == "Die Stadt baut eine Brücke."
    assert aligned.find((0, len(text))) is None
    assert [new[a:b] for a, b in aligned.parts((0, len(text)))] == [text[:27], text[28:]]
    assert [new[a:b] for a, b in aligned.additions()] == ["Das ist neu."]
