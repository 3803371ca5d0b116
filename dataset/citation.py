"""How a corpus wants to be cited: the fields of ``corpus.toml`` that say who made it, and where and when it appeared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dataset.errors import CorpusError
from dataset.records.fields import is_web_address, unknown_field

FIELDS = frozenset({"authors", "title", "doi", "url", "date"})
_AUTHOR = frozenset({"name", "family", "given", "affiliation", "orcid"})
_DOI = re.compile(r"10\.\d{4,9}/[A-Za-z0-9:/_;.()\[\]-]+")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


@dataclass(frozen=True)
class Author:
    """A person (family and given name), or whoever else answers for a corpus: a group, a project (name)."""

    name: str | None = None
    family: str | None = None
    given: str | None = None
    affiliation: str | None = None
    orcid: str | None = None

    @property
    def shown(self) -> str:
        """The name as it is read."""
        return self.name or " ".join(filter(None, (self.given, self.family)))


@dataclass(frozen=True)
class Citation:
    """Who and what is cited. Nobody is invented: a corpus that names no authors is cited by its own name."""

    title: str
    authors: tuple[Author, ...]
    doi: str | None
    url: str | None
    date: str | None  # of this version, YYYY-MM-DD

    def to_json(self) -> dict[str, Any]:
        """What the manifest of a release says of it."""
        authors = [{key: value for key, value in asdict(one).items() if value} for one in self.authors]
        return {**asdict(self), "authors": authors}


def read_citation(path: Path, data: Mapping[str, Any]) -> Citation:
    """Read the fields of a ``corpus.toml``; all of them may be left out.

    Raises:
        CorpusError: one is not what it should be; names the file and the field.
    """

    def need(key: str, good: bool, what: str) -> None:
        if not good:
            raise CorpusError(f"{path}: {key}: {what} is expected, not {data.get(key)!r}")

    need("title", _is_line(data.get("title", "x")), "a text of one line")
    need("doi", _matches(_DOI, data.get("doi")), 'a DOI such as "10.5281/zenodo.1003150"')
    need("url", is_web_address(data.get("url", "https://x")), "an http(s) address")
    need("date", _is_day(data.get("date")), 'the day of this version, such as "2025-01-31",')
    entries = data.get("authors", [])
    need("authors", isinstance(entries, list) and all(isinstance(one, dict) for one in entries), "a list of tables")
    return Citation(
        title=data.get("title", data["name"]),
        authors=tuple(_author(path, i, entry) for i, entry in enumerate(entries))
        or (Author(name=f"The makers of {data['name']}"),),
        doi=data.get("doi"),
        url=data.get("url"),
        date=data.get("date"),
    )


def _author(path: Path, index: int, entry: Mapping[str, Any]) -> Author:
    where = f"{path}: authors[{index}]"
    if unknown := unknown_field(entry, _AUTHOR):
        raise CorpusError(f"{where}: {unknown}")
    for key, value in entry.items():
        if not _is_line(value):
            raise CorpusError(f"{where}: {key}: a text of one line is expected, not {value!r}")
    if ("name" in entry) == ("family" in entry) or ("name" in entry and "given" in entry):
        raise CorpusError(f"{where}: family (and given) of a person, or name of a group, is expected")
    if not _matches(_ORCID, entry.get("orcid")):
        raise CorpusError(f'{where}: orcid: an ORCID such as "0000-0002-1825-0097" is expected')
    return Author(**entry)


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return value is None or (isinstance(value, str) and pattern.fullmatch(value) is not None)


def _is_day(value: object) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
