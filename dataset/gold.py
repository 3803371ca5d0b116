"""Reading ``gold.jsonl``, the file through which labels come into a release."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataset.errors import CorpusError, Rejected
from dataset.files import read_jsonl
from dataset.labels import ANNOTATOR_KINDS, Facts, labels_sha256, read_claim
from dataset.scheme import Scheme


def read_gold(
    path: Path, scheme: Scheme, articles: Mapping[str, Facts]
) -> tuple[dict[str, dict[str, Any]], list[Rejected]]:
    """Read and check gold; by article id.

    A line that does not fit its article is set aside as a whole, a claim that does not fit alone.
    """
    gold: dict[str, dict[str, Any]] = {}
    rejected: list[Rejected] = []
    for number, row in read_jsonl(path):
        id_ = str(row.get("article_id"))
        problem = _problem(row, articles)
        if problem is None and id_ in gold:
            problem = "article_id stands twice in gold.jsonl; run standpunkt gold"
        if problem:
            rejected.append(Rejected("label", f"gold of {id_}", path.name, number, problem))
            continue
        claims = []
        for claim in row["claims"]:
            try:
                read_claim(claim, scheme, articles[id_].length)
                if not isinstance(claim.get("id"), str):
                    raise ValueError("id: a text is expected")  # noqa: TRY004
            except ValueError as error:
                name = claim.get("id") if isinstance(claim, dict) else None
                rejected.append(Rejected("label", str(name or id_), path.name, number, str(error)))
            else:
                claims.append(claim)
        stances = row.get("article_stance") or {}
        for target, entry in stances.items():
            if target not in scheme.questions or entry.get("label") not in (None, *scheme.article_stance_ids):
                rejected.append(
                    Rejected("label", f"{id_}:{target}", path.name, number, "article_stance is not in the scheme")
                )
        known = {
            target: entry
            for target, entry in stances.items()
            if target in scheme.questions and entry.get("label") in (None, *scheme.article_stance_ids)
        }
        gold[id_] = {**row, "claims": claims, "article_stance": known}
    return gold, rejected


def _problem(row: dict[str, Any], articles: Mapping[str, Facts]) -> str | None:
    facts = articles.get(str(row.get("article_id")))
    if facts is None:
        return "the corpus has no such article"
    if row.get("text_sha256") != facts.text_sha256:
        return "text_sha256: made on another text than the article's; label it again or restore the text"
    if not isinstance(row.get("claims"), list) or not isinstance(row.get("article_stance") or {}, dict):
        return "claims and article_stance are expected; run standpunkt gold"
    if row.get("annotator_kind") not in ANNOTATOR_KINDS:
        return f"annotator_kind: one of {', '.join(ANNOTATOR_KINDS)} is expected"
    return None


def is_stale(corpus_path: Path) -> bool:
    """Whether the labels changed since gold was made from them (or it never was)."""
    labels = corpus_path / "labels"
    if not any(labels.glob("*.jsonl")):
        return False
    try:
        report = json.loads((corpus_path / "agreement.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return True
    except (OSError, ValueError) as error:
        raise CorpusError(f"{corpus_path / 'agreement.json'}: cannot be read ({error}); run standpunkt gold") from None
    return not (corpus_path / "gold.jsonl").exists() or report.get("labels_sha256") != labels_sha256(labels)


def label_counts(row: Mapping[str, Any]) -> Counter[str]:
    """How many of each label an article carries: what the splits are balanced by."""
    counts: Counter[str] = Counter()
    for claim in row["claims"]:
        counts[f"kind={claim.get('kind')}"] += 1
        counts[f"stance={claim.get('target')}/{claim.get('stance')}"] += 1
    for target, entry in row["article_stance"].items():
        counts[f"article_stance={target}/{entry.get('label')}"] += 1
    return counts
