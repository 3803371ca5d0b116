"""A release folder as an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.errors import ReleaseError
from dataset.release.manifest import read_head
from standpunkt._arguments import StrPath
from standpunkt._results import Result

if TYPE_CHECKING:
    from datasets import DatasetDict
    from pyarrow import Table


@dataclass(frozen=True, repr=False, kw_only=True)
class Release(Result):
    """A release folder.

    Attributes:
        path: the folder.
        name: name of the corpus.
        version: such as "1.0.0".
        digest: one hash over everything in the release, independent of how its rows are stored.
        rows: number of rows by config and split.
        written: False if the same release existed already (``build``, ``fetch``, ``hydrate``).
        since: the version before, if there is one.
        changes: what changed since then: "patch", "minor" or "major".
        reasons: the same in words.
        withheld: ids of articles that ``corpus.toml`` withholds.
        questions: open questions of the datasheet, one line each.
        compared: False if ``fetch`` could not reach the server and used the copy that was fetched earlier.
    """

    path: Path
    name: str
    version: str
    digest: str
    rows: Mapping[str, Mapping[str, int]]
    written: bool = False
    since: str | None = None
    changes: str | None = None
    reasons: str = ""
    withheld: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    compared: bool = True

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def load(self, config: str = "claims") -> DatasetDict:
        """Load a config with ``datasets``.

        Args:
            config: articles, sentences, claims, stance or article_stance.

        Raises:
            ReleaseError: the release has no rows in this config, or no such config.
        """
        from datasets import load_dataset

        self._require(config)
        if not sum(self.rows[config].values()):
            raise ReleaseError(f"{self.path}: config {config!r} has no rows, so datasets cannot load it: use table()")
        loaded: DatasetDict = load_dataset(str(self.path.resolve()), config)
        return loaded

    def table(self, config: str, split: str) -> Table:
        """Read a split of a config as a ``pyarrow.Table``; works for empty splits, too.

        Raises:
            ReleaseError: there is no such config or split.
        """
        import pyarrow.parquet as pq

        from dataset.errors import ReleaseError
        from dataset.release.writer import parquet_path

        self._require(config)
        if split not in self.rows[config]:
            raise ReleaseError(f"{self.path}: no split {split!r}: it is one of {', '.join(self.rows[config])}")
        return pq.read_table(self.path / parquet_path(config, split))

    def count(self, config: str) -> int:
        """Return the number of rows of a config, all splits together."""
        return sum(self.rows[config].values())

    def _require(self, config: str) -> None:
        if config not in self.rows:
            raise ReleaseError(f"{self.path}: no config {config!r}: it is one of {', '.join(self.rows)}")

    def _title(self) -> str:
        return f"{self.name} {self.version} at {self.path}"

    def _figures(self) -> Mapping[str, object]:
        return {name.replace("_", " "): sum(splits.values()) for name, splits in self.rows.items()}


def open_release(path: StrPath) -> Release:
    """Open a release folder.

    Raises:
        ReleaseError: this is no release; ``verify`` checks its content.
    """
    return release_of(Path(path))


def release_of(path: Path, **more: Any) -> Release:
    """Return the release at a path; ``more`` are further fields of it."""
    head = read_head(path)
    rows = {name: config.rows for name, config in head.configs.items()}
    return Release(path=path, name=head.name, version=head.version, digest=head.digest, rows=rows, **more)


def path_of(release: Release | StrPath) -> Path:
    """Return the folder of a release."""
    return release.path if isinstance(release, Release) else Path(release)
