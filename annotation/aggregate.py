"""One label an item from many annotators' votes: by majority, by Dawid–Skene, or by MACE.

- ``majority``: the label with most votes.
- ``dawid_skene``: a confusion matrix an annotator and the truth are estimated together by EM. A. P. Dawid and A. M. Skene, "Maximum
  Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied Statistics 28 (1979), 20–28.
- ``mace``: every annotator either knows the label or draws it from a habit of his or her own; estimated by variational EM. D. Hovy,
  T. Berg-Kirkpatrick, A. Vaswani and E. Hovy, "Learning Whom to Trust with MACE", NAACL-HLT (2013), 1120–1130.

Both models are crowd-kit's. What is undecided stays so: no method breaks a tie.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Confusions = dict[str, dict[str, dict[str, float]]]  # by annotator, true label and given label
Matrix = npt.NDArray[np.float64]

# A model's label counts where the model itself thinks it more likely right than wrong, and where the next one is clearly behind: equals
# who disagree come out at .5 and .5 but for rounding and where EM stopped, and .05 is far more than either moves. The posteriors of
# Dawid–Skene are near 0 or 1 anyway, so the two numbers decide few items.
MIN_POSTERIOR = 0.5
MIN_LEAD = 0.05
# Two annotators who disagree say nothing about which of them is right: three independent views make the models identifiable (Allman,
# Matias and Rhodes, Annals of Statistics 37, 2009, theorem 1). On ten items with planted annotators both models still beat majority.
MIN_ANNOTATORS = 3
MIN_SHARED = 10
# A row of a confusion matrix that rests on less than half an item says nothing.
MIN_ITEMS_OF_LABEL = 0.5
DIGITS = 9  # what EM leaves beyond them depends on the order of additions


class Vote(NamedTuple):
    """The label that one annotator gave one item."""

    item: str
    annotator: str
    label: str


@dataclass(frozen=True)
class Aggregated:
    """What votes come to.

    ``labels``: by item; None is undecided. With majority two labels share the first place; with the models the best posterior is below
    .5 or leads by .05 or less, or the best label is one that nobody gave the item.

    ``distributions``: by item and label, in the order of the labels that were given, summing to 1. With majority shares of votes, with
    the models the posterior; a label that nobody gave any item has 0.

    ``quality``: by annotator, in [0, 1], over the items that somebody else labelled too; None where there are none.
    With majority the share of his or her votes that agree with the result, undecided items left out (None where none is decided).
    With Dawid–Skene the mean of the diagonal of the confusion matrix, each label weighted by how many of his or her items have it (which
    is the mean posterior of the labels that he or she gave). With MACE the competence: the probability of knowing, not guessing.

    ``why``: None where the method that was asked for was used; else, in one sentence, why all this is majority's.

    ``confusions``: with Dawid–Skene by annotator, true label and label given, rows summing to 1, over the items that somebody else
    labelled too. A true label of which the annotator hardly had an item has no row. None with other methods.
    """

    labels: dict[str, str | None]
    distributions: dict[str, dict[str, float]]
    quality: dict[str, float | None]
    why: str | None
    confusions: Confusions | None = None


def aggregate_votes(votes: Iterable[Vote], labels: Sequence[str], method: str) -> Aggregated:
    """Bring many annotators' votes to one label an item.

    Neither the order of the votes nor the names of items and annotators bear on the result. Nothing is printed.

    Args:
        votes: at most one an item and annotator, in any order.
        labels: all that there are, each once; they give distributions their order.
        method: ``majority``, ``dawid_skene`` or ``mace``.

    Returns:
        Labels, distributions and annotators' quality; items and annotators in the order of their names. Where a model cannot be fitted
        (fewer than three annotators who share items, fewer than ten shared items, all votes the same, an item with so many votes that
        its probability is no number any more) the result is majority's, and ``why`` says so.

    Raises:
        ValueError: an unknown method, a label twice in ``labels`` or a vote's that is not there, two votes by one annotator on one item.
    """
    if method not in {"majority", "dawid_skene", "mace"}:
        raise ValueError(f"{method!r}: majority, dawid_skene or mace is expected")
    table = _Table(votes, labels)
    if method == "majority":
        return _majority(table, None)
    why = table.obstacle()
    if why is None:
        posterior, competence = _dawid_skene(table) if method == "dawid_skene" else _mace(table)
        if np.isfinite(posterior).all() and np.isfinite(competence).all():
            return _from_model(table, posterior, competence, confused=method == "dawid_skene")
        why = "an item has more votes than the model can multiply"
    return _majority(table, f"{why}: majority was used instead of {method}")


class _Table:
    """Votes as numbers, in an order that only they decide.

    ``rows``: (votes, 3) of positions in ``items``, ``annotators`` and ``labels``, by item and annotator. ``shared``: (votes,) whether
    somebody else labelled the item too.
    """

    def __init__(self, votes: Iterable[Vote], labels: Sequence[str]) -> None:
        position = {label: i for i, label in enumerate(labels)}
        if len(position) != len(labels):
            raise ValueError("labels: each is expected once")
        ordered = sorted(votes)
        for vote in ordered:
            if vote.label not in position:
                raise ValueError(f"item {vote.item!r}: {vote.label!r} is not one of {', '.join(labels)}")
        for vote, next_ in pairwise(ordered):
            if vote[:2] == next_[:2]:
                raise ValueError(f"item {vote.item!r}: two votes by {vote.annotator!r}")
        self.labels = list(labels)
        self.items = sorted({vote.item for vote in ordered})
        self.annotators = sorted({vote.annotator for vote in ordered})
        of_item = {item: i for i, item in enumerate(self.items)}
        of_annotator = {annotator: i for i, annotator in enumerate(self.annotators)}
        self.rows = np.array(
            [(of_item[v.item], of_annotator[v.annotator], position[v.label]) for v in ordered], dtype=np.int64
        ).reshape(-1, 3)
        self.counts = np.zeros((len(self.items), len(labels)))
        np.add.at(self.counts, (self.rows[:, 0], self.rows[:, 2]), 1)
        self.shared = self.counts.sum(axis=1)[self.rows[:, 0]] > 1

    def obstacle(self) -> str | None:
        """Why no model can be fitted, if so."""
        if not self.items:
            return "there are no votes"
        if (self.counts.sum(axis=0) > 0).sum() < 2:
            return "all votes are for one label"
        together = self.rows[self.shared]
        annotators, items = len(set(together[:, 1].tolist())), len(set(together[:, 0].tolist()))
        if annotators < MIN_ANNOTATORS:
            return f"{annotators} annotators labelled what others did too, and a model takes {MIN_ANNOTATORS}"
        if items < MIN_SHARED:
            return f"{items} items have two votes or more, and a model takes {MIN_SHARED}"
        return None

    def distributions(self, of: Matrix) -> dict[str, dict[str, float]]:
        """By item and label, from (items, labels)."""
        return {
            item: dict(zip(self.labels, row, strict=True)) for item, row in zip(self.items, of.tolist(), strict=True)
        }

    def mean_by_annotator(self, values: Matrix, use: npt.NDArray[np.bool_]) -> dict[str, float | None]:
        """Mean of the (votes,) values where ``use`` holds; None where it nowhere does."""
        who = self.rows[use, 1]
        total = np.bincount(who, values[use], minlength=len(self.annotators))
        number = np.bincount(who, minlength=len(self.annotators))
        return {
            name: round(min(1.0, float(total[i] / number[i])), DIGITS) if number[i] else None
            for i, name in enumerate(self.annotators)
        }


def _majority(table: _Table, why: str | None) -> Aggregated:
    labels: dict[str, str | None] = {}
    for item, counts in zip(table.items, table.counts.tolist(), strict=True):
        (best, first), (_, second) = [*Counter(dict(zip(table.labels, counts, strict=True))).most_common(2), ("", 0)][
            :2
        ]
        labels[item] = best if first > second else None
    decided = np.array([labels[item] is not None for item in table.items], dtype=bool)
    best_of = np.array([table.labels.index(label) if label else -1 for label in labels.values()], dtype=np.int64)
    agrees = (best_of[table.rows[:, 0]] == table.rows[:, 2]).astype(np.float64)
    return Aggregated(
        labels=labels,
        distributions=table.distributions(table.counts / table.counts.sum(axis=1, keepdims=True)),
        quality=table.mean_by_annotator(agrees, table.shared & decided[table.rows[:, 0]]),
        why=why,
    )


def _from_model(table: _Table, posterior: Matrix, competence: Matrix, *, confused: bool) -> Aggregated:
    """The result from (items, labels) and, by vote or by annotator, what quality is made of."""
    posterior = np.round(posterior, DIGITS)
    ranked = np.sort(posterior, axis=1)
    best = posterior.argmax(axis=1)
    given = table.counts[np.arange(len(best)), best] > 0
    decided = (ranked[:, -1] >= MIN_POSTERIOR) & (ranked[:, -1] - ranked[:, -2] > MIN_LEAD) & given
    return Aggregated(
        labels={
            item: table.labels[label] if sure else None
            for item, label, sure in zip(table.items, best.tolist(), decided.tolist(), strict=True)
        },
        distributions=table.distributions(posterior),
        quality=table.mean_by_annotator(competence[table.rows[:, 1]] if not confused else competence, table.shared),
        why=None,
        confusions=_confusions(table, posterior) if confused else None,
    )


def _confusions(table: _Table, posterior: Matrix) -> Confusions:
    items, annotators, labels = table.rows[table.shared].T
    mass = np.zeros((len(table.annotators), len(table.labels), len(table.labels)))  # annotator, given, true
    np.add.at(mass, (annotators, labels), posterior[items])
    found: Confusions = {}
    for name, matrix in zip(table.annotators, mass, strict=True):
        found[name] = {
            true: dict(zip(table.labels, np.round(column / column.sum(), DIGITS).tolist(), strict=True))
            for true, column in zip(table.labels, matrix.T, strict=True)
            if column.sum() >= MIN_ITEMS_OF_LABEL
        }
    return found


def _frame(table: _Table) -> tuple[pd.DataFrame, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Votes as crowd-kit reads them, and which annotator and which label of ours stands behind its numbers.

    Items, annotators and labels are numbered by first appearance: MACE of crowd-kit 1.4.2 keeps annotators and labels in that order in
    one place and sorted in another, so with any other numbers it mixes them up. Labels start at 2, for to pandas 0 and 1 are also False
    and True, which crowd-kit's Dawid–Skene renames.
    """
    annotators, annotator_of = pd.factorize(table.rows[:, 1])
    labels, label_of = pd.factorize(table.rows[:, 2])
    frame = pd.DataFrame({"task": table.rows[:, 0], "worker": annotators, "label": labels + 2})
    return frame, np.asarray(annotator_of), np.asarray(label_of)


def _posterior(table: _Table, probabilities: pd.DataFrame, label_of: npt.NDArray[np.int64]) -> Matrix:
    """(items, labels), rows summing to 1, in our order."""
    found = np.zeros(table.counts.shape)
    ordered = probabilities.sort_index()
    found[:, label_of[ordered.columns.to_numpy(dtype=np.int64) - 2]] = ordered.to_numpy(dtype=np.float64)
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float64)


def _dawid_skene(table: _Table) -> tuple[Matrix, Matrix]:
    """Posterior (items, labels), and for each vote that of the label given."""
    from crowdkit.aggregation import DawidSkene  # takes two seconds, which majority need not wait

    frame, _, label_of = _frame(table)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # it uses what pandas 3 deprecates
        posterior = _posterior(table, DawidSkene().fit_predict_proba(frame), label_of)
    return posterior, posterior[table.rows[:, 0], table.rows[:, 2]]


def _mace(table: _Table) -> tuple[Matrix, Matrix]:
    """Posterior (items, labels) and competence (annotators,).

    The start is drawn from [1, 2 + noise]; a noise of -1 makes it the same for all annotators and labels. A random one would break
    ties between equals and depend on names. Restarts all begin alike (crowd-kit seeds each anew), so one is enough.
    """
    from crowdkit.aggregation import MACE

    frame, annotator_of, label_of = _frame(table)
    model = MACE(n_restarts=1, default_noise=-1.0, random_state=0)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            posterior = _posterior(table, model.fit_predict_proba(frame), label_of)
        except ValueError:  # pandas, looking for the best label of an item whose probabilities have all become NaN
            return np.full(table.counts.shape, np.nan), np.full(len(annotator_of), np.nan)
        knows = model.spamming_[:, 1] / model.spamming_.sum(axis=1)
    competence = np.empty(len(annotator_of))
    competence[annotator_of] = knows
    return posterior, competence
