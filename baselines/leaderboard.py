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
        rows = list(group)
        first = rows[0]
        lines.append(
            f"{task}: test split, {first.items} items of {first.articles} articles, labels by {first.annotator_kind}"
        )
        if first.articles == 1:
            lines.append("  (one article: no interval and no rank can be given)")
        elif 1 < first.articles < FEW_ARTICLES:
            lines.append(f"  (fewer than {FEW_ARTICLES} articles: intervals come out too narrow; doubt ranks too)")
        lines.append(f"  {'rank':>4}  {'system':<14} {'macro-F1':>8}   95 % interval (bootstrap over articles)")
        for row in rows:
            place = "–" if row.rank is None else "–".join(map(str, sorted(set(row.rank))))
            score = "–" if row.macro_f1 is None else f"{row.macro_f1:.3f}"
            interval = row.note or "not defined"
            if row.interval:
                interval = f"{row.interval[0]:.3f} – {row.interval[1]:.3f}"
            lines.append(f"  {place:>4}  {row.system:<14} {score:>8}   {interval}")
        if first.detectable is not None:
            lines.append(
                f"        a true difference below {first.detectable:.3f} may go unseen here (80 % power, the hardest pair)"
            )
        if first.ceiling is not None:
            who = "people" if first.annotator_kind == "human" else f"annotators ({first.annotator_kind})"
            lines.append(
                f"        {who} among themselves: {first.ceiling:.3f} (macro-F1, mean of the pairs, all splits)"
            )
        lines.append("")
    lines.append(
        "A rank such as 1–2 holds every place that these data leave open: two systems are told apart where paired approximate"
    )
    lines.append(
        "randomisation by article, Holm-corrected over the pairs of a task, and the paired bootstrap interval both say so."
    )
    return "\n".join(lines)
