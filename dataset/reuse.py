"""Text reuse: which articles share so much that they must not stand in different splits.

Outlets reprint parts of agency copy, so whole-document similarity does not see it. Two articles are linked when they share at least
two body sentences of six words and more that make up at least 15 % of the shorter one's, or when at least 20 % of the shorter one's
sampled word 5-grams stand in the other (sentences that were edited). What stands in very many articles is boilerplate and counts
for nothing, unless it is half of the article; articles of the very same words are linked always. Linked articles form clusters
(connected components). The thresholds were measured on the seed articles, see ``docs/decisions.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import xxhash

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

_WORD = re.compile(r"\w+")
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Fingerprint:
    """What of an article is compared: 64-bit hashes, no text."""

    sentences: tuple[int, ...]  # body sentences of six words and more, each once
    grams: tuple[int, ...]  # sampled word 5-grams, each once
    whole: int  # of all words of the body, or of the text where there is no body


@dataclass(frozen=True, order=True)
class Link:
    """Two articles that share text, ``a < b``."""

    a: str
    b: str
    shared_sentences: int
    sentence_share: float  # of the shorter one's sentences
    gram_containment: float  # of the smaller one's sampled grams


def fingerprint(sentences: Iterable[str], text: str) -> Fingerprint:
    """Hash one article.

    Args:
        sentences: the texts of its body sentences, in order.
        text: all of it.
    """
    whole: set[int] = set()
    words: list[int] = []
    for sentence in sentences:
        tokens = _WORD.findall(sentence.casefold())
        if len(tokens) >= MIN_WORDS:
            whole.add(xxhash.xxh3_64_intdigest(" ".join(tokens).encode()))
        words.extend(xxhash.xxh3_64_intdigest(token.encode()) for token in tokens)
    if not words:
        words = [xxhash.xxh3_64_intdigest(token.encode()) for token in _WORD.findall(text.casefold())]
    body = xxhash.xxh3_64_intdigest(np.asarray(words, dtype=np.uint64).tobytes())
    return Fingerprint(tuple(sorted(whole)), tuple(int(gram) for gram in _sampled_grams(words)), body)


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
    with duckdb.connect() as connection:
        connection.register("prints", table)
        limit = {"boilerplate": max(BOILERPLATE_ARTICLES, int(BOILERPLATE_SHARE * len(ids)))}
        thresholds = {
            "min_sentences": MIN_SHARED_SENTENCES,
            "min_share": MIN_SENTENCE_SHARE,
            "min_grams": MIN_SHARED_GRAMS,
            "min_containment": MIN_CONTAINMENT,
        }
        rows = connection.execute(_LINK_SQL, {**limit, **thresholds}).fetchall()
        rows += connection.execute(_MASS_SQL, {**limit, "mass": MASS_COPY_SHARE}).fetchall()
    found = {
        (ids[a], ids[b]): Link(ids[a], ids[b], shared, round(share, 6), round(containment, 6))
        for a, b, shared, share, containment in rows
    }
    for a, b in _same_body(prints):
        found.setdefault((a, b), Link(a, b, len(prints[a].sentences), 1.0, 1.0))
    return sorted(found.values())


def _same_body(prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, str]]:
    """Articles of the same words: linked however short they are, and however many there are; each to the first of them."""
    first: dict[int, str] = {}
    for id_ in sorted(prints):
        other = first.setdefault(prints[id_].whole, id_)
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
