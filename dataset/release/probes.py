"""``probes.json``, which ``python -m baselines.probe`` writes next to a corpus."""

from __future__ import annotations

from pathlib import Path

from dataset.errors import CorpusError
from dataset.gold import read_report
from dataset.records.loader import UnusableError
from dataset.records.probes import Probes
from dataset.records.record import convert


def read_probes(corpus: Path) -> Probes | None:
    """Read what the data give away; None if it was not measured.

    Raises:
        CorpusError: a value cannot be what was written; names the field.
    """
    path = corpus / "probes.json"
    report = read_report(path)
    if not report:
        return None
    try:
        return convert(report, Probes)
    except UnusableError as error:
        raise CorpusError(
            f"{path}: {error}: make the file again with python -m baselines.probe, or remove it"
        ) from None
