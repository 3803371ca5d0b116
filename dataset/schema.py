"""The columns of the five configs, made from a corpus's scheme."""

from __future__ import annotations

from typing import Any, get_args

from datasets import ClassLabel, Features, List, Value

from dataset.records.release import Config
from dataset.scheme import Scheme

CONFIGS: tuple[str, ...] = get_args(Config)


def article_column(config: str) -> str:
    """The column that says which article a row is of."""
    return "id" if config == "articles" else "article_id"


def features(scheme: Scheme) -> dict[str, Features]:
    """Features by config; a ClassLabel's names stand in the scheme's order."""
    return features_of(
        scheme.kind_ids, scheme.target_ids, scheme.stance_ids, scheme.article_stance_ids, list(scheme.questions)
    )


def features_of(
    kinds: list[str], targets: list[str], stances: list[str], article_stances: list[str], asked: list[str]
) -> dict[str, Features]:
    """Return the features by config for these labels; ``asked`` are the targets with a question."""
    kind, target = ClassLabel(names=kinds), ClassLabel(names=targets)
    stance, article_stance = ClassLabel(names=stances), ClassLabel(names=article_stances)
    questions = ClassLabel(names=asked)
    string, offset, flag = Value("string"), Value("int64"), Value("bool")
    # A null offset needs a nullable integer, which Arrow's are.
    vote = {
        "annotator": string,
        "annotator_kind": string,
        "start": offset,
        "end": offset,
        "kind": string,
        "target": string,
        "stance": string,
    }
    return {
        "articles": Features(
            {
                "id": string,
                "text": string,
                "title": string,
                "outlet": string,
                "url": string,
                "published": string,
                "language": string,
                "agencies": List(string),
                "license": string,
                "rights_holder": string,
                "source_file": string,
                "text_sha256": string,
                "cluster_id": string,
                "blocks": List({"start": offset, "end": offset, "type": string}),
            }
        ),
        "sentences": Features(
            {
                "id": string,
                "article_id": string,
                "start": offset,
                "end": offset,
                "text": string,
                "claim": ClassLabel(names=["none", *kinds]),
                "claim_ids": List(string),
            }
        ),
        "claims": Features(
            {
                "id": string,
                "article_id": string,
                "start": offset,
                "end": offset,
                "text": string,
                "claimant_start": offset,
                "claimant_end": offset,
                "claimant": string,
                "actor": string,
                "kind": kind,
                "target": target,
                "stance": stance,
                "votes": List(vote),
                "label_distribution": {
                    "kind": _shares(kinds),
                    "target": _shares(targets),
                    "stance": _shares(stances),
                },
                "annotator_kind": string,
                "adjudicated": flag,
                "reason": string,
                "adjudicator": string,
                "claim_group": string,
            }
        ),
        "stance": Features(
            {
                "id": string,
                "article_id": string,
                "claim_id": string,
                "start": offset,
                "end": offset,
                "text": string,
                "context_start": offset,
                "context_end": offset,
                "context": string,
                "claimant": string,
                "actor": string,
                "target": questions,
                "question": string,
                "label": stance,
                "label_distribution": _shares(stances),
                "annotator_kind": string,
                "adjudicated": flag,
            }
        ),
        "article_stance": Features(
            {
                "id": string,
                "article_id": string,
                "target": questions,
                "question": string,
                "label": article_stance,
                "label_distribution": _shares(article_stances),
                "annotator_kind": string,
                "adjudicated": flag,
                "reason": string,
                "adjudicator": string,
            }
        ),
    }


def _shares(labels: list[str]) -> dict[str, Any]:
    """The share of votes of each label; null where nobody voted."""
    return {label: Value("float64") for label in labels}
