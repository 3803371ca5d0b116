"""Stances given on the claim page: one gold claim, one target, one answer.

A person's stance on the claim page supersedes what the same person said of that claim on the article page, where the question was one
of many; whoever did not mark the claim there has a vote on its stance here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dataset.labels import Annotation, Claim

Verdicts = dict[str, dict[str, tuple[Annotation, Claim]]]  # by claim and annotator


def verdicts_of(annotations: Iterable[Annotation]) -> Verdicts:
    """The answers of the claim page; skips and answers without a stance are none."""
    found: Verdicts = {}
    for one in annotations:
        if one.page == "claim" and one.status == "submitted" and one.claims and one.claims[0].stance is not None:
            found.setdefault(str(one.claims[0].id), {})[one.annotator] = (one, one.claims[0])
    return found


def answers_that_count(claim: Mapping[str, Any], verdicts: Verdicts, kind: str) -> dict[str, tuple[Annotation, Claim]]:
    """Return the answers about a gold claim, by annotator: those of the kind that made its gold, about the target that it has."""
    return {
        name: (one, answer)
        for name, (one, answer) in verdicts.get(claim["id"], {}).items()
        if one.annotator_kind == kind and answer.target == claim["target"]
    }


def apply_verdicts(claims: Sequence[dict[str, Any]], verdicts: Verdicts, kind: str) -> int:
    """Let the claim page's answers into the votes of an article's gold claims.

    Args:
        claims: gold claims with their ids and targets; their votes are changed in place.
        verdicts: all answers.
        kind: "human" or "model": who made this article's gold. Answers of the other kind do not count.

    Returns:
        How many answers did not count: of the other kind, or about a target that is no longer the claim's.
    """
    left = 0
    for claim in claims:
        count = answers_that_count(claim, verdicts, kind)
        left += len(verdicts.get(claim["id"], {})) - len(count)
        votes = {vote["annotator"]: vote for vote in claim["votes"]}
        for name, (_, answer) in count.items():
            asked = {"start": claim["start"], "end": claim["end"], "kind": None}
            vote = votes.get(name, {"annotator": name, "annotator_kind": kind, **asked})
            votes[name] = {**vote, "target": answer.target, "stance": answer.stance}
        claim["votes"] = [votes[name] for name in sorted(votes)]
    return left
