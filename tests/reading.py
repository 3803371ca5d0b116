"""Reading a page as a browser does: its elements, its attributes, and what it says."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "img", "source"}
INLINE = {"a", "bdi", "mark", "q", "strong"}


class Reading(HTMLParser):
    """The elements and attributes of a page, and its text without the style sheet. Elements that do not close are an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It must be the one that is open."""
        assert self._open.pop() == tag
        if tag not in INLINE:
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._open and self._open[-1] not in ("style", "title"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that can be read, blanks as one."""
        return " ".join("".join(self.texts).split())


def said(written: list[Path]) -> str:
    """What the page says."""
    return Reading(written[0].read_text(encoding="utf-8")).text
