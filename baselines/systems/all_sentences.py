"""Every sentence is a claim of the most frequent kind: what a span tagger has to beat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import texts_of
from baselines.tasks.base import Span
from dataset.sentences import split


class AllSentences(Estimator):
    """Sentences of each line, without their last full stop."""

    def fit(self, X: pd.DataFrame, y: Sequence[Sequence[Span]]) -> AllSentences:
        """Count the labels.

        Raises:
            ValueError: no span to learn from.
        """
        counts = Counter(span.label for spans in y for span in spans)
        if not counts:
            raise ValueError("the train split has no span")
        self.label_ = min(counts, key=lambda label: (-counts[label], label))
        return self

    def predict(self, X: pd.DataFrame) -> list[list[Span]]:
        """Spans by row."""
        return [
            [Span(*_trimmed(text, *place), self.label_) for place in sentences(text)] for text in texts_of(X, "text")
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
    while end - start > 1 and text[end - 1] in ".!?":
        end -= 1
    return start, end


def make(seed: int = SEED) -> Estimator:
    """An untrained system."""
    return AllSentences()
