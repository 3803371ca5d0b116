"""Is a release still what it was when it was built, and does it keep its promises? Read from the release alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from dataset import reuse, splits
from dataset.blocks import BODY
from dataset.corpus import read_ledger
from dataset.diff.embedded import diff_problems
from dataset.diff.sides import DATA
from dataset.errors import StandpunktError, at_most
from dataset.files import sha256_file
from dataset.fold import VERSION
from dataset.likeness import likeness_of
from dataset.records.ledger import HASHED
from dataset.records.release import Manifest
from dataset.release.layout import listed_links, structure_problems
from dataset.release.manifest import (
    LEDGER,
    NAME,
    REUSE,
    STANDOFF,
    TOMBSTONES,
    Raw,
    changed_files,
    read_raw,
    release_digest,
)
from dataset.release.writer import Rows, digest, read_all
from dataset.schema import CONFIGS, article_column
from dataset.splits import SPLITS
from dataset.takedown.tombstones import Graveyard, hashed, read_tombstones
from dataset.text import text_sha256

All = dict[str, Rows]  # by config


def verify_release(release: Path) -> list[str]:
    """Check a release.

    Files against their hashes; the card's features against the Parquet's; digests; every span against its text; ids; splits against
    the ledger; no text shared between splits; the diff that it carries.

    Returns:
        One line per problem, naming the file and the row, at most 50 of one kind; empty if the release is valid.

    Raises:
        ReleaseError: this is no release.
    """
    manifest, raw = read_raw(release)
    problems = changed_files(release, manifest)
    lost = [name for name in DATA if not ((release / name).is_file() and os.access(release / name, os.R_OK))]
    if lost:
        return [*problems, f"{release}: its rows were not looked at, because {lost[0]} is not there or cannot be read"]
    if unusable := structure_problems(release, manifest):
        # A value of an unexpected type: the other checks would not be reliable.
        return at_most([*problems, *(line for line in unusable if line not in problems)])
    rows = read_all(release)
    problems += _statements(release, manifest, raw, rows)
    standoff = manifest.profile == STANDOFF
    problems += _without_text(rows, manifest) if standoff else _texts(rows)
    problems += _spans(rows)
    problems += diff_problems(release, manifest)
    try:
        problems += _splits(release, rows, listed_links(release) if standoff else _links(rows, manifest))
    except StandpunktError as error:
        problems += error.lines
    return at_most(problems)


def _statements(release: Path, manifest: Manifest, raw: Raw, rows: All) -> Iterator[str]:
    """What the manifest says of the rows, and its digest over all of it."""
    digests = {}
    for name in CONFIGS:
        digests[name] = digest(rows[name])
        stated = manifest.configs[name]
        if digests[name] != stated.digest:
            yield f"{name}: its rows do not give the digest of {NAME}"
        if {split: len(found) for split, found in rows[name].items()} != stated.rows:
            yield f"{NAME}: configs.{name}.rows are not those of its files"
    kinds = sorted({row["annotator_kind"] for found in rows["article_stance"].values() for row in found})
    if not set(kinds) <= set(manifest.annotator_kind) or manifest.silver != (manifest.annotator_kind == ("model",)):
        yield f"{NAME}: annotator_kind and silver do not say what the rows do"
    files = {name: sha256_file(release / name) for name in (LEDGER, REUSE, TOMBSTONES)}
    if release_digest(raw, digests, files) != manifest.digest:
        yield f"{NAME}: its digest is not that of what it says"


_PREFIXES = (("", "text"), ("claimant_", "claimant"), ("context_", "context"))


def _texts(rows: All) -> Iterator[str]:
    """Every text is what its hash says, and every span what stands in it."""
    texts = {row["id"]: row["text"] or "" for split in SPLITS for row in rows["articles"][split]}
    for split in SPLITS:
        for row in rows["articles"][split]:
            if text_sha256(texts[row["id"]]) != row["text_sha256"]:
                yield f"articles: {row['id']}: text does not have its text_sha256"
            if row["blocks"] and row["blocks"][-1]["end"] > len(texts[row["id"]]):
                yield f"articles: {row['id']}: blocks leave the text"
    for name in CONFIGS[1:]:
        for row in (row for split in SPLITS for row in rows[name][split] if row["article_id"] in texts):
            for prefix, text in _PREFIXES:
                start, end = row.get(f"{prefix}start"), row.get(f"{prefix}end")
                if start is not None and texts[row["article_id"]][start:end] != row[text]:
                    yield f"{name}: {row['id']}: {text} is not what stands at {start}–{end}"


def _without_text(rows: All, manifest: Manifest) -> Iterator[str]:
    """No column holds text, and every span lies within its article."""
    for name in CONFIGS:
        for row in (row for split in SPLITS for row in rows[name][split]):
            article = row[article_column(name)]
            known = manifest.articles.get(article)
            length = (known and known.length) or 0
            for text in ("text", "title", "claimant", "context"):
                if row.get(text) is not None:
                    yield f"{name}: {row['id']}: {text} stands in a release without text"
            spans = [(row.get(f"{prefix}start"), row.get(f"{prefix}end")) for prefix, _ in _PREFIXES]
            spans += [(block["start"], block["end"]) for block in row.get("blocks") or ()]
            if any(start is not None and not (end is not None and 0 <= start < end <= length) for start, end in spans):
                yield f"{name}: {row['id']}: a span leaves the {length} characters of its article"


def _spans(rows: All) -> Iterator[str]:
    """Ids stand once, rows have their article, blocks are disjoint, sentences lie in the body."""
    articles = {row["id"]: row for split in SPLITS for row in rows["articles"][split]}
    for row in articles.values():
        last = 0
        for block in row["blocks"]:
            if not last <= block["start"] < block["end"]:
                yield f"articles: {row['id']}: blocks overlap"
            last = block["end"]
    for name in CONFIGS:
        seen: set[str] = set()
        for split in SPLITS:
            for row in rows[name][split]:
                if row["id"] in seen:
                    yield f"{name}: id {row['id']} stands twice"
                seen.add(row["id"])
                article = row if name == "articles" else articles.get(row["article_id"])
                if article is None:
                    yield f"{name}: {row['id']}: its article is not in the release"
                    continue
                if name == "sentences" and not any(
                    block["type"] in BODY and block["start"] <= row["start"] and row["end"] <= block["end"]
                    for block in article["blocks"]
                ):
                    yield f"{name}: {row['id']}: reaches outside lead and paragraphs"


def _taken_down(release: Path, rows: All, ledger: set[str]) -> Iterator[str]:
    """An article with a tombstone is in no row, nor is its text; one that the ledger names by hash alone has a tombstone."""
    stones = read_tombstones(release / TOMBSTONES)
    graves = Graveyard(stones.values())
    for name in CONFIGS:
        for row in (row for split in SPLITS for row in rows[name][split]):
            text = row["text"] if name == "articles" else None
            if row[article_column(name)] in stones or graves.same(row.get("text_sha256"), text):
                yield f"{name}: {row['id']}: was taken down ({TOMBSTONES})"
    lost = {id_ for id_ in ledger if id_.startswith(HASHED)} - {hashed(id_) for id_ in stones}
    if lost:
        yield f"{LEDGER}: {len(lost)} articles that were taken down have no tombstone"


def _splits(release: Path, rows: All, links: list[reuse.Link]) -> Iterator[str]:
    ledger = read_ledger(release / "splits" / "ledger.jsonl")
    yield from _taken_down(release, rows, set(ledger))
    for name in CONFIGS:
        key = article_column(name)
        for split in SPLITS:
            for row in rows[name][split]:
                entry = ledger.get(row[key])
                if entry is None or entry.split != split:
                    yield f"{name}: {row['id']} stands in {split}, the ledger says {entry.split if entry else 'nothing'}"
    split_of = {row["id"]: split for split in SPLITS for row in rows["articles"][split]}
    for where in (split_of, {id_: entry.split for id_, entry in ledger.items()}):
        try:
            splits.check_leaks(where, links)
        except StandpunktError as error:
            yield from error.lines
            return


def _links(rows: All, manifest: Manifest) -> list[reuse.Link]:
    """Find the articles that share text, in the way that the release was built."""
    articles = {row["id"]: row for split in SPLITS for row in rows["articles"][split]}
    sentences: Rows = {id_: [] for id_ in articles}
    for row in (row for split in SPLITS for row in rows["sentences"][split]):
        sentences.setdefault(row["article_id"], []).append(row)
    prints = {}
    for id_, found in sentences.items():
        article = articles.get(id_, {})
        text = article.get("text") or ""
        if manifest.fingerprint_version == VERSION:
            spans = [(row["start"], row["end"]) for row in found]
            prints[id_] = likeness_of(text, article.get("outlet"), spans).fingerprint
        else:
            prints[id_] = reuse.fingerprint((row["text"] or "" for row in found), text, version=1)
    return reuse.link(prints)
