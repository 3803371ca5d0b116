"""The leaderboard as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from baselines.evaluate import Result

# Below this many groups percentile intervals cover clearly less than they say.
FEW_ARTICLES = 10


def as_text(results: Sequence[Result]) -> str:
    """One table a task, best system first; says who made the labels that are scored against."""
    lines = []
    for task, group in groupby(results, key=lambda result: result.task):
        rows = sorted(group, key=lambda result: (result.macro_f1 is None, -(result.macro_f1 or 0), result.system))
        first = rows[0]
        lines.append(
            f"{task}: test split, {first.items} items of {first.articles} articles, labels by {first.annotator_kind}"
        )
        if first.articles < FEW_ARTICLES:
            lines.append(
                f"  (fewer than {FEW_ARTICLES} articles: the intervals are too narrow, read them as a lower bound of doubt)"
            )
        lines.append(f"  {'system':<14} {'macro-F1':>8}   95 % interval (bootstrap over articles)")
        for row in rows:
            if row.macro_f1 is None:
                lines.append(f"  {row.system:<14} {'–':>8}   {row.note}")
            else:
                interval = (
                    f"{row.interval[0]:.3f} – {row.interval[1]:.3f}" if row.interval else "one article: not defined"
                )
                lines.append(f"  {row.system:<14} {row.macro_f1:>8.3f}   {interval}")
        lines.append("")
    return "\n".join(lines).rstrip()
