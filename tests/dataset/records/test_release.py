"""Records of a release: what a newer Standpunkt may add, what nobody may, and what the digest covers."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from dataset.records.loader import UnusableError
from dataset.records.record import convert
from dataset.records.release import Head, Manifest
from dataset.release.manifest import HEAD
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

ROWS = dict.fromkeys(SPLITS, 1)
MANIFEST: dict[str, Any] = {
    "format": 1,
    "name": "c",
    "version": "1.0.0",
    "language": "de",
    "license": "CC0-1.0",
    "description": "",
    "annotator_kind": ["human"],
    "silver": False,
    "scheme": {"version": "1.0.0", "sha256": "0"},
    "digest": "0",
    "configs": {name: {"digest": "0", "rows": ROWS} for name in CONFIGS},
    "tools": {},
    "articles": {"a1": {"text_sha256": "0"}},
    "files": {"README.md": {"sha256": "0", "bytes": 1}},
}


def test_the_digest_covers_the_whole_head() -> None:
    """A field that is added to the head must be in the digest."""
    assert set(HEAD) == {field.name for field in structs.fields(Head)}
    assert len(HEAD) == len(set(HEAD))


def test_a_newer_manifest_may_have_more_fields() -> None:
    """At every level."""
    more = {"article": {**MANIFEST["articles"]["a1"], "more": 1}, "file": {**MANIFEST["files"]["README.md"], "more": 1}}
    newer = {**MANIFEST, "more": 1, "articles": {"a1": more["article"]}, "files": {"README.md": more["file"]}}
    assert convert(newer, Manifest) == convert(MANIFEST, Manifest)
    assert convert(MANIFEST, Manifest).profile == "full"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"configs": {**MANIFEST["configs"], "more": MANIFEST["configs"]["claims"]}}, "configs: 'more' is unknown"),
        ({"configs": {}}, "configs.articles: missing"),
        (
            {"configs": {**MANIFEST["configs"], "claims": {"digest": "0", "rows": {**ROWS, "dev": 1}}}},
            "configs.claims.rows: 'dev' is unknown",
        ),
        ({"articles": {"a1": {"text_sha256": 1}}}, "articles.a1.text_sha256: a text is expected, not 1"),
        ({"files": {"README.md": {"sha256": "0", "bytes": -1}}}, "files.README.md.bytes: a whole number from 0"),
        ({"profile": "standoff"}, "full.digest: a text is expected"),
        ({"profile": "hydrated"}, "hydrated.full_digest: a text is expected"),
        ({"version": "1.0"}, "version: a version such as"),
        ({"silver": None}, "silver: true or false is expected, not null"),
    ],
)
def test_a_broken_field_is_named(change: dict[str, Any], named: str) -> None:
    """With what is expected."""
    with pytest.raises(UnusableError) as error:
        convert({**MANIFEST, **change}, Manifest)
    assert str(error.value).startswith(named)
