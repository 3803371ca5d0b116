"""All figures of agreement of a corpus in one table, safe for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from annotation.agreement.annotators import annotator_tables, intra_tables
from annotation.agreement.layers import layer_table, span_table
from annotation.agreement.pairs import pair_name, pair_table, shared_work
from annotation.agreement.votes import list_of, metric_of, units_by_layer
from dataset.labels import REPEAT_MARK
from dataset.records.agreement import Agreement, LayerAlpha
from dataset.records.labels import Annotation
from dataset.scheme import Scheme


def agreement_report(scheme: Scheme, annotations: Sequence[Annotation], lengths: Mapping[str, int]) -> Agreement:
    """How well annotators agree on a corpus.

    Args:
        scheme: the labels, and which of its lists are an order.
        annotations: all that ``read_labels`` returns, at most one an annotator, article and page. Those submitted on the article page
            that are no blind repeats count; ``by_annotator`` and ``intra`` also look at skips and repeats.
        lengths: by article id its length in code points.

    Returns:
        ``alpha``, ``pairs``, ``by_annotator`` and ``intra``; the other fields are not set. Six digits and no NaN. The order of
        ``annotations`` does not matter.

    Raises:
        KeyError: an article that two annotators labelled has no length, or a label is not in the scheme.
        ValueError: a span ends behind its article.
    """
    ordered = sorted(annotations, key=lambda one: (one.article_id, one.annotator, one.id))
    on_page = [one for one in ordered if one.page == "article"]
    counting = [one for one in on_page if one.status == "submitted" and REPEAT_MARK not in one.article_id]
    work: dict[str, list[Annotation]] = {}
    for one in counting:
        work.setdefault(one.article_id, []).append(one)
    tables = {
        layer: layer_table(units, scheme.ids(list_of(layer)), metric=metric_of(scheme, layer))
        for layer, units in units_by_layer(scheme, work).items()
    }
    tables["span"] = span_table(work, lengths, scheme.kind_ids)
    reason = _reason(on_page, counting, work)
    if reason:
        tables = {layer: _without_pairs(table, reason) for layer, table in tables.items()}
    pairs = {names: pair_table(scheme, both) for names, both in shared_work(work).items()}
    return Agreement(
        alpha=tables,
        pairs={pair_name(names): table for names, table in pairs.items()},
        by_annotator=annotator_tables(on_page, pairs),
        intra=intra_tables(scheme, on_page),
    )


def _without_pairs(table: LayerAlpha, reason: str) -> LayerAlpha:
    """Return the table of a layer with the reason why no two annotators can be compared."""
    inner = {
        name: structs.replace(value, why=reason)
        for name in ("u_alpha_kind", "cu_alpha_kind")
        if (value := getattr(table, name))
    }
    return structs.replace(table, why=reason, **inner)


def _reason(
    on_page: Sequence[Annotation], counting: Sequence[Annotation], work: Mapping[str, Sequence[Annotation]]
) -> str | None:
    """Return why no two annotators can be compared; None if two can."""
    if not on_page:
        return "Nobody has labelled an article yet."
    if not counting:
        skipped = sum(one.status == "skipped" and REPEAT_MARK not in one.article_id for one in on_page)
        return f"Nobody has submitted an article; {skipped} were skipped."
    names = sorted({one.annotator for one in counting})
    if len(names) == 1:
        return f"Only one annotator, {names[0]}, has submitted articles: agreement needs two."
    if all(len(list_) == 1 for list_ in work.values()):
        return "No article was submitted by two annotators."
    return None
