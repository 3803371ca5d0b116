"""CITATION.cff and BibTeX: nobody invented, nothing that breaks either format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dataset.build import Built, build_release
from dataset.corpus import read_corpus
from dataset.errors import CorpusError
from dataset.records.corpus import Author
from dataset.release.cite import bibtex, citation_file
from tests.make import article, with_settings, write_corpus

# What the schema of CFF 1.2.0 asks of the fields that are written here.
CFF = {
    "cff-version": r"1\.2\.0",
    "message": r".+",
    "title": r".+",
    "type": r"dataset",
    "version": r"\d+\.\d+\.\d+",
    "abstract": r".+",
    "license": r"CC-BY-4\.0",
    "doi": r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+",
    "url": r"https?://.+",
    "date-released": r"\d{4}-\d{2}-\d{2}",
}
AUTHOR = {"name", "family-names", "given-names", "affiliation", "orcid"}


def check_cff(text: str) -> dict[str, Any]:
    """As the schema would have it: known keys, each of its form, required ones there, an author a person or an entity."""
    data: dict[str, Any] = yaml.safe_load(text)
    assert {"cff-version", "message", "title", "authors"} <= set(data) <= {*CFF, "authors"}
    for key, pattern in CFF.items():
        assert re.fullmatch(pattern, str(data.get(key, "")), re.DOTALL) or key not in data, key
        assert isinstance(data.get(key, ""), str), f"{key}: YAML reads another type than text"
    assert data["authors"]
    for author in data["authors"]:
        assert set(author) <= AUTHOR
        assert ("name" in author) != ("family-names" in author)
        assert (
            re.fullmatch(r"https://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]", author.get("orcid", ""))
            or "orcid" not in author
        )
    return data


@pytest.mark.parametrize("which", ["sample_built", "gaps_built"])
def test_it_is_valid(which: str, request: pytest.FixtureRequest) -> None:
    """For a corpus that names who made it, and for one that does not: it is cited by its own name."""
    built: Built = request.getfixturevalue(which)
    data = check_cff((built.path / "CITATION.cff").read_text(encoding="utf-8"))
    named = {"sample_built": "The Standpunkt developers", "gaps_built": "The makers of c"}
    assert data["authors"] == [{"name": named[which]}]
    assert data["version"] == "1.0.0"


def test_all_that_can_be_said(tmp_path: Path) -> None:
    """A person, a group, title, DOI, address and date come into CITATION.cff, BibTeX, manifest and croissant.json."""
    corpus = write_corpus(tmp_path / "c", {"a": article(1)})
    with (corpus / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            'title = "Brücken: {50 %} & mehr"\ndoi = "10.5281/zenodo.1003150"\nurl = "https://example.org/c"\ndate = "2025-01-31"\n'
            'authors = [{family = "Familienname", given = "Vorname", affiliation = "Universität & Co", orcid = "0000-0002-1825-0097"},'
            ' {name = "Die Gruppe"}]\n'
        )
    built = build_release(corpus, out=tmp_path / "dist")
    data = check_cff((built.path / "CITATION.cff").read_text(encoding="utf-8"))
    assert data["title"] == "Brücken: {50 %} & mehr"
    assert data["authors"][0]["orcid"] == "https://orcid.org/0000-0002-1825-0097"
    assert data["date-released"] == "2025-01-31"
    entry = bibtex(built.facts.corpus)
    assert "author = {Familienname, Vorname and {Die Gruppe}}," in entry
    assert r"title = {{Brücken: \{50 \%\} \& mehr}}," in entry
    assert "year = {2025}," in entry
    assert "doi = {10.5281/zenodo.1003150}," in entry
    card = (built.path / "README.md").read_text(encoding="utf-8")
    assert entry in card
    assert "# Brücken: {50 %} & mehr 1.0.0" in card
    described = (built.path / "croissant.json").read_text(encoding="utf-8")
    assert '"datePublished": "2025-01-31"' in described
    assert '"url": "https://orcid.org/0000-0002-1825-0097"' in described


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('authors = ["A"]', r"authors\[0\]: a table is expected, not 'A'"),
        ('authors = [{first = "A"}]', r"authors\[0\]: unknown field 'first'"),
        ('authors = [{given = "A"}]', r"authors\[0\].name: the name of a group, or family \(and given\) of a person"),
        ('authors = [{name = "A", family = "B"}]', r"authors\[0\].name: the name of a group"),
        ('authors = [{name = "A\\nB"}]', r"authors\[0\].name: a text of one line"),
        ('authors = [{family = "B", orcid = "12"}]', r"authors\[0\].orcid: an ORCID such as"),
        ('doi = "https://doi.org/10.1/x"', "doi: a DOI such as"),
        ('url = "example.org"', "url: an address that begins with http"),
        ("date = 2025-01-31", "date: the day of this version"),
        ('date = "2025-02-30"', "date: the day of this version"),
        ('title = ""', "title: a text of one line"),
    ],
)
def test_a_broken_field_is_named(tmp_path: Path, line: str, said: str) -> None:
    """With the file, before anything is built."""
    corpus = write_corpus(tmp_path / "c", {"a": article(1)})
    with (corpus / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(CorpusError, match=f"corpus.toml: {said}"):
        read_corpus(corpus)


printable = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).filter(
    lambda text: text.isprintable() and text.strip()
)


@given(title=printable, name=printable)
def test_any_name_gives_both_formats(sample: Path, title: str, name: str) -> None:
    """YAML reads back what was written; in BibTeX every brace that is open is closed, so that the entry ends where it should."""
    corpus = read_corpus(sample)
    corpus = with_settings(corpus, title=title, authors=(Author(name=name),))
    data = check_cff(citation_file(corpus, corpus.license))
    assert (data["title"], data["authors"]) == (title, [{"name": name}])
    depth = [0]
    for char in re.sub(r"\\(textbackslash\{\}|[~^]\{\}|[&%$#_{}])", "", bibtex(corpus)):
        depth.append(depth[-1] + {"{": 1, "}": -1}.get(char, 0))
    assert min(depth) == 0
    assert depth[-1] == 0
    assert 0 not in depth[depth.index(1) : -1]
