"""How sure a score and a difference are, and which systems the data tell apart.

Sentences of one article are not independent, so whole groups (articles, or whatever is given) are drawn, swapped and counted.
"""

from baselines.significance.bootstrap import resampled_index_scores, resampled_scores
from baselines.significance.comparison import Comparison, Standing, compare
from baselines.significance.holm import holm_adjusted
from baselines.significance.intervals import bootstrap_interval, mirrored_interval, percentile_interval
from baselines.significance.mcnemar import exact_mcnemar
from baselines.significance.power import minimum_detectable
from baselines.significance.randomisation import randomisation_p
from baselines.significance.ranks import rank_intervals

__all__ = [
    "Comparison",
    "Standing",
    "bootstrap_interval",
    "compare",
    "exact_mcnemar",
    "holm_adjusted",
    "minimum_detectable",
    "mirrored_interval",
    "percentile_interval",
    "randomisation_p",
    "rank_intervals",
    "resampled_index_scores",
    "resampled_scores",
]
