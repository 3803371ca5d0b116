"""What nobody may overlook, and the known limits: said by card, datasheet and croissant.json alike."""

from __future__ import annotations

from dataset.gold import majors, sorted_versions
from dataset.release.facts import Facts
from dataset.release.markdown import inline

FEW = 30  # of a class in test: an interval for it is wide
# The columns that hold a gold label.
LABELLED = (
    ("sentences", "claim"),
    ("claims", "kind"),
    ("claims", "target"),
    ("stance", "label"),
    ("article_stance", "label"),
)


def first_lines(facts: Facts) -> list[str]:
    """What nobody may overlook: who wrote the texts and who labelled them."""
    lines = []
    if facts.part:
        lines.append(
            f"**A part of {facts.part.of} {facts.corpus.version}**: only articles under {inline(', '.join(facts.part.licenses))},"
            f" {len(facts.of('articles'))} of {facts.part.articles}. Ids, splits, ledger and agreement are those of the whole."
        )
    if facts.corpus.settings.synthetic:
        lines.append(f"**Synthetic.** {inline(facts.corpus.settings.synthetic)}")
    if facts.silver:
        lines.append(
            "**Silver, not gold.** All labels here were made by language models (`annotator_kind: model`), none by a person."
        )
    elif models := facts.annotator_kinds["model"]:
        lines.append(
            f"**Partly silver.** The labels of {models} of {len(facts.gold)} labelled articles were made by language models alone, not by a"
            " person: `annotator_kind` in `claims`, `stance` and `article_stance` says which."
        )
    versions = sorted_versions({version for row in facts.gold.values() for version in row.guidelines_versions})
    if len(majors(versions)) > 1:
        listing = inline(", ".join(versions))
        lines.append(
            f"**Guidelines mixed.** Labels were made under different MAJOR versions of the guidelines ({listing}): they do not"
            " follow the same rules, and agreement is about all of them together."
        )
    if not facts.gold:
        lines.append("**No labels yet.** Nobody has labelled these articles.")
    return lines + _reliability(facts)


# Krippendorff (2004): below .667 no conclusion should rest on the labels, from .800 on they are reliable.
TENTATIVE, RELIABLE = 0.667, 0.800


def _reliability(facts: Facts) -> list[str]:
    """The publication rule: labels that annotators do not agree on are not to be taken for the truth."""
    if not facts.gold:
        return []
    known = {layer: (value.alpha, value.low) for layer, value in facts.alpha.items() if value.alpha is not None}
    if not known:
        return ["**Agreement unknown.** It could be computed for no layer: how reliable the labels are cannot be said."]
    lines = []
    low = ", ".join(f"{inline(layer)} {alpha:.3f}" for layer, (alpha, _) in known.items() if alpha < TENTATIVE)
    if low:
        lines.append(
            f"**Not reliable as single labels.** Krippendorff's α is below {TENTATIVE} for {low}: the annotators do not agree well enough"
            " for one label to be taken as true. Train on `label_distribution`, and report against it."
        )
    unsure = ", ".join(
        inline(layer) for layer, (alpha, low) in known.items() if alpha >= TENTATIVE and (low or 0) < TENTATIVE
    )
    if unsure:
        lines.append(
            f"**Agreement uncertain.** For {unsure} the 95 % interval of α reaches below {TENTATIVE}, or there is none."
        )
    unknown = ", ".join(inline(layer) for layer in facts.alpha if layer not in known)
    if unknown:
        lines.append(f"**Agreement unknown** for {unknown}: too little was labelled twice, or all alike.")
    return lines


def limits(facts: Facts) -> list[str]:
    """Known limits, as far as they can be computed; a sentence each."""
    articles = len(facts.of("articles"))
    known = {name: n for name, n in facts.outlets.items() if name != "unknown"}
    outlet, most = max(known.items(), key=lambda item: item[1], default=("", 0))
    found = []
    if most * 2 > articles > 1:
        found.append(f"{most} of {articles} articles are of one outlet ({inline(outlet)}).")
    for config, column in LABELLED:
        open_ = sum(row[column] is None for row in facts.of(config))
        if open_:
            found.append(
                f"`{config}.{column}` is null in {open_} of {len(facts.of(config))} rows: undecided, or not labelled."
            )
        counts = facts.labels(config, column)["test"]
        few = [f"{name} {counts[name]}" for name in facts.classes(config, column) if counts[name] < FEW]
        if few and facts.gold:
            found.append(
                f"Few rows of a class of `{config}.{column}` in test, so that a score on it is uncertain: {', '.join(few)}."
            )
    if facts.rejected:
        found.append(f"{facts.rejected} articles or labels were set aside (`rejected.jsonl`).")
    if facts.quarantined:
        found.append(
            f"{len(facts.quarantined)} articles are in no split, because they share text with several (quarantine)."
        )
    found.append(
        "Blocks and sentences are found by rules, and text that articles share by its words: a paraphrase in other words is not seen."
    )
    return found
