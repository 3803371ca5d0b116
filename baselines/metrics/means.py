"""Means of item values from sums by group, so that resamples of groups are a matrix product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from baselines.metrics.checks import Values, counts, group_numbers, same_length


def sums_by_group(values: ArrayLike, groups: Sequence[str]) -> Values:
    """What each group adds to a mean over items.

    Args:
        values: shape ``(items,)``, finite and not negative, such as those of ``soft`` or ``calibration.brier_by_item``.
        groups: what is resampled as one, such as the article, by item.

    Returns:
        Shape ``(groups, 2)``: sum of the values and number of items; groups in order of their names.

    Raises:
        ValueError: no item, not one group an item, or a value that is negative, infinite or NaN.
    """
    array = counts(values, "item values", (None,))
    if array.ndim != 1:
        raise ValueError(f"item values: shape (items,) is expected, not {array.shape}")
    same_length(len(array), groups=len(groups))
    group, number = group_numbers(groups, len(array))
    return np.stack([np.bincount(group, array, number), np.bincount(group, minlength=number)], -1).astype(np.float64)


def mean_of_sums(sums: ArrayLike) -> Values:
    """Mean over items.

    Args:
        sums: shape ``(…, 2)``, sums over groups of what ``sums_by_group`` gives.

    Returns:
        Shape ``(…,)``, in the unit of the values.

    Raises:
        ValueError: another shape, a negative, infinite or NaN sum, or no item.
    """
    array = counts(sums, "sums of item values", (2,))
    if (array[..., 1] <= 0).any():
        raise ValueError("sums of item values: one is over no item")
    return np.asarray(array[..., 0] / array[..., 1])
