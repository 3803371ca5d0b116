"""The dataset card: the README.md that ``load_dataset`` takes configs and features from, and people their first impression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml
from datasets import Features

from dataset.release.facts import Facts
from dataset.release.writer import parquet_path
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

# Licences that the Hugging Face Hub has a name of its own for.
_HUB_LICENSES = {
    "CC-BY-4.0": "cc-by-4.0",
    "CC0-1.0": "cc0-1.0",
    "CC-BY-SA-4.0": "cc-by-sa-4.0",
    "Apache-2.0": "apache-2.0",
}
_ROWS = {
    "articles": "an article with its blocks",
    "sentences": "a sentence of the body, with the kind of claim it makes",
    "claims": "a claim: span, claimant, kind, target, stance, votes",
    "stance": "a claim against its target",
    "article_stance": "an article against a target",
}


def dataset_card(facts: Facts, features: dict[str, Features], digests: dict[str, str]) -> str:
    """The whole README.md of a release."""
    header = yaml.safe_dump(_metadata(facts, features, digests), sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{header}---\n{_body(facts)}"


def first_lines(facts: Facts) -> list[str]:
    """What nobody may overlook: who wrote the texts and who labelled them."""
    lines = []
    if facts.part:
        lines.append(
            f"**A part of {facts.part.of} {facts.corpus.version}**: only articles under {', '.join(facts.part.licenses)},"
            f" {len(facts.articles)} of {facts.part.articles}. Ids, splits, ledger and agreement are those of the whole."
        )
    if facts.corpus.synthetic:
        lines.append(f"**Synthetic.** {facts.corpus.synthetic}")
    if facts.silver:
        lines.append(
            "**Silver, not gold.** All labels here were made by language models (`annotator_kind: model`), none by a person."
        )
    if not facts.gold:
        lines.append("**No labels yet.** Nobody has labelled these articles.")
    return lines + _reliability(facts)


# Krippendorff (2004): below .667 no conclusion should rest on the labels, from .800 on they are reliable.
TENTATIVE, RELIABLE = 0.667, 0.800


def _reliability(facts: Facts) -> list[str]:
    """The publication rule: labels that annotators do not agree on are not to be taken for the truth."""
    layers = facts.agreement.get("alpha", {})
    if not facts.gold:
        return []
    known = {layer: value for layer, value in layers.items() if value.get("alpha") is not None}
    if not known:
        return ["**Agreement unknown.** It could be computed for no layer: how reliable the labels are cannot be said."]
    lines = []
    low = ", ".join(f"{layer} {value['alpha']:.3f}" for layer, value in known.items() if value["alpha"] < TENTATIVE)
    if low:
        lines.append(
            f"**Not reliable as single labels.** Krippendorff's α is below {TENTATIVE} for {low}: the annotators do not agree well enough"
            " for one label to be taken as true. Train on `label_distribution`, and report against it."
        )
    unsure = ", ".join(
        layer for layer, value in known.items() if value["alpha"] >= TENTATIVE and (value.get("low") or 0) < TENTATIVE
    )
    if unsure:
        lines.append(
            f"**Agreement uncertain.** For {unsure} the 95 % interval of α reaches below {TENTATIVE}, or there is none."
        )
    unknown = ", ".join(layer for layer in layers if layer not in known)
    if unknown:
        lines.append(f"**Agreement unknown** for {unknown}: too little was labelled twice, or all alike.")
    return lines


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""

    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(head), "|" + "---|" * len(head), *(line(row) for row in rows)])


def _metadata(facts: Facts, features: dict[str, Features], digests: dict[str, str]) -> dict[str, Any]:
    corpus = facts.corpus
    license_ = _HUB_LICENSES.get(corpus.license)
    configs: list[dict[str, Any]] = []
    for name in CONFIGS:
        # datasets 5.2 cannot load a config when any of its splits is empty: such a file is shipped, but not announced.
        files = [{"split": split, "path": parquet_path(name, split)} for split in SPLITS if facts.count(name, split)]
        if files:
            # datasets caches by card, not by files: the digest makes a corrected label a new card.
            description = f"{_ROWS[name]}; sha256 of the rows {digests[name]}"
            configs.append(
                {"config_name": name, "version": corpus.version, "description": description, "data_files": files}
            )
    configs[0]["default"] = True
    return {
        "pretty_name": corpus.name,
        "language": [corpus.language],
        "license": license_ or "other",
        **({} if license_ else {"license_name": corpus.license}),
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["stance-detection", "claim-detection", "news"],
        "configs": configs,
        "dataset_info": [
            {"config_name": config["config_name"], "features": features[config["config_name"]]._to_yaml_list()}
            for config in configs
        ],
    }


def _body(facts: Facts) -> str:
    corpus = facts.corpus
    parts = [f"# {corpus.name} {corpus.version}", *first_lines(facts)]
    if corpus.description:
        parts.append(corpus.description)
    parts.append("Every offset is a Unicode code point into the article's `text`, half-open: `text[start:end]`.")
    parts += [
        "## Load",
        "```python\nfrom datasets import load_dataset\n\n"
        f'claims = load_dataset("path/to/{corpus.name}/{corpus.version}", "claims")\n```',
    ]
    parts += [
        "## Rows",
        table(
            ["config", "a row is", *SPLITS],
            [[f"`{name}`", _ROWS[name], *(facts.count(name, split) for split in SPLITS)] for name in CONFIGS],
        ),
    ]
    empty = [f"`{name}`/{split}" for name in CONFIGS for split in SPLITS if not facts.count(name, split)]
    if empty:
        parts.append(f"Without rows, and therefore a Parquet file but no split to load: {', '.join(empty)}.")
    if facts.quarantined:
        listing = ", ".join(f"`{id_}`" for id_ in facts.quarantined)
        parts.append(f"In no split, because they share text with several (quarantine): {listing}.")
    parts += ["## Labels", *_labels(facts)]
    parts += ["## Articles", table(["outlet", "articles"], facts.outlets.items())]
    parts.append(table(["month", "articles"], facts.months.items()))
    parts += ["## Scheme", *_scheme(facts)]
    return "\n\n".join(parts) + "\n"


def _labels(facts: Facts) -> list[str]:
    scheme = facts.corpus.scheme
    tables = []
    for title, config, column, names in (
        ("sentence", "sentences", "claim", ["none", *scheme.kind_ids]),
        ("claim: kind", "claims", "kind", scheme.kind_ids),
        ("claim: target", "claims", "target", scheme.target_ids),
        ("claim: stance", "stance", "label", scheme.stance_ids),
        ("article stance", "article_stance", "label", scheme.article_stance_ids),
    ):
        counts = facts.labels(config, column)
        tables.append(
            table([title, *SPLITS], [[name, *(counts[s][name] for s in SPLITS)] for name in [*names, "null"]])
        )
    return tables


def _scheme(facts: Facts) -> list[str]:
    scheme = facts.corpus.scheme
    parts = [
        table(
            ["target", "question"],
            [[f"`{target.id}`", target.question or "(none of the others)"] for target in scheme.targets],
        )
    ]
    for title, labels in (
        ("kind", scheme.kinds),
        ("stance", scheme.stances),
        ("article stance", scheme.article_stances),
    ):
        parts.append(
            table(
                [title, "name", "definition"],
                [[f"`{label.id}`", label.name.get("en", label.id), label.definition.get("en", "")] for label in labels],
            )
        )
    return parts
