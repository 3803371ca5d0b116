"""From a corpus to a release, in the order in which an article meets it: prepare, link, assign, rows, write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from dataset import reuse, splits
from dataset.articles import Track, read_articles, refuse_gone, text_facts, untracked
from dataset.corpus import Corpus, read_corpus, read_ledger, record_texts
from dataset.correction.unaccepted import naming_unaccepted
from dataset.diff.changes import Summary
from dataset.diff.embedded import changes_section, embed, is_stale, propose
from dataset.diff.sides import Side
from dataset.diff.versions import releases_in
from dataset.errors import CorpusError, ReleaseError, StandpunktError
from dataset.files import dump_line, read_jsonl, sha256_bytes, write_atomic, write_file
from dataset.gold import CheckedGold, label_counts, read_gold, refuse_lost_gold
from dataset.labels import read_labels
from dataset.lock import held
from dataset.prepare import Prepared
from dataset.records.ledger import HASHED, LedgerEntry
from dataset.records.record import plain as as_object
from dataset.records.rejected import Rejected, by_place
from dataset.records.release import SharedText
from dataset.release import publish_folder
from dataset.release.card import dataset_card
from dataset.release.card_check import check_card
from dataset.release.cite import citation_file
from dataset.release.croissant import NAME as CROISSANT
from dataset.release.croissant import croissant_file
from dataset.release.datasheet import section
from dataset.release.facts import Facts
from dataset.release.manifest import (
    FULL,
    LEDGER,
    REUSE,
    STANDOFF,
    TOMBSTONES,
    manifest_head,
    read_manifest,
    release_digest,
    write_manifest,
)
from dataset.release.part import check_licenses, part_of, release_name
from dataset.release.writer import digest, write_parquet
from dataset.rows import Row, rows_of
from dataset.schema import CONFIGS, features
from dataset.standoff.strip import standoff_digest, stripping, without_text
from dataset.takedown.tombstones import hashed, refuse_unfinished
from dataset.takedown.traces import refuse_traces
from dataset.withheld import leak_error


@dataclass(frozen=True)
class Built:
    """What a build did."""

    path: Path
    digest: str
    written: bool  # False where the same release stood there already
    facts: Facts
    rejected: list[Rejected]
    since: str | None = None  # the version before, where one was found and this release was written
    changes: Summary | None = None  # since then


def build_release(
    path: Path,
    *,
    texts: Path | None = None,
    out: Path = Path("dist"),
    profile: str = FULL,
    workers: int | None = None,
    replace: bool = False,
    only_licenses: Collection[str] = (),
    track: Track[Any] = untracked,
) -> Built:
    """Build the release of a corpus at ``out/NAME/VERSION``.

    Args:
        path: the corpus folder.
        texts: where the texts are, for a corpus that does not hold them.
        out: the folder of releases.
        profile: "full", or "standoff" for a release without text.
        workers: processes for the map step; the result does not depend on it.
        replace: put the new release in the place of a different one of the same version.
        only_licenses: release only articles under these, as a part of another name; splits and ledger are those of the whole.
        track: wraps an iterable to show progress, ``track(items, what, total)``.

    Raises:
        CorpusError: a file is broken, or an article that must be there is missing or changed; nothing is released.
        LeakError: linked articles stand in two splits; nothing is released.
        ReleaseError: the version exists with other content, or cannot be written; what stood there before still does.
    """
    with held(path):
        corpus = read_corpus(path, texts)
        refuse_unfinished(corpus.path, corpus.version, corpus.tombstones.values(), corpus.ledger)
        if corpus.external and texts is None:
            raise CorpusError(f"{path}: its texts are not in the repository; say where they are with --texts DIR")
        refuse_traces(corpus.path, corpus.tombstones.values())
        licenses = check_licenses(corpus, only_licenses)
        with naming_unaccepted(corpus):
            articles, rejected = read_articles(corpus, workers=workers, track=track)
        if not articles:
            raise CorpusError(f"{path}: no article can be used", *map(str, rejected))
        texts_of = {article.source.id: article.facts for article in articles}
        gold, bad = read_gold(path / "gold.jsonl", corpus.scheme, texts_of, corpus.down)
        # Labels are read for what is wrong with them; gold was made from the rest.
        labels, bad_labels = read_labels(path / "labels", corpus.scheme, texts_of, corpus.down)
        if not gold and not bad:
            refuse_lost_gold(path, labels)
        rejected = sorted([*rejected, *bad, *bad_labels], key=by_place)
        with publish_folder.locked(out / release_name(corpus.name, licenses)) as releases:
            publish_folder.keep_apart(releases / corpus.version, profile)
            return _release(
                corpus, articles, gold, rejected, releases, licenses, profile=profile, replace=replace, track=track
            )


def _release(
    corpus: Corpus,
    articles: list[Prepared],
    gold: dict[str, CheckedGold],
    rejected: list[Rejected],
    releases: Path,
    licenses: tuple[str, ...],
    *,
    profile: str,
    replace: bool,
    track: Track[Any],
) -> Built:
    """Link, assign, make the rows, and publish them."""
    articles, entries, links = _divide(corpus, articles, gold, releases)
    facts = _facts(corpus, articles, entries, links, gold, len(rejected))
    if not facts.of("articles"):
        where = "in quarantine or withheld" if corpus.withheld else "in quarantine"
        raise ReleaseError(f"{corpus.path}: every article is {where}; nothing is released")
    if licenses:
        facts = part_of(facts, licenses)
    digests = {name: digest(facts.rows[name]) for name in CONFIGS}
    tombstones = corpus.path / "tombstones.jsonl"
    plain = {
        LEDGER: "".join(dump_line(entry) for entry in entries),
        REUSE: "".join(dump_line(line) for line in _reuse_lines(facts, links)),
        # Fingerprints are hashes of a few words each: they keep an article out of the corpus and have no place in a release.
        TOMBSTONES: "".join(
            dump_line({name: value for name, value in row.items() if name != "fingerprints"})
            for _, row in read_jsonl(tombstones)
        ),
    }
    said = {name: sha256_bytes(text.encode("utf-8")) for name, text in plain.items()}
    head = manifest_head(facts)
    about = as_object(head)
    total = release_digest(about, digests, said)

    schema = features(corpus.scheme)
    changed: list[tuple[Side, Summary]] = []

    def write_data(folder: Path) -> None:
        for name in track(CONFIGS, "writing", len(CONFIGS)):
            write_parquet(folder, name, facts.rows[name], schema[name])
        (folder / "splits").mkdir()
        for name, text in plain.items():
            write_file(folder / name, text)

    def write(folder: Path) -> None:
        write_data(folder)
        # What changed decides whether the number is right; only then does anything else count.
        found = embed(folder, about, total, releases)
        changed.extend([found] if found else [])
        more = {
            "README.md": dataset_card(facts, schema, digests)
            + "".join(f"\n{changes_section(*one)}" for one in changed),
            "DATASHEET.md": f"# Datasheet\n\n{section(facts)}",
            "CITATION.cff": citation_file(facts.corpus, facts.license),
            CROISSANT: croissant_file(folder, facts, schema),
            "rejected.jsonl": "".join(dump_line(one) for one in rejected),
        }
        for name, text in more.items():
            if text or name != "rejected.jsonl":
                write_file(folder / name, text)
        write_manifest(folder, facts, head, digests, total)

    target = releases / corpus.version
    stated: str = total
    fill: Callable[[Path], None] = write
    if profile == STANDOFF:
        stated, fill = standoff_digest(about, without_text(facts.rows), said), stripping(write)

    def checked(folder: Path) -> None:
        fill(folder)
        check_card(folder)

    written = publish_folder.publish(
        target,
        stated,
        checked,
        replace=replace,
        renew=replace and is_stale(target, releases),
        advice=lambda: propose(releases, about, total, write_data),
    )
    try:
        # Before the ledger: what it names must have its line in the manifest.
        if not corpus.external:
            record_texts(corpus.path, {article.source.id: article.recorded for article in articles})
        _append_ledger(corpus, [entry for entry in entries if entry.article_id not in corpus.ledger])
    except OSError as error:
        raise ReleaseError(
            f"{target} is built, but {error.filename or corpus.path} cannot be written ({error.strerror}): free it and build again"
        ) from None
    since, changes = (changed[0][0].version, changed[0][1]) if changed else (None, None)
    return Built(target, stated, written, facts, rejected, since, changes)


def _divide(
    corpus: Corpus, articles: list[Prepared], gold: dict[str, CheckedGold], releases: Path
) -> tuple[list[Prepared], list[LedgerEntry], list[reuse.Link]]:
    """Link the articles and give each its split: those that are released, the whole ledger, and the links between the former.

    Raises:
        LeakError: linked articles are in two splits.
    """
    frozen = _recovered(corpus, articles, releases)
    # A frozen article that is withheld takes part in linking, so that it can come back.
    linked = [one for one in articles if one.source.id in frozen or one.source.id not in corpus.withheld]
    links = reuse.link({one.source.id: one.fingerprint for one in linked})
    counts = {id_: label_counts(row) for id_, row in gold.items()}
    released = [one for one in articles if one.source.id not in corpus.withheld]
    ids = [one.source.id for one in released]
    new = splits.assign(
        ids, links, frozen, asdict(corpus.settings.splits), counts, corpus.name, corpus.version, corpus.withheld
    )
    entries = sorted([*frozen.values(), *new], key=lambda entry: entry.article_id)
    links = [edge for edge in links if edge.a not in corpus.withheld and edge.b not in corpus.withheld]
    leaks = splits.find_leaks({entry.article_id: entry.split for entry in entries}, links)
    if leaks:
        raise leak_error(corpus.path / "corpus.toml", leaks, corpus.withheld)
    return released, entries, links


def _facts(
    corpus: Corpus,
    articles: list[Prepared],
    entries: list[LedgerEntry],
    links: list[reuse.Link],
    gold: dict[str, CheckedGold],
    rejected: int,
) -> Facts:
    split_of = {entry.article_id: entry.split for entry in entries}
    groups = reuse.clusters([article.source.id for article in articles], links)
    cluster_of = splits.cluster_ids(groups, {entry.article_id: entry for entry in entries})
    rows: dict[str, dict[str, list[Row]]] = {name: {s: [] for s in splits.SPLITS} for name in CONFIGS}
    for article in articles:
        id_ = article.source.id
        if split_of[id_] != splits.QUARANTINE:
            for name, found in rows_of(article, cluster_of[id_], gold.get(id_), corpus.scheme).items():
                rows[name][split_of[id_]].extend(found)
    # Labels of an article in quarantine, or of a withheld one, are in no row: no figure of the release may count them.
    used = {id_: row for id_, row in gold.items() if id_ not in corpus.withheld and split_of[id_] != splits.QUARANTINE}
    return Facts(corpus, rows, articles, entries, used, rejected)


def _reuse_lines(facts: Facts, links: list[reuse.Link]) -> Iterable[SharedText]:
    """Clusters of more than one article with their links: ids and numbers, no text."""
    cluster_of = {row["id"]: row["cluster_id"] for row in facts.of("articles")}
    present = {article.source.id for article in facts.articles}
    for edge in links:
        if not {edge.a, edge.b} <= present:
            continue
        yield SharedText(
            a=edge.a,
            b=edge.b,
            cluster_id=cluster_of.get(edge.a) or cluster_of.get(edge.b),
            shared_sentences=edge.shared_sentences,
            sentence_share=edge.sentence_share,
            gram_containment=edge.gram_containment,
        )


def _recovered(corpus: Corpus, articles: list[Prepared], releases: Path) -> dict[str, LedgerEntry]:
    """The frozen entries: the corpus's ledger, and what a build released before it was killed short of writing them there.

    The newest release is believed where it says the same of every line of the ledger and was made from the same texts.
    """
    found = releases_in(releases)
    if not found:
        return corpus.ledger
    newest = found[-1]
    try:
        known = read_manifest(newest).articles
        released = _by_hash(read_ledger(newest / "splits" / "ledger.jsonl"), corpus.down)
    except StandpunktError:
        return corpus.ledger  # damaged: the ledger of the corpus has to do
    same_texts = all(
        known[article.source.id].text_sha256 == article.text_sha256
        for article in articles
        if article.source.id in known
    )
    overlap = any(article.source.id in known for article in articles)
    frozen = _by_hash(corpus.ledger, corpus.down)
    if not overlap or not same_texts or any(released.get(id_) != entry for id_, entry in frozen.items()):
        return corpus.ledger
    gone = {id_ for id_ in released if not id_.startswith(HASHED)} - {article.source.id for article in articles}
    refuse_gone(corpus, gone)
    return {**corpus.ledger, **{id_: entry for id_, entry in released.items() if id_ not in frozen}}


def _by_hash(ledger: Mapping[str, LedgerEntry], down: Collection[str]) -> dict[str, LedgerEntry]:
    """A ledger that names what was taken down by its hash alone, as it stands once the takedown is done."""
    entries = (replace(entry, article_id=hashed(id_)) if id_ in down else entry for id_, entry in ledger.items())
    return {entry.article_id: entry for entry in entries}


def _append_ledger(corpus: Corpus, new: list[LedgerEntry]) -> None:
    """Append to the ledger once the release stands; the lines that stood there stay as they are."""
    if new:
        path = corpus.path / "ledger.jsonl"
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old and not old.endswith("\n"):
            old += "\n"
        write_atomic(path, old + "".join(dump_line(entry) for entry in new))


__all__ = ["Built", "build_release", "read_articles", "text_facts", "untracked"]
