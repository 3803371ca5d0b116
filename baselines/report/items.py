"""The hardest items on the page: text, gold, what annotators and what systems say."""

from __future__ import annotations

from baselines.report.hardest import LIMIT, Hardest, Item
from baselines.report.names import who_labelled
from dataset.page.markup import Html, grid, joined, paragraph, tag
from dataset.page.quotes import CONTEXT, in_context
from dataset.page.values import NO_VALUE, listed, percent, plural, shortened, shown
from dataset.records.scores import Board
from dataset.records.types import Span


def hardest_section(scores: Board, hardest: Hardest, language: str | None) -> Html:
    """The hardest items of a task."""
    heading = tag("h3", "Hardest items")
    if not hardest.items:
        return joined([heading, paragraph("No item is got wrong by more than half of the systems.")])
    intro = paragraph(
        f"{len(hardest.items)} of {plural(hardest.of, 'item')} that more than half of the systems get wrong; probes and systems that never"
        f" look at the item do not count. {LIMIT} at most, those that most systems get wrong and that get the least probability first."
        " Where the annotators are divided as well, the item may have no one right answer; where they are not, look whether gold is right.",
        class_="quiet",
    )
    items = (_item(scores, place, item, language) for place, item in enumerate(hardest.items, 1))
    return joined([heading, intro, *items])


def _item(scores: Board, place: int, item: Item, language: str | None) -> Html:
    wrong = tag("span", f" {item.wrong} of {plural(item.of, 'system')} wrong", class_="quiet")
    return tag(
        "article",
        tag("h4", f"{place}. ", tag("bdi", shortened(item.id, 60)), wrong),
        _question(item, language),
        _quote(item, language),
        _spans(item) if item.gold is None or item.span else _labels(scores, item),
        class_="item",
    )


def _question(item: Item, language: str | None) -> Html | None:
    if not item.target:
        return None
    question = joined([": ", tag("bdi", item.question, lang=language)]) if item.question else None
    return paragraph("Target ", tag("bdi", shortened(item.target)), question)


def _quote(item: Item, language: str | None) -> Html:
    if not item.text:
        return paragraph("The release holds no text of this item.", class_="quiet")
    place = item.span or item.asked
    if place is not None:
        parts = in_context(item.text, place)
    elif item.text in item.context:
        start = item.context.index(item.text)
        parts = in_context(item.context, Span(start, start + len(item.text)))
    else:
        parts = None
        start_of = item.text[: 3 * CONTEXT]
        rest = " …" if len(start_of) < len(item.text) else ""
        return tag("blockquote", start_of + rest, lang=language, dir="auto")
    if parts is None:
        return paragraph("The text of this item is shorter than its labels say.", class_="quiet")
    before, marked, after = parts
    return tag("blockquote", before, tag("mark", marked), after, lang=language, dir="auto")


def _labels(scores: Board, item: Item) -> Html:
    """A row a label: gold, annotators, systems."""
    votes = {label: share for label, share in (item.votes or {}).items() if share}
    labels = list(
        dict.fromkeys([item.gold or "", *item.answers, *sorted(votes, key=lambda label: (-votes[label], label))])
    )
    rows: list[list[str]] = []
    for label in labels:
        name = tag("bdi", shortened(label))
        row: list[str] = [joined([name, tag("strong", "gold")], " ") if label == item.gold else name]
        row += [percent(votes.get(label, 0.0))] if votes else []
        row += [str(len(item.answers.get(label, ())))]
        row += [shown(item.sure.get(label))] if item.sure else []
        rows.append([*row, listed(item.answers.get(label, ()), 8) or NO_VALUE])
    head = ["label", *([f"votes by {who_labelled(scores.annotator_kind or 'annotators')}"] if votes else []), "systems"]
    head += [*(["mean probability"] if item.sure else []), "which systems"]
    return grid("What was said", head, rows, tail=1)


def _spans(item: Item) -> Html:
    """A row a system: what it marked."""
    if item.span is None:
        gold = "Gold names nobody here."
    else:
        gold = f"Gold: {shortened(item.gold or '')}, characters {item.span.start} to {item.span.end}."
    claim = _words(item.text, (item.asked,)) if item.asked is not None else None
    rows: list[list[str]] = [
        [tag("bdi", shortened(name)), _outcome(item, spans), _bounds(spans), _words(item.text, spans)]
        for name, spans in item.marked.items()
    ]
    head = ["system", "found", "characters", "what it marked"]
    asked = paragraph("The claim: ", claim) if claim else None
    return joined([asked, paragraph(gold), grid("What systems marked here", head, rows, texts=4)])


def _outcome(item: Item, spans: tuple[Span, ...]) -> str:
    if item.span is None:
        return "marked something" if spans else "right"
    if item.span in spans:
        return "the span"
    near = any(a < item.span.end and item.span.start < b for a, b in spans)
    return "other bounds" if near else "something else" if spans else "missed"


def _bounds(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{start}–{end}" for start, end in spans[:3]) or NO_VALUE


def _words(text: str, spans: tuple[Span, ...]) -> Html:
    quotes = [tag("q", shortened(text[start:end], 120), dir="auto") for start, end in spans[:3] if text[start:end]]
    return joined(quotes, " ") or tag("span", NO_VALUE)
