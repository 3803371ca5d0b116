"""What the build itself can answer of the datasheet's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec.structs import asdict

from dataset.records.agreement import LayerAlpha
from dataset.release.caveats import LABELLED, limits
from dataset.release.facts import Facts
from dataset.release.markdown import Markdown, code, inline
from dataset.release.probes import read_probes
from dataset.release.tables import ROWS, by_time, most_frequent, table
from dataset.release.writer import digest
from dataset.schema import CONFIGS
from dataset.splits import SPLITS


def _instances(facts: Facts) -> list[str]:
    return ["Each config is a table of its own:", table(["config", "a row is"], ROWS.items())]


def _counts(facts: Facts) -> list[str]:
    rows = [[name, *(facts.count(name, s) for s in SPLITS), len(facts.of(name))] for name in CONFIGS]
    return [
        table(["rows", *SPLITS, "all"], rows),
        f"{facts.words} words (white-space separated) in {len(facts.of('articles'))} articles.",
        most_frequent("outlet", facts.outlets),
    ]


def _data(facts: Facts) -> list[str]:
    columns = {name: next(iter(facts.of(name)), {}) for name in CONFIGS}
    return [
        table(["config", "columns"], [[name, ", ".join(row) or "(no rows)"] for name, row in columns.items()]),
        "Every offset is a Unicode code point into the article's `text`, half-open.",
    ]


def _labels(facts: Facts) -> list[str]:
    if not facts.gold:
        return ["Nobody has labelled these articles."]
    scheme = facts.corpus.scheme
    made = ", ".join(f"{kind} ({n} articles)" for kind, n in sorted(facts.annotator_kinds.items()))
    parts = [
        f"Labelled articles: {len(facts.gold)} of {len(facts.of('articles'))}, by {made}. Scheme {scheme.version}; its definitions stand in"
        " the card.",
        table(["target", "question", "claims", *scheme.stance_ids, "undecided"], _targets(facts)),
    ]
    for config, column in LABELLED:
        counts = Counter(row[column] for row in facts.of(config))
        rows = [[code(name), counts[name]] for name in facts.classes(config, column)]
        parts.append(table([f"{config}.{column}", "rows"], [*rows, ["null", counts[None]]]))
    return [*parts, *agreement(facts)]


def _targets(facts: Facts) -> list[list[object]]:
    rows: list[list[object]] = []
    claims = facts.of("claims")
    for target in facts.corpus.scheme.targets:
        stances = [claim["stance"] for claim in claims if claim["target"] == target.id]
        counted = [stances.count(stance) for stance in facts.corpus.scheme.stance_ids]
        question = target.question or "(none of the others)"
        rows.append([code(target.id), question, len(stances), *counted, stances.count(None)])
    return rows


def agreement(facts: Facts) -> list[str]:
    """How well annotators agree, from the file that gold wrote."""
    measured = {layer: value for layer, value in facts.alpha.items() if value.units}
    if not measured or not facts.agreement:
        return []
    rows = [[layer, v.metric or "nominal", _rounded(v.alpha), _interval(v), v.units] for layer, v in measured.items()]
    pairs = [
        [pair, _rounded(v.span_f1), _rounded(v.span_f1_exact), v.articles] for pair, v in facts.agreement.pairs.items()
    ]
    parts = [table(["layer", "metric", "Krippendorff's α", "95 % interval over articles", "units"], rows)]
    if len(pairs) <= 10:
        parts.append(table(["annotators", "span F1 (IoU ≥ .5)", "exact", "articles"], pairs))
    if facts.silver:
        parts.append(
            "The annotators are language models: such agree with each other far more than people do. These figures say how clear"
            " the rules are to a model; they are no ceiling for people, and no proof that a label is right."
        )
    return parts


def _rounded(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(value: LayerAlpha) -> str:
    return "–" if value.low is None else f"{_rounded(value.low)} – {_rounded(value.high)}"


def _missing(facts: Facts) -> list[str]:
    articles = facts.of("articles")
    rows: list[list[object]] = [
        [f"articles without {what}", sum(row[column] is None for row in articles)]
        for what, column in (("outlet", "outlet"), ("date", "published"), ("headline", "title"))
    ]
    rows.append(["articles without labels", len(articles) - sum(row["id"] in facts.gold for row in articles)])
    rows += [
        [Markdown(f"{config} rows with an open `{column}`"), sum(row[column] is None for row in facts.of(config))]
        for config, column in LABELLED
    ]
    rows.append(["claims without a claimant", sum(row["claimant_start"] is None for row in facts.of("claims"))])
    return [table(["missing", "number"], rows)]


def _relationships(facts: Facts) -> list[str]:
    known = facts.numbers
    return [
        "`article_id` and `claim_id` join the configs, `sentences.claim_ids` sentences and claims. Articles that share text have one"
        f" `cluster_id`; clusters of more than one article: {known['clusters']}, articles in them: {known['clustered']}; the links stand in"
        f" `splits/reuse.jsonl`. The same claim in several articles has one `claim_group`; groups: {known['claim_groups']}.",
    ]


def _splits(facts: Facts) -> list[str]:
    ratios = ", ".join(f"{name} {share:g}" for name, share in asdict(facts.corpus.settings.splits).items())
    rows = [["articles", *(facts.count("articles", split) for split in SPLITS)]]
    return [
        f"Yes, the same for an article in every config, and articles that share text are never in different ones. Wanted: {ratios}.",
        table(["", *SPLITS], rows),
        "A released article never changes its split (`splits/ledger.jsonl`).",
    ]


def _errors(facts: Facts) -> list[str]:
    normalised = ", ".join(f"{step} in {n} articles" for step, n in facts.normalised.items()) or "nothing"
    listed = "\n".join(f"- {line}" for line in limits(facts))
    return [listed, f"Normalised in the texts: {normalised}.", *_probes(facts)]


def _probes(facts: Facts) -> list[str]:
    """What the data give away, from the file that ``python -m baselines.probe`` wrote for these very rows."""
    report = read_probes(facts.corpus.path)
    if report is None:
        return []
    if any(digest(facts.rows[config]) != known for config, known in report.digests.items()):
        return [
            "What the data give away was measured on other rows and is left out: `python -m baselines.probe` measures it anew."
        ]
    parts = [
        f"What the data give away: cross-validation in {report.folds} folds by reuse cluster, {report.repeats} times, on train and"
        " validation: macro-F1 with a 95 % bootstrap interval over clusters, predictions of the repeats pooled. `target_only` and"
        " `text_only` are probes: they see the target alone, the text alone.",
    ]
    for task, found in report.tasks.items():
        scores = [[code(name), v.pooled, f"{v.low} – {v.high}"] for name, v in found.macro_f1.items()]
        words = [[code(label), ", ".join(list_)] for label, list_ in found.strongest_words.items()]
        costs = ", ".join(f"{inline(word)} {cost}" for word, cost in found.cost_of_a_word.items())
        parts += [
            table([f"{task}: {found.items} items", "macro-F1", "95 % interval"], scores),
            table(["class", "strongest words"], words),
            f"Taking out of all texts one of {found.removed_words} words, the strongest of each class and the most frequent of all,"
            f" costs the linear SVM at most (macro-F1): {costs}.",
        ]
    return parts


def _external(facts: Facts) -> list[str]:
    whole = (
        "The full release stands alone: it holds the texts, and nothing is loaded from elsewhere. A release without text"
        " (`profile` in `manifest.json`) needs copies of the articles, each with the SHA-256 of `text_sha256`."
    )
    return (
        [f"{whole} The corpus it is built from holds hashes, offsets and labels only."]
        if facts.corpus.external
        else [whole]
    )


def _people(facts: Facts) -> list[str]:
    made = ", ".join(f"{kind}: {n} articles" for kind, n in sorted(facts.annotator_kinds.items())) or "nobody"
    return [f"Labels by {made}; annotators: {len(facts.annotators)}."]


def _timeframe(facts: Facts) -> list[str]:
    return [by_time(facts.months)]


def _done(facts: Facts) -> list[str]:
    return [
        "Texts were decoded, a byte order mark dropped, line ends made LF, and Unicode NFC; nothing else was changed. Noise is marked as a"
        " block, not deleted. Blocks, sentences of the body and shared text are found by rules.",
        table(["block", "number"], facts.blocks.items()),
        f"Gold labels were made of the annotators' by {facts.corpus.settings.annotation.aggregation};"
        f" annotators wanted per article: {facts.corpus.settings.annotation.overlap}. Every vote is in `claims.votes`.",
    ]


def _raw(facts: Facts) -> list[str]:
    kept = (
        "The texts are no part of the corpus"
        if facts.corpus.external
        else "The files stay in the corpus folder as they came"
    )
    return [
        f"{kept}, and the release's `manifest.json` holds the SHA-256 of their bytes. Annotators' labels stay in `labels/`, never"
        " overwritten."
    ]


def _software(facts: Facts) -> list[str]:
    return ["Yes: Standpunkt, under Apache-2.0. `manifest.json` names the versions of what wrote the release."]


def _license(facts: Facts) -> list[str]:
    labels = facts.corpus.settings.labels_license
    return [
        *([f"Labels and offsets: {inline(labels)}."] if labels else []),
        most_frequent("licence of the texts", facts.licenses),
    ]


def _how(facts: Facts) -> list[str]:
    cited = facts.corpus.citation
    return [f"DOI: {inline(cited.doi or 'none')}. Address: {inline(cited.url or 'none')}."]


def _erratum(facts: Facts) -> list[str]:
    return [
        "What a version mended stands in the corpus's `CHANGELOG.md`. What differs from the release before is counted in the card, and"
        " listed row by row in `diffs/`."
    ]


Answer = Callable[[Facts], list[str]]

# What these say is an answer …
WHOLE: dict[str, Answer] = {
    "composition.instances": _instances,
    "composition.counts": _counts,
    "composition.data": _data,
    "composition.labels": _labels,
    "composition.missing": _missing,
    "composition.relationships": _relationships,
    "composition.splits": _splits,
    "composition.errors": _errors,
    "composition.external": _external,
    "preprocessing.done": _done,
    "preprocessing.raw": _raw,
    "preprocessing.software": _software,
    "distribution.license": _license,
    "maintenance.erratum": _erratum,
}
# … and what these say is part of one: the rest only people know.
PART: dict[str, Answer] = {
    "collection.people": _people,
    "collection.timeframe": _timeframe,
    "distribution.how": _how,
}
