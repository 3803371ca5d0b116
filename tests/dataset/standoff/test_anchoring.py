"""Spans found again in retyped articles: what is found reads the same, whatever was done to the rest."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.standoff.anchoring import align
from dataset.standoff.anchors import Anchors, anchors_of
from dataset.standoff.letters import Lettered
from dataset.text import canonical
from tests.dataset.standoff.retyping import (
    outcome,
    retyped,
    sentence_bounds,
    some_spans,
    text_of,
    typed,
    typography,
)
from tests.make import article

POOL = ["Das teilte die Verwaltung am Abend mit.", "Mehr dazu lesen Sie auf der Startseite.", "Es gilt „ab sofort“."]


def done(steps: str, text: str, dice: random.Random) -> Counter[str]:
    """What becomes of the spans of a text after these steps."""
    return outcome(text, some_spans(text, dice), typography(retyped(text, dice, steps, POOL), dice))


def of_version_1(anchors: Anchors) -> Anchors:
    """The same without check values."""
    return Anchors(anchors.article_id, anchors.letters_sha256, anchors.units, anchors.places)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from(["", "i"]))
def test_what_was_put_in_is_found_out(seed: int, steps: str) -> None:
    """Other typography and a sentence more, anywhere: all of the article is there, and every span of it is found."""
    counts = done(steps, article(seed, 12), random.Random(seed))
    assert counts["whole"]
    assert not counts["wrong"] + counts["missed"]


# The same examples each time: among a million other words one has the check value of those it replaced.
@settings(max_examples=150, derandomize=True)
@given(st.integers(0, 10**6), st.text(alphabet="idcChms2p", max_size=8))
def test_what_is_found_reads_the_same(seed: int, steps: str) -> None:
    """Whatever was done to the text, nothing that is not the article's is taken for it."""
    assert not done(steps, article(seed, 14), random.Random(seed))["wrong"]


@settings(max_examples=150, derandomize=True)
@given(st.integers(0, 50), st.data())
def test_any_edits(seed: int, data: st.DataObject) -> None:
    """Stretches taken out, put in, moved and written over at any place: a span that is found has the letters it had."""
    text = canonical(article(seed, 14)).text
    spans = some_spans(text, random.Random(seed))
    copy = text
    for _ in range(data.draw(st.integers(1, 6))):
        start, length = data.draw(st.integers(0, len(copy))), data.draw(st.integers(0, 60))
        new = data.draw(st.one_of(st.just(""), st.just(text[-length:]), st.text("abz. \n„“-", max_size=60)))
        copy = copy[:start] + new + copy[start + length :]
    lettered = Lettered(canonical(copy).text)
    aligned = align(anchors_of("a0", text, spans), lettered)
    for span in spans:
        found = aligned and aligned.find(span)
        if found:
            assert Lettered(lettered.text[slice(*found)]).letters == Lettered(text[slice(*span)]).letters


@pytest.mark.parametrize(
    ("steps", "share"),
    [("h", 0.95), ("c", 0.95), ("d", 0.95), ("iii", 0.98), ("hid", 0.9), ("CCC", 0.9), ("m", 0.95), ("ss", 0.8)],
)
def test_the_other_sentences_are_found(sample: Path, steps: str, share: float) -> None:
    """In the sample, with the title line gone, words changed, sentences gone, put in, merged and swapped; nothing is wrong."""
    total: Counter[str] = Counter()
    for path in sorted((sample / "articles").glob("*.txt"))[::4]:
        text = canonical(path.read_text(encoding="utf-8")).text
        total += done(steps, text, random.Random(len(text)))
    assert not total["wrong"]
    found = total["right"] + total["reads the same"]
    assert found >= share * (found + total["missed"])


def test_a_word_of_the_same_length_is_seen() -> None:
    """Its sentence is missing, those next to it are found."""
    text = article(3, 12)
    word = text.split()[40]
    new = text.replace(word, "x" * len(word), 1)
    bounds = sentence_bounds(typed(text))
    n = next(n for n, (a, b) in enumerate(bounds) if a <= text.index(word) < b)
    aligned = align(anchors_of("a0", text, bounds), Lettered(new))
    assert aligned is not None
    assert not aligned.whole
    assert [aligned.find(span) for span in bounds[n - 1 : n + 2]] == [bounds[n - 1], None, bounds[n + 1]]


def test_moved_and_doubled_sentences() -> None:
    """A sentence in another order is not taken, a repeated one is taken once, one between two others stays between them."""
    text = article(5, 12)
    bounds = sentence_bounds(typed(text))
    anchors = anchors_of("a0", text, bounds)
    sentences = [text[a:b] for a, b in bounds]
    moved = " ".join([*sentences[6:], *sentences[:6]])
    aligned = align(anchors, Lettered(moved))
    assert aligned is not None
    found = [aligned.find(span) for span in bounds]
    assert sum(span is not None for span in found) == 6
    twice = " ".join([sentences[8], *sentences])
    aligned = align(anchors, Lettered(twice))
    assert aligned is not None
    assert [aligned.find(span) for span in bounds] == [
        (start, start + len(sentence))
        for sentence, start in zip(
            sentences, (len(" ".join([sentences[8], *sentences[:i], ""])) for i in range(12)), strict=True
        )
    ]


@pytest.mark.parametrize("other", [article(99, 12), "", "Kurz.", "A. " * 2_000])
def test_another_text_is_no_copy(other: str) -> None:
    """Nothing of it is taken."""
    anchors = anchors_of("a0", article(1, 12), sentence_bounds(typed(article(1, 12))))
    for one in (anchors, of_version_1(anchors)):
        assert align(one, Lettered(canonical(other).text)) is None


def test_an_article_without_letters_is_nowhere() -> None:
    """A line of anchors that a hostile release might have."""
    assert align(anchors_of("a0", "", []), Lettered(article(1, 4))) is None


def test_one_sentence_alone_is_no_copy() -> None:
    """A single check value may fit by chance."""
    text, other = article(1, 12), article(2, 12)
    start, end = sentence_bounds(typed(text))[5]
    assert align(anchors_of("a0", text, []), Lettered(f"{other}{text[start:end]}\n{other}")) is None


@pytest.mark.parametrize("steps", ["", "i", "d", "c"])
def test_anchors_of_version_1(steps: str) -> None:
    """Without check values all of the article is proved by its hash, or nothing is."""
    for seed in range(10):
        text, dice = article(seed, 12), random.Random(seed)
        copy = Lettered(text_of(typography(retyped(text, dice, steps, POOL), dice)))
        aligned = align(of_version_1(anchors_of("a0", text, sentence_bounds(typed(text)))), copy)
        assert (aligned is not None and aligned.whole) == (steps in ("", "i"))


@pytest.mark.parametrize("one", [True, False])
def test_a_span_with_something_put_into_it_is_none(one: bool) -> None:
    """It comes in parts, and what is between is named; with check values and without."""
    text = "Die Stadt baut eine Brücke. Der Rat hat zugestimmt, die Kosten sind hoch. Im Mai geht es los."
    new = text.replace(" Der Rat", " Das ist neu. Der Rat")
    anchors = anchors_of("a0", text, [(0, 27), (0, len(text)), (28, 72)])
    aligned = align(of_version_1(anchors) if one else anchors, Lettered(new))
    assert aligned is not None
    assert new[slice(*(aligned.find((0, 27)) or ()))] == "Die Stadt baut eine Brücke."
    assert aligned.find((0, len(text))) is None
    assert [new[a:b] for a, b in aligned.parts((0, len(text)))] == [text[:27], text[28:]]
    assert [new[a:b] for a, b in aligned.additions()] == ["Das ist neu."]
