"""``probes.json``, which ``python -m baselines.probe`` writes next to a corpus: every value that the card shows has its type."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from dataset.errors import CorpusError
from dataset.gold import read_report
from dataset.schema import CONFIGS

_NUMBER = (int, float)
_SHAPE = {
    "digests": {"*": (str,)},
    "folds": (int,),
    "repeats": (int,),
    "tasks": {
        "*": {
            "items": (int,),
            "macro_f1": {"*": {"pooled": _NUMBER, "low": _NUMBER, "high": _NUMBER}},
            "strongest_words": {"*": [(str,)]},
            "cost_of_a_word": {"*": _NUMBER},
            "removed_words": (int,),
        }
    },
}


def read_probes(corpus: Path) -> dict[str, Any]:
    """Read the figures of what the data give away; empty if it was not measured.

    Raises:
        CorpusError: a value has another type than is written; names the field.
    """
    path = corpus / "probes.json"
    report = read_report(path)
    if not report:
        return {}
    problem = _misfit(report, _SHAPE, "")
    if problem is None and not set(report["digests"]) <= set(CONFIGS):
        problem = f"digests: names of configs are expected ({', '.join(CONFIGS)})"
    if problem:
        raise CorpusError(f"{path}: {problem}: make the file again with python -m baselines.probe, or remove it")
    return report


def _misfit(value: Any, shape: Any, where: str) -> str | None:
    """Return which value has the wrong type; None if all are right."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{where}: a table is expected"
        inner = [(key, value.get(key), shape.get("*", shape.get(key))) for key in (value if "*" in shape else shape)]
    elif isinstance(shape, list):
        if not isinstance(value, list):
            return f"{where}: a list is expected"
        inner = [(str(number), one, shape[0]) for number, one in enumerate(value)]
    elif type(value) not in shape or (type(value) is float and not math.isfinite(value)):
        return f"{where}: a {'text' if str in shape else 'number'} is expected"
    else:
        return None
    found = (_misfit(one, form, f"{where}.{key}".lstrip(".")) for key, one, form in inner)
    return next((problem for problem in found if problem), None)
