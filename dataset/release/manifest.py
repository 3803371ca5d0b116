"""``manifest.json``: what belongs to a release, with hashes, digests and versions. No times, so that two builds are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dataset.errors import ReleaseError
from dataset.files import sha256_bytes, sha256_file, write_file
from dataset.release.facts import Facts
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

NAME = "manifest.json"
FORMAT = 1
SEAL = "manifest_sha256"


FULL, STANDOFF, HYDRATED = "full", "standoff", "hydrated"  # profiles: all of it, without text, with other copies' text
LEDGER, REUSE, TOMBSTONES = "splits/ledger.jsonl", "splits/reuse.jsonl", "tombstones.jsonl"


def manifest_head(facts: Facts) -> dict[str, Any]:
    """What the manifest says of the release as a whole."""
    corpus = facts.corpus
    return {
        "format": FORMAT,
        "name": corpus.name,
        "version": corpus.version,
        "profile": FULL,
        "language": corpus.language,
        "license": corpus.license,
        **({"labels_license": corpus.labels_license} if corpus.labels_license else {}),
        "part": facts.part and facts.part.to_json(),
        "description": corpus.description,
        "synthetic": corpus.synthetic,
        "annotator_kind": sorted(facts.annotator_kinds),
        "silver": facts.silver,
        "scheme": {"version": corpus.scheme.version, "sha256": corpus.scheme.sha256},
        "agreement": _agreement(facts),
        "citation": corpus.citation.to_json(),
        "datasheet": sha256_bytes(json.dumps(facts.answers, sort_keys=True).encode()),
        "guidelines": sorted({row["guidelines_version"] or "" for row in facts.gold.values()} - {""}),
    }


HEAD = (
    "format",
    "name",
    "version",
    "profile",
    "language",
    "license",
    "labels_license",
    "part",
    "description",
    "synthetic",
    "annotator_kind",
    "silver",
    "scheme",
    "guidelines",
    "agreement",
    "citation",
    "datasheet",
)


def shown_config(rows: Mapping[str, int]) -> str:
    """The config that a line for loading shows, by the rows of each: claims, unless that has none and cannot be loaded."""
    return "claims" if rows["claims"] else "articles"


def _agreement(facts: Facts) -> dict[str, Any] | None:
    """What a reader has to know of agreement: α by layer, and how well one annotator predicts another (the human ceiling)."""
    report = facts.agreement
    if not report:
        return None
    alpha = {
        layer: {name: value.get(name) for name in ("alpha", "low", "high", "units")}
        for layer, value in report.get("alpha", {}).items()
    }
    return {
        "aggregation": report.get("aggregation"),
        "aggregation_why_not": report.get("aggregation_why_not"),
        "alpha": alpha,
        "ceiling": report.get("ceiling"),
    }


def release_digest(head: Mapping[str, Any], digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    """One digest for all that a release says, independent of how it is written down.

    Args:
        head: the head of the manifest.
        digests: of the rows, by config.
        files: SHA-256 of ledger, reuse and tombstones.
    """
    said = json.dumps([{key: head[key] for key in HEAD if key in head}, dict(digests), dict(files)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def write_manifest(folder: Path, facts: Facts, head: dict[str, Any], digests: dict[str, str], digest: str) -> None:
    """Write the manifest over everything that lies in ``folder``; it has to be the last file written."""
    data = {
        **head,
        "digest": digest,
        "configs": {
            name: {"digest": digests[name], "rows": {split: facts.count(name, split) for split in SPLITS}}
            for name in CONFIGS
        },
        "tools": {name: version(name) for name in ("standpunkt", "pyarrow", "datasets")},
        "articles": {
            article.source.id: {
                "file": article.source.file,
                "bytes_sha256": article.bytes_sha256,
                "text_sha256": article.text_sha256,
                "length": len(article.text),
                "encoding": article.encoding,
                "normalised": list(article.normalised),
            }
            for article in facts.articles
        },
    }
    seal(folder, data)


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


def changed_files(release: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Files that are missing, changed or added since the release was built, the manifest itself included, a line each."""
    present = set(listing(release))
    sealed = _sealed(manifest)
    problems = [] if (release / NAME).read_bytes() == sealed else [f"{NAME}: changed since it was built"]
    for name, known in manifest["files"].items():
        # The manifest is data too: a name in it never leads out of the release.
        if name not in present:
            problems.append(f"{name}: missing")
            continue
        try:
            same = sha256_file(release / name) == known["sha256"]
        except OSError as error:  # no permission, a link to nothing: the other files are looked at all the same
            problems.append(f"{name}: cannot be read ({error.strerror})")
            continue
        if not same:
            problems.append(f"{name}: changed since it was built")
    return problems + [f"{name}: not in {NAME}" for name in sorted(present - set(manifest["files"]))]


def listing(folder: Path) -> list[str]:
    """All files of a release but the manifest, as relative paths in order."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(path for path in found if path != NAME)


def require_text(release: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a release that holds no text.

    Raises:
        ReleaseError: it is a stand-off release.
    """
    if manifest.get("profile") == STANDOFF:
        raise ReleaseError(
            f"{release}: holds no text (a stand-off release): standpunkt hydrate {release} --texts FOLDER puts it in from your copies"
        )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a release's manifest.

    Raises:
        ReleaseError: there is none, or it is broken.
    """
    return _read(folder, lambda path: json.loads(path.read_text(encoding="utf-8")))


def full_digest(manifest: Mapping[str, Any]) -> str:
    """The digest of a release with its text: that by which releases with and without text are known to be the same."""
    known = manifest.get("full")
    return str(known["digest"] if isinstance(known, dict) and "digest" in known else manifest["digest"])


def read_head(folder: Path) -> dict[str, Any]:
    """The same without its articles: a list as long as the corpus, which whoever goes through large releases can do without.

    Raises:
        ReleaseError: there is none, or it is broken.
    """
    return _read(folder, _without_articles)


def _without_articles(path: Path) -> Any:
    """The manifest as it is written here has a line an entry, so that the lines of the articles can be passed over."""
    kept, inside = [], False
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            inside = inside or line == ' "articles": {\n'
            if not inside:
                kept.append(line)
            inside = inside and line != " },\n"
    data = json.loads("".join(kept))
    return {"articles": {}, **data} if isinstance(data, dict) else data


def _read(folder: Path, load: Callable[[Path], Any]) -> dict[str, Any]:
    try:
        data = load(folder / NAME)
    except FileNotFoundError:
        raise ReleaseError(f"{folder}: no {NAME}: not a release of Standpunkt") from None
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder / NAME}: cannot be read: {error}") from None
    if not _well_formed(data):
        raise ReleaseError(f"{folder / NAME}: not a manifest of format {FORMAT}: build the release again")
    found: dict[str, Any] = data
    return found


def _well_formed(data: Any) -> bool:
    """Whether every field that others rely on is there, with its type."""
    try:
        return (
            data["format"] == FORMAT
            and all(isinstance(entry["sha256"], str) for entry in data["files"].values())
            and all(isinstance(entry["text_sha256"], str) for entry in data["articles"].values())
            and all(isinstance(data["configs"][name]["digest"], str) for name in CONFIGS)
            and all(type(data["configs"][name]["rows"][split]) is int for name in CONFIGS for split in SPLITS)
            and all(isinstance(kind, str) for kind in data["annotator_kind"])
            and isinstance(data["annotator_kind"], list)
            and isinstance(data["digest"], str)
        )
    except (KeyError, TypeError, AttributeError):
        return False
