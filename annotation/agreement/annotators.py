"""The agreement of each annotator: with the others, and with himself or herself on blind repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import mean, median

from msgspec import UNSET

from annotation.agreement.pairs import ONE_ARTICLE, Pair, pair_table
from annotation.agreement.votes import ALL_LAYERS
from dataset.labels import REPEAT_MARK
from dataset.records.agreement import AnnotatorAgreement, PairAgreement, SelfAgreement
from dataset.records.labels import Annotation
from dataset.scheme import Scheme


def annotator_tables(
    annotations: Sequence[Annotation], pairs: Mapping[Pair, PairAgreement]
) -> dict[str, AnnotatorAgreement]:
    """How each annotator stands to the others.

    Args:
        annotations: all of the article page, skipped ones and blind repeats too.
        pairs: by pair of annotators what ``pair_table`` says.

    Returns:
        By name. Means are over the pairs in which the figure is defined; times include skips and blind repeats. ``why`` contains the
        reason if there is no agreement.
    """
    tables = {}
    for name in sorted({one.annotator for one in annotations}):
        own = [one for one in annotations if one.annotator == name]
        counted = [one for one in own if REPEAT_MARK not in one.article_id]
        submitted = [one for one in counted if one.status == "submitted"]
        with_others = [table for pair, table in pairs.items() if name in pair]
        seconds = [one.lead_time for one in submitted if one.lead_time is not None]
        times = sorted(
            (moment, time) for one in own for time in (one.created, one.updated) if (moment := _moment(time))
        )
        span_f1 = _mean([table.span_f1 for table in with_others])
        kappa = {layer: _mean([table.kappa[layer] for table in with_others]) for layer in ALL_LAYERS}
        why = None
        if not submitted:
            why = f"{name} has submitted no article; {len(counted)} were skipped."
        elif not with_others:
            why = f"No other annotator has submitted an article that {name} has."
        elif span_f1 is None or None in kappa.values():
            why = "It is defined in none of the pairs; each says why."
        tables[name] = AnnotatorAgreement(
            annotator_kind=own[-1].annotator_kind,
            articles=len(submitted),
            claims=sum(len(one.claims) for one in submitted),
            skipped=len(counted) - len(submitted),
            span_f1=span_f1,
            kappa=kappa,
            seconds=round(median(seconds), 3) if seconds else None,
            first=times[0][1] if times else None,
            last=times[-1][1] if times else None,
            why=why or UNSET,
        )
    return tables


def intra_tables(scheme: Scheme, annotations: Sequence[Annotation]) -> dict[str, SelfAgreement]:
    """How each annotator agrees with himself or herself: blind repeats against the first time.

    Args:
        scheme: the labels.
        annotations: all of the article page, skipped ones and blind repeats too.

    Returns:
        By name of each annotator who has a repeat; figures as for a pair of annotators (``pair_table``).
    """
    submitted = {(one.annotator, one.article_id): one for one in annotations if one.status == "submitted"}
    repeats = sorted((one for one in annotations if REPEAT_MARK in one.article_id), key=lambda one: one.article_id)
    tables = {}
    for name in sorted({one.annotator for one in repeats}):
        both = [
            (first, one)
            for one in repeats
            if one.annotator == name
            and one.status == "submitted"
            and (first := submitted.get((name, one.article_id.split(REPEAT_MARK)[0])))
        ]
        if both:
            table = pair_table(scheme, both)
            undefined = table.span_f1 is None or None in table.kappa.values()
            # Without the reason why there are no intervals, which are not given here.
            why = table.why.replace(ONE_ARTICLE, "").strip() if undefined and table.why is not UNSET else UNSET
            tables[name] = SelfAgreement(articles=table.articles, span_f1=table.span_f1, kappa=table.kappa, why=why)
        else:
            reason = f"{name} has submitted no article both the first time and as a blind repeat."
            tables[name] = SelfAgreement(articles=0, kappa=dict.fromkeys(ALL_LAYERS), why=reason)
    return tables


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(mean(known), 6) if known else None


def _moment(time: str | None) -> datetime | None:
    """When that was, to compare with others; None for what is no ISO time. Without a zone it is taken for UTC."""
    try:
        moment = datetime.fromisoformat(time or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
