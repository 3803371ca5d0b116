"""Wheels contain the sample corpus, so that ``standpunkt demo`` runs without a checkout; editable installs use the repository's."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

SAMPLE = Path("seeds") / "sample"
# What the repository does not contain either: releases, raw exports, reports.
_GENERATED = shutil.ignore_patterns(".*", "report", "dist", "rejected.jsonl")


class BuildPy(build_py):  # type: ignore[misc]
    """Copy the sample corpus next to the package."""

    def run(self) -> None:
        """Build the packages, then copy."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "standpunkt" / "shipped" / "sample"
            shutil.copytree(SAMPLE, target, ignore=_GENERATED, dirs_exist_ok=True)
