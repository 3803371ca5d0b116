"""TF-IDF of word and character n-grams, fitted once per list of training texts and shared by all systems that use it.

What is fitted is kept in the process under a hash of the training texts, and what was transformed under a hash of those as well: ten
systems and their hyper-parameters cost one fit and one transformation a split.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from threading import RLock
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder

from baselines.estimator import Estimator

# German writes compounds as one word: character n-grams see their parts.
WORD = {"analyzer": "word", "ngram_range": (1, 2), "sublinear_tf": True, "min_df": 1}
CHAR = {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True, "min_df": 2}

KEPT_FITS = 12  # the train split and the folds of a cross-validation on it, for two tasks
KEPT_BYTES = 512 * 2**20


class Vectors:
    """Fitted vectorisers of one list of texts."""

    def __init__(self, texts: list[str]) -> None:
        self.word, self.char = TfidfVectorizer(**WORD), TfidfVectorizer(**CHAR)
        parts = [_fitted(self.word, texts)]
        if parts[0] is None:
            raise ValueError("TF-IDF: no text to train on has a word in it")
        # Hardly any text, and no n-gram comes twice: words have to do.
        self.has_chars = (chars := _fitted(self.char, texts)) is not None
        self.train = _joined([*parts, chars] if self.has_chars else parts)

    @property
    def words(self) -> int:
        """How many columns, from the left, are words and pairs of words."""
        return len(self.word.vocabulary_)

    def matrix(self, texts: list[str]) -> Any:
        """TF-IDF of texts, CSR of shape ``(texts, features)``; zeros for an empty text."""
        return _joined([part.transform(texts) for part in self._parts])

    def names(self) -> list[str]:
        """Of the features: ``word__…`` and ``char__…``."""
        labels = ("word", "char")
        return [
            f"{label}__{name}"
            for label, part in zip(labels, self._parts, strict=False)
            for name in part.get_feature_names_out()
        ]

    @property
    def _parts(self) -> list[Any]:
        return [self.word, self.char] if self.has_chars else [self.word]


class Shelf:
    """Fitted vectorisers and their matrices, the most recent ones; safe for threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._matrices: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self.fits = 0  # since the process began

    def fit(self, texts: list[str]) -> tuple[str, Vectors]:
        """Vectorisers fitted on these texts, and the key they lie under.

        Raises:
            ValueError: no text has a word.
        """
        key = _key(texts)
        with self._lock:
            if key not in self._vectors:
                self._vectors[key] = Vectors(texts)
                self.fits += 1
                self._keep((key, key), self._vectors[key].train)
            self._vectors.move_to_end(key)
            while len(self._vectors) > KEPT_FITS:
                self._vectors.popitem(last=False)
            return key, self._vectors[key]

    def matrix(self, key: str, vectors: Vectors, texts: list[str]) -> Any:
        """Texts by these vectorisers, CSR of shape ``(texts, features)``; not to be written to."""
        place = key, _key(texts)
        with self._lock:
            if place not in self._matrices:
                self._keep(place, vectors.matrix(texts))
            self._matrices.move_to_end(place)
            return self._matrices[place]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._vectors.clear()
            self._matrices.clear()

    def _keep(self, place: tuple[str, str], matrix: Any) -> None:
        self._matrices[place] = matrix
        while len(self._matrices) > 1 and sum(map(_size, self._matrices.values())) > KEPT_BYTES:
            self._matrices.popitem(last=False)


SHELF = Shelf()


class Tfidf(Estimator):
    """Transformer of a frame with ``text`` (and ``target``) into CSR of shape ``(rows, features)``.

    Args:
        target: whether the target, one-hot, stands beside the text; one that training did not know is all zeros.
        column: whose text.
    """

    def __init__(self, target: bool = True, column: str = "text") -> None:
        self.target = target
        self.column = column

    def fit(self, X: pd.DataFrame, y: object = None) -> Tfidf:
        """Learn the vocabulary, or find it already learnt.

        Raises:
            ValueError: no text has a word.
        """
        self.key_, self.vectors_ = SHELF.fit(texts_of(X, self.column))
        if self.target:
            self.targets_ = OneHotEncoder(handle_unknown="ignore").fit(X[["target"]])
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Features of the rows."""
        matrix = SHELF.matrix(self.key_, self.vectors_, texts_of(X, self.column))
        return _joined([matrix, self.targets_.transform(X[["target"]])]) if self.target else matrix

    def fit_transform(self, X: pd.DataFrame, y: object = None) -> Any:
        """Both."""
        return self.fit(X, y).transform(X)

    def similarity(self, X: pd.DataFrame, other: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Cosine of each row's text and its other column, words and characters apart, shape ``(rows, 2)``; 0 where one is empty."""
        one = SHELF.matrix(self.key_, self.vectors_, texts_of(X, self.column))
        two = SHELF.matrix(self.key_, self.vectors_, texts_of(X, other))
        edge = self.vectors_.words
        # Each part has length 1 by itself, so the products are cosines.
        parts = [(one[:, :edge], two[:, :edge]), (one[:, edge:], two[:, edge:])]
        return np.column_stack([np.asarray(a.multiply(b).sum(axis=1)).ravel() for a, b in parts])

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray[Any, np.dtype[np.object_]]:
        """``word__…``, ``char__…``, ``target__…``, shape ``(features,)``."""
        targets = [f"target__{name}" for name in self.targets_.categories_[0]] if self.target else []
        return np.array([*self.vectors_.names(), *targets], dtype=object)


def texts_of(X: pd.DataFrame, column: str) -> list[str]:
    """A column as strings; what is missing is empty."""
    return [text if isinstance(text, str) else "" for text in X[column]]


def _fitted(vectoriser: Any, texts: list[str]) -> Any:
    """The texts' matrix, or None where no feature is left."""
    try:
        return vectoriser.fit_transform(texts)
    except ValueError:
        return None


def _joined(parts: Iterable[Any]) -> Any:
    return sparse.hstack(list(parts), format="csr")


def _size(matrix: Any) -> int:
    return int(matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes)


def _key(texts: list[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
