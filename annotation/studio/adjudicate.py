"""The adjudication page: what annotators left open, one item at a time, with their votes and without their names.

An item is a label of a claim, an article's stance toward a target, or a span that just half of the annotators marked. The adjudicator's
label wins in gold and needs a reason; the annotators' labels stay, and agreement is computed from them alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from annotation.decide import is_open, low_confidence
from annotation.items import half_marked, span_item
from annotation.studio.hotkeys import article_keys, claim_keys
from annotation.studio.interface import FLOW, LANGUAGE, STYLE, no_fields
from annotation.studio.tasks import Task, hashes, shown_sha256, surroundings
from dataset.corpus import Corpus
from dataset.labels import LAYERS, LIST_OF, SPAN_LABELS
from dataset.prepare import Prepared
from dataset.records.gold import Gold
from dataset.records.labels import Annotation
from dataset.records.types import Span
from dataset.scheme import Scheme

_QUESTIONS = {"kind": "Welche Art von Behauptung ist das?", "target": "Auf welche Frage bezieht sich die Behauptung?"}
_SPAN = "Ist das eine Behauptung?"
_SPAN_NAMES = dict(zip(SPAN_LABELS, ("ja", "nein"), strict=True))
_SPAN_KEYS = dict(zip(SPAN_LABELS, "jn", strict=True))


def adjudication_page() -> str:
    """The XML of the adjudication page; the choices come with each task."""
    return f"""<View>
  <Style>{STYLE}</Style>
  <Header value="$question"/>
  <Choices name="decision" toName="claim" choice="single" showInline="true" value="$options" required="true"
    requiredMessage="Bitte entscheiden"/>
  <TextArea name="reason" toName="claim" placeholder="Begründung, dann Eingabetaste" maxSubmissions="1" rows="1" editable="true"
    required="true" requiredMessage="Bitte begründen"/>
  <Text name="votes" value="$votes"/>
{FLOW}</View>
"""


def adjudication_tasks(
    corpus: Corpus,
    articles: Iterable[Prepared],
    rows: Sequence[Gold],
    counted: Mapping[str, Sequence[Annotation]],
    there: Collection[str] = (),
) -> list[Task]:
    """A task for every open item that the project does not have yet.

    Args:
        corpus: its scheme gives the choices.
        articles: all of its articles.
        rows: of ``gold.jsonl``, as just computed.
        counted: the annotations that made them, by article.
        there: keys of the tasks that the project has.
    """
    gold = {row.article_id: row for row in rows}
    tasks = []
    for article in articles:
        row = gold.get(article.source.id)
        if row is not None:
            for item in _open_items(corpus.scheme, row, counted[article.source.id]):
                if item.key not in there:
                    tasks.append(_task(corpus, article, item))
    return tasks


class _Item(NamedTuple):
    """An open item."""

    layer: str
    item: str
    span: Span | None  # None for an article's stance
    target: str | None  # toward which a stance is asked
    votes: Counter[str]

    @property
    def key(self) -> str:
        """The key of its task."""
        return f"{self.layer}@{self.item}" + (f"@{self.target}" if self.layer == "stance" else "")


def _open_items(scheme: Scheme, row: Gold, annotations: Sequence[Annotation]) -> list[_Item]:
    """The open items of an article, in the order of its text; its own stances come last."""
    items: list[tuple[Span, _Item]] = []
    for span, marked, all_ in half_marked(annotations):
        if span in row.lost:
            votes = Counter({"claim": marked, "none": all_ - marked})
            items.append((span, _Item("span", span_item(row.article_id, span), span, None, votes)))
    for claim in row.claims:
        for layer in LAYERS:
            if not is_open(claim, layer) or (layer == "stance" and claim.target not in scheme.questions):
                continue
            target = claim.target if layer == "stance" else None
            votes = Counter(
                label
                for vote in claim.votes
                if (label := getattr(vote, layer)) is not None and (target is None or vote.target == target)
            )
            items.append((claim.span, _Item(layer, claim.id, claim.span, target, votes)))
    found = [item for _, item in sorted(items, key=lambda one: (one[0], one[1].layer))]
    for target, entry in row.article_stance.items():
        shares = entry.label_distribution
        if shares is not None and not entry.adjudicated and (entry.label is None or low_confidence(shares)):
            votes = Counter(one.article_stance[target] for one in annotations if target in one.article_stance)
            found.append(_Item("article_stance", f"{row.article_id}:{target}", None, target, votes))
    return found


def _task(corpus: Corpus, article: Prepared, item: _Item) -> Task:
    layer = item.layer
    options = _options(corpus.scheme, layer)
    named = {option["alias"]: option["value"] for option in options}
    question = _QUESTIONS.get(layer) or (_SPAN if layer == "span" else "")
    if layer in ("stance", "article_stance"):
        who = "der Behauptung" if layer == "stance" else "des Artikels"
        question = f"Haltung {who}: {corpus.scheme.questions[item.target or '']}"
    votes = ", ".join(f"{count} × {named.get(label, label)}" for label, count in sorted(item.votes.items()))
    texts = {"before": "", "claim": article.text, "after": ""}
    if item.span is not None:
        texts = surroundings(article, item.span.start, item.span.end)
    data = {
        "key": item.key,
        "article_id": article.source.id,
        "item": item.item,
        "layer": layer,
        "target": item.target,
        "start": item.span and item.span.start,
        "end": item.span and item.span.end,
        "question": question,
        "options": options,
        "votes": f"Stimmen: {votes}",
        **texts,
    }
    return {"data": data | hashes(corpus, article, shown_sha256(data))}


def _options(scheme: Scheme, layer: str) -> list[dict[str, str]]:
    """The choices of an item as Label Studio takes them."""
    if layer == "span":
        return [{"alias": id_, "value": _SPAN_NAMES[id_], "hotkey": _SPAN_KEYS[id_]} for id_ in SPAN_LABELS]
    # An article's stance has the keys that it has toward the first question.
    keys = article_keys(scheme) if layer == "article_stance" else claim_keys(scheme)
    control = next(iter(scheme.questions)) if layer == "article_stance" else layer
    if layer == "target":
        named = [(one.id, one.question or "keine der Fragen") for one in scheme.targets]
    else:
        labels = getattr(scheme, LIST_OF.get(layer, "article_stances"))
        named = [(one.id, one.name.get(LANGUAGE) or one.name.get("en") or one.id) for one in labels]
    return [_option(id_, name, keys.get((control, id_))) for id_, name in named]


def _option(id_: str, name: str, hotkey: str | None) -> dict[str, str]:
    return {"alias": id_, "value": no_fields(name)} | ({"hotkey": hotkey} if hotkey else {})
