"""Every sentence is a claim of the most frequent kind: what a span tagger has to beat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import texts_of
from baselines.tasks.base import Span
from dataset.sentences import split

STOPS = frozenset(".!?")


class AllSentences(Estimator):
    """Sentences of each line, with their last full stop where most spans in training have theirs."""

    def fit(self, X: pd.DataFrame, y: Sequence[Sequence[Span]]) -> AllSentences:
        """Count the labels, and the spans that end with a full stop against those that end before one.

        Raises:
            ValueError: no span to learn from.
        """
        counts = Counter(span.label for spans in y for span in spans)
        if not counts:
            raise ValueError("the train split has no span")
        ends = [(text, span.end) for text, spans in zip(texts_of(X, "text"), y, strict=True) for span in spans]
        holding, before = (sum(text[end + place : end + place + 1] in STOPS for text, end in ends) for place in (-1, 0))
        self.holds_stop_ = holding > before
        self.label_ = min(counts, key=lambda label: (-counts[label], label))
        return self

    def predict(self, X: pd.DataFrame) -> list[list[Span]]:
        """Spans by row."""
        return [
            [Span(*(place if self.holds_stop_ else _trimmed(text, *place)), self.label_) for place in sentences(text)]
            for text in texts_of(X, "text")
        ]


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of a text that has one paragraph a line, ``(start, end)``, in order."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found += split(text, start, start + len(line))
        start += len(line) + 1
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end - start > 1 and text[end - 1] in STOPS:
        end -= 1
    return start, end


def make(seed: int = SEED) -> Estimator:
    """An untrained system."""
    return AllSentences()
