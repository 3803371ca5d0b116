"""The annotation scheme of a corpus: targets, kinds, stances, article stances.

From ``scheme.toml`` come the ClassLabel features, the validation of every label, the labelling interface and the tables of the card.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.errors import SchemeError
from dataset.files import read_toml, sha256_bytes
from dataset.records.fields import unknown_field

_ID = re.compile(r"[a-z][a-z0-9_]*")
_HOTKEY = re.compile(r"[a-z0-9]")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
LISTS = ("kinds", "stances", "article_stances")
RENAMED = "renamed"


@dataclass(frozen=True)
class Target:
    """What a claim bears on. Without a question it gathers the claims that bear on none of the others."""

    id: str
    question: str | None
    hotkey: str | None


@dataclass(frozen=True)
class Label:
    """One value of a list, with its names and one-line definitions by language."""

    id: str
    name: dict[str, str]
    definition: dict[str, str]
    hotkey: str | None
    color: str | None


@dataclass(frozen=True)
class Renamed:
    """A label of an earlier version of the scheme, and what it is now; None where it was given up."""

    list: str  # targets, kinds, stances or article_stances
    old: str
    new: str | None


@dataclass(frozen=True)
class Scheme:
    """What may be labelled in a corpus."""

    version: str
    targets: tuple[Target, ...]
    kinds: tuple[Label, ...]
    stances: tuple[Label, ...]
    article_stances: tuple[Label, ...]
    ordered: frozenset[str]  # the lists that are an order
    renamed: tuple[Renamed, ...]  # so that labels made under an earlier version stay readable
    sha256: str  # of what it says: comments and blanks do not count

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

    def ids(self, name: str) -> list[str]:
        """The ids of one of the lists: targets, kinds, stances or article_stances."""
        return [entry.id for entry in getattr(self, name)]

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
    if unknown := unknown_field(data, ("version", "targets", RENAMED, *LISTS)):
        raise SchemeError(f"{path}: {unknown}")
    version = data.get("version")
    if not isinstance(version, str) or not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SchemeError(f'{path}: version: a string such as "1.0.0" is expected')
    _check_keys(path, data)
    targets = tuple(_target(path, i, entry) for i, entry in enumerate(_entries(path, data, "targets")))
    lists = {
        name: [_label(path, name, i, entry) for i, entry in enumerate(_entries(path, data, name))] for name in LISTS
    }
    if not any(target.question for target in targets):
        raise SchemeError(f"{path}: targets: at least one needs a question")
    if any(label.id == "none" for label in lists["kinds"]):
        raise SchemeError(f'{path}: kinds: "none" is what a sentence without a claim gets; choose another id')
    for name, ids in {"targets": [t.id for t in targets], **{n: [x.id for x in v] for n, v in lists.items()}}.items():
        double = next((id_ for id_ in ids if ids.count(id_) > 1), None)
        if double:
            raise SchemeError(f"{path}: {name}: id {double!r} stands twice")
    ordered = frozenset(name for name in LISTS if any(entry.get("ordered") for entry in data[name]))
    return Scheme(
        version=version,
        targets=targets,
        kinds=tuple(lists["kinds"]),
        stances=tuple(lists["stances"]),
        article_stances=tuple(lists["article_stances"]),
        ordered=ordered,
        renamed=_renamed(path, data),
        sha256=sha256_bytes(json.dumps(data, sort_keys=True).encode()),
    )


_LABEL_KEYS = frozenset({"id", "name", "definition", "hotkey", "color", "ordered"})
_KEYS = {"targets": frozenset({"id", "question", "hotkey"}), **dict.fromkeys(LISTS, _LABEL_KEYS)}


def _check_keys(path: Path, data: dict[str, Any]) -> None:
    """Refuse misspelt fields, and two things of one page under one hotkey."""
    taken: dict[str, str] = {}
    for name, known in _KEYS.items():
        for index, entry in enumerate(_entries(path, data, name)):
            where = f"{name}[{index}]"
            if unknown := unknown_field(entry, known):
                raise SchemeError(f"{path}: {where}: {unknown}")
            if not isinstance(entry.get("ordered", False), bool):
                raise SchemeError(f"{path}: {where}: ordered: true or false is expected")
            key = entry.get("hotkey")
            # Label Studio takes a key for what stands on it: "Q" is q, and "10" no key at all.
            if key is not None and (not isinstance(key, str) or not _HOTKEY.fullmatch(key)):
                raise SchemeError(
                    f"{path}: {where}: hotkey: one small letter (a to z) or digit in quotes is expected, not {key!r};"
                    " left out, a free key is taken"
                )
            if key in taken:
                raise SchemeError(f"{path}: {where}: hotkey {key!r} is that of {taken[key]}; choose another")
            if key:
                taken[key] = where


def _renamed(path: Path, data: dict[str, Any]) -> tuple[Renamed, ...]:
    found: list[Renamed] = []
    for index, entry in enumerate(_entries(path, data, RENAMED) if RENAMED in data else []):
        where = f"{RENAMED}[{index}]"
        name, old, new = entry.get("list"), entry.get("from"), entry.get("to")
        if set(entry) - {"list", "from", "to"} or name not in [*_KEYS] or not isinstance(old, str):
            raise SchemeError(
                f"{path}: {where}: list (one of {', '.join(_KEYS)}), from, and to (left out where the label was given up) are expected"
            )
        ids = [one["id"] for one in data[name]]
        if old in ids or any((one.list, one.old) == (name, old) for one in found):
            raise SchemeError(f"{path}: {where}: from: {old!r} is still a label of {name}, or renamed twice")
        if new is not None and new not in ids:
            raise SchemeError(f"{path}: {where}: to: {new!r} is not a label of {name}")
        found.append(Renamed(name, old, new))
    return tuple(found)


def _entries(path: Path, data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = data.get(name)
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise SchemeError(f"{path}: {name}: at least one [[{name}]] table is expected")
    return entries


def _text(path: Path, where: str, entry: dict[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise SchemeError(f"{path}: {where}: {key}: a text is expected")
    return value


def _id(path: Path, where: str, entry: dict[str, Any]) -> str:
    value = entry.get("id")
    if value == "null":
        raise SchemeError(f'{path}: {where}: id: "null" is what an undecided label is called; choose another')
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise SchemeError(f"{path}: {where}: id: lower-case letters, digits and _ are expected, not {value!r}")
    return value


def _target(path: Path, index: int, entry: dict[str, Any]) -> Target:
    where = f"targets[{index}]"
    return Target(_id(path, where, entry), _text(path, where, entry, "question"), entry.get("hotkey"))


def _label(path: Path, name: str, index: int, entry: dict[str, Any]) -> Label:
    where = f"{name}[{index}]"
    id_ = _id(path, where, entry)
    texts = {}
    for key in ("name", "definition"):
        value = entry.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise SchemeError(f'{path}: {where}: {key}: {{de = "…", en = "…"}} is expected')
        texts[key] = value
    color = _text(path, where, entry, "color")
    if color is not None and not _COLOR.fullmatch(color):
        raise SchemeError(f'{path}: {where}: color: "#rrggbb" is expected, not {color!r}')
    return Label(id_, texts["name"] or {"en": id_}, texts["definition"], entry.get("hotkey"), color)
