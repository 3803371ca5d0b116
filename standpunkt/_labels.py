"""Gold labels, and how well the annotators agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotation.gold import Summary
from annotation.gold_page import make_gold
from standpunkt._arguments import Names, StrPath, StrPaths, path_or_none
from standpunkt._corpora import accept
from standpunkt._progress import tracker
from standpunkt._rejected import keep_rejected
from standpunkt._results import Result

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, repr=False, kw_only=True)
class Gold(Result):
    """Result of ``gold``.

    Attributes:
        path: ``gold.jsonl``.
        articles: number of articles with gold.
        claims: number of gold claims.
        undecided: number of labels that the votes leave open (null).
        adjudicated: number of labels that an adjudicator decided.
        silver: True if only models labelled.
        aggregation: how votes become a label: majority, dawid_skene or mace.
        report: HTML page about agreement.
        details: what ``annotation.gold`` returned.
    """

    path: Path
    articles: int
    claims: int
    undecided: int
    adjudicated: int
    silver: bool
    aggregation: str
    report: Path
    details: Summary

    @property
    def agreement(self) -> DataFrame:
        """Krippendorff's α by layer, with 95 % intervals over articles: ``alpha, low, high, units``; NaN if not defined."""
        from pandas import DataFrame

        columns = ["alpha", "low", "high", "units"]
        table = self.details.agreement.alpha
        frame = DataFrame(
            [[getattr(layer, name) for name in columns] for layer in table.values()], list(table), columns
        )
        return frame.astype({"alpha": float, "low": float, "high": float}).rename_axis("layer")

    def _title(self) -> str:
        return str(self.path)

    def _figures(self) -> Mapping[str, object]:
        return {
            "articles": self.articles,
            "claims": self.claims,
            "undecided labels": self.undecided,
            "adjudicated labels": self.adjudicated,
            "labels by": "models only (silver)" if self.silver else "people",
        }


def gold(
    corpus: StrPath,
    *,
    texts: StrPath | None = None,
    replace: bool = False,
    accept_corrections: Names = (),
    correction_from: StrPaths = (),
    out: StrPath = "dist",
    progress: bool = False,
) -> Gold:
    """Make ``gold.jsonl`` from the annotators' labels of a corpus, with a page about their agreement.

    Args:
        corpus: corpus folder.
        texts: folder of the texts, for a corpus that does not contain them.
        replace: overwrite a ``gold.jsonl`` that was edited by hand, or whose labels are gone.
        accept_corrections: ids of articles whose changed text is accepted; their labels are carried over.
        correction_from: releases that contain the text from before the correction.
        out: folder of releases, which is searched for that text, too.
        progress: show a progress bar on a terminal.

    Raises:
        CorpusError: there are no labels, or gold was edited by hand or would lose all labels of an article; it is left as it is.
        BusyError: another command works on the corpus.
    """
    path, given = Path(corpus), path_or_none(texts)
    notes = accept(path, given, accept_corrections, correction_from, Path(out))
    made = make_gold(path, given, replace=replace, track=tracker(progress=progress))
    summary = made.gold
    return Gold(
        path=path / "gold.jsonl",
        articles=summary.articles,
        claims=summary.claims,
        undecided=summary.undecided,
        adjudicated=summary.adjudicated,
        silver=summary.silver,
        aggregation=summary.method,
        report=made.page,
        details=summary,
        rejected=tuple(summary.rejected),
        notes=notes + keep_rejected(path, summary.rejected),
    )
