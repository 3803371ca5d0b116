"""Writing into a corpus folder: under its lock, and without the articles that were taken down in the meantime."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from dataset.corpus import Corpus, read_ledger
from dataset.lock import held
from dataset.takedown.tombstones import read_tombstones


@contextmanager
def writing(corpus: Corpus, *, wait: float = 0) -> Iterator[Corpus]:
    """Hold the lock of a corpus, and yield the corpus with the tombstones that its folder has now.

    A command may have read the corpus long before it writes. Whatever was taken down since then is in no source of the corpus that is
    yielded, and in its ``down``.

    Args:
        corpus: as the command read it.
        wait: seconds to wait for another command.

    Raises:
        BusyError: another command holds the lock.
        CorpusError: the tombstones cannot be read.
    """
    with held(corpus.path, wait=wait):
        yield current(corpus)


def current(corpus: Corpus) -> Corpus:
    """Return a corpus that was read earlier, with the tombstones that its folder has now.

    Raises:
        CorpusError: the tombstones cannot be read.
    """
    down = read_tombstones(corpus.path / "tombstones.jsonl")
    if down == corpus.tombstones:
        return corpus
    return replace(
        corpus,
        tombstones=down,
        sources=tuple(source for source in corpus.sources if source.id not in down),
        ledger=read_ledger(corpus.path / "ledger.jsonl"),
    )
