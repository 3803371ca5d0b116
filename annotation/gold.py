"""Gold labels from many annotators' labels: ``labels/*.jsonl`` in, ``gold.jsonl`` and ``agreement.json`` out.

A claim is gold where more than half of the article's annotators marked it; its boundaries are the medoid's. Each of its labels is the
one that most of those who marked it gave, for the stance with the claim page's answers; a tie leaves the label open (null). Where any
person labelled an article only people's labels count; where models alone did, the gold is called silver.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation.agreement import alphas, pairwise
from annotation.align import groups, match, medoid
from annotation.verdicts import apply_verdicts, verdicts_of
from dataset.corpus import Corpus
from dataset.errors import CorpusError, Rejected
from dataset.files import read_jsonl, sha256_file, write_atomic, write_jsonl
from dataset.gold import inputs_sha256, read_report
from dataset.labels import LAYERS, REPEAT_MARK, Annotation, Claim, Facts, Span, read_labels


@dataclass(frozen=True)
class Summary:
    """What ``standpunkt gold`` has to say."""

    articles: int
    claims: int
    undecided: int
    annotators: dict[str, str]  # kind by annotator
    pairs: dict[str, Any]  # span F1 and κ of every two annotators
    alpha: dict[str, Any]  # Krippendorff's α by layer
    rejected: list[Rejected]
    not_counted: dict[str, int]  # annotations that make no gold: skipped ones, blind repeats, answers that do not fit

    @property
    def silver(self) -> bool:
        """Whether models alone labelled."""
        return bool(self.annotators) and "human" not in self.annotators.values()


def write_gold(corpus: Corpus, articles: Mapping[str, Facts], *, replace: bool = False) -> Summary:
    """Compute gold and write it into the corpus folder.

    Args:
        corpus: settings, scheme and folder.
        articles: length and hash of every article's text.
        replace: also where somebody edited ``gold.jsonl`` by hand since it was written.

    Returns:
        Counts, agreement, and the labels that were set aside (also in ``rejected.jsonl``).

    Raises:
        CorpusError: there are no labels, the earlier gold cannot be read, or it was edited by hand; it is left as it is.
    """
    if corpus.annotation.get("aggregation", "majority") != "majority":
        raise CorpusError(
            f'{corpus.path / "corpus.toml"}: annotation.aggregation: only "majority" is built so far; set that'
        )
    annotations, rejected = read_labels(corpus.path / "labels", corpus.scheme, articles, corpus.down)
    submitted = [
        one
        for one in annotations
        if one.status == "submitted" and one.page == "article" and REPEAT_MARK not in one.article_id
    ]
    by_article: dict[str, list[Annotation]] = {}
    for annotation in submitted:
        by_article.setdefault(annotation.article_id, []).append(annotation)
    if not any((corpus.path / "labels").glob("*.jsonl")):
        raise CorpusError(f"{corpus.path / 'labels'}: no labels/*.jsonl to make gold from")
    earlier, numbered = _earlier(corpus.path, replace)
    verdicts, unused = verdicts_of(annotations), 0

    def settle(votes: list[str]) -> tuple[str | None, dict[str, float] | None]:
        return majority(votes), distribution(votes, corpus.scheme.stance_ids)

    rows = []
    for id_ in sorted(by_article):
        made_by = counted(by_article[id_])
        row = gold_of(corpus, id_, articles[id_].text_sha256, made_by, earlier.get(id_, []), numbered)
        unused += apply_verdicts(row["claims"], verdicts, row["annotator_kind"], settle)
        rows.append(row)
    summary = Summary(
        articles=len(rows),
        claims=sum(len(row["claims"]) for row in rows),
        undecided=sum(claim[layer] is None for row in rows for claim in row["claims"] for layer in LAYERS),
        annotators={one.annotator: one.annotator_kind for one in submitted},
        pairs=pairwise(by_article),
        alpha=alphas(corpus.scheme, by_article),
        rejected=rejected,
        not_counted={
            "skipped": sum(one.status == "skipped" for one in annotations),
            "blind repeats": sum(REPEAT_MARK in one.article_id for one in annotations),
            "claim-page stances of the other annotator kind or an earlier target": unused,
        },
    )
    write_jsonl(corpus.path / "gold.jsonl", rows)
    report = {
        "inputs_sha256": inputs_sha256(corpus),
        "gold_sha256": sha256_file(corpus.path / "gold.jsonl"),
        "aggregation": "majority",
        "annotators": summary.annotators,
        "silver": summary.silver,
        "articles": summary.articles,
        "claims": summary.claims,
        "undecided_labels": summary.undecided,
        "alpha": summary.alpha,
        "pairs": summary.pairs,
        "claims_numbered": dict(sorted(numbered.items())),
    }
    write_atomic(corpus.path / "agreement.json", json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return summary


def _earlier(path: Path, replace: bool) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
    """The claims of the gold that stands there, and the highest number ever given to a claim, by article."""
    try:
        report = read_report(path / "agreement.json")
    except CorpusError:
        if not replace:
            raise
        report = {}
    gold = path / "gold.jsonl"
    if gold.exists() and report.get("gold_sha256") != sha256_file(gold) and not replace:
        raise CorpusError(
            f"{gold}: edited by hand since it was written; keep it and the labels as they are, or call standpunkt gold --replace"
        )
    known = report.get("claims_numbered")
    numbered = {a: n for a, n in known.items() if type(n) is int} if isinstance(known, dict) else {}
    claims: dict[str, list[dict[str, Any]]] = {}
    for _, row in read_jsonl(gold, lambda *_: None):
        article, listed = str(row.get("article_id")), row.get("claims")
        claims[article] = [one for one in listed if _carries(one, article)] if isinstance(listed, list) else []
        numbers = [int(one["id"].rpartition("-c")[2]) for one in claims[article]]
        numbered[article] = max([numbered.get(article, 0), *numbers])
    return claims, numbered


def _carries(claim: Any, article: str) -> bool:
    """Whether an earlier claim has an id and a place to carry on."""
    return (
        isinstance(claim, dict)
        and re.fullmatch(re.escape(article) + r"-c\d+", str(claim.get("id"))) is not None
        and type(claim.get("start")) is int
        and type(claim.get("end")) is int
    )


def counted(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Those of an article's annotations that make its gold: people's where there are any."""
    people = [one for one in annotations if one.annotator_kind == "human"]
    return sorted(people or annotations, key=lambda one: one.annotator)


def gold_of(
    corpus: Corpus,
    article_id: str,
    text_sha256: str,
    annotations: Sequence[Annotation],
    earlier: Sequence[Mapping[str, Any]],
    numbered: dict[str, int],
) -> dict[str, Any]:
    """The gold line of one article, from the annotations that count for it; ``numbered`` is carried on."""
    by_annotator = {one.annotator: one for one in annotations}
    found = groups({name: [claim.span for claim in one.claims] for name, one in by_annotator.items()})
    kept = []
    for group in found:
        if len(group) * 2 > len(by_annotator):
            kept.append({name: by_annotator[name].claims[i] for name, i in group.items()})
    claims = [_gold_claim(corpus, votes, by_annotator) for votes in kept]
    lost = {span for one in annotations for span in one.lost} | _undecided(found, kept, by_annotator)
    claims.sort(key=lambda claim: (claim["start"], claim["end"]))
    numbered[article_id] = _carry_ids(article_id, claims, earlier, numbered.get(article_id, 0))
    stances = {}
    for target in corpus.scheme.questions:
        votes = [one.article_stance[target] for one in annotations if target in one.article_stance]
        stances[target] = {
            "label": majority(votes),
            "label_distribution": distribution(votes, corpus.scheme.article_stance_ids),
        }
    return {
        "article_id": article_id,
        "text_sha256": text_sha256,
        "scheme_version": corpus.scheme.version,
        "guidelines_version": max((one.guidelines_version or "" for one in annotations), default="") or None,
        "annotators": list(by_annotator),
        "annotator_kind": annotations[0].annotator_kind,
        "lost": [span._asdict() for span in sorted(lost)],
        "claims": claims,
        "article_stance": stances,
    }


def _undecided(
    found: Sequence[Mapping[str, int]], kept: Sequence[Mapping[str, Claim]], annotators: Mapping[str, Annotation]
) -> set[Span]:
    """Where half of the annotators or more marked a claim, but no span that a majority shares: neither a claim nor none."""
    gold = {claim.span for votes in kept for claim in votes.values()}
    places = {annotators[name].claims[i].span for group in found for name, i in group.items()} - gold
    return {
        place
        for place in places
        if 2
        * sum(
            any(c.span.start < place.end and place.start < c.span.end for c in one.claims)
            for one in annotators.values()
        )
        >= len(annotators)
    }


def _gold_claim(corpus: Corpus, votes: Mapping[str, Claim], annotators: Mapping[str, Annotation]) -> dict[str, Any]:
    claims = list(votes.values())
    span = medoid([claim.span for claim in claims])
    claimants = [claim.claimant for claim in claims if claim.claimant is not None]
    claimant = medoid(claimants) if len(claimants) * 2 > len(claims) else None
    values = {layer: [value for claim in claims if (value := getattr(claim, layer)) is not None] for layer in LAYERS}
    # A stance is toward a target: only those who mean the gold target say something about it.
    target = majority(values["target"])
    values["stance"] = [
        claim.stance for claim in claims if claim.stance is not None and None is not target == claim.target
    ]
    known = {"kind": corpus.scheme.kind_ids, "target": corpus.scheme.target_ids, "stance": corpus.scheme.stance_ids}
    return {
        "id": None,
        "start": span.start,
        "end": span.end,
        "claimant": claimant and {"start": claimant.start, "end": claimant.end},
        "actor": majority([claim.actor for claim in claims if claim.actor]),
        **{layer: majority(values[layer]) for layer in LAYERS},
        "claim_group": majority([claim.group for claim in claims if claim.group]),
        "adjudicated": False,
        "reason": None,
        "label_distribution": {layer: distribution(values[layer], known[layer]) for layer in LAYERS},
        "votes": [
            {
                "annotator": name,
                "annotator_kind": annotators[name].annotator_kind,
                "start": claim.span.start,
                "end": claim.span.end,
                **{layer: getattr(claim, layer) for layer in LAYERS},
            }
            for name, claim in sorted(votes.items())
        ],
    }


def _carry_ids(article_id: str, claims: list[dict[str, Any]], earlier: Sequence[Mapping[str, Any]], number: int) -> int:
    """Give claims the ids that the earlier gold gave them, so that a moved boundary is an edit, and number new ones on.

    Returns:
        The highest number ever given in this article: that of a claim that is gone is not given again.
    """
    spans = [Span(claim["start"], claim["end"]) for claim in claims]
    for i, j in match(spans, [Span(claim["start"], claim["end"]) for claim in earlier]):
        claims[i]["id"] = earlier[j]["id"]
    for claim in claims:
        if claim["id"] is None:
            number += 1
            claim["id"] = f"{article_id}-c{number:02d}"
    return number


def majority(votes: Iterable[str]) -> str | None:
    """The value with the most votes; null where two share that place, or nobody voted."""
    ranked = Counter(votes).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def distribution(votes: Sequence[str], labels: Iterable[str]) -> dict[str, float] | None:
    """Share of votes by label, in the scheme's order; null where nobody voted."""
    if not votes:
        return None
    counts = Counter(votes)
    return {label: counts[label] / len(votes) for label in labels}
