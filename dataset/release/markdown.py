"""Text of a corpus in Markdown: shown as it is, whatever Markdown or HTML would make of it."""

from __future__ import annotations

import re

_ACTIVE = re.compile(r"[\\`*\[~|#$]|(?<![^\W_])_|_(?![^\W_])")
# Only where a line begins: quotes, lists, underlines of headings, tables.
_BEGIN = re.compile(r"[>+=:-]|\d{1,9}(?=[.)](?:\s|$))(?P<number>)")
_LIST = re.compile(r"[*+-]\s|\d{1,9}[.)]\s")
# Names of fields and files in backticks may stay: nothing in them is active.
_CODE = re.compile(r"((?<!`)`[A-Za-z0-9_./-][A-Za-z0-9_./ -]*`(?!`))")
_ENTITY = re.compile(r"&(?=#?\w{1,40};)")
_ESCAPED = re.compile(r"\\([\\`*\[~|#$_>+=:.)-])")


class Markdown(str):
    """Text that is Markdown already; any other text is escaped where it becomes part of a document."""

    __slots__ = ()


def inline(text: object) -> Markdown:
    """Escape text of one line; line breaks in it become blanks."""
    if isinstance(text, Markdown):
        return text
    parts = _CODE.split(" ".join(_visible(str(text)).split()))
    return Markdown("".join(part if i % 2 else _escape(part) for i, part in enumerate(parts)))


def paragraphs(text: str) -> Markdown:
    """Escape text of several paragraphs, which blank lines divide; the lines of a list stay lines."""
    lines: list[str] = []
    for line in text.splitlines():
        words = line.strip()
        if _LIST.match(words) and lines and lines[-1]:
            lines[-1] += "\\"
        begin = _BEGIN.match(words)
        shown = inline(words)
        if begin:
            end = begin.end() if begin["number"] is not None else 0
            shown = Markdown(f"{words[:end]}\\{shown[end:]}")
        lines.append(shown)
    return Markdown(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"))


def code(text: object) -> Markdown:
    """Return text as a code span, or escaped where it cannot be one."""
    span = f"`{text}`"
    return Markdown(span) if _CODE.fullmatch(span) else inline(text)


def plain(text: str) -> str:
    """Return escaped text as it was, for documents that are no Markdown."""
    return _ESCAPED.sub(r"\1", text.replace("\\\n", "\n")).replace("&lt;", "<").replace("&amp;", "&")


def _escape(text: str) -> str:
    return _ACTIVE.sub(r"\\\g<0>", _ENTITY.sub("&amp;", text).replace("<", "&lt;"))


def _visible(text: str) -> str:
    return "".join("\ufffd" if (char < " " and not char.isspace()) or char == "\x7f" else char for char in text)
