"""Damage files at random and run the commands that read them.

``python -m tests.fuzzing 5000 --seed 1``: prints one line per fault and a summary; exit status 1 where there is a fault.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

# What the commands import when they are called: once here instead of in each child.
_WARM = (
    "annotation.gold annotation.report annotation.studio.commands annotation.studio.exchange annotation.summary"
    " baselines.commands baselines.evaluate baselines.own baselines.report baselines.runs dataset.build"
    " dataset.diff.commands dataset.new dataset.publish.transfer dataset.release.verify dataset.standoff.hydrate"
    " dataset.takedown.commands duckdb datasets pyarrow.parquet sklearn"
).split()


def main() -> int:
    """Run the tries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tries", type=int)
    parser.add_argument("--seed", type=int, default=0, help="of the first try; the following ones count up")
    parser.add_argument("--material", type=Path, help="a folder made by an earlier call, or the place to make it")
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        return _run(options.tries, options.seed, options.material or Path(name) / "material", Path(name))


def _run(tries: int, first: int, material: Path, work: Path) -> int:
    # Threads do not survive a fork, so code that starts some runs in a child.
    for name in _WARM:
        importlib.import_module(name)
    if not material.exists():
        child = os.fork()
        if child == 0:
            _make(material)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            print("the material could not be made", file=sys.stderr)
            return 2
    from tests.fuzzing.tries import attempt

    faults, statuses, slowest, largest = 0, Counter[int](), 0.0, 0
    for seed in range(first, first + tries):
        outcome = attempt(material, seed, work)
        statuses[outcome.status] += 1
        slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.memory)
        if outcome.fault:
            faults += 1
            print(outcome, flush=True)
    by_status = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    print(
        f"{tries} tries, {faults} faults; exit status {by_status}; at most {slowest:.1f} s of processor time and {largest >> 20} MB"
    )
    return 1 if faults else 0


def _make(material: Path) -> None:
    code = 1
    try:
        from tests.fuzzing.material import make

        material.mkdir(parents=True)
        make(material)
        code = 0
    finally:
        if code:
            import traceback

            traceback.print_exc()
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
