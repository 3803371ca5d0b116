"""From a full release to one without text.

A stand-off release is the full one with every text column null, quotes in free text given by their place, the hashes that follow from
it renewed, a notice in the card, and ``anchors.jsonl``. So the way back is the same way: text put in, hashes renewed, notice taken out.
It holds no hash that something shorter than an article could be guessed by: of the full release only the digest and the hash of its
manifest, of sentences only check values of 20 bits, which fit too many others (``dataset.standoff.checks``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dataset.diff.embedded import FOLDER as DIFFS
from dataset.errors import ReleaseError
from dataset.files import dump_line, sha256_file, write_file
from dataset.records.record import convert
from dataset.records.release import Manifest
from dataset.records.standoff import BITS
from dataset.release.croissant import NAME as CROISSANT
from dataset.release.licenses import license_said, whole_license
from dataset.release.manifest import (
    LEDGER,
    NAME,
    REUSE,
    STANDOFF,
    TOMBSTONES,
    Raw,
    listing,
    read_raw,
    release_digest,
    seal,
)
from dataset.release.writer import Rows, digest, parquet_path, read_all, read_features, write_parquet
from dataset.schema import CONFIGS, article_column
from dataset.splits import SPLITS
from dataset.standoff.anchors import anchors_of
from dataset.standoff.checks import LEAST
from dataset.standoff.letters import Span
from dataset.standoff.quoting import FREE, by_place, places, runs

ANCHORS = "anchors.jsonl"
CARD, DATASHEET = "README.md", "DATASHEET.md"
# Columns that hold text of the article.
TEXT = {
    "articles": ("text", "title"),
    "sentences": ("text",),
    "claims": ("text", "claimant"),
    "stance": ("text", "context", "claimant"),
    "article_stance": (),
}
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
_SIZE = re.compile(r'("contentUrl": "([^"]+)",\s+"contentSize": ")\d+(?= B")')
_PARQUET = frozenset(parquet_path(name, split) for name in CONFIGS for split in SPLITS)
_WITHOUT = (
    "Every text column is null; offsets and labels are complete. With copies of the articles of your own, `standpunkt hydrate RELEASE"
    " --texts FOLDER` puts the text back in. What is said of texts here is said of the full release. `anchors.jsonl` holds offsets and"
    f" lengths, a hash per article, and a check value of {BITS} bits per sentence or row of sentences of at least {LEAST} letters, by which"
    " unchanged sentences are recognised in a copy; text cannot be read from it."
)
_MARKDOWN = f"\n<!-- standoff -->\n**Without text.** {_WITHOUT}\n<!-- end of standoff -->\n"
_JSON = f'  "Without text. {_WITHOUT}",\n'
_HEADING = re.compile(r"^# .*\n", re.MULTILINE)
_LIMITATIONS = re.compile(r'^ "rai:dataLimitations": \[\n', re.MULTILINE)
# The notice of a file, the line that it is below, and a pattern that finds it again, whatever version wrote it.
_SAID = re.compile(r"\n<!-- standoff -->\n\*\*Without text\.\*\* [^\n]*\n<!-- end of standoff -->\n")
_SAID_JSON = re.compile(r'^  "Without text\. [^\n]*",\n', re.MULTILINE)
_NOTICES = {
    CARD: (_MARKDOWN, _HEADING, _SAID),
    DATASHEET: (_MARKDOWN, _HEADING, _SAID),
    CROISSANT: (_JSON, _LIMITATIONS, _SAID_JSON),
}

All = dict[str, Rows]  # rows by config


def without_text(rows: Mapping[str, Rows]) -> All:
    """The rows of a stand-off release.

    Raises:
        ReleaseError: a label's free text repeats the article in a way that cannot be given by place.
    """
    texts = {row["id"]: row["text"] for split in SPLITS for row in rows["articles"][split]}
    bare: All = {name: {split: [] for split in SPLITS} for name in CONFIGS}
    for name in CONFIGS:
        for split in SPLITS:
            for row in rows[name][split]:
                id_ = row[article_column(name)]
                free = {}
                for column in FREE[name]:
                    if row[column] is not None:
                        free[column] = _placed(f"{name}: {row['id']}: {column}", row[column], texts[id_])
                bare[name][split].append({**row, **dict.fromkeys(TEXT[name]), **free})
    return bare


def _placed(where: str, said: str, text: str) -> str:
    try:
        placed = by_place(said, text)
    except ValueError as error:
        raise ReleaseError(f"{where}: {error}; nothing is released") from None
    left = set(runs(placed))
    if left and not left.isdisjoint(runs(text)):
        raise ReleaseError(
            f"{where}: repeats the article with other marks or case: quote it as it is, or reword it; nothing is released"
        )
    return placed


def spans_of(row: Mapping[str, Any]) -> Iterator[Span]:
    """Every span that a row names."""
    for prefix in ("", "claimant_", "context_"):
        if row.get(f"{prefix}start") is not None:
            yield row[f"{prefix}start"], row[f"{prefix}end"]
    for inner in (*(row.get("votes") or ()), *(row.get("blocks") or ())):
        yield inner["start"], inner["end"]
    for column in ("actor", "reason"):
        yield from places(row.get(column))


def standoff_digest(head: Raw, bare: All, files: Mapping[str, str]) -> str:
    """The digest of a stand-off release.

    Args:
        head: of the full release's manifest.
        bare: its rows without text.
        files: SHA-256 of ledger, reuse and tombstones.
    """
    return release_digest({**head, "profile": STANDOFF}, {name: digest(bare[name]) for name in CONFIGS}, files)


def strip_release(full: Path, folder: Path) -> None:
    """Write the stand-off release of a full one.

    Args:
        full: the full release.
        folder: an empty folder.

    Raises:
        ReleaseError: text of an article stands where it cannot be taken out.
    """
    manifest, raw = read_raw(full)
    features = read_features(full)
    rows = read_all(full)
    bare = without_text(rows)
    for name in CONFIGS:
        write_parquet(folder, name, bare[name], features[name])
    write_text(folder / ANCHORS, "".join(_anchor_lines(rows, bare)))
    renewed = {
        **raw,
        "profile": STANDOFF,
        "full": {"digest": manifest.digest, "manifest_sha256": sha256_file(full / NAME)},
        "configs": stated(bare),
    }
    files = {name: sha256_file(full / name) for name in (LEDGER, REUSE, TOMBSTONES)}
    renewed["digest"] = standoff_digest(raw, bare, files)
    hashes = renewed_hashes(manifest, convert(renewed, Manifest), full, folder)
    licenses = licenses_of(manifest, bare)
    others = {name: (full / name).read_bytes().decode("utf-8") for name in other_files(full)}
    _refuse_borrowed({**others, NAME: (full / NAME).read_text(encoding="utf-8")}, rows)
    for name, text in others.items():
        said = license_said(name, renewed_text(name, text, hashes, folder), *licenses, manifest.version)
        write_text(folder / name, _with_notice(name, said))
    seal(folder, renewed)


def stripping(write_full: Callable[[Path], None]) -> Callable[[Path], None]:
    """What writes the stand-off release, made from what writes the full one."""

    def write(folder: Path) -> None:
        # Not beside the release: where this process is killed, no text is left among what is passed on.
        with TemporaryDirectory(prefix="standpunkt-full-") as full:
            write_full(Path(full))
            strip_release(Path(full), folder)

    return write


def _with_notice(name: str, text: str) -> str:
    if name not in _NOTICES:
        return text
    notice, above, _ = _NOTICES[name]
    return above.sub(lambda match: match[0] + notice, text, count=1)


def without_notice(name: str, text: str) -> str:
    """A text file of the stand-off release as it stands in the full one, but for its hashes."""
    return _NOTICES[name][2].sub("", text, count=1) if name in _NOTICES else text


def licenses_of(manifest: Manifest, rows: All) -> tuple[str, str]:
    """The licence of a release with its text, and of the same without."""
    labels = manifest.labels_license or None
    texts = {row["license"] for split in SPLITS for row in rows["articles"][split]}
    whole = whole_license(manifest.license, texts, labels)
    return whole, labels or whole


def stated(rows: All) -> Raw:
    """What a manifest says of the rows."""
    return {
        name: {"digest": digest(rows[name]), "rows": {split: len(rows[name][split]) for split in SPLITS}}
        for name in CONFIGS
    }


def other_files(release: Path) -> list[str]:
    """The files of a release that hold no rows, and are neither its manifest nor its anchors."""
    return [name for name in listing(release) if name not in {*_PARQUET, ANCHORS}]


def renewed_hashes(old: Manifest, new: Manifest, before: Path, after: Path) -> dict[str, str]:
    """What stands for every hash that says something of the rows, once these are others.

    Args:
        old: the manifest before.
        new: the manifest after, with its digests.
        before: the release before.
        after: the release after, with its Parquet files.
    """
    pairs = {old.digest: new.digest}
    for name in CONFIGS:
        pairs[old.configs[name].digest] = new.configs[name].digest
        for split in SPLITS:
            path = parquet_path(name, split)
            pairs[sha256_file(before / path)] = sha256_file(after / path)
    return pairs


def renewed_text(name: str, text: str, hashes: Mapping[str, str], folder: Path) -> str:
    """A text file of a release for other rows: its hashes all at once, and the sizes that croissant.json gives of Parquet files.

    A diff stays as it is: it speaks of full releases, and is the same for those without text.
    """
    if name.startswith(f"{DIFFS}/"):
        return text

    def size(match: re.Match[str]) -> str:
        return f"{match[1]}{(folder / match[2]).stat().st_size}" if match[2] in _PARQUET else match[0]

    return _SIZE.sub(size, _SHA256.sub(lambda match: hashes.get(match[0], match[0]), text))


def write_text(path: Path, text: str) -> None:
    """Write a file of a release, in a folder that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, text)


def _anchor_lines(rows: All, bare: All) -> Iterator[str]:
    """By article, in order of the ids; the spans that free text names stand in the rows without text only."""
    articles = {row["id"]: row for split in SPLITS for row in rows["articles"][split]}
    spans: dict[str, set[Span]] = {id_: set() for id_ in articles}
    for name in CONFIGS:
        for split in SPLITS:
            for row in bare[name][split]:
                spans[row[article_column(name)]].update(spans_of(row))
    for id_ in sorted(articles):
        yield dump_line(anchors_of(id_, articles[id_]["text"], spans[id_]).to_line())


def _refuse_borrowed(files: Mapping[str, str], rows: All) -> None:
    """Make sure that no text of an article stands in the files that stay; a question is the scheme's own."""
    questions = {row["question"] for split in SPLITS for row in rows["article_stance"][split]}
    own = {run for question in questions for run in runs(question)}
    found = {run: name for name, text in files.items() for run in runs(text) if run not in own}
    for split in SPLITS:
        for row in rows["articles"][split]:
            name = next((found[run] for run in runs(row["text"]) if run in found), None)
            if name:
                raise ReleaseError(f"{name}: repeats article {row['id']}: take its words out; nothing is released")
