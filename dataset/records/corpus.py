"""``corpus.toml``: the settings of a corpus."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field
from msgspec.structs import asdict

from dataset.records.record import Record, by
from dataset.records.types import ArticleId, Language, Line, NonBlank, Share, Text, Version, WebAddress

NAME = r"^[a-z0-9][a-z0-9._-]*(?!\n)$"
Aggregation = Literal["majority", "dawid_skene", "mace"]


def _is_title(value: str) -> bool:
    return bool(value.strip()) and value.isprintable()


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


Title = Annotated[str, by(_is_title, "a text of one line")]
Doi = Annotated[
    str,
    Meta(
        pattern=r"^10\.[0-9]{4,9}/[A-Za-z0-9:/_;.()\[\]-]+(?!\n)$", description='a DOI such as "10.5281/zenodo.1003150"'
    ),
]
Orcid = Annotated[
    str, Meta(pattern=r"^(?:[0-9]{4}-){3}[0-9]{3}[0-9X](?!\n)$", description='an ORCID such as "0000-0002-1825-0097"')
]
Day = Annotated[str, by(_is_day, 'the day of this version, such as "2025-01-31",')]


class Author(Record, frozen=True, omit_defaults=True):
    """A person (family and given name), or a group or project (name)."""

    name: Title | None = None
    family: Title | None = None
    given: Title | None = None
    affiliation: Title | None = None
    orcid: Orcid | None = None

    def __post_init__(self) -> None:
        """Check that it is either a group or a person."""
        super().__post_init__()
        if (self.name is None) == (self.family is None) or (self.name and self.given):
            raise ValueError("name: the name of a group, or family (and given) of a person, is expected")

    @property
    def shown(self) -> str:
        """The name as it is read."""
        return self.name or " ".join(filter(None, (self.given, self.family)))


class Citation(Record, frozen=True):
    """Who and what is cited; a corpus that names no authors is cited by its own name."""

    title: Text
    authors: tuple[Author, ...]
    doi: Doi | None = None
    url: WebAddress | None = None
    date: Day | None = None


class Shares(Record, frozen=True):
    """The share of each split; they sum to 1."""

    train: Share = 0.0
    validation: Share = 0.0
    test: Share = 0.0


class AnnotationSettings(Record, frozen=True):
    """How a corpus is labelled."""

    overlap: Annotated[int, Meta(ge=1, description="a whole number of annotators")] = 1  # per article
    repeat_share: Share = 0.0  # of the articles, which each annotator labels twice
    aggregation: Aggregation = "majority"  # how gold is made of the annotators' labels
    guidelines_version: Version | None = None  # if the corpus has guidelines of its own


class CorpusSettings(Record, frozen=True):
    """Settings of a corpus. Articles may have a language, licence and rights holder of their own, in ``manifest.jsonl``."""

    # Also the name of its folder of releases.
    name: Annotated[str, Meta(pattern=NAME, description="a name of lower-case letters, digits, . _ and -")]
    version: Version  # of the next release
    language: Language
    license: Line  # an SPDX name
    splits: Annotated[Shares, Meta(description="{train = 0.7, validation = 0.15, test = 0.15}, summing to 1,")]
    text: Literal["included", "external"] = "included"  # external: the texts are in another folder
    labels_license: Line | None = None  # of labels and offsets, if it is not that of the texts
    rights_holder: NonBlank | None = None  # of the texts
    withhold: Annotated[
        tuple[ArticleId, ...], Meta(description='a list of article ids such as ["a1"]')
    ] = ()  # not released
    annotation: AnnotationSettings = field(default_factory=AnnotationSettings)
    description: Text = ""  # for the card
    synthetic: NonBlank | None = None  # says how the texts were invented
    # The corpus is cited by its own name if there are none.
    authors: Annotated[tuple[Author, ...], Meta(description="a list of tables")] = ()
    title: Title | None = None  # the name if not set
    doi: Doi | None = None
    url: WebAddress | None = None  # of the corpus
    date: Day | None = None  # of this version

    def __post_init__(self) -> None:
        """Check the sum of the shares."""
        super().__post_init__()
        if abs(sum(asdict(self.splits).values()) - 1) >= 1e-6:
            raise ValueError(
                "splits: shares that sum to 1 are expected, such as {train = 0.7, validation = 0.15, test = 0.15}"
            )

    @property
    def citation(self) -> Citation:
        """How the corpus is cited."""
        authors = self.authors or (Author(name=f"The makers of {self.name}"),)
        return Citation(self.title or self.name, authors, self.doi, self.url, self.date)
