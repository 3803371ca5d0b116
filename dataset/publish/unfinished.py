"""Unfinished parts of a release: rights that are unknown, and questions of the template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from msgspec import UNSET

from dataset.errors import ReleaseError
from dataset.files import read_toml
from dataset.release.manifest import read_manifest
from dataset.release.writer import Row
from dataset.schema import article_column

RIGHTS, QUESTIONS = "--accept-unknown-rights", "--accept-template-questions"
TEMPLATE = Path(__file__).parent.parent / "scheme_template.toml"
# What people and tools write if the licence is not known, in small letters and without "LicenseRef-".
_UNKNOWN = {
    "unknown",
    "unbekannt",
    "noassertion",
    "unspecified",
    "undefined",
    "none",
    "null",
    "n/a",
    "na",
    "todo",
    "tbd",
    "?",
    "-",
}
_SHOWN = 10


def refuse_unknown_rights(release: Path) -> None:
    """Refuse a release of which a licence is unknown: of the whole, of the labels, or of an article.

    Raises:
        ReleaseError: names the licence, the articles, and the option that accepts it.
    """
    manifest = read_manifest(release)
    lines = []
    for field in ("license", "labels_license"):
        license_ = getattr(manifest, field)
        if license_ is not UNSET and _is_unknown(license_):
            lines.append(
                f"{release}: {field} is {license_!r}: rights are unknown: put the licence into corpus.toml and build again"
            )
    articles = [row["id"] for row in _rows(release, "articles", "license") if _is_unknown(row["license"])]
    if articles and not lines:
        more = f" and {len(articles) - _SHOWN} more" if len(articles) > _SHOWN else ""
        lines.append(
            f"{release}: rights of {len(articles)} articles are unknown ({', '.join(map(str, articles[:_SHOWN]))}{more}):"
            " put their licences into manifest.jsonl and build again"
        )
    if lines:
        raise ReleaseError(*lines, f"{release}: nothing is published; {RIGHTS} publishes it all the same")


def refuse_template_questions(release: Path) -> None:
    """Refuse a release with a question that is still that of ``scheme_template.toml``.

    Raises:
        ReleaseError: names the question, and the option that accepts it.
    """
    template = {
        _folded(target["question"]): target["question"]
        for target in read_toml(TEMPLATE)["targets"]
        if "question" in target
    }
    found = {template[text] for text in map(_folded, _questions(release)) if text in template}
    if found:
        named = ", ".join(repr(one) for one in sorted(found))
        raise ReleaseError(
            f"{release}: question {named} is left as in the template: put your own into scheme.toml and build again",
            f"{release}: nothing is published; {QUESTIONS} publishes it all the same",
        )


def _questions(release: Path) -> Iterator[str]:
    """Every question of a release: those of rows, and the cells of the card's tables, for a release without labels."""
    for config in ("stance", "article_stance"):
        yield from {str(row["question"]) for row in _rows(release, config, "question")}
    for line in (release / "README.md").read_text(encoding="utf-8").splitlines():
        yield from line.split("|") if line.startswith("|") else []


def _rows(release: Path, config: str, column: str) -> Iterator[Row]:
    for file in sorted((release / config).glob("*.parquet")):
        yield from pq.read_table(file, columns=[article_column(config), column]).to_pylist()


def _is_unknown(license_: Any) -> bool:
    parts = [part.strip().lower() for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", str(license_ or ""))]
    named = [part.removeprefix("licenseref-") for part in parts if part]
    return not named or any(part in _UNKNOWN for part in named)


def _folded(text: str) -> str:
    """A text without what writing it down once more changes."""
    return re.sub(r"[\s\\]+", "", text.replace("...", "…")).casefold()
