"""Text reuse: which articles share so much that they must not stand in different splits.

Outlets reprint parts of agency copy, so whole-document similarity does not see it. Two articles are linked when they share at least
two body sentences of six words and more that make up at least 15 % of the shorter one's, or when at least 20 % of the shorter one's
sampled word 5-grams stand in the other (sentences that were edited). What stands in very many articles is boilerplate and counts
for nothing, unless it is half of the article; articles of the very same words are linked always. A flash, an article of a few
sentences, is linked to every article that has all of them. Linked articles form clusters (connected components). The thresholds were
measured on the seed articles and on public texts, see ``docs/decisions.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import xxhash

from dataset.fold import VERSION, folded_sha256

MIN_WORDS = 6
MIN_SHARED_SENTENCES = 2
MIN_SENTENCE_SHARE = 0.15
GRAM = 5
MIN_CONTAINMENT = 0.20
# At least this many sampled grams in the shorter article, or chance decides.
MIN_SHARED_GRAMS = 4
# One gram in four is kept, by its hash: the same ones in every article.
SAMPLE = 4
BOILERPLATE_ARTICLES = 50
BOILERPLATE_SHARE = 0.001
# Above this share of its sentences or grams an article is a copy, however many others hold the same: no footer is half of an article.
MASS_COPY_SHARE = 0.5
# An article of so few sentences is a flash. Sentences of fewer words in all are shared by chance: unrelated people wrote the same seven.
FLASH_SENTENCES = 10
FLASH_WORDS = 8

_WORD = re.compile(r"\w+")
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Fingerprint:
    """What of an article is compared: 64-bit hashes, no text."""

    sentences: tuple[int, ...]  # body sentences of six words and more, each once
    grams: tuple[int, ...]  # sampled word 5-grams, each once
    whole: int  # of all words of the body, or of the text where there is no body
    short: tuple[int, ...] = ()  # body sentences of fewer words, each once
    flash: tuple[tuple[int, int], ...] = ()  # of a flash, all its sentences with their number of words
    letters: str | None = None  # SHA-256 of all letters of the text: other blanks or lines hide words, and what is body


@dataclass(frozen=True, order=True)
class Link:
    """Two articles that share text, ``a < b``."""

    a: str
    b: str
    shared_sentences: int
    sentence_share: float  # of the shorter one's sentences
    gram_containment: float  # of the smaller one's sampled grams


def fingerprint(sentences: Iterable[str], text: str, version: int = VERSION) -> Fingerprint:
    """Hash one article.

    Args:
        sentences: the texts of its body sentences, in order.
        text: all of it.
        version: 1 for a fingerprint as it was before texts were folded; it knows no flashes.
    """
    lengths: dict[int, int] = {}
    words: list[str] = []
    for sentence in sentences:
        tokens = _WORD.findall(sentence.casefold())
        if tokens:
            lengths[xxhash.xxh3_64_intdigest(" ".join(tokens).encode())] = len(tokens)
        words.extend(tokens)
    words = words or _WORD.findall(text.casefold())
    hashes = [xxhash.xxh3_64_intdigest(word.encode()) for word in words]
    grams = tuple(int(gram) for gram in _sampled_grams(hashes))
    long = tuple(sorted(one for one, length in lengths.items() if length >= MIN_WORDS))
    if version == 1:
        return Fingerprint(long, grams, xxhash.xxh3_64_intdigest(np.asarray(hashes, dtype=np.uint64).tobytes()))
    # Without blanks, so that other blanks between the same letters hide nothing.
    body = xxhash.xxh3_64_intdigest("".join(words).encode())
    short = tuple(sorted(set(lengths) - set(long)))
    return Fingerprint(
        long,
        grams,
        body,
        short,
        tuple(sorted(lengths.items())) if len(lengths) <= FLASH_SENTENCES else (),
        folded_sha256(text),
    )


def _sampled_grams(words: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    hashes = np.asarray(words, dtype=np.uint64)
    if len(hashes) < GRAM:
        return np.empty(0, dtype=np.uint64)
    with np.errstate(over="ignore"):
        grams = np.zeros(len(hashes) - GRAM + 1, dtype=np.uint64)
        for offset in range(GRAM):
            grams = (grams ^ hashes[offset : offset + len(grams)]) * _MIX
            grams ^= grams >> np.uint64(29)
    return np.unique(grams[grams % np.uint64(SAMPLE) == 0])


_LINK_SQL = """
WITH usable AS (
    -- boilerplate counts neither as shared nor as length
    SELECT kind, hash FROM prints GROUP BY kind, hash HAVING count(*) <= $boilerplate
), kept AS (
    SELECT article, kind, hash FROM prints JOIN usable USING (kind, hash)
), sizes AS (
    SELECT article, kind, count(*) AS size FROM kept GROUP BY article, kind
), shared AS (
    SELECT x.kind AS kind, x.article AS a, y.article AS b, count(*) AS shared
    FROM kept x JOIN kept y ON x.kind = y.kind AND x.hash = y.hash AND x.article < y.article
    GROUP BY x.kind, x.article, y.article
), pairs AS (
    SELECT a, b, shared.kind AS kind, shared, shared / least(sa.size, sb.size) AS share
    FROM shared
    JOIN sizes sa ON sa.article = a AND sa.kind = shared.kind
    JOIN sizes sb ON sb.article = b AND sb.kind = shared.kind
), wide AS (
    SELECT a, b,
        coalesce(sum(shared) FILTER (kind = 0), 0)::BIGINT AS sentences,
        coalesce(sum(share) FILTER (kind = 0), 0)::DOUBLE AS sentence_share,
        coalesce(sum(shared) FILTER (kind = 1), 0)::BIGINT AS grams,
        coalesce(sum(share) FILTER (kind = 1), 0)::DOUBLE AS containment
    FROM pairs GROUP BY a, b
)
SELECT a, b, sentences, sentence_share, containment FROM wide
WHERE (sentences >= $min_sentences AND sentence_share >= $min_share)
    OR (grams >= $min_grams AND containment >= $min_containment)
ORDER BY a, b
"""


# What very many articles hold is compared too, but only with the first article that holds it: all pairs of them would be too many.
_MASS_SQL = """
WITH first AS (
    SELECT kind, hash, min(article) AS a FROM prints GROUP BY kind, hash HAVING count(*) > $boilerplate
), candidates AS (
    SELECT DISTINCT first.a AS a, prints.article AS b FROM first JOIN prints USING (kind, hash) WHERE first.a < prints.article
), sizes AS (
    SELECT article, kind, count(*) AS size FROM prints GROUP BY article, kind
), held AS MATERIALIZED (
    -- the candidates' hashes first: left to itself DuckDB may join all articles by hash, which is every pair of a thousand reprints
    SELECT a, b, kind, hash FROM candidates JOIN prints ON article = a
), shared AS (
    SELECT a, b, held.kind AS kind, count(*) AS shared
    FROM held JOIN prints ON article = b AND prints.kind = held.kind AND prints.hash = held.hash
    GROUP BY a, b, held.kind
), wide AS (
    SELECT a, b,
        coalesce(sum(shared) FILTER (shared.kind = 0), 0)::BIGINT AS sentences,
        coalesce(sum(shared / least(sa.size, sb.size)) FILTER (shared.kind = 0), 0)::DOUBLE AS sentence_share,
        coalesce(sum(shared / least(sa.size, sb.size)) FILTER (shared.kind = 1), 0)::DOUBLE AS containment
    FROM shared
    JOIN sizes sa ON sa.article = a AND sa.kind = shared.kind
    JOIN sizes sb ON sb.article = b AND sb.kind = shared.kind
    GROUP BY a, b
)
SELECT a, b, sentences, sentence_share, containment FROM wide
WHERE sentence_share >= $mass OR containment >= $mass ORDER BY a, b
"""


# The rarest sentence of a flash finds the articles that may have all of it: what many hold is never joined with itself.
_FLASH_SQL = """
WITH frequency AS (
    SELECT hash, count(*) AS articles FROM held GROUP BY hash HAVING count(*) <= $boilerplate
), counted AS (
    SELECT flashes.article AS article, hash, words, articles FROM flashes JOIN frequency USING (hash)
), whole AS (
    SELECT article, count(*) AS size, arg_min(hash, (articles, hash)) AS rarest FROM counted
    GROUP BY article HAVING sum(words) >= $words
), wanted AS MATERIALIZED (
    SELECT whole.article AS flash, held.article AS other, counted.hash AS hash, size
    FROM whole JOIN held ON held.hash = rarest AND held.article <> whole.article JOIN counted ON counted.article = whole.article
)
SELECT flash, other, count(*) FROM wanted JOIN held ON held.article = other AND held.hash = wanted.hash
GROUP BY flash, other, size HAVING count(*) = size ORDER BY flash, other
"""


def link(prints: Mapping[str, Fingerprint]) -> list[Link]:
    """Find the pairs of articles that share text.

    Args:
        prints: fingerprint by article id.

    Returns:
        Links in order of their ids; the order of ``prints`` does not matter.
    """
    ids = sorted(prints)
    articles, kinds, hashes = [], [], []
    for number, id_ in enumerate(ids):
        for kind, values in enumerate((prints[id_].sentences, prints[id_].grams)):
            articles.append(np.full(len(values), number, dtype=np.int64))
            kinds.append(np.full(len(values), kind, dtype=np.int8))
            hashes.append(np.asarray(values, dtype=np.uint64))
    if not articles:
        return []
    table = pa.table(
        {"article": np.concatenate(articles), "kind": np.concatenate(kinds), "hash": np.concatenate(hashes)}
    )
    flashes, held = _flash_tables([prints[id_] for id_ in ids])
    with duckdb.connect() as connection:
        connection.register("prints", table)
        connection.register("flashes", flashes)
        connection.register("held", held)
        limit = {"boilerplate": max(BOILERPLATE_ARTICLES, int(BOILERPLATE_SHARE * len(ids)))}
        thresholds = {
            "min_sentences": MIN_SHARED_SENTENCES,
            "min_share": MIN_SENTENCE_SHARE,
            "min_grams": MIN_SHARED_GRAMS,
            "min_containment": MIN_CONTAINMENT,
        }
        rows = connection.execute(_LINK_SQL, {**limit, **thresholds}).fetchall()
        rows += connection.execute(_MASS_SQL, {**limit, "mass": MASS_COPY_SHARE}).fetchall()
        whole = connection.execute(_FLASH_SQL, {**limit, "words": FLASH_WORDS}).fetchall() if len(flashes) else []
    found = {
        (ids[a], ids[b]): Link(ids[a], ids[b], shared, round(share, 6), round(containment, 6))
        for a, b, shared, share, containment in rows
    }
    for flash, other, shared in whole:
        a, b = sorted((ids[flash], ids[other]))
        found.setdefault((a, b), Link(a, b, shared, 1.0, round(_containment(prints[a], prints[b]), 6)))
    for a, b in _same_body(prints):
        found.setdefault((a, b), Link(a, b, len(prints[a].sentences), 1.0, 1.0))
    return sorted(found.values())


def _flash_tables(prints: Sequence[Fingerprint]) -> tuple[pa.Table, pa.Table]:
    """The sentences of flashes with their numbers of words, and which articles hold those sentences; articles by number."""
    flashes = [(number, hash_, words) for number, one in enumerate(prints) for hash_, words in one.flash]
    wanted = {hash_ for _, hash_, _ in flashes}
    held = [
        (number, hash_) for number, one in enumerate(prints) for hash_ in one.sentences + one.short if hash_ in wanted
    ]
    return _table(flashes, "article", "hash", "words"), _table(held, "article", "hash")


def _table(rows: Sequence[Sequence[int]], *names: str) -> pa.Table:
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return pa.table({name: pa.array(values, pa.uint64()) for name, values in columns.items()})


def _containment(a: Fingerprint, b: Fingerprint) -> float:
    smaller = min(len(a.grams), len(b.grams))
    return len(set(a.grams) & set(b.grams)) / smaller if smaller else 0.0


def _same_body(prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, str]]:
    """Articles of the same words or letters: linked however short they are, and however many there are; each to the first of them."""
    first: dict[int | str, str] = {}
    for id_ in sorted(prints):
        for same in (prints[id_].whole, prints[id_].letters):
            other = id_ if same is None else first.setdefault(same, id_)
            if other != id_:
                yield other, id_


def clusters(ids: Iterable[str], links: Iterable[Link]) -> list[list[str]]:
    """Connected components of the links, each sorted, ordered by their first id; an article without a link is one alone."""
    parent = {id_: id_ for id_ in ids}

    def root(id_: str) -> str:
        while parent[id_] != id_:
            parent[id_] = parent[parent[id_]]
            id_ = parent[id_]
        return id_

    for edge in links:
        a, b = sorted((root(edge.a), root(edge.b)))
        parent[b] = a
    members: dict[str, list[str]] = {}
    for id_ in sorted(parent):
        members.setdefault(root(id_), []).append(id_)
    return sorted(members.values())
