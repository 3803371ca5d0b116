"""The card: valid for the Hub, its tables what the rows give, its loading line one that loads."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from datasets import DatasetDict, Features, load_dataset
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCard, DatasetCardData
from hypothesis import given
from hypothesis import strategies as st

from dataset.build import Built
from dataset.release.card import dataset_card
from dataset.release.croissant import croissant_file
from dataset.release.datasheet import section
from dataset.release.tables import LONGEST, by_time, most_frequent
from dataset.schema import CONFIGS, features
from dataset.splits import SPLITS


def card(built: Built) -> str:
    """The text of the card."""
    return (built.path / "README.md").read_text(encoding="utf-8")


def metadata(text: str) -> Any:
    """What the Hub's library reads of it; a flaw in it is an error."""
    return DatasetCard(text, ignore_metadata_errors=False).data


def tables(text: str) -> dict[str, list[list[str]]]:
    """All tables of a Markdown text by the first cell of their head: the rows below it."""
    found: dict[str, list[list[str]]] = {}
    for block in re.findall(r"(?:^\|.*\|\n)+", text + "\n", re.MULTILINE):
        head, _, *rows = [
            [cell.strip(" `") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()
        ]
        assert all(len(row) == len(head) for row in rows), head
        found[head[0]] = rows
    return found


@pytest.mark.parametrize("which", ["sample_built", "gaps_built", "one_built"])
def test_the_hub_takes_it(which: str, request: pytest.FixtureRequest) -> None:
    """As far as its own library can say offline: metadata without errors, configs and infos that it reads, nothing lost on the way."""
    built: Built = request.getfixturevalue(which)
    data = metadata(card(built))
    again: Any = DatasetCardData(**data.to_dict())
    assert again.to_dict() == data.to_dict()
    assert data.license == "cc-by-4.0"
    assert data.size_categories == ["1K<n<10K" if which == "sample_built" else "n<1K"]
    configs, infos = (one.from_dataset_card_data(data) for one in (MetadataConfigs, DatasetInfosDict))
    announced = [name for name in CONFIGS if any(built.facts.count(name, split) for split in SPLITS)]
    assert list(configs) == list(infos) == announced
    assert all(configs[name]["version"] == "1.0.0" for name in announced)


def test_who_made_the_labels(sample_built: Built, gaps_built: Built) -> None:
    """Models: machine-generated; people: the Hub asks for experts or a crowd, which nobody said."""
    assert metadata(card(sample_built)).annotations_creators == ["machine-generated"]
    assert metadata(card(gaps_built)).annotations_creators is None


def test_warnings_come_first(sample_built: Built) -> None:
    """Below the title, before anything else."""
    body = DatasetCard(card(sample_built)).text.strip().split("\n\n")
    assert body[0] == "# Standpunkt sample 1.0.0"
    assert body[1].startswith("**Synthetic.**")
    assert body[2].startswith("**Silver, not gold.**")


def test_every_label_with_its_names_and_definitions(sample_built: Built) -> None:
    """In German and in English, as scheme.toml has them."""
    scheme = sample_built.facts.corpus.scheme
    found = tables(card(sample_built))
    for title, labels in (
        ("kind", scheme.kinds),
        ("stance", scheme.stances),
        ("article stance", scheme.article_stances),
    ):
        assert found[title] == [
            [one.id, one.name["de"], one.name["en"], one.definition["de"], one.definition["en"]] for one in labels
        ]
    assert found["target"][0] == ["ropeway", "Soll Aldermünde eine Seilbahn über den Hafen bauen?"]


def test_every_count_is_that_of_the_rows(sample_built: Built) -> None:
    """Counted anew from what ``load_dataset`` gives: by split, class, target, outlet and month."""
    data = {name: load_dataset(str(sample_built.path), name) for name in CONFIGS}
    found = tables(card(sample_built))
    assert found["config"] == [
        [name, row[1], *(str(len(data[name][split])) for split in SPLITS)]
        for name, row in zip(CONFIGS, found["config"], strict=True)
    ]
    for config, column in (
        ("sentences", "claim"),
        ("claims", "kind"),
        ("claims", "target"),
        ("stance", "label"),
        ("article_stance", "label"),
    ):
        assert found[f"{config}.{column}"] == [
            [name, *(str(labels(data[config], split, column)[name]) for split in SPLITS)]
            for name in [*data[config]["train"].features[column].names, "null"]
        ]
    for target, split, *counts, everything in found["stance.target"]:
        rows = [
            row
            for row in data["stance"][split]
            if target == data["stance"][split].features["target"].int2str(row["target"])
        ]
        names = data["stance"][split].features["label"].names
        assert list(map(int, counts)) == [*(sum(row["label"] == i for row in rows) for i in range(len(names))), 0]
        assert int(everything) == len(rows)
    articles = [row for split in SPLITS for row in data["articles"][split]]
    assert dict(found["outlet"]) == {name: str(n) for name, n in Counter(row["outlet"] for row in articles).items()}
    assert dict(found["month"]) == {
        name: str(n) for name, n in Counter(row["published"][:7] for row in articles).items()
    }


def labels(data: DatasetDict, split: str, column: str) -> Counter[str]:
    """How often each label stands in a split."""
    feature = data[split].features[column]
    return Counter("null" if value is None else feature.int2str(value) for value in data[split][column])


def test_the_loading_line_loads(sample_built: Built) -> None:
    """The card's own code, with the folder that it speaks of."""
    code = re.search(r"```python\n(.*?)```", card(sample_built), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1].replace("path/to/sample/1.0.0", str(sample_built.path)), names)  # noqa: S102
    assert len(names["claims"]["train"]) == 841
    assert "standpunkt fetch ORG/NAME@1.0.0" in card(sample_built)


def test_known_limits(gaps_built: Built, sample_built: Built) -> None:
    """Open labels and rare classes are counted, and what the datasheet says of later uses stands beside them."""
    limits = card(gaps_built).partition("## Known limits")[2]
    assert "- `claims.kind` is null in 1 of 3 rows: undecided, or not labelled." in limits
    assert "- `stance.label` is null in 1 of 2 rows" in limits
    assert "article_stance.label` in test, so that a score on it is uncertain: favor 2, against 2, discuss 11." in card(
        sample_built
    )
    assert "It cannot be used" not in limits
    assert "For statements about real news" in card(sample_built)


def test_a_name_from_data_stays_in_its_cell(gaps_built: Built) -> None:
    """A bar, a line break and HTML in an outlet or a question are text."""
    text = card(gaps_built)
    assert "| Bote \\| Süd &lt;b> | 1 |" in text
    assert "Soll die Brücke \\| der Tunnel gebaut werden?" in text
    assert sum(int(row[1]) for row in tables(text)["outlet"]) == 5


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 1000), min_size=1, max_size=400))
def test_many_outlets_are_summarised(counts: dict[str, int]) -> None:
    """Never more rows than fit on a page, and no article lost."""
    rows = next(iter(tables(most_frequent("outlet", counts)).values()))
    assert len(rows) == min(len(counts), LONGEST)
    assert sum(int(row[-1]) for row in rows) == sum(counts.values())


@given(
    st.dictionaries(
        st.from_regex(r"(1[89]|20)[0-9]{2}-(0[1-9]|1[0-2])", fullmatch=True) | st.just("unknown"),
        st.integers(1, 9),
        min_size=1,
    )
)
def test_many_months_are_summarised(counts: dict[str, int]) -> None:
    """By year, and of many years the most frequent."""
    rows = next(iter(tables(by_time(dict(sorted(counts.items())))).values()))
    assert len(rows) <= LONGEST
    assert sum(int(row[-1]) for row in rows) == sum(counts.values())


def test_an_unknown_licence_is_named(sample_built: Built) -> None:
    """The Hub's word for it is "other", with the name in small letters."""
    facts = replace(sample_built.facts, corpus=replace(sample_built.facts.corpus, license="LicenseRef-proprietary"))
    text = dataset_card(facts, features(facts.corpus.scheme), dict.fromkeys(CONFIGS, "0"))
    data = metadata(text)
    assert (data.license, data["license_name"]) == ("other", "licenseref-proprietary")


def test_a_release_without_texts_is_described_too(sample_built: Built) -> None:
    """Card, datasheet and croissant.json take the columns that there are; none of them needs a text."""
    schema = features(sample_built.facts.corpus.scheme)
    gone = {"text", "title", "claimant", "actor", "context"}
    rows = {
        name: {
            split: [{k: v for k, v in row.items() if k not in gone} for row in found] for split, found in splits.items()
        }
        for name, splits in sample_built.facts.rows.items()
    }
    facts = replace(sample_built.facts, rows=rows)
    bare = {name: Features({k: v for k, v in found.items() if k not in gone}) for name, found in schema.items()}
    text = dataset_card(facts, bare, dict.fromkeys(CONFIGS, "0"))
    assert tables(text) == tables(card(sample_built))
    assert "The release holds hashes, offsets and labels, no texts" in section(facts)
    described = json.loads(croissant_file(sample_built.path, facts, bare))
    fields = {field["@id"] for one in described["recordSet"] for field in one["field"]}
    assert "articles/text_sha256" in fields
    assert not fields & {f"{config}/{column}" for config in CONFIGS for column in gone}
