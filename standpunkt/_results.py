"""The base of the results: how they are shown, and what they tell besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from dataset.records.rejected import Rejected

SHOWN = 10  # rejected records that a notebook shows


@dataclass(frozen=True, repr=False, kw_only=True)
class Result:
    """Result of a function of this library.

    Attributes:
        rejected: records that were rejected, each with file, line and reason. They are also listed in the ``rejected.jsonl`` of the corpus.
        notes: what else the user should know, one line each.
    """

    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()

    def _title(self) -> str:
        """Return what the result is about, in a few words."""
        raise NotImplementedError

    def _figures(self) -> Mapping[str, object]:
        """Return the figures to show, by name."""
        return {}

    def __repr__(self) -> str:
        figures = ", ".join(
            f"{value:,} {name}" if isinstance(value, int) and not isinstance(value, bool) else f"{name} {value}"
            for name, value in self._shown().items()
        )
        return f"<{type(self).__name__} {self._title()}{': ' if figures else ''}{figures}>"

    def _repr_html_(self) -> str:
        rows = [
            f"<tr><th>{escape(name)}</th><td>{escape(_cell(value))}</td></tr>" for name, value in self._shown().items()
        ]
        lines = [*map(str, self.rejected[:SHOWN]), *self.notes]
        if len(self.rejected) > SHOWN:
            lines.insert(SHOWN, f"… and {len(self.rejected) - SHOWN:,} more")
        listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
        return (
            f"<div><strong>{escape(type(self).__name__)}</strong> {escape(self._title())}"
            f"<table>{''.join(rows)}</table>{f'<ul>{listed}</ul>' if listed else ''}</div>"
        )

    def _shown(self) -> dict[str, object]:
        rejected = {"rejected": len(self.rejected)} if self.rejected else {}
        return {**self._figures(), **rejected}


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
