"""Reading ``gold.jsonl``, the file through which labels come into a release. People edit it: every field is checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dataset.corpus import Corpus
from dataset.errors import CorpusError
from dataset.files import read_jsonl, sha256_bytes, sha256_file
from dataset.labels import (
    ANNOTATOR_KINDS,
    LAYERS,
    TOUCHED,
    TOUCHED_CLAIMANT,
    Annotation,
    Facts,
    lost_claimant,
    read_claim,
    read_span,
    rough_span,
)
from dataset.records.fields import unknown_field
from dataset.records.loader import load_object
from dataset.records.rejected import Rejected
from dataset.scheme import Scheme


def read_gold(
    path: Path, scheme: Scheme, articles: Mapping[str, Facts], down: frozenset[str] = frozenset()
) -> tuple[dict[str, dict[str, Any]], list[Rejected]]:
    """Read and check gold; by article id.

    A line that does not fit its article is set aside as a whole; a claim or an article stance that does not fit, alone.
    """
    gold: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    rejected: list[Rejected] = []

    def bad(number: int, reason: str, id_: str = "") -> None:
        rejected.append(Rejected("label", id_, path.name, number, reason))

    for number, row in read_jsonl(path, bad):
        id_ = row.get("article_id")
        if isinstance(id_, str) and id_ in down:
            continue
        if not isinstance(id_, str) or id_ in seen:
            bad(number, "article_id: a text that no other line has is expected", str(id_)[:80])
            # It is unknown which of the two was meant.
            gold.pop(str(id_), None)
            continue
        seen.add(id_)
        try:
            gold[id_] = _header(row, articles)
        except ValueError as error:
            bad(number, str(error), f"gold of {id_}")
            continue
        facts = articles[id_]
        for entry in row["claims"]:
            name = str(entry.get("id")) if isinstance(entry, dict) else f"gold of {id_}"
            try:
                claim = _claim(entry, scheme, facts, id_)
                if claim["id"] in {other["id"] for other in gold[id_]["claims"]}:
                    raise ValueError("id: another claim has it")
                gold[id_]["claims"].append(claim)
                if reason := lost_claimant(entry):
                    bad(number, reason, name)
            except ValueError as error:
                bad(number, str(error), name)
                gold[id_]["unreadable"].append(rough_span(entry, facts.length)._asdict())
        for target, entry in (row.get("article_stance") or {}).items():
            try:
                gold[id_]["article_stance"][target] = _article_stance(target, entry, scheme)
            except ValueError as error:
                bad(number, str(error), f"{id_}:{target}")
    return gold, rejected


_ROW = (
    *("article_id", "text_sha256", "scheme_version", "guidelines_version", "guidelines_versions", "annotators"),
    *("annotator_kind", "lost", "claims", "article_stance", "span_decisions", "notes"),
    TOUCHED,
)
_CLAIM = (
    *("id", "start", "end", "claimant", "actor", "kind", "target", "stance", "claim_group", "adjudicated", "reason"),
    *("adjudicator", "adjudication", "unclear", "label_distribution", "posterior", "votes", "notes"),
    *(TOUCHED, TOUCHED_CLAIMANT),
)


def _known(row: Mapping[str, Any], fields: Sequence[str]) -> None:
    # A misspelt "lost" would make its sentences none, a misspelt "kind" an undecided label.
    if unknown := unknown_field(row, fields):
        raise ValueError(unknown)


def _need(good: bool, message: str) -> None:
    if not good:
        raise ValueError(message)


def _header(row: dict[str, Any], articles: Mapping[str, Facts]) -> dict[str, Any]:
    facts = articles.get(row["article_id"])
    if facts is None:
        raise ValueError("article_id: no article of that id can be used")
    _known(row, _ROW)
    same = row.get("text_sha256") == facts.text_sha256
    _need(same, "text_sha256: made on another text than the article's; label it again or restore the text")
    _need(isinstance(row.get("claims"), list), "claims: a list is expected")
    _need(isinstance(row.get("article_stance") or {}, dict), "article_stance: a table is expected")
    _need(
        row.get("annotator_kind") in ANNOTATOR_KINDS, f"annotator_kind: one of {', '.join(ANNOTATOR_KINDS)} is expected"
    )
    names = row.get("annotators")
    _need(
        isinstance(names, list) and all(isinstance(name, str) for name in names),
        "annotators: a list of names is expected",
    )
    newest = row.get("guidelines_version")
    _need(isinstance(newest, str | None), "guidelines_version: a text is expected")
    versions = row.get("guidelines_versions", [newest] if newest else [])
    good = isinstance(versions, list) and all(isinstance(version, str) and version for version in versions)
    _need(good, "guidelines_versions: a list of versions is expected")
    lost = row.get("lost") or []
    _need(isinstance(lost, list), "lost: a list of spans is expected")
    return {
        "article_id": row["article_id"],
        "annotators": names,
        "annotator_kind": row["annotator_kind"],
        "guidelines_version": newest,
        "guidelines_versions": sorted_versions({*versions, *([newest] if newest else [])}),
        "lost": [read_span(span, facts.length, "lost")._asdict() for span in lost],
        "unreadable": [],  # where claims of this line were that were rejected
        "claims": [],
        "article_stance": {},
    }


def _claim(entry: Any, scheme: Scheme, facts: Facts, article: str) -> dict[str, Any]:
    """One claim with all of its fields, of the types that the release needs."""
    claim = read_claim(entry, scheme, facts.length, facts.text)
    _known(entry, _CLAIM)
    id_ = entry.get("id")
    _need(
        isinstance(id_, str) and bool(re.fullmatch(re.escape(article) + r"-c\d{2,}", id_)),
        f"id: {article}-c01 or such is expected",
    )
    for key in ("reason", "adjudicator", "claim_group"):
        _need(isinstance(entry.get(key), str | None), f"{key}: a text is expected")
    _need(isinstance(entry.get("adjudicated", False), bool), "adjudicated: true or false is expected")
    _need(isinstance(entry.get("adjudication"), dict | None), "adjudication: a table is expected")
    votes, shares = entry.get("votes") or [], entry.get("label_distribution")
    _need(
        isinstance(votes, list) and all(isinstance(vote, dict) for vote in votes), "votes: a list of votes is expected"
    )
    _need(isinstance(shares, dict | None), "label_distribution: a table is expected")
    known = dict(zip(LAYERS, (scheme.kind_ids, scheme.target_ids, scheme.stance_ids), strict=True))
    return {
        "id": id_,
        **claim.span._asdict(),
        "claimant": claim.claimant and claim.claimant._asdict(),
        "actor": claim.actor,
        "kind": claim.kind,
        "target": claim.target,
        "stance": claim.stance,
        "claim_group": claim.group,
        "adjudicated": entry.get("adjudicated", False),
        "stance_adjudicated": "stance" in (entry.get("adjudication") or {}),
        "reason": entry.get("reason"),
        "adjudicator": entry.get("adjudicator"),
        "label_distribution": shares and {layer: _shares(shares.get(layer), known[layer], layer) for layer in LAYERS},
        "votes": [_vote(vote, scheme, facts) for vote in votes],
    }


def _vote(vote: dict[str, Any], scheme: Scheme, facts: Facts) -> dict[str, Any]:
    claim = read_claim(vote, scheme, facts.length, facts.text)
    _need(isinstance(vote.get("annotator"), str), "votes: annotator: a name is expected")
    _need(
        vote.get("annotator_kind") in ANNOTATOR_KINDS,
        f"votes: annotator_kind: one of {', '.join(ANNOTATOR_KINDS)} is expected",
    )
    return {
        "annotator": vote["annotator"],
        "annotator_kind": vote["annotator_kind"],
        **claim.span._asdict(),
        "kind": claim.kind,
        "target": claim.target,
        "stance": claim.stance,
    }


def _shares(value: Any, labels: Sequence[str], where: str) -> dict[str, float] | None:
    if value is None:
        return None
    good = isinstance(value, dict) and set(value) == set(labels)
    good = good and all(type(share) in (int, float) and 0 <= share <= 1 for share in value.values())
    _need(good, f"label_distribution: {where}: a share between 0 and 1 for each of {', '.join(labels)} is expected")
    return {label: float(value[label]) for label in labels}


def _article_stance(target: str, entry: Any, scheme: Scheme) -> dict[str, Any]:
    labels = scheme.article_stance_ids
    _need(target in scheme.questions, "article_stance: the scheme has no such target with a question")
    good = isinstance(entry, dict) and entry.get("label") in (None, *labels)
    _need(good, f"article_stance: label: one of {', '.join(labels)} is expected")
    for key in ("reason", "adjudicator"):
        _need(isinstance(entry.get(key), str | None), f"article_stance: {key}: a text is expected")
    _need(isinstance(entry.get("adjudicated", False), bool), "article_stance: adjudicated: true or false is expected")
    return {
        "label": entry.get("label"),
        "label_distribution": _shares(entry.get("label_distribution"), labels, target),
        "adjudicated": entry.get("adjudicated", False),
        "reason": entry.get("reason"),
        "adjudicator": entry.get("adjudicator"),
    }


def inputs_sha256(corpus: Corpus, sizes: Mapping[str, int] | None = None) -> str:
    """One hash over what gold is made from: labels, scheme, aggregation, and which articles there are (by name and size).

    Args:
        corpus: whose gold.
        sizes: bytes of texts that had another size, by article id.
    """
    labels = [(path.name, sha256_bytes(path.read_bytes())) for path in sorted((corpus.path / "labels").glob("*.jsonl"))]
    known = sizes or {}
    articles = [(s.id, s.text_sha256 if corpus.external else known.get(s.id, _size(s.path))) for s in corpus.sources]
    aggregation = corpus.settings.annotation.aggregation
    return sha256_bytes(repr((labels, corpus.scheme.sha256, aggregation, articles, sorted(corpus.down))).encode())


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def read_report(path: Path) -> dict[str, Any]:
    """A JSON object that a command left beside the corpus; empty where there is none.

    Raises:
        CorpusError: it is not a JSON object, or cannot be read.
    """
    if not path.exists() and not path.is_symlink():
        return {}
    return load_object(path, advice="remove it and make it again")


NEXT = "gold_next_sha256"  # in agreement.json while gold is written: the hash that gold is about to have


def gold_is_ours(gold: Path, report: Mapping[str, Any]) -> bool:
    """Return whether gold is as ``standpunkt gold`` wrote it, as far as ``agreement.json`` knows."""
    return gold.exists() and sha256_file(gold) in (report.get("gold_sha256"), report.get(NEXT))


def is_stale(corpus: Corpus) -> bool:
    """Whether gold has to be made from the labels: something that it is made from changed since, or it never was.

    Raises:
        CorpusError: gold was made from labels, and there are none any more.
    """
    labels, path = corpus.path / "labels", corpus.path / "agreement.json"
    report = read_report(path)
    if not any(labels.glob("*.jsonl")):
        if report.get("inputs_sha256"):
            raise CorpusError(
                f"{labels}: empty, but gold.jsonl was made from labels: restore them, or remove {path} and gold.jsonl"
            )
        return False
    made = report.get("inputs_sha256") == inputs_sha256(corpus) and NEXT not in report
    return not (made and (corpus.path / "gold.jsonl").exists())


def refuse_lost_gold(corpus: Path, annotations: Iterable[Annotation]) -> None:
    """Refuse to release a corpus whose gold was lost while its labels know of articles.

    Raises:
        CorpusError: gold is empty, or was made once and is missing.
    """
    if not any((corpus / name).exists() for name in ("gold.jsonl", "agreement.json")):
        return  # never made
    known = {one.article_id for one in annotations if (one.status, one.page) == ("submitted", "article")}
    if known:
        raise CorpusError(
            f"{corpus / 'gold.jsonl'}: missing or empty, but labels/ has annotations of {len(known)} articles: restore it,"
            f" or make it with standpunkt gold {corpus} --replace; nothing is released"
        )


def sorted_versions(versions: Iterable[str]) -> list[str]:
    """Return versions in order, 1.10.0 after 1.9.0."""
    return sorted(versions, key=lambda version: ([int(part) for part in re.findall(r"[0-9]{1,18}", version)], version))


def majors(versions: Iterable[str]) -> set[str]:
    """Return the MAJOR numbers of versions; a text without numbers is one of its own."""
    return {found[0].lstrip("0") if (found := re.search(r"[0-9]+", version)) else version for version in versions}


def label_counts(row: Mapping[str, Any]) -> Counter[str]:
    """How many of each label an article carries: what the splits are balanced by."""
    counts: Counter[str] = Counter()
    for claim in row["claims"]:
        counts[f"kind={claim['kind']}"] += 1
        counts[f"stance={claim['target']}/{claim['stance']}"] += 1
    for target, entry in row["article_stance"].items():
        counts[f"article_stance={target}/{entry['label']}"] += 1
    return counts
