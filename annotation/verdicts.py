"""Stances given on the claim page: one gold claim, one target, one answer.

A person's stance on the claim page supersedes what the same person said of that claim on the article page, where the question was one
of many; whoever did not mark the claim there has a vote on its stance here.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from dataset.records.gold import Gold, GoldClaim, Vote
from dataset.records.labels import Annotation, Claim

Verdicts = dict[str, dict[str, tuple[Annotation, Claim]]]  # by claim and annotator


def verdicts_of(annotations: Iterable[Annotation]) -> Verdicts:
    """The answers of the claim page; skips and answers without a stance are none."""
    found: Verdicts = {}
    for one in annotations:
        if one.page == "claim" and one.status == "submitted" and one.claims and one.claims[0].stance is not None:
            found.setdefault(str(one.claims[0].id), {})[one.annotator] = (one, one.claims[0])
    return found


def answers_that_count(claim: GoldClaim, verdicts: Verdicts, kind: str) -> dict[str, tuple[Annotation, Claim]]:
    """Return the answers about a gold claim, by annotator: those of the kind that made its gold, about the target that it has."""
    return {
        name: (one, answer)
        for name, (one, answer) in verdicts.get(claim.id, {}).items()
        if one.annotator_kind == kind and answer.target == claim.target
    }


def apply_verdicts(row: Gold, verdicts: Verdicts) -> tuple[Gold, int]:
    """Let the claim page's answers into the votes of an article's gold claims.

    Args:
        row: its claims have their ids and targets; answers of the annotator kind that did not make it do not count.
        verdicts: all answers.

    Returns:
        The row, and how many answers did not count: of the other kind, or about a target that is no longer the claim's.
    """
    left, claims = 0, []
    for claim in row.claims:
        count = answers_that_count(claim, verdicts, row.annotator_kind)
        left += len(verdicts.get(claim.id, {})) - len(count)
        votes = {vote.annotator: vote for vote in claim.votes}
        for name, (_, answer) in count.items():
            new = Vote(annotator=name, annotator_kind=row.annotator_kind, start=claim.start, end=claim.end)
            votes[name] = replace(votes.get(name, new), target=answer.target, stance=answer.stance)
        claims.append(replace(claim, votes=tuple(votes[name] for name in sorted(votes))))
    return replace(row, claims=tuple(claims)), left
