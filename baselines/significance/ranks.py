"""The places that the data leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def rank_intervals(systems: Sequence[str], separated: Mapping[tuple[str, str], bool]) -> dict[str, tuple[int, int]]:
    """Best and worst place of each system: behind all that are better for sure, before all that are worse for sure.

    Args:
        systems: their names.
        separated: by pair (better, worse): whether the data tell the two apart.

    Returns:
        ``(1 + better ones, systems − worse ones)`` by name.
    """
    apart = [pair for pair, is_apart in separated.items() if is_apart]
    return {
        name: (
            1 + sum(worse == name for _, worse in apart),
            len(systems) - sum(better == name for better, _ in apart),
        )
        for name in systems
    }
