"""The articles of a corpus, read and checked against manifest, ledger and tombstones: what may be released."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from dataset.corpus import Corpus
from dataset.errors import CorpusError
from dataset.fold import VERSION, folded_sha256
from dataset.labels import Facts as TextFacts
from dataset.listing import MANIFEST, unsupported
from dataset.prepare import Prepared, prepare_article
from dataset.records.rejected import Rejected, by_place
from dataset.records.tombstone import Tombstone
from dataset.runner import run
from dataset.takedown.tombstones import Graveyard, sampled

T = TypeVar("T")
Track = Callable[[Iterable[T], str, int], Iterable[T]]

_ELSEWHERE = f"{MANIFEST} has a line with the SHA-256 of this text for another file: correct that line's file"
_COPY = f"remove the file, or give it a line of its own in {MANIFEST} if it may be released"


def untracked(items: Iterable[T], _what: str, _total: int) -> Iterable[T]:
    """Progress shown nowhere."""
    return items


def read_articles(
    corpus: Corpus, *, workers: int | None = None, track: Track[Any] = untracked
) -> tuple[list[Prepared], list[Rejected]]:
    """Prepare every article of a corpus.

    Returns:
        The articles in order of their ids, and what was rejected.

    Raises:
        CorpusError: an article that is in the ledger, or in the manifest of external texts, is missing, changed or rejected; each is
            named. Or the manifest is gone, or the language is not supported.
    """
    _refuse_unlisted(corpus)
    if foreign := unsupported(corpus.language):
        raise CorpusError(f"{corpus.path / 'corpus.toml'}: {foreign}; nothing is released")
    results = track(run(prepare_article, corpus.sources, workers), "reading articles", len(corpus.sources))
    articles: list[Prepared] = []
    rejected = list(corpus.rejected)
    graves, held, down = Graveyard(corpus.tombstones.values()), corpus.held, set(corpus.down)
    for result in results:
        if isinstance(result, Rejected):
            rejected.append(result)
            continue
        source = result.source
        reason = graves.why_not(result.text_sha256, result.likeness, held=source.id in held)
        if reason is None:
            articles.append(result)
        else:
            rejected.append(Rejected("article", source.id, source.file, None, reason))
            down.add(source.id)
    articles, elsewhere = _listed(corpus, articles, workers)
    rejected += elsewhere
    # A text that comes back after its takedown keeps nothing else from being released.
    fatal = [
        one
        for one in rejected
        if one.kind == "article" and (one.id in held or (corpus.external and one.id not in down))
    ]
    refuse_gone(corpus, held - {one.source.id for one in articles} - {one.id for one in fatal}, _slips(rejected))
    if fatal:
        lines = [f"{_place(one)}: article {one.id}: {one.reason}; nothing is released" for one in fatal]
        raise CorpusError(*lines, *_slips(one for one in rejected if one.id not in held and not corpus.external))
    return articles, sorted(rejected, key=by_place)


def _listed(corpus: Corpus, articles: list[Prepared], workers: int | None) -> tuple[list[Prepared], list[Rejected]]:
    """Reject articles without a line whose text is that of a line, or nearly: it has terms of its own, or stays out of releases."""
    unlisted = {one.source.id: one.source for one in articles if one.source.line is None}
    if not unlisted:
        return articles, []
    open_ = corpus.hashes - {one.text_sha256 for one in articles if one.source.line is not None}
    terms = {(source.license, source.rights_holder) for source in unlisted.values()}  # all have the corpus's
    why, stones = {}, []
    for one in [*articles, *run(prepare_article, corpus.shut, workers)]:
        if isinstance(one, Rejected):
            continue
        id_ = one.source.id
        if id_ in corpus.withheld:
            why[id_] = "which is withheld (corpus.toml)"
        elif id_ not in unlisted and one.source.line is None:
            why[id_] = f"whose line in {MANIFEST} is rejected"
        elif (one.source.license, one.source.rights_holder) not in terms:
            why[id_] = f"which has a licence or rights holder of its own ({MANIFEST}:{one.source.line})"
        else:
            continue
        prints, folded = sampled(one.fingerprint), folded_sha256(one.text)
        stones.append(Tombstone(id_, one.text_sha256, prints, folded_sha256=folded, fingerprint_version=VERSION))
    graves, rejected = Graveyard(stones), []
    for one in articles:
        if one.source.id not in unlisted or one.source.id in corpus.withheld:
            continue
        same, near = graves.same(one.text_sha256, one.text), graves.near(one.likeness)
        reason = _ELSEWHERE if one.text_sha256 in open_ else None
        if reason is None and (stone := same or (near and near[0])):
            what = "the text" if same else "nearly the text"
            reason = f"{what} of {stone.article_id}, {why[stone.article_id]}: {_COPY}"
        if reason:
            rejected.append(Rejected("article", one.source.id, f"articles/{one.source.file}", None, reason))
    lost = {one.id for one in rejected}
    return [one for one in articles if one.source.id not in lost], rejected


def _slips(rejected: Iterable[Rejected]) -> list[str]:
    """The lines of the manifest that cannot be used: they are often why an article is missing."""
    return [str(one) for one in sorted(rejected, key=by_place) if one.file == MANIFEST]


def _place(one: Rejected) -> str:
    return one.file if one.line is None else f"{one.file}:{one.line}"


def _refuse_unlisted(corpus: Corpus) -> None:
    """Refuse a corpus that lost its manifest, and with it what licence each article has.

    Raises:
        CorpusError: the manifest is missing or empty while the ledger or the labels know of articles.
    """
    if corpus.listed or corpus.external:
        return
    labels = (path for path in (corpus.path / "labels").glob("*.jsonl") if path.stat().st_size)
    known = "ledger.jsonl" if corpus.held else next((f"labels/{path.name}" for path in labels), None)
    if known:
        raise CorpusError(
            f"{corpus.path / MANIFEST}: missing or empty, but {known} knows of articles: restore it, or write a line"
            ' {"id": …, "file": …, "license": …} for each; nothing is released'
        )


def refuse_gone(corpus: Corpus, gone: Iterable[str], why: Iterable[str] = ()) -> None:
    """Refuse to go on where released articles are not there.

    Args:
        corpus: for its name.
        gone: the articles' ids.
        why: further lines.

    Raises:
        CorpusError: names every article.
    """
    lines = [
        f"{corpus.path}: article {id_} was released (ledger.jsonl) but its text is not there: put it back; nothing is released"
        for id_ in sorted(gone)
    ]
    if lines:
        raise CorpusError(*lines, *why)


def text_facts(corpus: Corpus, *, track: Track[Any] = untracked) -> tuple[dict[str, TextFacts], list[Rejected]]:
    """Return what labels are checked against: from the manifest if texts are external, else from the texts."""
    if corpus.external:
        graves = Graveyard(corpus.tombstones.values())
        return {
            source.id: TextFacts(source.length, source.text_sha256)
            for source in corpus.sources
            if source.length is not None and source.text_sha256 is not None and not graves.same(source.text_sha256)
        }, list(corpus.rejected)
    articles, rejected = read_articles(corpus, track=track)
    return {article.source.id: article.facts for article in articles}, rejected
