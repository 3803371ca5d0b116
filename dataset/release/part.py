"""A part of a release: only the articles under certain licences. Ids, splits and ledger are those of the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from msgspec import structs

from dataset.corpus import Corpus
from dataset.errors import CorpusError, ReleaseError
from dataset.files import sha256_bytes
from dataset.records.release import Part
from dataset.release.facts import Facts
from dataset.schema import article_column


def check_licenses(corpus: Corpus, asked: Iterable[str]) -> tuple[str, ...]:
    """The licences that are asked for, each once; an item may be a list with commas.

    Raises:
        CorpusError: no article is under one of them, says what there is; or the corpus spells one in two ways.
    """
    there = Counter(source.license for source in corpus.sources)
    asked = list(asked)
    licenses = {name.strip() for item in asked for name in item.split(",")} - {""}
    if asked and not licenses:
        raise CorpusError(f"{corpus.path}: --only-licenses names no licence: give one, or leave the option out")
    unknown = sorted(licenses - set(there))
    if unknown:
        listing = ", ".join(f"{name} ({n} articles)" for name, n in sorted(there.items())) or "no articles"
        # Often a rejected line is why.
        why = map(str, corpus.rejected)
        raise CorpusError(f"{corpus.path}: no article is under {', '.join(unknown)}; there are {listing}", *why)
    # SPDX names mean the same in any case, and so does the folder of their part.
    asked_for = {name.lower() for name in licenses}
    spelled = sorted(name for name in there if name.lower() in asked_for)
    if len(spelled) > len(asked_for):
        raise CorpusError(
            f"{corpus.path}: {', '.join(spelled)}: the same licence, since case does not count: write it in one way for all articles"
        )
    return tuple(sorted(licenses))


def release_name(corpus: str, licenses: Iterable[str]) -> str:
    """What a release is called, and its folder: a part never as the whole."""
    slugs = [_slug(name.lower()) for name in licenses]
    return f"{corpus}.only-{'-and-'.join(slugs)}" if slugs else corpus


def _slug(name: str) -> str:
    """A licence in the name of a folder; where that does not hold all of it, or reads as two, its hash tells it from others."""
    slug = re.sub(r"[^a-z0-9._-]+", "-", name)
    return slug if slug == name and "-and-" not in f"-{slug}-" else f"{slug}-{sha256_bytes(name.encode())[:8]}"


def part_of(facts: Facts, licenses: tuple[str, ...]) -> Facts:
    """The articles of a release that are under one of these licences, with all that belongs to them.

    Raises:
        ReleaseError: none of them is in a split.
    """
    corpus = facts.corpus
    kept = {article.source.id for article in facts.articles if article.source.license in licenses}
    rows = {
        name: {split: [row for row in found if row[article_column(name)] in kept] for split, found in splits.items()}
        for name, splits in facts.rows.items()
    }
    if not any(rows["articles"].values()):
        raise ReleaseError(f"{corpus.path}: every article under {', '.join(licenses)} is in quarantine or set aside")
    return replace(
        facts,
        # Whoever takes the part as a whole has to keep all of its licences.
        corpus=replace(
            corpus,
            settings=structs.replace(
                corpus.settings,
                name=release_name(corpus.name, licenses),
                license=" AND ".join(licenses),
                title=f"{corpus.citation.title} (only {', '.join(licenses)})",
                authors=corpus.citation.authors,
            ),
        ),
        rows=rows,
        articles=[article for article in facts.articles if article.source.id in kept],
        gold={id_: row for id_, row in facts.gold.items() if id_ in kept},
        part=Part(of=corpus.name, licenses=licenses, articles=len(facts.of("articles"))),
    )
