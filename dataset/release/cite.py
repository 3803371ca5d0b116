"""``CITATION.cff`` and BibTeX, from what ``corpus.toml`` says of authors, title, DOI, address and date."""

from __future__ import annotations

import re
from typing import Any

import yaml

from dataset.corpus import Corpus
from dataset.records.corpus import Author
from dataset.release.licenses import cff_license

# What BibTeX and TeX would take for markup.
_TEX = {char: f"\\{char}" for char in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"}


def citation_file(corpus: Corpus, license_: str) -> str:
    """The whole CITATION.cff (Citation File Format 1.2.0) of a release that is under this licence as a whole."""
    cited = corpus.citation
    data: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": cited.title,
        "version": corpus.version,
        "license": cff_license(license_),
        "authors": [_cff_author(author) for author in cited.authors],
        "abstract": corpus.settings.description,
        "doi": cited.doi,
        "url": cited.url,
        "date-released": cited.date,
    }
    known = {key: value for key, value in data.items() if value}
    return yaml.safe_dump(known, sort_keys=False, allow_unicode=True, width=1000)


def bibtex(corpus: Corpus) -> str:
    """A BibTeX entry for this very version."""
    cited = corpus.citation
    fields = {
        "author": " and ".join(_bibtex_author(author) for author in cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "version": corpus.version,
        "year": cited.date[:4] if cited.date else None,
        "doi": cited.doi,
        "url": cited.url,
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:-]+", "-", f"{corpus.name}-{corpus.version}")
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _cff_author(author: Author) -> dict[str, str]:
    fields = {
        "name": author.name,
        "family-names": author.family,
        "given-names": author.given,
        "affiliation": None if author.name else author.affiliation,
        "orcid": f"https://orcid.org/{author.orcid}" if author.orcid else None,
    }
    return {key: value for key, value in fields.items() if value}


def _bibtex_author(author: Author) -> str:
    if author.name:
        return f"{{{_tex(author.name)}}}"  # braces: a group has no family name to sort by
    return ", ".join(_tex(part) for part in (author.family, author.given) if part)


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in text)
