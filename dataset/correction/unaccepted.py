"""Texts that changed after they were labelled, without being accepted: ``gold`` and ``build`` stop, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dataset.corpus import Corpus
from dataset.correction.accept import labelled_texts
from dataset.errors import CorpusError
from dataset.readers.text import UnreadableError, read_text
from dataset.text import canonical


@contextmanager
def naming_unaccepted(corpus: Corpus, command: str = "build") -> Iterator[None]:
    """Read texts inside: what is wrong with them is named together with labelled texts that changed, and any of it stops the command.

    Args:
        corpus: whose texts.
        command: the one to repeat, for the message.

    Raises:
        CorpusError: names each labelled text that changed, how many annotations it has, and how to carry them over.
    """
    lines = _unaccepted(corpus, command)
    try:
        yield
    except CorpusError as error:
        raise CorpusError(*lines, *error.lines) from None
    if lines:
        raise CorpusError(*lines)


def refuse_unaccepted(corpus: Corpus, command: str = "build") -> None:
    """Make sure that every labelled text is one that was labelled, or a correction that was accepted.

    Raises:
        CorpusError: as ``naming_unaccepted``.
    """
    with naming_unaccepted(corpus, command):
        pass


def _unaccepted(corpus: Corpus, command: str) -> list[str]:
    made_on = labelled_texts(corpus.path)
    lines = []
    for source in corpus.sources:
        hashes = made_on.get(source.id)
        if not hashes or source.id in corpus.down:
            continue
        now = None
        with suppress(UnreadableError):
            now = canonical(read_text(source.path).text).sha256
        # A text that was labelled, or is recorded as it is: what was made on another one is named line by line.
        if now is None or now in hashes or now == source.text_sha256:
            continue
        number = sum(hashes.values())
        lines.append(
            f"{source.file}: article {source.id}: its text is another than its {number} annotations were made on: put the text back, or,"
            f" if the change is meant, carry them over: standpunkt {command} {corpus.path} --accept-correction {source.id}"
        )
    return lines
