"""Reading and writing ``agreement.json``, whose figures go into card, datasheet and manifest: bound to gold, and every value checked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from dataset.errors import CorpusError
from dataset.files import sha256_bytes, sha256_file
from dataset.gold import read_report

NAME = "agreement.json"
SEAL = "report_sha256"
# Figures that are at most 1, with the prefixes of their intervals; a share is at least 0, too.
_ALPHAS = ("alpha", "low", "high", "low_items", "high_items", "fleiss_kappa")
_COUNTS = ("units", "given", "articles", "claims", "pairs", "undecided_labels", "adjudicated_labels")
_TABLES = ("alpha", "pairs", "ceiling", "aggregation_why_not", "annotators")


def dump_agreement(report: Mapping[str, Any]) -> str:
    """Return the text of ``agreement.json``, which ends with a hash over the rest of it."""
    content = {key: value for key, value in report.items() if key != SEAL}
    return json.dumps({**content, SEAL: _seal(content)}, ensure_ascii=False, indent=1) + "\n"


def read_agreement(corpus: Path) -> dict[str, Any]:
    """Read the figures about the gold of a corpus; empty if there are none, or if gold has changed since.

    Raises:
        CorpusError: the file was edited, or a value in it is impossible; names the field.
    """
    path, gold = corpus / NAME, corpus / "gold.jsonl"
    report = read_report(path)
    if not gold.exists() or report.get("gold_sha256") != sha256_file(gold):
        return {}
    sealed = SEAL in report
    problem = next(value_problems(report, sealed=sealed), None)
    if problem is None and sealed and report[SEAL] != _seal({key: report[key] for key in report if key != SEAL}):
        problem = f"{SEAL}: edited since standpunkt gold wrote it"
    if problem:
        raise CorpusError(f"{path}: {problem}: run standpunkt gold {corpus} to make it again")
    return report


def _seal(content: Mapping[str, Any]) -> str:
    return sha256_bytes(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def value_problems(report: Mapping[str, Any], *, sealed: bool) -> Iterator[str]:
    """Yield every field that cannot be what ``gold`` wrote, with the reason.

    Args:
        report: of ``agreement.json``, or of the manifest of a release.
        sealed: whether a hash vouches for the values.
    """
    for name in _TABLES:
        if not isinstance(report.get(name), dict | None):
            yield f"{name}: a table is expected"
    if not isinstance(report.get("aggregation"), str | None):
        yield "aggregation: a text is expected"
    for name in ("aggregation_why_not", "annotators"):
        for key, value in _items(report.get(name)):
            if not isinstance(value, str):
                yield f"{name}.{key}: a text is expected"
    for name in ("alpha", "pairs", "ceiling"):
        for key, value in _items(report.get(name)):
            if not isinstance(value, dict):
                yield f"{name}.{key}: a table is expected"
    for layer, table in _items(report.get("alpha")):
        if isinstance(table, dict):
            yield from _layer(f"alpha.{layer}", table, sealed=sealed)
    for pair, table in _items(report.get("pairs")):
        for key, value in _items(table):
            if key.startswith("span_f1"):
                yield from _number(f"pairs.{pair}.{key}", value, floor=0)
        yield from _count(f"pairs.{pair}.articles", table)
    for layer, table in _items(report.get("ceiling")):
        for key, value in _items(table):
            if key not in _COUNTS:
                yield from _number(f"ceiling.{layer}.{key}", value, floor=0)
        yield from _count(f"ceiling.{layer}.pairs", table)
    for name in ("articles", "claims", "undecided_labels", "adjudicated_labels"):
        yield from _count(name, report)


def _layer(where: str, table: Mapping[str, Any], *, sealed: bool) -> Iterator[str]:
    """Yield what is wrong with α and its intervals, those of single labels included."""
    for name in _ALPHAS:
        yield from _number(f"{where}.{name}", table.get(name))
    yield from _number(f"{where}.raw", table.get("raw"), floor=0)
    if not isinstance(table.get("metric"), str | None):
        yield f"{where}.metric: a text is expected"
    for name in ("units", "given"):
        yield from _count(f"{where}.{name}", table)
    for suffix in ("", "_items"):
        low, value, high = (table.get(name) for name in (f"low{suffix}", "alpha", f"high{suffix}"))
        if not (_is_number(low) and _is_number(high)):
            continue
        if low > high:
            yield f"{where}.low{suffix}: {low} is above high{suffix}, {high}"
        # A bootstrap interval rarely leaves its value out; where a hash vouches for the file, it may.
        elif not sealed and _is_number(value) and not low <= value <= high:
            yield f"{where}.alpha: {value} is not within its interval, {low} to {high}"
    for key, inner in _items(table):
        if key == "by_label":
            for label, entry in _items(inner):
                yield from _layer(f"{where}.{key}.{label}", entry if isinstance(entry, dict) else {}, sealed=True)
        elif isinstance(inner, dict) and "alpha" in inner:
            yield from _layer(f"{where}.{key}", inner, sealed=sealed)


def _number(where: str, value: Any, floor: float = -math.inf) -> Iterator[str]:
    if value is not None and not (_is_number(value) and floor <= value <= 1):
        shown = repr(value)[:40]
        yield f"{where}: a number {'between 0 and' if floor == 0 else 'up to'} 1 is expected, not {shown}"


def _count(where: str, table: Any) -> Iterator[str]:
    value = table.get(where.rpartition(".")[2]) if isinstance(table, dict) else None
    if value is not None and not (type(value) is int and value >= 0):
        yield f"{where}: a whole number from 0 is expected, not {repr(value)[:40]}"


def _is_number(value: Any) -> TypeGuard[float]:
    return type(value) in (int, float) and math.isfinite(value)


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
