"""Stance from how a text and the question meet: similarity, overlap, negation, modality, and nothing of the single words.

In the spirit of the features of the Fake News Challenge's winners (Riedel et al. 2017; Hanselowski et al. 2018). What it learns can be
carried over to a new target, which word weights can't.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import Tfidf, texts_of

# German, and English for the public data sets.
CUES = {
    "negation": r"nicht|nie|niemals|kein\w*|nein|weder|ohne|kaum|un\w{6,}|not|never|no|none|neither|nor|without|\w+n't",
    "rejection": (
        r"gegen|ablehn\w*|lehn\w*|verb\w+t\w*|verhinder\w*|stopp\w*|warn\w*|schad\w*|falsch\w*"
        r"|gefahr\w*|risik\w*|against|oppos\w*|ban\w*|harm\w*|wrong\w*"
    ),
    "support": (
        r"für|dafür|unterstütz\w*|begrüß\w*|förder\w*|richtig\w*|chance\w*|nutz\w*|gut\w*|besser\w*"
        r"|endlich|for|support\w*|benefit\w*|good|better|right"
    ),
    "demand": r"muss|müss\w*|soll\w*|darf|dürf\w*|gehör\w*|brauch\w*|forder\w*|must|should|ought|need\w*",
    "reported": r"sei|seien|habe|hätte\w*|werde|würde\w*|könne\w*|wäre\w*|would|could",
    "contrast": r"aber|doch|jedoch|allerdings|trotz\w*|zwar|obwohl|but|however|although|despite",
}
_CUES = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in CUES.items()}
_WORD = re.compile(r"\w+")
# A stem stands for its inflected forms; shorter words are mostly function words.
STEM = 5


class Similarity(Estimator):
    """Transformer of a frame with ``text, question, context`` into shape ``(rows, features)``."""

    def fit(self, X: pd.DataFrame, y: object = None) -> Similarity:
        """Learn the space in which similarity is measured.

        Raises:
            ValueError: no text has a word.
        """
        self.space_ = Tfidf(target=False).fit(X)
        return self

    def transform(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Cosines with question and context, overlap with the question, cues in the text and near what overlaps, length."""
        parts = [self.space_.similarity(X, "question"), self.space_.similarity(X, "context")]
        texts, questions, contexts = (texts_of(X, column) for column in ("text", "question", "context"))
        rows = [_meeting(*row) for row in zip(texts, questions, contexts, strict=True)]
        width = 6 + 3 * len(CUES)
        return np.hstack([*parts, np.asarray(rows, dtype=np.float64).reshape(len(X), width)])


def _meeting(text: str, question: str, context: str) -> list[float]:
    words = [word.lower() for word in _WORD.findall(text)]
    asked = {word.lower()[:STEM] for word in _WORD.findall(question) if len(word) >= STEM}
    said = {word[:STEM] for word in words if len(word) >= STEM}
    shared = asked & said
    stems = {match.start(): match.group().lower()[:STEM] for match in _WORD.finditer(text)}
    places = [place for place, stem in stems.items() if stem in asked]
    found = [
        len(shared) / len(asked) if asked else 0.0,
        len(shared) / len(asked | said) if asked | said else 0.0,
        float(bool(shared)),
        np.log1p(len(words)),
        float("?" in text),
        float("!" in text),
    ]
    for cue in _CUES.values():
        hits = [match.start() for match in cue.finditer(text)]
        near = min((abs(hit - place) for hit in hits for place in places), default=None)
        around = len(cue.findall(context)) - len(hits) if context else 0
        found += [np.log1p(len(hits)), 0.0 if near is None else 1 / (1 + near / 20), np.log1p(max(around, 0))]
    return found


def make(C: float = 1, seed: int = SEED) -> BaseEstimator:
    """An untrained system."""
    return make_pipeline(
        Similarity(), StandardScaler(), LogisticRegression(C=C, class_weight="balanced", max_iter=2000)
    )
