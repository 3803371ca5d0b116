"""Articles that the earlier gold has labels of, and that would have none any more: gold is not replaced over a damaged file of labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from dataset.errors import CorpusError, at_most
from dataset.files import read_jsonl
from dataset.labels import DELETED, label_lines
from dataset.records.labels import Annotation
from dataset.records.rejected import Rejected

_SHOWN = 5  # ids of articles in a message


def refuse_vanished(
    corpus: Path, vanished: Collection[str], annotations: Iterable[Annotation], rejected: Iterable[Rejected]
) -> None:
    """Refuse to make gold in which labelled articles would be unlabelled, unless ``labels/`` contains the reason.

    An article that its annotators skipped since, or whose annotations were deleted on the server, may lose its gold. Where lines or
    files cannot be read or are gone, the labels are in the earlier gold only.

    Args:
        corpus: the folder.
        vanished: the articles of the earlier gold that are still in the corpus and have no annotation that counts.
        annotations: all that could be read.
        rejected: what could not.

    Raises:
        CorpusError: an article has lost its labels without a reason; names what cannot be read.
    """
    if not vanished:
        return
    given_up = {(one.article_id, one.annotator) for one in annotations if one.status == "skipped"}
    given_up |= {(line.article_id, line.annotator) for line in label_lines(corpus / "labels") if line.status == DELETED}
    makers = _makers(corpus / "gold.jsonl")
    left = sorted(
        id_ for id_ in vanished if not makers.get(id_) or any((id_, name) not in given_up for name in makers[id_])
    )
    if left:
        names = ", ".join(left[:_SHOWN]) + (f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else "")
        raise CorpusError(
            f"{corpus / 'gold.jsonl'}: kept as it is: for articles that it has labels of, labels/ has none that can be used any more"
            f" ({names}): restore or correct their lines; if the labels are meant to go: standpunkt gold {corpus} --replace",
            *at_most(map(str, rejected)),
        )


def _makers(gold: Path) -> Mapping[str, list[str]]:
    """The annotators who made the gold of each article."""
    return {
        str(row.get("article_id")): [str(name) for name in names]
        for _, row in read_jsonl(gold, lambda *_: None)
        if isinstance(names := row.get("annotators"), list)
    }
