"""The text of a stand-off release put back in from a reader's own copies of its articles.

From exact copies of all of them it is the full release, byte for byte. Otherwise it is a release of its own, ``VERSION+hydrated``: it
says in card and manifest that it is not the full one, and lists in ``hydration.jsonl`` what became of every article and span.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dataset.diff.embedded import FOLDER as DIFFS
from dataset.diff.versions import is_version
from dataset.errors import ReleaseError, at_most
from dataset.files import dump_line, read_jsonl, sha256_file
from dataset.records.record import convert, plain
from dataset.records.release import FullRelease, HydratedFrom, Manifest
from dataset.records.standoff import HydratedArticle, HydratedSpan
from dataset.release import publish_folder
from dataset.release.card_check import check_card
from dataset.release.croissant import NAME as CROISSANT
from dataset.release.layout import structure_problems
from dataset.release.licenses import license_said
from dataset.release.manifest import (
    FULL,
    HYDRATED,
    LEDGER,
    NAME,
    REUSE,
    STANDOFF,
    TOMBSTONES,
    Raw,
    changed_files,
    read_raw,
    release_digest,
    seal,
)
from dataset.release.writer import read_all, read_features, write_parquet
from dataset.schema import CONFIGS
from dataset.splits import SPLITS
from dataset.standoff.anchors import Anchors
from dataset.standoff.copies import EXACT, MISSING, STATUSES, Matched, match_copies
from dataset.standoff.fill import Filled, fill_rows
from dataset.standoff.notice import hydrated_card, hydrated_datasheet
from dataset.standoff.strip import (
    ANCHORS,
    CARD,
    DATASHEET,
    licenses_of,
    other_files,
    renewed_hashes,
    renewed_text,
    stated,
    without_notice,
    write_text,
)

LIST = "hydration.jsonl"
# What counts the rows of the full release, or describes its files one by one, or what it differs in.
_FULL_ONLY = (CROISSANT, f"{DIFFS}/")


@dataclass(frozen=True)
class Hydrated:
    """What came of it."""

    path: Path
    digest: str
    written: bool  # False where the same release stood there already
    full: bool  # every article is exact: this is the full release
    identical: bool  # and so are its bytes
    articles: Counter[str]  # by status
    spans: dict[str, Counter[str]]  # by part and status
    remarks: list[str]

    @property
    def in_order(self) -> bool:
        """Return whether every span was found."""
        return not any(counts[MISSING] for counts in (self.articles, *self.spans.values()))


def hydrate_release(
    release: Path,
    texts: Path,
    *,
    out: Path = Path("dist"),
    workers: int | None = None,
    replace: bool = False,
    track: Callable[[Iterable[Any], str, int], Iterable[Any]] = lambda items, *_: items,
) -> Hydrated:
    """Put the text back into a stand-off release, at ``out/NAME/VERSION`` or ``out/NAME/VERSION+hydrated``.

    Args:
        release: the stand-off release.
        texts: a folder with the reader's own copies, of any names.
        out: the folder of releases.
        workers: processes; the result does not depend on it.
        replace: put it in the place of a different one.
        track: wraps an iterable to show progress.

    Raises:
        ReleaseError: this is no sound stand-off release, none of its articles is in the folder, or the result cannot be written.
    """
    manifest, raw, known = _checked(release)
    if not texts.is_dir():
        raise ReleaseError(f"{texts}: no such folder of texts")
    features = read_features(release)
    bare = read_all(release)
    hashes = {row["id"]: row["text_sha256"] for split in SPLITS for row in bare["articles"][split]}
    matched = match_copies(texts, hashes, _anchors(release, set(hashes)), workers=workers, track=track)
    if not matched.found:
        raise ReleaseError(
            *matched.remarks, f"{texts}: holds a copy of none of the {len(hashes)} articles; nothing is written"
        )
    statuses = Counter(found.status for found in matched.found.values())
    statuses[MISSING] = len(hashes) - len(matched.found)
    filled = fill_rows(bare, matched.found)
    full = statuses[EXACT] == len(hashes)
    renewed = {
        **raw,
        "profile": FULL if full else HYDRATED,
        "configs": stated(filled.rows),
        # Whoever writes the Parquet files; the rest was told by the full release.
        "tools": {**manifest.tools, "pyarrow": version("pyarrow")},
    }
    del renewed["full"]
    hydrated = HydratedFrom(
        full_digest=known.digest,
        articles={status: statuses[status] for status in STATUSES},
        spans={part: {status: n[status] for status in STATUSES} for part, n in filled.counts.items()},
    )
    if not full:
        renewed |= {
            "version": f"{manifest.version}+hydrated",
            "articles": _articles(raw, hashes, matched, filled),
            "hydrated": plain(hydrated),
        }
    files = {name: sha256_file(release / name) for name in (LEDGER, REUSE, TOMBSTONES)}
    renewed["digest"] = release_digest(renewed, {name: renewed["configs"][name]["digest"] for name in CONFIGS}, files)
    if full and renewed["digest"] != known.digest:
        raise ReleaseError(
            f"{release}: with the very texts it does not become the full release (digest {renewed['digest'][:12]}…, not"
            f" {known.digest[:12]}…): get it again; nothing is written"
        )

    said = convert(renewed, Manifest)
    whole, bare_license = licenses_of(manifest, bare)

    def write(folder: Path) -> None:
        for name in track(CONFIGS, "writing", len(CONFIGS)):
            write_parquet(folder, name, filled.rows[name], features[name])
        renewals = renewed_hashes(manifest, said, release, folder)
        for name in other_files(release):
            if full or not name.startswith(_FULL_ONLY):
                text = without_notice(name, (release / name).read_bytes().decode("utf-8"))
                text = license_said(name, text, bare_license, whole, manifest.version)
                text = renewed_text(name, text, renewals, folder)
                if name == CARD and not full:
                    text = hydrated_card(text, said, hydrated)
                elif name == DATASHEET and not full:
                    text = hydrated_datasheet(text)
                write_text(folder / name, text)
        if not full:
            write_text(folder / LIST, "".join(dump_line(line) for line in _listed(sorted(hashes), matched, filled)))
        seal(folder, renewed)
        check_card(folder)

    with publish_folder.locked(out / manifest.name) as releases:
        target = releases / said.version
        if target.resolve() == release.resolve():
            raise ReleaseError(f"{target}: is the stand-off release itself: say with --out where the text shall go")
        publish_folder.keep_apart(target, said.profile)
        written = publish_folder.publish(target, said.digest, write, replace=replace)
    identical = full and sha256_file(target / NAME) == known.manifest_sha256
    return Hydrated(target, said.digest, written, full, identical, statuses, filled.counts, matched.remarks)


def _checked(release: Path) -> tuple[Manifest, Raw, FullRelease]:
    """Read the manifest of a sound stand-off release, also as it is in its file, and its entry about the full release."""
    manifest, raw = read_raw(release)
    if manifest.profile != STANDOFF or not manifest.full:
        raise ReleaseError(f"{release}: holds its text already; only a stand-off release is hydrated")
    damage = changed_files(release, manifest)
    if damage:
        raise ReleaseError(
            *(f"{release}: {line}" for line in damage), f"{release}: is damaged: get it again; nothing is written"
        )
    if unusable := structure_problems(release, manifest):
        raise ReleaseError(
            *(f"{release}: {line}" for line in at_most(unusable)),
            f"{release}: is damaged: get it again; nothing is written",
        )
    # Both become the name of a folder.
    if not (re.fullmatch(r"[a-z0-9][a-z0-9._-]*", manifest.name) and is_version(manifest.version)):
        raise ReleaseError(f"{release / NAME}: name or version is not what a stand-off release says")
    return manifest, raw, manifest.full


def _anchors(release: Path, ids: set[str]) -> dict[str, Anchors]:
    anchors = {}
    for number, row in read_jsonl(release / ANCHORS):
        try:
            read = Anchors.from_json(row)
        except ValueError as error:
            raise ReleaseError(f"{release / ANCHORS}:{number}: {error}: get the release anew") from None
        anchors[read.article_id] = read
    if lost := sorted(ids - set(anchors)):
        raise ReleaseError(f"{release / ANCHORS}: has no line for article {lost[0]}: get the release anew")
    return anchors


def _articles(raw: Raw, hashes: dict[str, str], matched: Matched, filled: Filled) -> Raw:
    """What the manifest says of the articles that this release holds, and of those that stand in no split."""
    held = {row["id"] for split in SPLITS for row in filled.rows["articles"][split]}
    articles: Raw = {}
    for id_, known in raw["articles"].items():
        if id_ in held:
            copy = matched.found[id_].copy
            articles[id_] = {
                **known,
                "bytes_sha256": copy.bytes_sha256,
                "text_sha256": copy.text_sha256,
                "length": len(copy.text),
                "encoding": copy.encoding,
                "normalised": list(copy.normalised),
            }
        elif id_ not in hashes:
            articles[id_] = known
    return articles


def _listed(ids: list[str], matched: Matched, filled: Filled) -> Iterable[HydratedArticle | HydratedSpan]:
    """A line an article, then a line for every span that does not stand where it stood."""
    for id_ in ids:
        found = matched.found.get(id_)
        yield (
            HydratedArticle(id_, found.status, found.copy.file, found.copy.text_sha256)
            if found
            else HydratedArticle(id_, MISSING, None, None)
        )
    yield from filled.listed
