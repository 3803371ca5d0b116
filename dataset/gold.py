"""Reading ``gold.jsonl``, the file through which labels come into a release. People edit it: every field is checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from dataset.corpus import Corpus
from dataset.errors import CorpusError
from dataset.files import read_jsonl, sha256_bytes, sha256_file
from dataset.labels import LIST_OF, Facts, check_claim, check_place, lost_claimant, rough_span
from dataset.records.gold import ArticleStance, Gold, GoldClaim, Shares
from dataset.records.labels import Annotation
from dataset.records.loader import load_object
from dataset.records.record import convert_parts, without_nulls
from dataset.records.rejected import Rejected
from dataset.records.types import Span
from dataset.scheme import Scheme


class CheckedGold(Gold, frozen=True, kw_only=True):
    """A line of gold that was read and fits its article."""

    guidelines_versions: tuple[str, ...] = ()
    unreadable: tuple[Span, ...] = ()  # where claims of the line were that were rejected


def read_gold(
    path: Path, scheme: Scheme, articles: Mapping[str, Facts], down: frozenset[str] = frozenset()
) -> tuple[dict[str, CheckedGold], list[Rejected]]:
    """Read and check gold; by article id.

    A line that does not fit its article is rejected as a whole; a claim or an article stance that does not fit, alone.
    """
    gold: dict[str, CheckedGold] = {}
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
            gold[id_] = _checked(row, scheme, articles, partial(bad, number))
        except ValueError as error:
            bad(number, str(error), f"gold of {id_}")
    return gold, rejected


def _checked(
    row: Mapping[str, Any], scheme: Scheme, articles: Mapping[str, Facts], bad: Callable[[str, str], None]
) -> CheckedGold:
    found, failures = convert_parts(without_nulls(row, "claims"), Gold, ("claims", "article_stance"))
    facts = articles.get(found.article_id)
    if facts is None:
        raise ValueError("article_id: no article of that id can be used")
    if found.text_sha256 != facts.text_sha256:
        raise ValueError("text_sha256: made on another text than the article's; label it again or restore the text")
    for span in found.lost:
        check_place(span.start, span.end, facts.length, "lost")
    claims: dict[str, GoldClaim] = {}
    unreadable: list[Span] = []
    stances: dict[str, ArticleStance] = {}
    for failure in failures:
        if failure.where.startswith("claims"):
            name = failure.entry.get("id") if isinstance(failure.entry, dict) else f"gold of {found.article_id}"
            bad(failure.reason, str(name))
            unreadable.append(rough_span(failure.entry, facts.length))
        else:
            bad(f"article_stance: {failure.reason}", f"{found.article_id}:{failure.key}")
    for entry in found.claims:
        try:
            claim = _claim(entry, scheme, facts, found.article_id)
            if claim.id in claims:
                raise ValueError("id: another claim has it")
            claims[claim.id] = claim
            if reason := lost_claimant(entry):
                bad(reason, entry.id)
        except ValueError as error:
            bad(str(error), entry.id)
            unreadable.append(rough_span(entry, facts.length))
    for target, stance in found.article_stance.items():
        try:
            stances[target] = _article_stance(target, stance, scheme)
        except ValueError as error:
            bad(str(error), f"{found.article_id}:{target}")
    if row.get("guidelines_versions", ()) is None:
        raise ValueError("guidelines_versions: a list is expected, not null")
    newest = [found.guidelines_version] if found.guidelines_version else []
    fields = asdict(found) | {
        "guidelines_versions": tuple(sorted_versions({*(found.guidelines_versions or ()), *newest})),
        "claims": tuple(claims.values()),
        "article_stance": stances,
        "unreadable": tuple(unreadable),
    }
    return CheckedGold(**fields)


def _claim(entry: GoldClaim, scheme: Scheme, facts: Facts, article: str) -> GoldClaim:
    """A claim with its labels as the scheme calls them now, and with a share for each label."""
    claim = check_claim(entry, scheme, facts)
    if not re.fullmatch(re.escape(article) + r"-c\d{2,}", entry.id):
        raise ValueError(f"id: {article}-c01 or such is expected")
    given = entry.label_distribution
    known = {layer: scheme.ids(name) for layer, name in LIST_OF.items()}
    return replace(
        claim,
        label_distribution=given and {layer: _shares(given.get(layer), known[layer], layer) for layer in known},
        votes=tuple(check_claim(vote, scheme, facts) for vote in entry.votes),
    )


def _shares(shares: Shares | None, labels: Sequence[str], where: str) -> Shares | None:
    if shares is None:
        return None
    if set(shares) != set(labels):
        raise ValueError(
            f"label_distribution: {where}: a share between 0 and 1 for each of {', '.join(labels)} is expected"
        )
    return {label: shares[label] for label in labels}


def _article_stance(target: str, entry: ArticleStance, scheme: Scheme) -> ArticleStance:
    labels = scheme.article_stance_ids
    if target not in scheme.questions:
        raise ValueError("article_stance: the scheme has no such target with a question")
    if entry.label not in (None, *labels):
        raise ValueError(f"article_stance: label: one of {', '.join(labels)} is expected")
    return replace(entry, label_distribution=_shares(entry.label_distribution, labels, target))


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


def label_counts(row: Gold) -> Counter[str]:
    """How many of each label an article carries: what the splits are balanced by."""
    counts: Counter[str] = Counter()
    for claim in row.claims:
        counts[f"kind={claim.kind}"] += 1
        counts[f"stance={claim.target}/{claim.stance}"] += 1
    for target, entry in row.article_stance.items():
        counts[f"article_stance={target}/{entry.label}"] += 1
    return counts
