"""The list of rejected records that a corpus keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dataset.corpus import list_rejected
from dataset.errors import BusyError
from dataset.lock import held
from dataset.records.rejected import Rejected


def keep_rejected(corpus: Path, rejected: Sequence[Rejected], *, studio: str | None = None) -> tuple[str, ...]:
    """Update the ``rejected.jsonl`` of a corpus.

    Args:
        corpus: the corpus folder.
        rejected: records that this run rejected.
        studio: what this run read from the server ("label", "task"); other records from there stay on the list.

    Returns:
        Notes: why the list could not be written.
    """
    try:
        with held(corpus, wait=5):
            list_rejected(corpus, rejected, studio=studio)
    except (OSError, BusyError) as error:
        if rejected:
            why = error.strerror if isinstance(error, OSError) else "another command is at work there"
            return (f"{corpus / 'rejected.jsonl'}: cannot be written ({why})",)
    return ()
