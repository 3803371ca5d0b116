"""The systems, one a file, each a scikit-learn estimator over a task's input columns; registered here and nowhere else."""

from __future__ import annotations

from baselines.systems import (
    all_sentences,
    attribution_rules,
    cue_words,
    e5,
    e5_tfidf,
    majority,
    nbsvm,
    per_target,
    prior_random,
    similarity,
    soft_logreg,
    target_only,
    text_only,
    tfidf_logreg,
    tfidf_svm,
    window_tagger,
)
from baselines.systems.registry import System
from baselines.tasks.base import Task

__all__ = ["PROBES", "SYSTEMS", "System", "systems_for"]

_LOGREG = tuple({"C": C} for C in (1.0, 3.0, 10.0, 30.0))
_MACHINE = tuple({"C": C} for C in (0.03, 0.1, 0.3, 1.0))
_BAYES = tuple({"C": C, "beta": beta} for C in (0.3, 3.0) for beta in (0.25, 0.5, 1.0))
_DENSE = tuple({"C": C} for C in (0.1, 1.0, 10.0))
_TAGGER = tuple({"C": C, "transitions": weight} for C in (0.1, 1.0) for weight in (0.0, 0.5, 1.0))

# In a grid, what is more regularised stands first: of equals it is taken.
SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System("majority", majority.make, learns=False),
        System("prior_random", prior_random.make, learns=False),
        System("tfidf_logreg", tfidf_logreg.make, grid=_LOGREG),
        System("tfidf_svm", tfidf_svm.make, grid=_MACHINE),
        System("nbsvm", nbsvm.make, grid=_BAYES),
        System("soft_logreg", soft_logreg.make, grid=_LOGREG, soft=True),
        System("per_target", per_target.make, grid=_LOGREG, targeted=True),
        System("similarity", similarity.make, grid=_DENSE, targeted=True),
        System("e5", e5.make, grid=_DENSE, embeddings=True),
        System("e5_tfidf", e5_tfidf.make, grid=_DENSE, embeddings=True),
        System("all_sentences", all_sentences.make, kind="spans", learns=False),
        System("window_tagger", window_tagger.make, kind="spans", grid=_TAGGER),
        System("attribution_rules", attribution_rules.make, kind="attribution", learns=False),
    )
}

# Not in the race: what they score shows what the data give away.
PROBES: dict[str, System] = {
    system.name: system
    for system in (
        System("target_only", target_only.make, targeted=True),
        System("text_only", text_only.make, grid=_LOGREG, targeted=True),
        System("cue_words", cue_words.make),
    )
}


def systems_for(task: Task, among: dict[str, System] = SYSTEMS) -> dict[str, System]:
    """The systems, or with ``among=PROBES`` the probes, that are meant for a task; also those that cannot run here, which say why."""
    return {name: system for name, system in among.items() if system.fits(task)}
