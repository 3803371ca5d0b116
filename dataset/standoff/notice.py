"""Card and datasheet of a release that was hydrated from copies that are not all exact: what it is, and what it is not."""

from __future__ import annotations

import yaml

from dataset.records.release import HydratedFrom, Manifest
from dataset.records.standoff import BITS
from dataset.release.card_check import front_matter
from dataset.release.markdown import code
from dataset.release.tables import table
from dataset.schema import CONFIGS
from dataset.splits import SPLITS


def hydrated_datasheet(text: str) -> str:
    """A datasheet for a hydrated release: that of the full one, which says so."""
    said = "**Of the full release.** This one was hydrated from other copies of the articles: its own numbers stand in `README.md`."
    return text.replace("\n", f"\n\n{said}\n", 1)


def hydrated_card(card: str, manifest: Manifest, hydrated: HydratedFrom) -> str:
    """A card for a hydrated release.

    Args:
        card: that of the full release, with the digests of this one's rows.
        manifest: this one's.
        hydrated: its entry about how it was hydrated.
    """
    data, body = front_matter(card)
    rows = {name: manifest.configs[name].rows for name in CONFIGS}
    for config in data["configs"]:
        # datasets cannot load a config when any of its splits is empty: what became empty is announced no more.
        held = rows[config["config_name"]]
        config["data_files"] = [entry for entry in config["data_files"] if held[entry["split"]]]
    data["configs"] = [config for config in data["configs"] if config["data_files"]]
    announced = {config["config_name"] for config in data["configs"]}
    data["dataset_info"] = [
        {key: info[key] for key in ("config_name", "features")}
        for info in data["dataset_info"]
        if info["config_name"] in announced
    ]
    data["pretty_name"] = f"{data['pretty_name']} (hydrated)"
    statuses = list(hydrated.articles)
    parts = [
        f"# {manifest.name} {manifest.version}",
        "**Hydrated, not the full release.** Its text was put in from somebody's own copies of the articles, and not all of these are the"
        " text that was labelled. What is missing is left out (a context or a vote's span: null); `hydration.jsonl` lists it. What is"
        " re-anchored stands in copies that were changed: in other blanks, quotation marks and dashes, with passages put in (blocks"
        " `noise`), or with sentences gone or changed. Its words are proved to be the same: by a hash of the whole article, or by the"
        f" check values of {BITS} bits, order and lengths of its sentences.",
        table(
            ["", *statuses],
            [
                ["article", *hydrated.articles.values()],
                *([part, *counts.values()] for part, counts in hydrated.spans.items()),
            ],
        ),
        table(["config", *SPLITS], [[code(name), *rows[name].values()] for name in CONFIGS]),
        f"## The full release (digest {hydrated.full_digest[:12]}…)",
        "What follows was said of the full release; its numbers are not this one's.",
    ]
    dumped = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{dumped}---\n" + "\n\n".join(parts) + "\n\n" + body.replace("\n# ", "\n## ").replace("# ", "## ", 1)
