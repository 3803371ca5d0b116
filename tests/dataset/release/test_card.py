"""The card: valid for the Hub, its tables what the rows give, its loading line one that loads."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasets import DatasetDict, load_dataset
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCard, DatasetCardData
from hypothesis import given
from hypothesis import strategies as st

from dataset.build import Built, build_release
from dataset.release.card import size_category
from dataset.release.card_check import front_matter
from dataset.release.tables import LONGEST, by_time, most_frequent
from dataset.schema import CONFIGS
from dataset.splits import SPLITS
from tests.make import article, write_corpus


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


def test_an_unknown_licence_is_named(tmp_path: Path) -> None:
    """The Hub's word for it is "other", with the name in small letters."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(4)})
    settings = (corpus / "corpus.toml").read_text(encoding="utf-8")
    (corpus / "corpus.toml").write_text(settings.replace("CC-BY-4.0", "LicenseRef-proprietary"), encoding="utf-8")
    data = metadata(card(build_release(corpus, out=tmp_path / "dist")))
    assert (data.license, data["license_name"]) == ("other", "licenseref-proprietary")


def test_a_release_without_texts_says_so_everywhere(sample: Path, tmp_path: Path) -> None:
    """Card, datasheet and croissant.json say first that there is no text, and nowhere that it holds some."""
    release = build_release(sample, out=tmp_path, profile="standoff").path
    said = [(release / name).read_text(encoding="utf-8") for name in ("README.md", "DATASHEET.md", "croissant.json")]
    assert all(text.count("Without text.") == 1 for text in said)
    assert said[0].index("Without text.") < said[0].index("**Synthetic.**")
    assert said[1].index("Without text.") < said[1].index("**Synthetic.**")
    assert json.loads(said[2])["rai:dataLimitations"][0].startswith("Without text. Every text column is null;")
    assert not any("The release stands alone" in text for text in said)


def test_sizes_have_the_hubs_names() -> None:
    """Of any number of rows, and only names that its library lists."""
    known = str(DatasetCardData.__doc__)
    assert [size_category(n) for n in (999, 1_000, 999_999, 1_000_000)] == ["n<1K", "1K<n<10K", "100K<n<1M", "1M<n<10M"]
    assert all(f"'{size_category(10**power)}'" in known for power in range(10))


def test_a_region_is_no_language(tmp_path: Path) -> None:
    """The Hub takes ISO 639 codes alone; German from Austria is still German."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(3)})
    line = {"id": "a0", "file": "a0.txt", "language": "de-AT"}
    (corpus / "manifest.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    data = metadata(card(build_release(corpus, out=tmp_path / "dist")))
    assert (data.language, data["multilinguality"]) == (["de"], ["monolingual"])
    assert data["language_bcp47"] == ["de", "de-AT"]


def test_every_licence_counts(tmp_path: Path) -> None:
    """Texts under several: the release is not announced under the corpus's alone, nor cited, and the card counts them."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(4)})
    lines = [{"id": f"a{i}", "file": f"a{i}.txt"} for i in range(4)]
    lines[0] |= {"license": "LicenseRef-proprietary"}
    (corpus / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    built = build_release(corpus, out=tmp_path / "dist")
    data = metadata(card(built))
    assert (data.license, data["license_name"]) == ("other", "cc-by-4.0-and-licenseref-proprietary")
    assert tables(card(built))["licence of the text"] == [["CC-BY-4.0", "3"], ["LicenseRef-proprietary", "1"]]
    assert "license" not in yaml.safe_load((built.path / "CITATION.cff").read_text(encoding="utf-8"))
    described = json.loads((built.path / "croissant.json").read_text(encoding="utf-8"))
    assert described["license"] == [
        "https://spdx.org/licenses/CC-BY-4.0.html",
        {"@type": "sc:CreativeWork", "name": "LicenseRef-proprietary"},
    ]
    assert described["inLanguage"] == "de"


def test_the_loading_line_of_an_unlabelled_corpus_loads(tmp_path: Path) -> None:
    """There are no claims yet, and a config without rows cannot be loaded: the line shows articles."""
    built = build_release(write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(8)}), out=tmp_path / "dist")
    code = re.search(r"```python\n(.*?)```", card(built), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1].replace("path/to/c/1.0.0", str(built.path)), names)  # noqa: S102
    assert sum(len(found) for found in names["articles"].values()) == 8


@pytest.mark.parametrize("name", ["![x](https://example.org/x.png)", "[x](javascript:1)", "a\\|b", "\\", "<b>x</b>"])
def test_a_name_is_shown_as_it_is(name: str) -> None:
    """No picture is fetched, no link is made, no cell is split."""
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"linkify": False}).render(most_frequent("outlet", {name: 1}))
    assert f"<td>{escape(name, quote=False)}</td>\n<td>1</td>" in html


def test_marks_at_the_end_of_a_title() -> None:
    """They close no front matter: only a line of their own does."""
    data, body = front_matter("---\npretty_name: x ---\nlicense: mit\n---\n# x ---\n\n---\n")
    assert data == {"pretty_name": "x ---", "license": "mit"}
    assert body == "# x ---\n\n---\n"
