"""``scheme.toml``: what is labelled in a corpus."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, field
from msgspec.structs import force_setattr

from dataset.records.record import Record
from dataset.records.types import NonBlank, Text

ListName = Literal["targets", "kinds", "stances", "article_stances"]
LabelId = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]*(?!\n)$", description="a text of lower-case letters, digits and _")
]
# Label Studio takes a key for what is on it: "Q" is q, and "10" is no key.
Hotkey = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9](?!\n)$",
        description="one small letter (a to z) or digit in quotes (a free key is taken if not set)",
    ),
]
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}(?!\n)$", description='"#rrggbb"')]
ByLanguage = Annotated[dict[str, str], Meta(description='{de = "…", en = "…"}')]
_SchemeVersion = Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+(?!\n)$", description='a string such as "1.0.0"')]


class SchemeEntry(Record, frozen=True):
    """What every entry of the lists of a scheme has."""

    id: LabelId

    def __post_init__(self) -> None:
        """Refuse the id of what is undecided."""
        super().__post_init__()
        if self.id == "null":
            raise ValueError('id: "null" is the name of an undecided label: choose another')


class Target(SchemeEntry, frozen=True):
    """What a claim bears on. The target without a question is for claims that bear on none of the others."""

    question: NonBlank | None = None  # that the claim answers
    hotkey: Hotkey | None = None


class Label(SchemeEntry, frozen=True):
    """One value of a list."""

    name: ByLanguage = field(default_factory=dict)  # by language; the id if not set
    definition: ByLanguage = field(default_factory=dict)  # one line, by language
    hotkey: Hotkey | None = None
    color: Color | None = None
    ordered: bool = False  # true on an entry: the list is an order

    def __post_init__(self) -> None:
        """Name the label by its id if it has no name."""
        super().__post_init__()
        if not self.name:
            force_setattr(self, "name", {"en": self.id})


class Renamed(Record, frozen=True):
    """A label of an earlier version of the scheme, so that labels made under it stay readable."""

    list: ListName
    old: Text = field(name="from")
    new: Text | None = field(name="to", default=None)  # left out if the label was given up


Targets = Annotated[tuple[Target, ...], Meta(min_length=1, description="at least one table")]
Labels = Annotated[tuple[Label, ...], Meta(min_length=1, description="at least one table")]


class SchemeFile(Record, frozen=True):
    """Targets, kinds, stances and article stances that may be labelled in a corpus."""

    version: _SchemeVersion
    targets: Targets
    kinds: Labels
    stances: Labels  # of a claim, towards its target
    article_stances: Labels  # of an article as a whole, towards a target with a question
    renamed: tuple[Renamed, ...] = ()

    def __post_init__(self) -> None:
        """Check what concerns several entries: ids, hotkeys, renamed labels."""
        super().__post_init__()
        if not any(target.question for target in self.targets):
            raise ValueError("targets: at least one needs a question")
        if any(label.id == "none" for label in self.kinds):
            raise ValueError('kinds: "none" is what a sentence without a claim gets; choose another id')
        hotkeys: dict[str, str] = {}
        for name in get_args(ListName):
            ids = self.ids(name)
            if double := next((id_ for id_ in ids if ids.count(id_) > 1), None):
                raise ValueError(f"{name}: id {double!r} stands twice")
            for index, entry in enumerate(getattr(self, name)):
                key, where = entry.hotkey, f"{name}[{index}]"
                if key and hotkeys.setdefault(key, where) != where:
                    raise ValueError(f"{where}: hotkey {key!r} is that of {hotkeys[key]}; choose another")
        self._check_renamed()

    def ids(self, name: str) -> list[str]:
        """Return the ids of one of the lists: targets, kinds, stances or article_stances."""
        return [entry.id for entry in getattr(self, name)]

    def _check_renamed(self) -> None:
        seen = set()
        for index, one in enumerate(self.renamed):
            ids = self.ids(one.list)
            if one.old in ids or (one.list, one.old) in seen:
                raise ValueError(f"renamed[{index}].from: {one.old!r} is still a label of {one.list}, or renamed twice")
            if one.new is not None and one.new not in ids:
                raise ValueError(f"renamed[{index}].to: {one.new!r} is not a label of {one.list}")
            seen.add((one.list, one.old))
