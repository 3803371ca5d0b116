"""HTML in which nothing from the data can become markup: every text is escaped unless ``tag`` itself made it."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dataset.page.values import NO_VALUE, number, shortened

_VOID = frozenset({"meta", "img", "source"})
# No control character may stand in a page, half of a surrogate pair cannot be written, and marks of direction would turn what follows.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")


class Html(str):
    """Markup that ``tag`` made. Plain text is a ``str``, and is escaped wherever it becomes part of this."""

    __slots__ = ()


@dataclass(frozen=True)
class Picture:
    """A figure: the name of its file, its PNG on white and on black, and what there is to see in words."""

    file: str
    light: bytes
    dark: bytes
    alt: str


def escaped(text: str) -> Html:
    """A text as markup that shows just this text."""
    return text if isinstance(text, Html) else Html(html.escape(_UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)))


def joined(parts: Iterable[str | None], between: str = "") -> Html:
    """Parts one after the other; those that are None or empty are left out."""
    return Html(escaped(between).join(escaped(part) for part in parts if part))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def tag(element: str, /, *children: str | None, **attributes: str | float | None) -> Html:
    """An element. ``class_`` is the class, ``aria_label`` is ``aria-label``; an attribute that is None is left out."""
    given = "".join(
        f' {_attribute(key)}="{escaped(str(value))}"' for key, value in attributes.items() if value is not None
    )
    if element in _VOID:
        return Html(f"<{element}{given}>")
    return Html(f"<{element}{given}>{joined(children)}</{element}>")


def paragraph(*children: str | None, class_: str | None = None) -> Html:
    """A paragraph."""
    return tag("p", *children, class_=class_)


def bullets(items: Sequence[str]) -> Html | None:
    """A list; None where there is nothing to list."""
    return tag("ul", *(tag("li", item) for item in items)) if items else None


def named(name: str, length: int = 32) -> Html:
    """The name of an annotator, which may be any text: kept apart from what stands around it, and short."""
    short = shortened(name, length)
    return tag("bdi", short, class_="name", title=None if short == name else name[:500])


def grid(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1, tail: int = 0) -> Html:
    """A table that scrolls inside its own box where the page is narrower.

    Columns of numbers in which nothing is known are left out, and named below.

    Args:
        caption: what it shows.
        head: the columns.
        rows: their cells; one that ``heat`` made is taken as it is.
        texts: how many of the columns, from the left, are texts and not numbers.
        tail: how many from the right.
    """
    numbers = range(texts, len(head) - tail)
    kept = [place for place in range(len(head)) if place not in numbers or any(row[place] != NO_VALUE for row in rows)]
    columns = [tag("th", head[place], scope="col", class_="n" if place in numbers else None) for place in kept]
    body = [tag("tr", *(_cell(row[place], place, place in numbers) for place in kept)) for row in rows]
    whole = tag("table", tag("thead", tag("tr", *columns)), tag("tbody", *body), aria_label=caption)
    box = tag("div", whole, class_="scroll", tabindex=0, role="region", aria_label=caption)
    unknown = [title for place, title in enumerate(head) if place not in kept]
    note = paragraph(f"Not known: {', '.join(unknown)}.", class_="quiet") if unknown else None
    return tag("div", paragraph(caption, class_="caption"), box, note, class_="grid")


def _cell(content: str, place: int, is_number: bool) -> Html:
    if isinstance(content, Html) and content.startswith("<td"):
        return content
    if place == 0:
        return tag("th", content, scope="row")
    return tag("td", content, class_="n" if is_number else None)


def heat(value: float | None, text: str) -> Html:
    """A table's cell with a number in [0, 1], the deeper blue the larger."""
    if value is None:
        return tag("td", NO_VALUE, class_="n empty")
    step = round(10 * min(max(value, 0.0), 1.0))
    return tag("td", text, class_=f"n heat h{step}")


def bar(value: float | None, low: float | None = None, high: float | None = None, marks: Sequence[float] = ()) -> Html:
    """A number in [0, 1] as a bar, with its interval and marks at the gates; drawn as large as its cell."""
    if value is None:
        return Html("")

    def at(x: float) -> str:
        return f"{100 * min(max(x, 0.0), 1.0):.1f}%"

    parts = [
        tag("rect", x="0", y="4", width="100%", height="8", class_="track"),
        tag("rect", x="0", y="4", width=at(value), height="8", class_="fill"),
        *(tag("line", x1=at(x), x2=at(x), y1="1", y2="15", class_="gate") for x in marks),
    ]
    if number(low) is not None and number(high) is not None:
        parts.append(tag("line", x1=at(low or 0), x2=at(high or 0), y1="8", y2="8", class_="interval"))
    return tag("svg", *parts, class_="bar", height="16", aria_hidden="true")


def image(picture: Picture) -> Html:
    """A figure that lies in the page itself, light or dark as the reader's screen is."""
    light, dark = (
        "data:image/png;base64," + base64.b64encode(data).decode("ascii") for data in (picture.light, picture.dark)
    )
    night = tag("source", media="screen and (prefers-color-scheme: dark)", srcset=dark)
    return tag("figure", tag("picture", night, tag("img", src=light, alt=picture.alt)))


def beside(*parts: str | None) -> Html:
    """A figure and its table: side by side where there is room."""
    return tag("div", *parts, class_="beside")
