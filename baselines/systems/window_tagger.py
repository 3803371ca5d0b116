"""Claim spans by a tagger of tokens: features of a window and its sentence, logistic regression, and the best legal sequence of BIO tags.

A linear chain in two steps, as in maximum entropy taggers (Ratnaparkhi 1996): the regression says how likely each tag is at each
token; Viterbi finds the sequence over a line that is likeliest together with how tags follow each other in training, ``I-`` only after
its own kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import texts_of
from baselines.features.tokens import token_features
from baselines.tasks.base import Span
from baselines.tasks.tokens import OUTSIDE, from_bio, to_bio, tokenise

_HASHER = FeatureHasher(n_features=2**16, input_type="string", alternate_sign=False)


class WindowTagger(Estimator):
    """Estimator over a frame with ``text``; labels are lists of `Span`.

    Args:
        C: of the regression.
        transitions: how much it counts how tags follow each other; 0 leaves legality alone.
    """

    def __init__(self, C: float = 0.3, transitions: float = 1.0) -> None:
        self.C = C
        self.transitions = transitions

    def fit(self, X: pd.DataFrame, y: Sequence[Sequence[Span]]) -> WindowTagger:
        """Train the regression and count transitions.

        Raises:
            ValueError: no token, or no span to learn from.
        """
        texts = texts_of(X, "text")
        tags = [to_bio(tokenise(text), spans) for text, spans in zip(texts, y, strict=True)]
        flat = [tag for row in tags for tag in row]
        if len(set(flat)) < 2:
            raise ValueError("the train split has no span" if flat else "no text to train on has a token")
        # A kind that was only seen in spans of one token can still go on.
        kinds = sorted({tag[2:] for tag in flat if tag != OUTSIDE})
        self.tags_ = [OUTSIDE, *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI")]
        self.model_ = LogisticRegression(C=self.C, max_iter=60)
        self.model_.fit(sparse.vstack([_matrix(text) for text in texts]), np.asarray(flat, dtype=str))
        place = {tag: i for i, tag in enumerate(self.tags_)}
        self.seen_ = np.array([place[tag] for tag in self.model_.classes_])
        self.prior_ = np.log(np.bincount([place[tag] for tag in flat], minlength=len(place)) + 1.0) - np.log(len(flat))
        self.first_, self.next_ = self._follow(texts, tags, place)
        return self

    def predict(self, X: pd.DataFrame) -> list[list[Span]]:
        """Spans by row, in order, without overlap."""
        return [self._spans(text) for text in texts_of(X, "text")]

    def _spans(self, text: str) -> list[Span]:
        tokens = tokenise(text)
        if not tokens:
            return []
        likely = np.full((len(tokens), len(self.tags_)), -np.inf)
        likely[:, self.seen_] = np.log(np.clip(self.model_.predict_proba(_matrix(text)), 1e-12, None))
        # A posterior already holds how frequent its tag is, and so do transitions: counted once.
        likely -= self.transitions * self.prior_
        tags: list[str] = []
        for start, end in line_ranges(text, tokens):
            tags += [self.tags_[i] for i in best_path(likely[start:end], self.first_, self.next_)]
        return from_bio(tokens, tags)

    def _follow(
        self, texts: list[str], tags: list[list[str]], place: dict[str, int]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log weights of a line's first tag and of one after another; -∞ where it is not legal."""
        first, after = np.ones(len(place)), np.ones((len(place), len(place)))
        for text, row in zip(texts, tags, strict=True):
            for start, end in line_ranges(text, tokenise(text)):
                line = [place[tag] for tag in row[start:end]]
                first[line[0]] += 1
                np.add.at(after, (line[:-1], line[1:]), 1)
        first_log = self.transitions * np.log(first / first.sum())
        after_log = self.transitions * np.log(after / after.sum(axis=1, keepdims=True))
        for tag, i in place.items():
            if tag.startswith("I-"):
                first_log[i] = -np.inf
                after_log[[place[other] for other in place if other[2:] != tag[2:]], i] = -np.inf
        return first_log, after_log


def line_ranges(text: str, tokens: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The tokens of each line, as ``(first, one after the last)``; a line without any has none."""
    found, begin = [], 0
    for i in range(1, len(tokens) + 1):
        if i == len(tokens) or "\n" in text[tokens[i - 1][1] : tokens[i][0]]:
            found.append((begin, i))
            begin = i
    return found


def best_path(likely: NDArray[np.float64], first: NDArray[np.float64], after: NDArray[np.float64]) -> list[int]:
    """Viterbi: the sequence of the largest sum; of equals the one of the lowest numbers.

    Args:
        likely: log weight of each tag at each token, shape ``(tokens, tags)``.
        first: of each tag at the beginning, shape ``(tags,)``.
        after: of column after row, shape ``(tags, tags)``.
    """
    score, back = first + likely[0], np.zeros(likely.shape, dtype=np.intp)
    for i in range(1, len(likely)):
        ways = score[:, None] + after
        back[i] = ways.argmax(axis=0)
        score = ways.max(axis=0) + likely[i]
    path = [int(score.argmax())]
    for i in range(len(likely) - 1, 0, -1):
        path.append(int(back[i, path[-1]]))
    return path[::-1]


@lru_cache(maxsize=512)
def _matrix(text: str) -> Any:
    """Features of a text's tokens, CSR of shape ``(tokens, 2**16)``; the same for every hyper-parameter, so kept."""
    return _HASHER.transform(token_features(text))


def make(C: float = 0.3, transitions: float = 1.0, seed: int = SEED) -> Estimator:
    """An untrained system."""
    return WindowTagger(C, transitions)
