"""The hardest items on the page: text with context, and who said what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from annotation.report.hardest import LIMIT, Item, Vote, hardest_items
from annotation.report.names import SHORT_NAMES
from dataset.corpus import Corpus
from dataset.labels import LAYERS
from dataset.page.markup import Html, bullets, grid, joined, named, paragraph, tag
from dataset.page.quotes import CONTEXT, in_context
from dataset.page.values import NO_VALUE, listed, plural, shown
from dataset.records.gold import Gold
from dataset.records.labels import Annotation

MOST_VOTES = 12
_WHAT = {"claim": "Claim", "span": "Open span", "article_stance": "Stance of the article"}


def hardest_section(
    corpus: Corpus, rows: Sequence[Gold], annotations: Sequence[Annotation], texts: Mapping[str, str]
) -> Html:
    """The hardest items, at most 30, sorted by entropy."""
    items, of = hardest_items(rows, annotations)
    if not items:
        several = any(len(row.annotators) > 1 for row in rows)
        reason = (
            "No item divides the annotators, and none was marked unclear."
            if several
            else "No article was labelled by several annotators and nobody marked anything unclear, so nothing is known to be hard."
        )
        return paragraph(reason)
    intro = paragraph(
        f"{len(items)} of {plural(of, 'item')} on which votes are divided, that somebody marked unclear, or of which gold leaves open"
        f" whether there is a claim. Some of every sort, {LIMIT} at most, the most divided first: entropy in bits is 0 where all said"
        " the same and 1 where two answers have half of the votes each. They are what the guidelines should say more about, and what to"
        " discuss when annotators meet. Names are the pseudonyms in labels/; bold answers are not gold's.",
        class_="quiet",
    )
    missing = {item.article for item in items} - set(texts)
    note = None
    if missing:
        note = paragraph(
            f"The text of {plural(len(missing), 'article')} below is not here (not shipped, or not given): offsets stand instead."
        )
    return joined(
        [intro, note, *(_item(corpus, place, item, texts.get(item.article)) for place, item in enumerate(items, 1))]
    )


def _item(corpus: Corpus, place: int, item: Item, text: str | None) -> Html:
    divided = [f"{SHORT_NAMES[layer]} {shown(bits)}" for layer, bits in item.entropies.items() if bits > 0]
    facts = [f"entropy: {', '.join(divided)}" if divided else _undivided(item)]
    if item.unclear:
        facts.append(f"marked unclear by {item.unclear}")
    question = corpus.scheme.questions.get(item.name) if item.what == "article_stance" else None
    name = f"{item.article}, {item.name}" if item.what == "article_stance" else item.name
    return tag(
        "article",
        tag("h3", f"{place}. {_WHAT[item.what]} ", tag("bdi", name)),
        paragraph("; ".join(facts), class_="quiet"),
        paragraph("Question: ", tag("bdi", question, lang=corpus.language)) if question else None,
        paragraph("Claimant: ", tag("bdi", item.actor)) if item.actor else None,
        _quote(corpus, item, text),
        paragraph("A label here could not be read and was set aside (rejected.jsonl).") if item.unreadable else None,
        _outcome(item),
        _votes(item, text),
        class_="item",
    )


def _undivided(item: Item) -> str:
    if item.what != "span":
        return "votes agree"
    return (
        "all marked something here, but no boundaries have a majority" if item.votes else "who marked it is not known"
    )


def _quote(corpus: Corpus, item: Item, text: str | None) -> Html | None:
    if item.span is None:
        if text is None:
            return paragraph("Article ", tag("bdi", item.article), ".")
        start = text[: 2 * CONTEXT]
        return tag("blockquote", start + (" …" if len(text) > len(start) else ""), lang=corpus.language, dir="auto")
    parts = None if text is None else in_context(text, item.span)
    if parts is None:
        return paragraph(f"Characters {item.span.start} to {item.span.end} of article ", tag("bdi", item.article), ".")
    before, marked, after = parts
    return tag("blockquote", before, tag("mark", marked), after, lang=corpus.language, dir="auto")


def _outcome(item: Item) -> Html | None:
    """What gold says now."""
    if item.what == "span":
        of = len({vote.annotator for vote in item.votes} | set(item.silent))
        marked = f" {of - len(item.silent)} of {of} marked something here." if of else ""
        return paragraph(f"Gold leaves open whether this is a claim.{marked}")
    if not any(item.gold.values()) and item.what == "claim":
        return paragraph("Gold leaves all its labels open.")
    parts = [f"{SHORT_NAMES[layer]} {label if label is not None else 'open'}" for layer, label in item.gold.items()]
    decided = paragraph("An adjudicator decided: ", tag("bdi", item.reason)) if item.reason else None
    return joined([paragraph("In gold: ", "; ".join(parts), "."), decided])


def _votes(item: Item, text: str | None) -> Html:
    layers = ("article_stance",) if item.what == "article_stance" else LAYERS
    if not item.votes and not item.silent:
        return paragraph("Single votes are not recorded for this item.")
    tables: list[Html | None] = []
    if len(item.votes) > MOST_VOTES:
        counted = []
        for layer in layers:
            most = Counter(vote.labels[layer] for vote in item.votes if layer in vote.labels).most_common()
            if most:
                answers = ", ".join(f"{label} {n}" for label, n in sorted(most, key=lambda one: (-one[1], one[0])))
                counted.append(f"{SHORT_NAMES[layer]}: {answers}")
        tables += [paragraph(f"All {plural(len(item.votes), 'vote')}:"), bullets(counted)]
    spans = item.what != "article_stance"
    body = []
    for vote in item.votes[:MOST_VOTES]:
        place = []
        if spans and vote.span is not None:
            bounds = f"{vote.span.start}–{vote.span.end}"
            place = [bounds if vote.span == item.span else tag("strong", bounds)]
        elif spans:
            place = [NO_VALUE]
        body.append([named(vote.annotator), *(_answer(vote, layer, item) for layer in layers), *place])
    if body:
        head = ["annotator", *(SHORT_NAMES[layer] for layer in layers), *(["characters"] if spans else [])]
        rest = len(item.votes) - len(body)
        caption = "Votes" + (f", the first {len(body)}; {rest} more" if rest else "")
        tables.append(grid(caption, head, body, texts=len(head)))
    if spans and text is not None:
        tables.append(_other_bounds(item, text))
    if item.silent and spans:
        tables.append(paragraph("Marked no claim here: ", tag("bdi", listed(item.silent, MOST_VOTES)), "."))
    return joined(tables)


def _answer(vote: Vote, layer: str, item: Item) -> str:
    """A label, in bold where gold says something else."""
    label = vote.labels.get(layer, NO_VALUE)
    gold = item.gold.get(layer)
    return label if label in (NO_VALUE, gold) or gold is None else tag("strong", label)


def _other_bounds(item: Item, text: str) -> Html | None:
    """What those marked who set other boundaries."""
    others = sorted({vote.span for vote in item.votes if vote.span is not None and vote.span != item.span})
    quotes = []
    for span in others[:4]:
        words = text[span.start : span.end]
        if words:
            quotes.append(
                joined(
                    [
                        f"{span.start}–{span.end}: ",
                        tag("q", words if len(words) <= 240 else f"{words[:160]} […] {words[-60:]}", dir="auto"),
                    ]
                )
            )
    return joined([paragraph("Other boundaries:"), bullets(quotes)]) if quotes else None
