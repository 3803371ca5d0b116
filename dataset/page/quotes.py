"""Quoting an article: a place in it with the words around."""

from __future__ import annotations

from dataset.records.types import Span

CONTEXT = 160  # code points on both sides of a span


def in_context(text: str, span: Span) -> tuple[str, str, str] | None:
    """The words before a span, the span, and the words after it; None where the text does not reach that far."""
    if span.end > len(text):
        return None
    before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
    if span.start > CONTEXT:
        before = "… " + (before.split(" ", 1)[1] if " " in before else before)
    if span.end + CONTEXT < len(text):
        after = (after.rsplit(" ", 1)[0] if " " in after else after) + " …"
    middle = text[span.start : span.end]
    if len(middle) > 5 * CONTEXT:
        middle = f"{middle[: 3 * CONTEXT]} […] {middle[-CONTEXT:]}"
    return before, middle, after
