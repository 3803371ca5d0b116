"""Articles that a corpus leaves out of its releases for now: ``withhold`` in ``corpus.toml``.

A frozen article never changes its split. Where two of them turn out to share text across splits, one has to stay out of the release. A
withheld article keeps its text, its labels and its line in the ledger, so that it comes back to its own split when it is no longer listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from dataset.errors import CorpusError, LeakError
from dataset.splits import SPLITS, Leak, leak_lines


def check_withheld(settings: Path, ids: Iterable[str], known: Iterable[str]) -> None:
    """Check the ids of the articles that stay out of releases.

    Args:
        settings: ``corpus.toml``, for messages.
        ids: what it says.
        known: every id of the corpus.

    Raises:
        CorpusError: the corpus does not have one of the articles.
    """
    known = set(known)
    for one in ids:
        if one not in known:
            close = get_close_matches(one, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise CorpusError(f"{settings}: withhold: no article {one[:80]!r} in this corpus{hint}")


def leak_error(settings: Path, leaks: Iterable[Leak], withheld: Iterable[str]) -> LeakError:
    """Name the pairs of frozen articles that share text across splits, and how to leave one of each pair out."""
    leaks = list(leaks)
    listed = ", ".join(f'"{one}"' for one in sorted({*withheld, *_fewest(leaks)}))
    return LeakError(
        *leak_lines(leaks),
        f"{settings}: released articles never change their split: withhold one article of each pair, for example with the line"
        f" withhold = [{listed}], or correct its text if it was edited; a withheld article keeps its labels and its split"
        " (README, “Withheld articles”); nothing is released",
    )


def _fewest(leaks: list[Leak]) -> set[str]:
    """Few articles that take part in every pair: each time the one in most of those left; of equals one of the larger splits."""
    chosen: set[str] = set()
    while leaks:
        split_of = {id_: split for leak in leaks for id_, split in ((leak.a, leak.a_split), (leak.b, leak.b_split))}
        pairs = Counter(id_ for leak in leaks for id_ in (leak.a, leak.b))
        most = min(pairs, key=lambda id_: (-pairs[id_], SPLITS.index(split_of[id_]), id_))
        chosen.add(most)
        leaks = [leak for leak in leaks if most not in (leak.a, leak.b)]
    return chosen
