"""The dataset card: the README.md that ``load_dataset`` takes configs and features from, and people their first impression."""

from __future__ import annotations

from typing import Any

import yaml
from datasets import Features

from dataset.records.scheme import Label
from dataset.release.caveats import LABELLED, first_lines, limits
from dataset.release.cite import bibtex
from dataset.release.datasheet import answer_in_words
from dataset.release.facts import Facts
from dataset.release.licenses import card_license
from dataset.release.manifest import shown_config
from dataset.release.markdown import code, inline, paragraphs
from dataset.release.measures import agreement
from dataset.release.questions import QUESTIONS
from dataset.release.tables import ROWS, by_time, most_frequent, table
from dataset.release.writer import parquet_path
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

# The Hub's words for how many rows there are.
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)


def dataset_card(facts: Facts, features: dict[str, Features], digests: dict[str, str]) -> str:
    """The whole README.md of a release."""
    header = yaml.safe_dump(_metadata(facts, features, digests), sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{header}---\n{_body(facts)}"


def size_category(rows: int) -> str:
    """What the Hub calls a data set of so many rows."""
    return next((name for top, name in _SIZES if rows < top), "1B<n<10B")


def _metadata(facts: Facts, features: dict[str, Features], digests: dict[str, str]) -> dict[str, Any]:
    corpus = facts.corpus
    configs: list[dict[str, Any]] = []
    for name in CONFIGS:
        # datasets 5.2 cannot load a config when any of its splits is empty: such a file is shipped, but not announced.
        files = [{"split": split, "path": parquet_path(name, split)} for split in SPLITS if facts.count(name, split)]
        if files:
            # datasets caches by card, not by files: the digest makes a corrected label a new card.
            description = f"{ROWS[name]}; sha256 of the rows {digests[name]}"
            configs.append(
                {"config_name": name, "version": corpus.version, "description": description, "data_files": files}
            )
    configs[0]["default"] = True
    return {
        "pretty_name": corpus.citation.title,
        **_language(facts),
        **card_license(facts.license),
        **_creators(facts),
        "size_categories": [size_category(max(len(facts.of(name)) for name in CONFIGS))],
        "source_datasets": ["original"],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["stance-detection", "claim-detection", "news"],
        "configs": configs,
        "dataset_info": [
            {"config_name": config["config_name"], "features": features[config["config_name"]]._to_yaml_list()}
            for config in configs
        ],
    }


def _language(facts: Facts) -> dict[str, list[str]]:
    """The Hub takes the two or three letters of ISO 639 alone; what region or script it is has a field of its own."""
    plain = list(dict.fromkeys(tag.partition("-")[0] for tag in facts.languages))
    found = {"language": plain, "multilinguality": ["multilingual" if len(plain) > 1 else "monolingual"]}
    return found | ({"language_bcp47": facts.languages} if plain != facts.languages else {})


def _creators(facts: Facts) -> dict[str, list[str]]:
    """Who labelled, in the Hub's words, as far as they fit: of people it asks whether they were experts, which nobody said."""
    if not facts.gold:
        return {"annotations_creators": ["no-annotation"]}
    return {"annotations_creators": ["machine-generated"]} if "model" in facts.annotator_kinds else {}


def _body(facts: Facts) -> str:
    corpus = facts.corpus
    parts = [f"# {inline(corpus.citation.title)} {corpus.version}", *first_lines(facts)]
    if corpus.settings.description:
        parts.append(paragraphs(corpus.settings.description))
    parts.append("Every offset is a Unicode code point into the article's `text`, half-open: `text[start:end]`.")
    parts += ["## Load", *_loading(facts), "## Rows", *_rows(facts), "## Labels", *_labels(facts)]
    parts += ["## Articles", most_frequent("outlet", facts.outlets), by_time(facts.months)]
    parts.append(most_frequent("licence of the text", facts.licenses))
    found = agreement(facts)
    if found:
        parts += ["## Agreement", *found]
    parts += ["## Known limits", *_limits(facts)]
    parts += ["## Cite", f"```bibtex\n{bibtex(corpus)}\n```"]
    parts.append(
        f"{_licence(facts)}; that of each text stands in `articles.license`. How the data came about and what they are not fit for:"
        " `DATASHEET.md`. For other tools: `croissant.json`, `CITATION.cff`. What the files have to be: `manifest.json`."
    )
    return "\n\n".join(parts) + "\n"


def _licence(facts: Facts) -> str:
    labels = facts.corpus.settings.labels_license
    if labels is None:
        return f"Licence: {inline(facts.license)}"
    return f"Licence of labels and offsets: {inline(labels)}. Licence of the texts: {inline(facts.text_license)}"


def _loading(facts: Facts) -> list[str]:
    name, version = facts.corpus.name, facts.corpus.version
    config = shown_config({one: len(facts.of(one)) for one in CONFIGS})
    return [
        "```python\nfrom datasets import load_dataset\n\n"
        f'{config} = load_dataset("path/to/{name}/{version}", "{config}")\n```',
        f"`path/to/{name}/{version}` is this folder. Undecided labels are null.",
        "Two traps of `datasets` (5.2.0):",
        "- It caches by folder name, config, version and this card's YAML, not by the Parquet files. Each config's description holds a"
        " digest of its rows, so that a release built anew is read anew; files changed by hand below an unchanged card are read from the"
        " cache, as they were. `standpunkt verify` names them.\n"
        '- `load_dataset("ORG/NAME", revision="v1.0.0")` silently returns another revision\'s rows from the cache where the Hub cannot be'
        f" reached. `standpunkt fetch ORG/NAME@{version}` loads this very version, checks it, and prints the line to load it.",
    ]


def _rows(facts: Facts) -> list[str]:
    rows = [[code(name), ROWS[name], *(facts.count(name, split) for split in SPLITS)] for name in CONFIGS]
    parts = [table(["config", "a row is", *SPLITS], rows)]
    empty = [f"`{name}`/{split}" for name in CONFIGS for split in SPLITS if not facts.count(name, split)]
    if empty:
        parts.append(f"Without rows, and therefore a Parquet file but no split to load: {', '.join(empty)}.")
    if facts.quarantined:
        listing = ", ".join(code(id_) for id_ in facts.quarantined)
        parts.append(f"In no split, because they share text with several (quarantine): {listing}.")
    return parts


def _labels(facts: Facts) -> list[str]:
    """What each label means, and how often it stands where."""
    scheme = facts.corpus.scheme
    targets = [[code(target.id), target.question or "(none of the others)"] for target in scheme.targets]
    parts = [table(["target", "question"], targets)]
    for title, labels in (
        ("kind", scheme.kinds),
        ("stance", scheme.stances),
        ("article stance", scheme.article_stances),
    ):
        languages = _languages(labels)
        head = [title, *(f"name ({one})" for one in languages), *(f"definition ({one})" for one in languages)]
        parts.append(table(head, [_label(label, languages) for label in labels]))
    for config, column in LABELLED:
        counts = facts.labels(config, column)
        names = [*facts.classes(config, column), "null"]
        rows = [[code(name), *(counts[split][name] for split in SPLITS)] for name in names]
        parts.append(table([f"{config}.{column}", *SPLITS], rows))
    return [*parts, _stances(facts)]


def _languages(labels: tuple[Label, ...]) -> list[str]:
    return sorted({language for label in labels for language in (*label.name, *label.definition)})


def _label(label: Label, languages: list[str]) -> list[str]:
    names = [label.name.get(one, "") for one in languages]
    return [code(label.id), *names, *(label.definition.get(one, "") for one in languages)]


def _stances(facts: Facts) -> str:
    """Stances by target and split."""
    scheme = facts.corpus.scheme
    rows = []
    for target in scheme.questions:
        for split in SPLITS:
            labels = [row["label"] for row in facts.rows["stance"][split] if row["target"] == target]
            rows.append(
                [
                    code(target),
                    split,
                    *(labels.count(one) for one in scheme.stance_ids),
                    labels.count(None),
                    len(labels),
                ]
            )
    return table(["stance.target", "split", *scheme.stance_ids, "null", "all"], rows)


def _limits(facts: Facts) -> list[str]:
    parts = ["\n".join(f"- {line}" for line in limits(facts))]
    for section, key in (("composition", "errors"), ("uses", "effects"), ("uses", "unsuitable")):
        words = answer_in_words(facts, f"{section}.{key}")
        if words:
            parts.append(f"**{QUESTIONS[section][key]}** {words}")
    return parts
