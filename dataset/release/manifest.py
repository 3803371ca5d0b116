"""``manifest.json``: what belongs to a release, with hashes, digests and versions. No times, so that two builds are the same."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dataset.errors import ReleaseError
from dataset.files import sha256_file
from dataset.release.facts import Facts
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

NAME = "manifest.json"
FORMAT = 1


def release_digest(digests: dict[str, str], ledger: str, reuse: str, scheme: str) -> str:
    """One digest for all that a release says, independent of how it is written down."""
    said = json.dumps([digests, ledger, reuse, scheme], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def write_manifest(folder: Path, facts: Facts, digests: dict[str, str], digest: str) -> None:
    """Write the manifest over everything that lies in ``folder``; it has to be the last file written."""
    corpus = facts.corpus
    guidelines = sorted({row.get("guidelines_version") or "" for row in facts.gold.values()} - {""})
    data = {
        "format": FORMAT,
        "name": corpus.name,
        "version": corpus.version,
        "language": corpus.language,
        "license": corpus.license,
        "annotator_kind": sorted(facts.annotator_kinds),
        "silver": facts.silver,
        "synthetic": corpus.synthetic is not None,
        "digest": digest,
        "configs": {
            name: {"digest": digests[name], "rows": {split: facts.count(name, split) for split in SPLITS}}
            for name in CONFIGS
        },
        "scheme": {"version": corpus.scheme.version, "sha256": corpus.scheme.sha256},
        "guidelines": guidelines,
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
        "files": {
            path: {"sha256": sha256_file(folder / path), "bytes": (folder / path).stat().st_size}
            for path in listing(folder)
        },
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def listing(folder: Path) -> list[str]:
    """All files of a release but the manifest, as relative paths in order."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(path for path in found if path != NAME)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a release's manifest.

    Raises:
        ReleaseError: there is none, or it is broken.
    """
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReleaseError(f"{folder}: no {NAME}: not a release of Standpunkt") from None
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder / NAME}: cannot be read: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("files"), dict):
        raise ReleaseError(f"{folder / NAME}: not a manifest of format {FORMAT}")
    return data
