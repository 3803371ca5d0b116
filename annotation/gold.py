"""Gold labels from many annotators' labels: ``labels/*.jsonl`` in, ``gold.jsonl`` and ``agreement.json`` out.

A claim is gold where more than half of the article's annotators marked it; its boundaries are the medoid's. Its labels are what the
corpus's aggregation makes of the votes (``decide.py``); undecided ones stay open (null) until an adjudicator decides. Where any person
labelled an article only people's labels count; where models alone did, the gold is called silver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from importlib.util import find_spec
from pathlib import Path

from msgspec import UNSET
from msgspec.structs import replace as changed

from annotation.agreement import agreement_report
from annotation.agreement.ceiling import OF_SENTENCES, ceilings
from annotation.decide import Decided, decide_layers, decisions_of, undecided, unused_decisions
from annotation.guidelines import guidelines_table, makers, versions_of
from annotation.items import carry_ids, counted, draft_claims, earlier_claims
from annotation.vanished import refuse_vanished
from annotation.verdicts import verdicts_of
from dataset.access import writing
from dataset.agreement import dump_agreement
from dataset.corpus import Corpus
from dataset.correction.unaccepted import refuse_unaccepted
from dataset.errors import CorpusError
from dataset.files import dump_line, read_jsonl, sha256_bytes, sha256_file, write_atomic, write_jsonl
from dataset.gold import NEXT, gold_is_ours, inputs_sha256, read_report
from dataset.labels import REPEAT_MARK, Facts, read_labels
from dataset.records.agreement import Agreement, Ceiling
from dataset.records.gold import Gold, GoldClaim, GoneClaim
from dataset.records.labels import Annotation
from dataset.records.loader import UnusableError
from dataset.records.record import convert
from dataset.records.rejected import Rejected


@dataclass(frozen=True)
class Summary:
    """What ``standpunkt gold`` has to say."""

    articles: int
    claims: int
    undecided: int
    adjudicated: int
    method: str
    annotators: dict[str, str]  # kind by annotator
    agreement: Agreement  # as in agreement.json; of a dry run without what gold was made from
    quality: dict[str, dict[str, float | None]]  # by layer and annotator
    why: dict[str, str]  # by layer, where the method could not be used
    rejected: list[Rejected]
    not_counted: dict[str, int]  # annotations that make no gold: skipped ones, blind repeats, answers that do not fit
    rows: list[Gold] = field(repr=False)  # of gold.jsonl
    counted: dict[str, list[Annotation]] = field(repr=False)  # the annotations that made them, by article
    annotations: list[Annotation] = field(repr=False)  # all that could be read

    @property
    def silver(self) -> bool:
        """Whether models alone labelled."""
        return bool(self.annotators) and "human" not in self.annotators.values()


Claims = dict[str, list[GoldClaim]]  # by article


def write_gold(
    corpus: Corpus, articles: Mapping[str, Facts], *, replace: bool = False, dry_run: bool = False
) -> Summary:
    """Compute gold and write it into the corpus folder, whose lock is held meanwhile.

    Args:
        corpus: settings, scheme and folder.
        articles: length and hash of every article's text.
        replace: also if ``gold.jsonl`` was edited by hand since it was written, or if labels that it was made from are gone.
        dry_run: compute, and write nothing.

    Returns:
        Counts, agreement, and the labels that were set aside (also in ``rejected.jsonl``).

    Raises:
        CorpusError: there are no labels, the earlier gold cannot be read, or it was edited by hand, or articles would lose all of their
            labels; it is left as it is.
        BusyError: another command is at work on the corpus.
    """
    with writing(corpus) as current:
        return _write_gold(current, articles, replace, dry_run)


def _write_gold(corpus: Corpus, articles: Mapping[str, Facts], replace: bool, dry_run: bool) -> Summary:
    method = corpus.settings.annotation.aggregation
    if method != "majority" and find_spec("crowdkit") is None:
        raise CorpusError(
            f"{corpus.path / 'corpus.toml'}: annotation.aggregation: {method} needs crowd-kit;"
            " pip install -c constraints.txt -e '.[aggregation]' in this environment"
        )
    refuse_unaccepted(corpus, "gold")
    annotations, rejected = read_labels(corpus.path / "labels", corpus.scheme, articles, corpus.down)
    if not any((corpus.path / "labels").glob("*.jsonl")):
        raise CorpusError(f"{corpus.path / 'labels'}: no labels/*.jsonl to make gold from")
    by_article = _by_article(annotations)
    earlier, gone, numbered = _earlier(corpus.path, replace)
    if not replace:
        vanished = set(earlier) & set(articles) - set(by_article) - corpus.down
        refuse_vanished(corpus.path, vanished, annotations, rejected)
    decisions, contradictions = decisions_of(annotations)
    drafts = []
    for id_, work in by_article.items():
        claims, lost, used = draft_claims(id_, work, decisions)
        claims, numbered[id_] = carry_ids(id_, claims, earlier.get(id_, []), gone.get(id_, []), numbered.get(id_, 0))
        drafts.append(
            Gold(
                article_id=id_,
                text_sha256=articles[id_].text_sha256,
                scheme_version=corpus.scheme.version,
                guidelines_version=next(reversed(versions_of(work)), None),
                annotators=tuple(one.annotator for one in work),
                annotator_kind=work[0].annotator_kind,
                lost=tuple(lost),
                claims=tuple(claims),
                span_decisions=tuple(used),
            )
        )
    verdicts = verdicts_of(annotations)
    rows, decided = decide_layers(drafts, by_article, corpus.scheme, method, verdicts, decisions)
    made_by = {row.article_id: makers(row, by_article[row.article_id], verdicts, decisions) for row in rows}
    rows = [changed(row, guidelines_versions=tuple(versions_of(made_by[row.article_id]))) for row in rows]
    rejected += [*contradictions, *unused_decisions(decisions, rows)]
    lengths = {id_: facts.length for id_, facts in articles.items()}
    summary = Summary(
        articles=len(rows),
        claims=sum(len(row.claims) for row in rows),
        undecided=undecided(rows, by_article),
        adjudicated=sum(len(claim.adjudication) for row in rows for claim in row.claims)
        + sum(bool(entry.adjudicated) for row in rows for entry in row.article_stance.values()),
        method=method,
        annotators={one.annotator: one.annotator_kind for work in by_article.values() for one in work},
        agreement=changed(
            agreement_report(corpus.scheme, _of_gold(annotations, by_article), lengths),
            guidelines=guidelines_table(made_by),
        ),
        quality=decided.quality,
        why=decided.why,
        rejected=rejected,
        not_counted={
            "skipped": sum(one.status == "skipped" for one in annotations),
            "blind repeats": sum(REPEAT_MARK in one.article_id for one in annotations),
            "claim-page stances of the other annotator kind, an earlier target or no claim of gold": decided.unused,
        },
        rows=rows,
        counted=by_article,
        annotations=annotations,
    )
    limits = ceilings(corpus.scheme, by_article, articles, summary.agreement.pairs)
    if any(articles[id_].sentences is None for id_ in by_article):
        limits |= _of_sentences(corpus)
    if dry_run:
        return summary
    _announce(corpus.path, rows)
    write_jsonl(corpus.path / "gold.jsonl", rows)
    report = _report(corpus, summary, decided, numbered, limits, _gone(rows, earlier, gone))
    write_atomic(corpus.path / "agreement.json", dump_agreement(report))
    return replaced(summary, agreement=report)


def _by_article(annotations: Iterable[Annotation]) -> dict[str, list[Annotation]]:
    """The annotations that make gold."""
    found: dict[str, list[Annotation]] = {}
    for one in annotations:
        if one.status == "submitted" and one.page == "article" and REPEAT_MARK not in one.article_id:
            found.setdefault(one.article_id, []).append(one)
    return {id_: counted(found[id_]) for id_ in sorted(found)}


def _announce(corpus: Path, rows: Iterable[Gold]) -> None:
    """Make sure that a command that is killed from here on leaves no page of earlier gold, and no gold that looks edited by hand."""
    # The page goes first: it is written again after gold.
    (corpus / "report" / "agreement.html").unlink(missing_ok=True)
    sha256 = sha256_bytes("".join(map(dump_line, rows)).encode("utf-8"))
    if not gold_is_ours(corpus / "gold.jsonl", {"gold_sha256": sha256}):
        try:
            report = read_report(corpus / "agreement.json")
        except CorpusError:
            report = {}
        write_atomic(corpus / "agreement.json", dump_agreement({**report, NEXT: sha256}))


def _report(
    corpus: Corpus,
    summary: Summary,
    decided: Decided,
    numbered: Mapping[str, int],
    limits: dict[str, Ceiling],
    gone: dict[str, tuple[GoneClaim, ...]],
) -> Agreement:
    return changed(
        summary.agreement,
        inputs_sha256=inputs_sha256(corpus),
        gold_sha256=sha256_file(corpus.path / "gold.jsonl"),
        aggregation=summary.method,
        aggregation_why_not=summary.why,
        annotators=summary.annotators,
        silver=summary.silver,
        articles=summary.articles,
        claims=summary.claims,
        undecided_labels=summary.undecided,
        adjudicated_labels=summary.adjudicated,
        ceiling=limits,
        quality=summary.quality,
        confusions=decided.confusions,
        claims_numbered=dict(sorted(numbered.items())),
        claims_gone=gone or UNSET,
    )


def _of_sentences(corpus: Corpus) -> dict[str, Ceiling]:
    """Return what an earlier call, which had the texts, found out about sentences, while the labels are the same."""
    try:
        report = convert(read_report(corpus.path / "agreement.json"), Agreement)
    except (CorpusError, UnusableError):
        return {}
    known = report.ceiling if report.inputs_sha256 == inputs_sha256(corpus) else None
    return {layer: known[layer] for layer in OF_SENTENCES if layer in known} if known else {}


def _of_gold(annotations: Iterable[Annotation], counted: Mapping[str, Sequence[Annotation]]) -> list[Annotation]:
    """Without the work that makes no gold because people labelled the article too: agreement is about what gold rests on."""
    makers = {(id_, one.annotator) for id_, work in counted.items() for one in work}
    return [
        one
        for one in annotations
        if one.page != "article"
        or one.status != "submitted"
        or REPEAT_MARK in one.article_id
        or (one.article_id, one.annotator) in makers
    ]


def _gone(rows: Iterable[Gold], *known: Claims) -> dict[str, tuple[GoneClaim, ...]]:
    """Return id, place and labels of every claim that was in gold earlier and no longer is."""
    there = {claim.id for row in rows for claim in row.claims}
    left = {}
    for article in sorted({id_ for claims in known for id_ in claims}):
        places = {one.id: one for claims in known for one in claims.get(article, []) if one.id not in there}
        found = tuple(
            GoneClaim(
                id=one.id,
                start=one.start,
                end=one.end,
                kind=one.kind or UNSET,
                target=one.target or UNSET,
                stance=one.stance or UNSET,
            )
            for _, one in sorted(places.items())
        )
        if found:
            left[article] = found
    return left


def _earlier(path: Path, replace: bool) -> tuple[Claims, Claims, dict[str, int]]:
    """The claims of the gold that stands there, those that it had once, and the highest number ever given to a claim, by article."""
    try:
        report = read_report(path / "agreement.json")
    except CorpusError:
        if not replace:
            raise
        report = {}
    gold = path / "gold.jsonl"
    if gold.exists() and not report and not replace:
        raise CorpusError(
            f"{path / 'agreement.json'}: missing or empty, so edits by hand in gold.jsonl would not be noticed: restore it, or run"
            f" standpunkt gold {path} --replace to make both again from the labels"
        )
    if gold.exists() and not gold_is_ours(gold, report) and not replace:
        raise CorpusError(
            f"{gold}: edited by hand since it was written; keep it and the labels as they are, or call standpunkt gold --replace"
        )
    known, once = report.get("claims_numbered"), report.get("claims_gone")
    numbered = {a: n for a, n in known.items() if type(n) is int and 0 <= n < 10**9} if isinstance(known, dict) else {}
    gone = {str(a): earlier_claims(listed, str(a)) for a, listed in once.items()} if isinstance(once, dict) else {}
    claims: Claims = {}
    for _, row in read_jsonl(gold, lambda *_: None):
        article = str(row.get("article_id"))
        claims[article] = earlier_claims(row.get("claims"), article)
    for article in {*claims, *gone}:
        numbers = [int(one.id.rpartition("-c")[2]) for one in [*claims.get(article, []), *gone.get(article, [])]]
        numbered[article] = max([numbered.get(article, 0), *numbers])
    return claims, gone, numbered
