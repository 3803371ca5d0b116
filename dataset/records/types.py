"""The field types that several records share, each with what a message says is expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from dataset.records.fields import is_date, is_line, is_text, is_web_address
from dataset.records.record import Record, by

MOST = 1 << 40  # of any count, size or length

Text = Annotated[str, Meta(description="a text")]  # may be empty
ArticleId = Annotated[str, Meta(description="an article's id")]
NonBlank = Annotated[str, by(is_text, "a text")]
Line = Annotated[str, by(is_line, "a text of one line without blanks around it")]
Date = Annotated[str, by(is_date, "YYYY, YYYY-MM, YYYY-MM-DD or a time with its zone")]
WebAddress = Annotated[
    str, by(is_web_address, "an address that begins with http:// or https://, without blanks or a user name,")
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$", description="a hash of 64 hexadecimal digits")]
Version = Annotated[
    str,
    Meta(
        pattern=r"^(?:0|[1-9][0-9]{0,8})\.(?:0|[1-9][0-9]{0,8})\.(?:0|[1-9][0-9]{0,8})(?!\n)$",
        description='a version such as "1.0.0"',
    ),
]
LANGUAGE = r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*(?!\n)$"
Language = Annotated[str, Meta(pattern=LANGUAGE, description='a code such as "de" or "de-AT"')]
Count = Annotated[int, Meta(ge=0, le=MOST, description="a whole number from 0")]
Offset = Annotated[int, Meta(ge=0, le=MOST, description="a whole number from 0")]
Share = Annotated[float, Meta(ge=0, le=1, description="a number between 0 and 1")]
AnnotatorKind = Literal["human", "model"]
Split = Literal["train", "validation", "test"]


class Span(Record, frozen=True, order=True):
    """Half-open code points into the canonical text."""

    start: Offset
    end: Offset

    def __post_init__(self) -> None:
        """Refuse a span without characters."""
        super().__post_init__()
        if self.start >= self.end:
            raise ValueError("end: a number greater than start is expected")

    def __iter__(self) -> Iterator[int]:
        """Yield start and end, so that a span can be unpacked."""
        yield self.start
        yield self.end
