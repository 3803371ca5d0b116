"""``manifest.json``: what belongs to a release, with hashes, digests and versions. No times, so that two builds are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from msgspec import UNSET, structs

from dataset.errors import ReleaseError, printable
from dataset.files import sha256_bytes, sha256_file, sha256_stream, write_file
from dataset.fold import VERSION
from dataset.records.agreement import Figure
from dataset.records.loader import UnusableError, named, open_regular, parse_object, read_regular
from dataset.records.record import Record, convert, plain
from dataset.records.release import (
    FORMAT,
    Head,
    Manifest,
    Profile,
    ReleasedAgreement,
    ReleasedArticle,
    ReleasedConfig,
    SchemeVersion,
)
from dataset.release.facts import Facts
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

NAME = "manifest.json"
SEAL = "manifest_sha256"
FULL: Profile = "full"
STANDOFF: Profile = "standoff"
HYDRATED: Profile = "hydrated"
# All fields of ``Head``, in the order in which a diff gives their changes.
HEAD = (
    *("format", "name", "version", "profile", "language", "license", "labels_license", "part", "description"),
    *("synthetic", "annotator_kind", "silver", "scheme", "guidelines", "agreement", "citation", "datasheet"),
)
Raw = dict[str, Any]  # a manifest as it is in its file: what its hashes cover

LEDGER, REUSE, TOMBSTONES = "splits/ledger.jsonl", "splits/reuse.jsonl", "tombstones.jsonl"


def manifest_head(facts: Facts) -> Head:
    """Return the part of the manifest that is about the release as a whole."""
    corpus = facts.corpus
    return Head(
        format=FORMAT,
        name=corpus.name,
        version=corpus.version,
        profile=FULL,
        language=corpus.language,
        license=corpus.license,
        labels_license=corpus.settings.labels_license or UNSET,
        part=facts.part,
        description=corpus.settings.description,
        synthetic=corpus.settings.synthetic,
        annotator_kind=tuple(sorted(facts.annotator_kinds)),
        silver=facts.silver,
        scheme=SchemeVersion(version=corpus.scheme.version, sha256=corpus.scheme.sha256),
        agreement=_agreement(facts),
        citation=plain(corpus.citation),
        datasheet=sha256_bytes(json.dumps(facts.answers, sort_keys=True).encode()),
        guidelines=tuple(sorted({version for row in facts.gold.values() for version in row.guidelines_versions})),
    )


def shown_config(rows: Mapping[str, int]) -> str:
    """The config that a line for loading shows, by the rows of each: claims, unless that has none and cannot be loaded."""
    return "claims" if rows["claims"] else "articles"


def _agreement(facts: Facts) -> ReleasedAgreement | None:
    report = facts.agreement
    if report is None:
        return None
    return ReleasedAgreement(
        aggregation=report.aggregation,
        aggregation_why_not=report.aggregation_why_not,
        alpha={
            layer: Figure(alpha=value.alpha, low=value.low, high=value.high, units=value.units)
            for layer, value in report.alpha.items()
        },
        ceiling=report.ceiling,
    )


def release_digest(head: Mapping[str, Any], digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    """One digest for all that a release says, independent of how it is written down.

    Args:
        head: the head of the manifest.
        digests: of the rows, by config.
        files: SHA-256 of ledger, reuse and tombstones.
    """
    said = json.dumps([{key: head[key] for key in HEAD if key in head}, dict(digests), dict(files)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def write_manifest(folder: Path, facts: Facts, head: Head, digests: dict[str, str], digest: str) -> None:
    """Write the manifest over everything that is in ``folder``; it has to be the last file written."""
    data = Manifest(
        **structs.asdict(head),
        digest=digest,
        configs={
            name: ReleasedConfig(digest=digests[name], rows={split: facts.count(name, split) for split in SPLITS})
            for name in CONFIGS
        },
        fingerprint_version=VERSION,
        tools={name: version(name) for name in ("standpunkt", "pyarrow", "datasets")},
        articles={
            article.source.id: ReleasedArticle(
                file=article.source.file,
                bytes_sha256=article.bytes_sha256,
                text_sha256=article.text_sha256,
                length=len(article.text),
                encoding=article.encoding,
                normalised=tuple(article.normalised),
            )
            for article in facts.articles
        },
        files={},
    )
    seal(folder, plain(data))


def seal(folder: Path, data: Mapping[str, Any]) -> None:
    """Write a manifest that says this, over everything that lies in ``folder``."""
    files = {
        path: {"sha256": sha256_file(folder / path), "bytes": (folder / path).stat().st_size}
        for path in listing(folder)
    }
    write_file(folder / NAME, _sealed({**data, "files": files}))


def _sealed(data: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest, which end with a hash over all that stands above it."""
    said = {key: value for key, value in data.items() if key != SEAL}
    seal = {SEAL: sha256_bytes(json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8"))}
    return (json.dumps({**said, **seal}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def changed_files(release: Path, manifest: Manifest) -> list[str]:
    """Return the files that are missing, changed or added since the release was built, the manifest included, one line per file."""
    present = set(listing(release))
    problems = [] if _is_sealed(release / NAME) else [f"{NAME}: changed since it was built"]
    for name, known in manifest.files.items():
        # The manifest is data too: a name in it never leads out of the release.
        if name not in present:
            problems.append(f"{printable(name)}: missing")
            continue
        try:
            with open_regular(release / name, inside=release) as stream:
                same = sha256_stream(stream) == known.sha256
        except UnusableError as error:
            problems.append(f"{printable(name)}: {error}: replace it by a regular file")
            continue
        except OSError as error:  # no permission, a link to nothing: the other files are looked at all the same
            problems.append(f"{printable(name)}: cannot be read ({error.strerror})")
            continue
        if not same:
            problems.append(f"{printable(name)}: changed since it was built")
    return problems + [f"{printable(name)}: not in {NAME}" for name in sorted(present - set(manifest.files))]


def _is_sealed(path: Path) -> bool:
    try:
        data = read_regular(path)
        return data == _sealed(parse_object(data))
    except (OSError, UnusableError):
        return False


def listing(folder: Path) -> list[str]:
    """List all files of a release but the manifest, as sorted relative paths; links, FIFOs and devices included."""
    found = (
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    )
    return sorted(path for path in found if path != NAME)


def require_text(release: Path, manifest: Manifest) -> None:
    """Refuse a release that holds no text.

    Raises:
        ReleaseError: it is a stand-off release.
    """
    if manifest.profile == STANDOFF:
        raise ReleaseError(
            f"{release}: holds no text (a stand-off release): standpunkt hydrate {release} --texts FOLDER puts it in from your copies"
        )


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a release.

    Raises:
        ReleaseError: there is none, or it is broken; names the field.
    """
    return read_raw(folder)[0]


def read_raw(folder: Path) -> tuple[Manifest, Raw]:
    """Read the manifest of a release, also as it is in its file.

    Raises:
        ReleaseError: there is none, or it is broken; names the field.
    """
    return _read(folder, lambda path: parse_object(read_regular(path, inside=folder)))


def read_head(folder: Path) -> Manifest:
    """Read a manifest without its articles: their list grows with the corpus.

    Raises:
        ReleaseError: there is none, or it is broken; names the field.
    """
    return read_raw_head(folder)[0]


def read_raw_head(folder: Path) -> tuple[Manifest, Raw]:
    """Read a manifest without its articles, also as it is in its file.

    Raises:
        ReleaseError: there is none, or it is broken; names the field.
    """
    return _read(folder, _without_articles)


def check_articles(folder: Path) -> None:
    """Check the list that ``read_head`` leaves out, one article at a time.

    Raises:
        ReleaseError: an entry of it is broken; names the field.
    """
    entry: list[bytes] = []
    with _reported(folder), open_regular(folder / NAME, inside=folder) as stream:
        inside = False
        for line in stream:
            if line == _OPENING:
                inside, entry = True, []
            elif inside and line == _CLOSING:
                inside = False
            elif inside:
                entry.append(line)
                if line in (b"  },\n", b"  }\n") or len(entry) > _LONGEST:
                    articles = parse_object(b"{" + b"".join(entry).rstrip(b",\n") + b"}")
                    convert({"articles": articles}, _Articles)
                    entry = []


class _Articles(Record, frozen=True):
    """Some entries of the list of articles."""

    articles: dict[str, ReleasedArticle]


_OPENING, _CLOSING = b' "articles": {\n', b" },\n"
_LONGEST = 1_000  # lines of one entry


def _without_articles(path: Path) -> Raw:
    """Return the manifest without its articles: as it is written here it has one line per value, so theirs can be skipped."""
    kept, inside = [], False
    with open_regular(path, inside=path.parent) as stream:
        for line in stream:
            inside = inside or line == _OPENING
            if not inside:
                kept.append(line)
            inside = inside and line != _CLOSING
    return {"articles": {}, **parse_object(b"".join(kept))}


def _read(folder: Path, load: Callable[[Path], Raw]) -> tuple[Manifest, Raw]:
    with _reported(folder):
        raw = load(folder / NAME)
        if type(raw.get("format")) is not int or raw["format"] != FORMAT:
            raise UnusableError(f"not a manifest of format {FORMAT}")
        return convert(raw, Manifest), raw


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    with named(folder / NAME, ReleaseError, "get the release again, or build it again"):
        try:
            yield
        except FileNotFoundError:
            raise ReleaseError(f"{folder}: no {NAME}: not a release of Standpunkt") from None
