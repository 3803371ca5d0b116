"""Embeddings and their cache: computed once, shared, and never trusted when broken."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from baselines.features import embeddings
from baselines.features.embedding_cache import EmbeddingCache
from baselines.features.embeddings import embed


class Model:
    """Counts what it is asked."""

    dim = 4
    asked = 0

    def query(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """A vector of each text's length."""
        self.asked += len(texts)
        return np.array([[len(text), 1, 2, 3] for text in texts], dtype=np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Model:
    """In place of the real one, with a cache of its own."""
    fake = Model()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(embeddings, "_model", lambda: (fake, "fake"))
    return fake


def test_computed_once(model: Model, tmp_path: Path) -> None:
    """Twins within a call and texts of former calls are not computed again; a NUL does not end a text."""
    assert embed(["a", "bb", "a", "c\0d"])[:, 0].tolist() == [1, 2, 1, 3]
    assert model.asked == 3
    assert embed(["bb", "a"])[:, 0].tolist() == [2, 1]
    assert model.asked == 3
    assert len(list((tmp_path / "standpunkt" / "embeddings").rglob("*.f32"))) == 3
    assert embed([]).shape == (0, 4)


@pytest.mark.parametrize("damage", [b"", b"x" * 32, None])
def test_broken_entries_are_computed_again(model: Model, damage: bytes | None) -> None:
    """Cut short, overwritten, or another text's."""
    embed(["a", "b"])
    cache = EmbeddingCache("fake", 4)
    cache.path("a").write_bytes(cache.path("b").read_bytes() if damage is None else damage)
    assert cache.get("a") is None
    embed(["a"])
    assert model.asked == 3
    assert cache.get("a") is not None


def test_many_writers(tmp_path: Path) -> None:
    """Of one entry: always a whole one, and nothing left over."""
    cache = EmbeddingCache("m", 4, tmp_path)
    vector = np.ones(4, dtype=np.float32)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cache.put("a", vector), range(200)))
    assert np.array_equal(cache.get("a"), vector)  # type: ignore[arg-type]
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".f32"]


def test_no_cache_is_no_obstacle(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path / "file"))
    assert embed(["a"])[0, 0] == 1


def test_the_real_model(tmp_path: Path) -> None:
    """Out of the wheel: near in meaning is near in space, one text at a time or many."""
    assert embeddings.unavailable() is None
    cache = EmbeddingCache("real", 384, tmp_path)
    found = embed(["Die Brücke soll gebaut werden", "The bridge should be built", "Kuchen mit Sahne"], cache)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    assert found[0] @ found[1] > found[0] @ found[2]
    assert np.array_equal(embed(["Kuchen mit Sahne"], EmbeddingCache("again", 384, tmp_path))[0], found[2])
