"""Reading and writing ``agreement.json``, whose figures go into card, datasheet and manifest: bound to gold, and every value checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import UNSET

from dataset.errors import CorpusError
from dataset.files import sha256_bytes, sha256_file
from dataset.gold import read_report
from dataset.records.agreement import Agreement, Alpha
from dataset.records.loader import UnusableError
from dataset.records.record import convert, plain

NAME = "agreement.json"
SEAL = "report_sha256"


def dump_agreement(report: Agreement | Mapping[str, Any]) -> str:
    """Return the text of ``agreement.json``, which ends with a hash over the rest of it."""
    content = plain(report) if isinstance(report, Agreement) else dict(report)
    content.pop(SEAL, None)
    return json.dumps({**content, SEAL: _seal(content)}, ensure_ascii=False, indent=1) + "\n"


def read_agreement(corpus: Path) -> Agreement | None:
    """Read the figures about the gold of a corpus; None if there are none, or if gold has changed since.

    Raises:
        CorpusError: the file was edited, or a value in it is impossible; names the field.
    """
    path, gold = corpus / NAME, corpus / "gold.jsonl"
    raw = read_report(path)
    if not gold.exists() or raw.get("gold_sha256") != sha256_file(gold):
        return None
    try:
        report = convert(raw, Agreement)
        if SEAL not in raw:
            _check_values(report)
        elif raw[SEAL] != _seal({key: raw[key] for key in raw if key != SEAL}):
            raise UnusableError(f"{SEAL}: edited since standpunkt gold wrote it")
    except UnusableError as error:
        raise CorpusError(f"{path}: {error}: run standpunkt gold {corpus} to make it again") from None
    return report


def _seal(content: Mapping[str, Any]) -> str:
    return sha256_bytes(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def _check_values(report: Agreement) -> None:
    """Check that each α is within its interval. A bootstrap interval rarely excludes its value; if a hash covers the file, it may."""
    for where, value in _alphas(report):
        low, alpha, high = value.low, value.alpha, value.high
        if low is not None and high is not None and alpha is not None and not low <= alpha <= high:
            raise UnusableError(f"alpha.{where}.alpha: {alpha} is not within its interval, {low} to {high}")


def _alphas(report: Agreement) -> Iterator[tuple[str, Alpha]]:
    for layer, value in report.alpha.items():
        yield layer, value
        if value.low_items is not UNSET and value.high_items is not UNSET:
            yield layer, Alpha(alpha=value.alpha, low=value.low_items, high=value.high_items)
        for name, inner in (("u_alpha_kind", value.u_alpha_kind), ("cu_alpha_kind", value.cu_alpha_kind)):
            if inner is not UNSET:
                yield f"{layer}.{name}", inner
