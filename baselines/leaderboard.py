"""The leaderboard as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dataset.page.values import plural
from dataset.records.release import Manifest
from dataset.records.scores import Board, Entry

_NAMES = {"macro_f1": "macro-F1", "span_f1_strict": "strict F1"}
_RULE = """\
A rank such as 1–2 holds every place that these data leave open: two systems are told apart where paired approximate
randomisation, Holm-corrected over the pairs of a task, and the paired bootstrap interval both say so. What is drawn and
swapped as one is a reuse cluster: an article with those that share text with it."""


def as_text(boards: Sequence[Board], manifest: Manifest | None = None) -> str:
    """One table a task, best system first; says who made the labels that are scored against, and whether texts are real.

    Args:
        boards: of an evaluation.
        manifest: of the release.
    """
    lines = list(_warnings(manifest)) if manifest else []
    for board in boards:
        lines += ["", *_table(board)]
    return "\n".join([*lines, "", _RULE])


def _warnings(manifest: Manifest) -> Iterable[str]:
    if manifest.silver:
        yield "Gold is silver: models made these labels, no person did."
    if manifest.synthetic:
        yield f"Synthetic: {manifest.synthetic}"


def _table(board: Board) -> Iterable[str]:
    clusters = "" if board.groups == board.articles else f" in {plural(board.groups or 0, board.unit)}"
    size = f"{plural(board.items or 0, 'item')} of {plural(board.articles or 0, 'article')}{clusters}"
    yield f"{board.task}: {size}, labels by {board.annotator_kind}"
    reasons = {one.note for one in board.systems}
    if len(reasons) == 1 and None not in reasons:
        yield f"  not scored: {reasons.pop()}"
        return
    width = max(14, *(len(one.system) + 2 * one.own for one in board.systems))
    name = _NAMES.get(board.metric, board.metric)
    yield f"  {'rank':>5}  {'system':<{width}} {name:>9}   95 % interval (bootstrap over {board.unit}s)"
    for one in board.systems:
        yield _line(one, width)
    if board.detectable is not None:
        yield f"         a true difference below {board.detectable:.3f} may go unseen here (80 % power, Holm-corrected, the hardest pair)"
    for metric, value in board.ceilings.items():
        who = "people" if board.annotator_kind == "human" else f"annotators ({board.annotator_kind})"
        yield f"         {who} among themselves: {value:.3f} ({metric}, mean of the pairs, all splits)"
    yield from (f"         {note}" for note in [*_exposed(board), *board.notes])


def _line(one: Entry, width: int) -> str:
    place = "probe" if one.probe else "–" if one.rank is None else "–".join(map(str, sorted(set(one.rank))))
    score = "–" if one.score is None else f"{one.score:.3f}"
    interval = one.note or "–"
    if one.interval:
        interval = f"{one.interval[0]:.3f} – {one.interval[1]:.3f}"
    system = f"{one.system} *" if one.own else one.system
    return f"  {place:>5}  {system:<{width}} {score:>9}   {interval}"


def _exposed(board: Board) -> Iterable[str]:
    """Probes that come near the best system: then what they see is what the score is made of."""
    best = next((one for one in board.systems if one.score is not None and not one.probe), None)
    if best is None or best.interval is None:
        return
    for one in board.systems:
        if one.probe and one.score is not None and one.score >= best.interval[0]:
            yield (
                f"a probe is inside the interval of the best system: {one.system}, {one.score:.3f}. The data may give their labels"
                " away by what it sees"
            )
