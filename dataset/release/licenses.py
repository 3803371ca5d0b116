"""The licence of a release: of what it is made up, and how each of its files says it.

What stands in a release without text is the labels' licence, where the corpus names one, and that of the whole where the text is put in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import yaml

_LONGEST_NAME = 96  # a corpus may have hundreds

# SPDX name → the Hub's. All of them are names that CITATION.cff knows, too.
HUB = {
    "CC0-1.0": "cc0-1.0",
    "CC-BY-4.0": "cc-by-4.0",
    "CC-BY-SA-4.0": "cc-by-sa-4.0",
    "CC-BY-NC-4.0": "cc-by-nc-4.0",
    "CC-BY-NC-SA-4.0": "cc-by-nc-sa-4.0",
    "CC-BY-ND-4.0": "cc-by-nd-4.0",
    "CC-BY-NC-ND-4.0": "cc-by-nc-nd-4.0",
    "ODbL-1.0": "odbl",
    "ODC-By-1.0": "odc-by",
    "PDDL-1.0": "pddl",
    "Apache-2.0": "apache-2.0",
    "MIT": "mit",
}


def whole_license(corpus: str, texts: Iterable[str], labels: str | None) -> str:
    """The licence of texts and labels together."""
    return " AND ".join(sorted({*corpus.split(" AND "), *texts, *(labels or corpus).split(" AND ")}))


def card_license(license_: str) -> dict[str, str]:
    """As the card says it."""
    if license_ in HUB:
        return {"license": HUB[license_]}
    # The Hub takes names in small letters only.
    return {"license": "other", "license_name": re.sub(r"[^a-z0-9.-]+", "-", license_.lower())[:_LONGEST_NAME]}


def cff_license(license_: str) -> str | None:
    """As CITATION.cff says it: the format knows licences by SPDX name only."""
    return license_ if license_ in HUB else None


def croissant_license(license_: str) -> Any:
    """As croissant.json says it."""
    names = license_.split(" AND ")
    said = [
        f"https://spdx.org/licenses/{name}.html" if name in HUB else {"@type": "sc:CreativeWork", "name": name}
        for name in names
    ]
    return said if len(said) > 1 else said[0]


def license_said(name: str, text: str, before: str, after: str, version: str) -> str:
    """A file of a release that says another licence.

    Args:
        name: of the file; one that says none stays as it is.
        text: of the file.
        before: the licence that it says.
        after: the one that it is to say.
        version: of the release.
    """
    old, new = (_lines(license_, version).get(name, "") for license_ in (before, after))
    return text.replace(old, new, 1) if old else text


def _lines(license_: str, version: str) -> dict[str, str]:
    """The lines that say it, as they are written: the first of that look in the file."""
    croissant = json.dumps({"license": croissant_license(license_)}, ensure_ascii=False, indent=1)[2:-2]
    cff = {"version": version, **({"license": license_} if cff_license(license_) else {}), "authors": []}
    return {
        "README.md": "\n" + yaml.safe_dump(card_license(license_), sort_keys=False, allow_unicode=True, width=1000),
        "CITATION.cff": "\n" + yaml.safe_dump(cff, sort_keys=False).removesuffix(" []\n"),
        "croissant.json": f"\n{croissant},\n",
    }
