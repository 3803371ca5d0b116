"""A sample of damaged files of every kind: an error in words, soon, in little memory. ``python -m tests.fuzzing 5000`` tries more."""

from __future__ import annotations

import subprocess
import sys

from tests.make import ROOT

TRIES = 120
SEED = 20_000  # other seeds than those of the long run in docs/decisions.md


def test_damaged_files() -> None:
    """No exit status but 0 and 1, no traceback, no hang over 10 s, no more than 2 GB."""
    command = [sys.executable, "-m", "tests.fuzzing", str(TRIES), "--seed", str(SEED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{TRIES} tries, 0 faults" in done.stdout
