"""The score of the Fake News Challenge (FNC-1, 2017), from confusion matrices.

As in the published ``scorer.py`` (github.com/FakeNewsChallenge/fnc-1): .25 where the label is right, .50 more where that label is not
*unrelated*, and .25 where gold and predicted are both related, be they the same or not. So an *unrelated* pair is worth .25 and a related
one 1, of which .25 is had for saying that it is related. The score is linear in the counts.

All functions raise ``ValueError`` where matrices are not square or not as many as the classes, hold a negative, infinite or NaN
count, or no item, and where ``unrelated`` is no class or the only one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from baselines.metrics.checks import Values, class_mask, counts


def fnc_score(matrices: Values, classes: Sequence[str], unrelated: str = "unrelated") -> Values:
    """Points.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: all labels; every one but ``unrelated`` is a related one, whatever its name.
        unrelated: the label that says that a text is not about the other.

    Returns:
        Shape ``(…,)``, from 0 to ``fnc_maximum``.
    """
    credit, matrices = _credit(matrices, classes, unrelated)
    return np.asarray((matrices * credit).sum((-1, -2)))


def fnc_maximum(matrices: Values, classes: Sequence[str], unrelated: str = "unrelated") -> Values:
    """Points for all labels right: .25 an *unrelated* pair, 1 a related one (MAX in the scorer's report).

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: all labels.
        unrelated: which of them is not related.

    Returns:
        Shape ``(…,)``, above 0.
    """
    credit, matrices = _credit(matrices, classes, unrelated)
    return np.asarray((matrices.sum(-1) * np.diagonal(credit)).sum(-1))


def fnc_null(matrices: Values, classes: Sequence[str], unrelated: str = "unrelated") -> Values:
    """Points for calling every pair unrelated (NULL in the scorer's report).

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: all labels.
        unrelated: which of them is not related.

    Returns:
        Shape ``(…,)``, from 0 to ``fnc_maximum``.
    """
    credit, matrices = _credit(matrices, classes, unrelated)
    return np.asarray((matrices.sum(-1) * credit[:, class_mask(classes, [unrelated])][:, 0]).sum(-1))


def fnc_relative(matrices: Values, classes: Sequence[str], unrelated: str = "unrelated") -> Values:
    """Points as a share of those for all labels right.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: all labels.
        unrelated: which of them is not related.

    Returns:
        Shape ``(…,)``, in [0, 1].
    """
    return np.asarray(fnc_score(matrices, classes, unrelated) / fnc_maximum(matrices, classes, unrelated))


def _credit(matrices: Values, classes: Sequence[str], unrelated: str) -> tuple[Values, Values]:
    """Points by gold and predicted label, and the matrices, checked."""
    related = ~class_mask(classes, [unrelated])
    if not related.any():
        raise ValueError(f"classes: a related one is expected beside {unrelated!r}")
    matrices = counts(matrices, "confusion matrices", (len(classes), len(classes)))
    if (matrices.sum((-1, -2)) <= 0).any():
        raise ValueError("confusion matrices: one is without any item")
    right = np.eye(len(classes))
    return 0.25 * right + 0.50 * right * related + 0.25 * np.outer(related, related), matrices
