"""The keys of the pages: one for everything, none for two things."""

from __future__ import annotations

from string import ascii_lowercase, digits

from dataset.errors import SchemeError
from dataset.labels import LIST_OF
from dataset.scheme import LISTS, Scheme

# Keys that the interface itself takes; a scheme that uses one of them is refused.
SPAN_HOTKEYS = {"claim": "c", "claimant": "y"}
UNCLEAR_HOTKEY = "x"
# The stances of an article are asked once a target: a row of the (German) keyboard each, the same columns in every row.
_ROWS = ("rtzu", "fghj", "vbnm", "5678")
_SPARE = "iopkl9"
# What a label of a claim gets that the scheme gives no key; the digits of the fourth row come last.
_WISHED = {"kind": "asd", "target": "1234905678", "stance": "qwe"}
_OWN = {key: f"the span {id_}" for id_, key in SPAN_HOTKEYS.items()} | {UNCLEAR_HOTKEY: "the box unclear"}


def check_hotkeys(scheme: Scheme) -> None:
    """See that no label has a key that the page itself takes.

    Raises:
        SchemeError: names both.
    """
    for key, what in _of_scheme(scheme).items():
        if key in _OWN:
            raise SchemeError(f"scheme.toml: {what}: hotkey {key!r} is that of {_OWN[key]}; choose another")


def claim_keys(scheme: Scheme) -> dict[tuple[str, str], str]:
    """The hotkey of each label of a claim, by layer and label: the scheme's, else a spare one, the last of them with Shift."""
    taken = {*_OWN, *_of_scheme(scheme)}
    keys = {}
    for layer, name in LIST_OF.items():
        spare = [*_WISHED[layer], *_SPARE, *"asdqwe", *(f"shift+{key}" for key in digits + ascii_lowercase)]
        for label in getattr(scheme, name):
            key = label.hotkey or next((one for one in spare if one not in taken), None)
            if key:
                taken.add(key)
                keys[layer, label.id] = key
    return keys


def article_keys(scheme: Scheme) -> dict[tuple[str, str], str]:
    """The hotkey of each article stance toward each target.

    Those of the scheme for the first target with a question, a keyboard row each for the next three, the same keys with Shift for the four
    after them; spare keys where one of these is taken, a row too short, or there are more targets.
    """
    taken = {*_OWN, *_of_scheme(scheme), *claim_keys(scheme).values()}
    free = [key for key in (*"".join(_ROWS), *_SPARE) if key not in taken]
    free = [f"shift+{key}" for key in digits + ascii_lowercase if f"shift+{key}" not in taken][::-1] + free
    keys: dict[tuple[str, str], str] = {}
    for number, target in enumerate(scheme.questions):
        row, shift = number % len(_ROWS), number >= len(_ROWS)
        for column, label in enumerate(scheme.article_stances):
            wished = label.hotkey if number == 0 else _ROWS[row][column : column + 1]
            if shift:
                wished = f"shift+{keys.get((list(scheme.questions)[row], label.id))}"
            if wished in free:
                free.remove(wished)
            elif not wished or number:
                wished = free.pop() if free else None
            if wished:
                keys[target, label.id] = wished
    return keys


def _of_scheme(scheme: Scheme) -> dict[str, str]:
    """What has which key."""
    return {
        entry.hotkey: f"{name}: {entry.id}"
        for name in ("targets", *LISTS)
        for entry in getattr(scheme, name)
        if entry.hotkey
    }
