"""Splitting schemes: as released, leave one target out, leave one outlet out, train on earlier.

Each gives row masks over all rows of a task (`Data.all_rows`), and none ever has rows of one reuse cluster on both sides. All but the
released one train on rows of the released test split: what they score is another experiment, and no hyper-parameter may be carried over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

# Where a target runs through all clusters, as in article stance, clusters are divided so often.
PARTS = 5
# As long as setting shared clusters aside costs at most this share of the rows to train on, one fold is enough.
AFFORDABLE = 0.25


@dataclass(frozen=True)
class Fold:
    """One way to divide rows; shapes ``(rows,)``."""

    scheme: str
    held_out: str  # the target, the outlet, "test", or the first day of the later part
    train: Mask
    test: Mask
    part: int = 0  # where one target or outlet needs several folds
    notes: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """Rows on neither side."""
        return int((~(self.train | self.test)).sum())


def as_released(frame: pd.DataFrame) -> list[Fold]:
    """Train on the released train split, test on the released test split.

    Raises:
        ValueError: the frame has no column ``split``, or one of the two has no row.
    """
    split = _column(frame, "split")
    return [_checked(Fold("as_released", "test", split == "train", split == "test"), frame)]


def leave_one_target_out(frame: pd.DataFrame) -> list[Fold]:
    """For each target: test its rows, train on those of the others.

    A cluster that also has rows of other targets may only stand on one side. Where leaving those rows out costs more than a quarter of
    the rows to train on, the clusters of the target are divided into five parts instead, one fold each: test the target in one part,
    train on the other targets outside of it. Every row of the target is then tested exactly once.

    Raises:
        ValueError: fewer than two targets, or nothing is left to train on.
    """
    return _leave_one_out(frame, "target", "leave_one_target_out")


def leave_one_outlet_out(frame: pd.DataFrame) -> list[Fold]:
    """For each outlet: test its rows, train on those of the others; clusters across outlets as with targets.

    Rows without an outlet are on neither side.

    Raises:
        ValueError: fewer than two outlets, or nothing is left to train on.
    """
    return _leave_one_out(frame, "outlet", "leave_one_outlet_out")


def by_date(frame: pd.DataFrame, share: float = 0.7) -> list[Fold]:
    """Train on what was published earlier, test on the later rest; a day is never divided.

    Rows without a date that can be read are on neither side, and so are clusters that run across the boundary.

    Args:
        frame: all rows.
        share: of the dated rows to train on, as near as days allow.

    Raises:
        ValueError: a share that is none, fewer than two days, or nothing on a side.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must be between 0 and 1, not {share}")
    # RFC 3339 allows small letters for T and Z, pandas does not.
    given = [value and str(value).upper() for value in _column(frame, "published")]
    days = pd.to_datetime(pd.Series(given), errors="coerce", utc=True, format="ISO8601").dt.floor("D")
    known = days.notna().to_numpy()
    earlier = [(abs(float((days[known] < day).mean()) - share), day) for day in sorted(days[known].unique())[1:]]
    if not earlier:
        raise ValueError("by date: fewer than two days of publication are known")
    boundary = min(earlier)[1]
    before, after = known & (days < boundary).to_numpy(), known & (days >= boundary).to_numpy()
    clusters = _column(frame, "cluster_id")
    across = np.isin(clusters, list(set(clusters[before]) & set(clusters[after])))
    notes = []
    if not known.all():
        notes.append(f"{int((~known).sum())} rows without a date are left out")
    if across.any():
        notes.append(f"{int((across & known).sum())} rows of clusters across the boundary are left out")
    fold = Fold("by_date", boundary.date().isoformat(), before & ~across, after & ~across, notes=tuple(notes))
    return [_checked(fold, frame)]


SCHEMES = {
    "as_released": as_released,
    "leave_one_target_out": leave_one_target_out,
    "leave_one_outlet_out": leave_one_outlet_out,
    "by_date": by_date,
}


def _leave_one_out(frame: pd.DataFrame, column: str, scheme: str) -> list[Fold]:
    values, clusters = _column(frame, column), _column(frame, "cluster_id")
    named = np.array([isinstance(value, str) and bool(value) for value in values], dtype=bool)
    names = sorted(set(values[named]))
    if len(names) < 2:
        raise ValueError(f"{scheme}: needs rows of two {column}s, these have {len(names)}")
    notes = () if named.all() else (f"{int((~named).sum())} rows without {column} are left out",)
    folds = []
    for name in names:
        inside, others = values == name, named & (values != name)
        shared = np.isin(clusters, sorted(set(clusters[inside])))
        if (others & shared).sum() <= AFFORDABLE * others.sum():
            parts = [shared]
        else:
            order = sorted(set(clusters[inside]))
            parts = [np.isin(clusters, order[i::PARTS]) for i in range(min(PARTS, len(order)))]
        folds += [
            _checked(Fold(scheme, name, others & ~part, inside & part, i, notes), frame) for i, part in enumerate(parts)
        ]
    return folds


def _checked(fold: Fold, frame: pd.DataFrame) -> Fold:
    """The fold itself, if it can be used.

    Raises:
        ValueError: a side is empty, or a cluster stands on both.
    """
    for side, mask in (("train on", fold.train), ("test", fold.test)):
        if not mask.any():
            raise ValueError(f"{fold.scheme}, {fold.held_out}: no row is left to {side}")
    clusters = _column(frame, "cluster_id")
    both = sorted(set(clusters[fold.train]) & set(clusters[fold.test]))
    if both:
        raise ValueError(f"{fold.scheme}, {fold.held_out}: cluster {both[0]} stands on both sides")
    return fold


def _column(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    if name not in frame:
        raise ValueError(f"the rows have no column {name!r}")
    return frame[name].to_numpy(dtype=object)
