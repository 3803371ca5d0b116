"""The annotation scheme of a corpus: targets, kinds, stances, article stances.

From ``scheme.toml`` come the ClassLabel features, the validation of every label, the labelling interface and the tables of the card.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from dataset.errors import SchemeError
from dataset.files import read_settings, read_toml, sha256_bytes
from dataset.records.scheme import SchemeFile

LISTS = ("kinds", "stances", "article_stances")


class Scheme(SchemeFile, frozen=True, kw_only=True):
    """What may be labelled in a corpus."""

    sha256: str  # of what the file says: comments and blanks do not count

    @property
    def ordered(self) -> frozenset[str]:
        """The lists that are an order."""
        return frozenset(name for name in LISTS if any(label.ordered for label in getattr(self, name)))

    @property
    def target_ids(self) -> list[str]:
        """All targets, in order."""
        return [target.id for target in self.targets]

    @property
    def questions(self) -> dict[str, str]:
        """The targets that are a question, with it."""
        return {target.id: target.question for target in self.targets if target.question is not None}

    @property
    def kind_ids(self) -> list[str]:
        """All kinds, in order."""
        return [label.id for label in self.kinds]

    @property
    def stance_ids(self) -> list[str]:
        """All stances, in order."""
        return [label.id for label in self.stances]

    @property
    def article_stance_ids(self) -> list[str]:
        """All article stances, in order."""
        return [label.id for label in self.article_stances]

    def meanings(self, config: str, column: str) -> dict[str, str]:
        """What the labels of a column of the release mean, in English where the scheme says it so."""
        if column == "target":
            return self.questions
        labels = {
            "claim": self.kinds,
            "kind": self.kinds,
            "stance": self.stances,
            "label": self.stances if config == "stance" else self.article_stances,
        }[column]
        return {one.id: one.definition.get("en") or next(iter(one.definition.values()), "") for one in labels}

    def current(self, name: str, label: Any) -> Any:
        """What a label of an earlier scheme is called now: None where it was given up, itself where nothing renamed it."""
        for one in self.renamed:
            if (one.list, one.old) == (name, label):
                return one.new
        return label


def read_scheme(path: Path) -> Scheme:
    """Read and check ``scheme.toml``.

    Raises:
        SchemeError: it is missing or broken; names the file and the field.
    """
    data = read_toml(path)
    file = read_settings(path, data, SchemeFile, SchemeError)
    return Scheme(**asdict(file), sha256=sha256_bytes(json.dumps(data, sort_keys=True).encode()))
