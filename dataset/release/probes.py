"""Read ``probes.json``, which ``python -m baselines.probe`` writes next to a corpus."""

from __future__ import annotations

from pathlib import Path

from dataset.errors import CorpusError
from dataset.records.loader import UnusableError, load_object
from dataset.records.probes import Probes
from dataset.records.record import convert
from dataset.schema import CONFIGS

AGAIN = "make the file again with python -m baselines.probe, or remove it"


def read_probes(corpus: Path) -> Probes | None:
    """Read what the data give away; None if it was not measured.

    Raises:
        CorpusError: the file cannot be used; names the field.
    """
    path = corpus / "probes.json"
    if not path.exists() and not path.is_symlink():
        return None
    report = load_object(path, advice=AGAIN)
    try:
        probes = convert(report, Probes)
    except UnusableError as error:
        raise CorpusError(f"{path}: {error}: {AGAIN}") from None
    if not set(probes.digests) <= set(CONFIGS):
        raise CorpusError(f"{path}: digests: names of configs are expected ({', '.join(CONFIGS)}): {AGAIN}")
    return probes
