"""``probes.json``, which ``python -m baselines.probe`` writes next to a corpus, as the card shows it."""

from __future__ import annotations

from pathlib import Path

from dataset.errors import CorpusError
from dataset.gold import read_report
from dataset.records.loader import UnusableError
from dataset.records.probes import Probes
from dataset.records.record import convert
from dataset.schema import CONFIGS


def read_probes(corpus: Path) -> Probes | None:
    """Read the figures of what the data give away; None if they were not measured.

    Raises:
        CorpusError: a value has another type than is written; names the field.
    """
    path = corpus / "probes.json"
    report = read_report(path)
    if not report:
        return None
    try:
        probes = convert(report, Probes)
        if not set(probes.digests) <= set(CONFIGS):
            raise UnusableError(f"digests: names of configs are expected ({', '.join(CONFIGS)})")
    except UnusableError as problem:
        raise CorpusError(
            f"{path}: {problem}: make the file again with python -m baselines.probe, or remove it"
        ) from None
    return probes
