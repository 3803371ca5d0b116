"""Licences that are known by name: what the Hugging Face Hub calls them, and where they are read."""

from __future__ import annotations

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


def license_url(name: str) -> str | None:
    """Where the text of a known licence is."""
    return f"https://spdx.org/licenses/{name}.html" if name in HUB else None
