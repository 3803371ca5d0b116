"""Records of a release: ``manifest.json``, and ``hydration.jsonl``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, get_args

from msgspec import UNSET, Meta, UnsetType, field

from dataset.records.agreement import Ceiling, Figure
from dataset.records.record import Record, by
from dataset.records.types import Count, Share, Split, Text

FORMAT: Literal[1] = 1
Config = Literal["articles", "sentences", "claims", "stance", "article_stance"]
Profile = Literal["full", "standoff", "hydrated"]  # all of it, without text, with other copies' text

_Name = Annotated[str, by(lambda name: 0 < len(name) <= 200 and name.isprintable(), "a text of one line")]
_Number = Annotated[
    str,
    Meta(pattern=r"^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(?:\+hydrated)?(?!\n)$", description='a version such as "1.0.0"'),
]
_Texts = Annotated[tuple[Text, ...], Meta(description="a list of texts")]


class _Open(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A part of a manifest: one of a newer Standpunkt may have more fields."""


class SchemeVersion(_Open, frozen=True, kw_only=True):
    """The label scheme of a release."""

    version: Text  # of scheme.toml
    sha256: Text  # of scheme.toml


class Part(_Open, frozen=True, kw_only=True):
    """What a release is a part of."""

    of: Text  # the corpus
    licenses: _Texts  # that its articles are under
    articles: Count  # of the whole


class ReleasedAgreement(_Open, frozen=True, kw_only=True):
    """Agreement as a manifest gives it: α by layer, and how well one annotator predicts another."""

    aggregation: Text | None = None  # method that gold was made by
    aggregation_why_not: dict[str, Text] | None = None  # by layer
    alpha: dict[str, Figure] | None = None  # by layer
    ceiling: dict[str, Ceiling] | None = None  # by layer


class ReleasedConfig(_Open, frozen=True, kw_only=True):
    """One table of a release."""

    digest: Text  # of its rows
    rows: dict[str, Count]  # by split

    def __post_init__(self) -> None:
        """Check that every split has its number of rows, and nothing else has."""
        super().__post_init__()
        _check_keys("rows", self.rows, get_args(Split))


class ReleasedArticle(_Open, frozen=True, kw_only=True):
    """An article of a release, those in quarantine included."""

    file: Text | None = None  # its file in the corpus
    bytes_sha256: Text | None = None  # of the file
    text_sha256: Text  # of the canonical text
    length: Count | None = None  # in code points
    encoding: Text | None = None  # of the file
    normalised: _Texts | None = None  # what canonical text changed


class ReleasedFile(_Open, frozen=True, kw_only=True):
    """A file of a release."""

    sha256: Text  # of its bytes
    bytes: Count  # size


class SharedText(_Open, frozen=True, kw_only=True):
    """A line of ``splits/reuse.jsonl``: two articles that share text."""

    a: Text  # an article
    b: Text  # another article
    cluster_id: Text | None = None  # of both
    shared_sentences: int  # of six words or more
    sentence_share: Share  # of the shorter one's sentences
    gram_containment: Share  # of the smaller one's sampled groups of words


class FullRelease(_Open, frozen=True, kw_only=True):
    """The release with its text, as a stand-off release names it."""

    digest: Text  # of all that it contains
    manifest_sha256: Text  # of its manifest.json


class HydratedFrom(_Open, frozen=True, kw_only=True):
    """How a release was hydrated."""

    full_digest: Text  # of the release with the labelled text
    articles: dict[str, Count] = field(default_factory=dict)  # by status
    spans: dict[str, dict[str, Count]] = field(default_factory=dict)  # by part and status


class Head(_Open, frozen=True, kw_only=True):
    """The part of a manifest that is about the release as a whole; its digest covers all of these fields."""

    format: Literal[1]  # of the manifest
    name: _Name  # of the corpus, or of a part of it
    version: _Number  # of the release
    profile: Profile = "full"  # earlier manifests have none
    language: Text  # of most articles
    license: Text  # of the texts
    labels_license: Text | UnsetType | None = UNSET  # if it differs from that of the texts
    part: Part | None = None  # if not all articles are released
    description: Text  # of corpus.toml
    synthetic: Text | None = None  # if the texts are invented: by whom
    annotator_kind: _Texts  # of the annotators that gold rests on
    silver: bool  # models alone made gold
    scheme: SchemeVersion  # of its labels
    agreement: ReleasedAgreement | None = None  # of the annotators, if it was computed
    citation: dict[str, Any] | None = None  # earlier manifests have none
    datasheet: Text | None = None  # a hash of the answers
    guidelines: _Texts | None = None  # versions


class Manifest(Head, frozen=True, kw_only=True):
    """``manifest.json``: contents of a release, with hashes, digests and versions."""

    digest: Text  # of all that the release contains, in any format
    configs: dict[str, ReleasedConfig]  # by name
    fingerprint_version: int | UnsetType | None = UNSET  # earlier manifests have none
    tools: dict[str, Text]  # version by name
    articles: dict[str, ReleasedArticle]  # by id
    files: dict[str, ReleasedFile]  # by path
    full: FullRelease | UnsetType | None = UNSET  # of a stand-off release
    hydrated: HydratedFrom | UnsetType | None = UNSET  # of a hydrated release
    manifest_sha256: Text | UnsetType | None = UNSET  # of everything above

    def __post_init__(self) -> None:
        """Check that every config has its entry, and nothing else has; and the entry that the profile needs."""
        super().__post_init__()
        _check_keys("configs", self.configs, get_args(Config))
        if self.profile == "standoff" and not self.full:
            raise ValueError("full.digest: a text is expected, not null")
        if self.profile == "hydrated" and not self.hydrated:
            raise ValueError("hydrated.full_digest: a text is expected, not null")

    @property
    def full_digest(self) -> str:
        """The digest of the release with its text, by which releases with and without text are recognised as the same."""
        return self.full.digest if self.full else self.digest


def _check_keys(field: str, table: Iterable[str], names: tuple[str, ...]) -> None:
    if lost := [name for name in names if name not in table]:
        raise ValueError(f"{field}.{lost[0]}: missing")
    if more := sorted(set(table) - set(names)):
        raise ValueError(f"{field}: {more[0][:60]!r} is unknown; known are {', '.join(names)}")
