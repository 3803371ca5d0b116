"""``manifest.jsonl`` of a corpus: what is known of its articles."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar

from dataset.records.fields import is_text
from dataset.records.ledger import HASHED
from dataset.records.record import Record, by
from dataset.records.types import Count, Date, Language, Line, NonBlank, Sha256, Text, WebAddress

Known = Annotated[str, by(is_text, "a text (null if it is unknown)")]


def check_id(id_: str) -> str | None:
    """Return the reason why this cannot be the id of an article; None if it can."""
    if not id_ or len(id_) > 200:
        return "an id has 1 to 200 characters"
    if id_.startswith(HASHED):
        return f"an id does not begin with {HASHED}: rename the file"
    if any(char in "/\\#" or unicodedata.category(char)[0] == "C" for char in id_):
        return "an id holds no slash, # or control character: rename the file"
    return None


def is_file_name(value: str) -> bool:
    """Return whether a text names a file below a folder."""
    path = PurePosixPath(value)
    return bool(value) and not {"\\", "\0"} & set(value) and ".." not in path.parts and not path.is_absolute()


class Article(Record, frozen=True):
    """An article. What is not set is unknown, or as ``corpus.toml`` has it."""

    advice: ClassVar[str] = "own remarks go into notes"

    id: Text  # 1 to 200 characters, without slash, # or control characters
    file: Annotated[str, by(is_file_name, "a file name")]  # below articles/, or below the folder of external texts
    bytes_sha256: Sha256 | None = None  # of the file when it was added
    text_sha256: Sha256 | None = None  # of the canonical text; a text with another hash is not released
    length: Count | None = None  # code points of the canonical text
    outlet: Known | None = None
    published: Date | None = None
    agencies: tuple[NonBlank, ...] | None = ()  # that the text is from
    license: Line | None = None  # an SPDX name
    language: Language | None = None
    rights_holder: Known | None = None
    url: WebAddress | None = None  # where it was published
    dateline: Known | None = None  # not released, as the following fields
    genre: Known | None = None
    rights: Known | None = None
    notes: Any = None  # anything

    def __post_init__(self) -> None:
        """Check the id."""
        super().__post_init__()
        if problem := check_id(self.id):
            raise ValueError(f"id: {problem}")

    def row(self, *fields: str) -> dict[str, object]:
        """Return the line that is written: these fields, unknown ones as null."""
        return {name: getattr(self, name) for name in fields}


# Fields of a line that a build adds, and of one that ``new`` writes for a user to complete.
RECORDED = ("id", "file", "text_sha256", "length")
ADDED = ("id", "file", "bytes_sha256", "text_sha256", "length", "outlet", "published", "agencies", "license")
