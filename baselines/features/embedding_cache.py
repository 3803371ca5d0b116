"""Embeddings on disk, one small file a text, under a hash of model, version and text.

A file is written aside and renamed, so that processes can share the folder; it carries a digest of its content, so that half a file, or one
that something else has written to, is computed again. A folder that cannot be written to costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_DIGEST = 16
_STALE = 3600  # seconds after which a temporary file is what a killed process left


def default_folder() -> Path:
    """``standpunkt/embeddings`` in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standpunkt" / "embeddings"


class EmbeddingCache:
    """Vectors of one model.

    Args:
        model: name and version; another one has a folder of its own.
        size: dimensions.
        folder: where caches lie.
    """

    def __init__(self, model: str, size: int, folder: Path | None = None) -> None:
        self.size = size
        self.folder = (folder or default_folder()) / model
        self._cleared: set[Path] = set()

    def get(self, text: str) -> Vector | None:
        """The vector of a text, shape ``(size,)``; None where there is none, or none that can be trusted."""
        try:
            data = self.path(text).read_bytes()
        except OSError:
            return None
        if len(data) != _DIGEST + 4 * self.size or self._digest(text, data[_DIGEST:]) != data[:_DIGEST]:
            return None
        return np.frombuffer(data, dtype="<f4", offset=_DIGEST).astype(np.float32)

    def put(self, text: str, vector: Vector) -> None:
        """Keep a vector; silently does not where the folder cannot be written to."""
        data = np.ascontiguousarray(vector, dtype="<f4").tobytes()
        path = self.path(text)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._clear(path.parent)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(self._digest(text, data) + data)
                Path(name).replace(path)
            finally:
                Path(name).unlink(missing_ok=True)

    def path(self, text: str) -> Path:
        """Where the vector of a text lies."""
        key = hashlib.sha256(text.encode("utf-8")).hexdigest()
        return self.folder / key[:2] / f"{key[2:]}.f32"

    def _clear(self, folder: Path) -> None:
        """Remove what killed processes left in a folder, once per process; other processes may write there now."""
        if folder not in self._cleared:
            self._cleared.add(folder)
            for left in folder.glob(".*.tmp"):
                if time.time() - left.stat().st_mtime > _STALE:
                    left.unlink(missing_ok=True)

    @staticmethod
    def _digest(text: str, data: bytes) -> bytes:
        return hashlib.blake2b(data, digest_size=_DIGEST, key=hashlib.sha256(text.encode("utf-8")).digest()).digest()
