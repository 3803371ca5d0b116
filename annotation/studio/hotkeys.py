"""The keys of the article page: one for everything, none for two things."""

from __future__ import annotations

from dataset.errors import SchemeError
from dataset.scheme import LISTS, Scheme

# Keys that the interface itself takes; a scheme that uses one of them is refused.
SPAN_HOTKEYS = {"claim": "c", "claimant": "y"}
UNCLEAR_HOTKEY = "x"
# The stances of an article are asked once a target: a row of the (German) keyboard each, the same columns in every row.
_ROWS = ("rtzu", "fghj", "vbnm", "5678")
_SPARE = "iopkl9"


_OWN = {key: f"the span {id_}" for id_, key in SPAN_HOTKEYS.items()} | {UNCLEAR_HOTKEY: "the box unclear"}


def check_hotkeys(scheme: Scheme) -> None:
    """See that no label has a key that the page itself takes.

    Raises:
        SchemeError: names both.
    """
    for key, what in _of_scheme(scheme).items():
        if key in _OWN:
            raise SchemeError(f"scheme.toml: {what}: hotkey {key!r} is that of {_OWN[key]}; choose another")


def article_keys(scheme: Scheme) -> dict[tuple[str, str], str]:
    """The hotkey of each article stance toward each target.

    Those of the scheme for the first target with a question, a keyboard row each for the next three, spare keys where one of these is
    taken or a row too short, and the same keys with Shift for the targets after them.
    """
    free = [key for key in (*"".join(_ROWS), *_SPARE) if key not in _OWN and key not in _of_scheme(scheme)]
    keys: dict[tuple[str, str], str] = {}
    for number, target in enumerate(scheme.questions):
        row = number % len(_ROWS)
        for column, label in enumerate(scheme.article_stances):
            wished = label.hotkey if row == 0 else _ROWS[row][column : column + 1]
            if number < len(_ROWS):
                key = wished if wished and (row == 0 or wished in free) else next(iter(free[::-1]), None)
                if key in free:
                    free.remove(key)
            else:
                base = keys.get((list(scheme.questions)[row], label.id))
                key = f"shift+{base}" if base and number < 2 * len(_ROWS) else None
            if key:
                keys[target, label.id] = key
    return keys


def _of_scheme(scheme: Scheme) -> dict[str, str]:
    """What has which key."""
    return {
        entry.hotkey: f"{name}: {entry.id}"
        for name in ("targets", *LISTS)
        for entry in getattr(scheme, name)
        if entry.hotkey
    }
