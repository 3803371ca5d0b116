"""What difference the data could have shown at all (Bloom 1995, "Minimum detectable effects"; for language systems Card et al. 2020).

The *minimum detectable effect* of a paired comparison is the smallest true difference of two systems that a two-sided test at α finds with
the probability ``power``, were new groups of the same kind drawn, as many as there are.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import t


def minimum_detectable(error: float, groups: int, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """``(t(1 − α/2) + t(power)) · error``, t with ``groups − 1`` degrees of freedom: 2.8 standard errors where groups are many.

    It supposes that the difference is about normal over resamples, and that the two would disagree about as much if one were better than
    it is: two systems that now agree on nearly everything would have to disagree more to differ more, so for them it is too small.

    Args:
        error: the standard error of the difference, as from :func:`standard_error`.
        groups: how many there are.
        alpha: of the two-sided test; for a family of m comparisons α/m, which is what Holm asks of the first of them.
        power: how surely it should be found.

    Returns:
        In points of the metric. None where it cannot be said: the error is 0 because the two do not differ anywhere, or a test by
        swapping so few groups cannot reach α whatever the difference.
    """
    if not np.isfinite(error) or error <= 0 or groups < 2 or 2.0 ** (1 - groups) > alpha:
        return None
    return float((t.ppf(1 - alpha / 2, groups - 1) + t.ppf(power, groups - 1)) * error)


def standard_error(values: np.typing.NDArray[np.float64], groups: int) -> float:
    """Of a score or difference, from its resamples, shape ``(samples,)``; 0 with one group or where no two resamples say anything.

    Resamples of n groups spread by the square root of (n − 1)/n less than samples do; that is put back.
    """
    values = values[~np.isnan(values)]
    if len(values) < 2 or groups < 2:
        return 0.0
    return float(values.std(ddof=1) * np.sqrt(groups / (groups - 1)))
