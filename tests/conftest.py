"""What all tests share."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports datasets: its cache is this run's own, and no test reaches for a hub.
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="standpunkt-hf-")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

ROOT = Path(__file__).resolve().parent.parent


# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the copyrighted articles and the public benchmarks, which is not part of the repository."""
    folder = Path(os.environ.get("STANDPUNKT_SHARED", ROOT.parent / "shared"))
    if not (folder / "seeds").is_dir():
        pytest.skip(f"no shared material at {folder}: set STANDPUNKT_SHARED")
    return folder.resolve()


@pytest.fixture(scope="session")
def sample(root: Path) -> Path:
    """The corpus that the repository ships."""
    return root / "seeds" / "sample"
