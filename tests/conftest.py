"""What all tests share."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.make import Cli

# Before anything imports datasets: its cache is this run's own, and no test reaches for a hub.
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="standpunkt-hf-")
atexit.register(shutil.rmtree, os.environ["HF_HOME"], ignore_errors=True)
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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """The command line, in this process."""
    import standpunkt

    def call(*arguments: object) -> CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["standpunkt", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            standpunkt.main()
        printed = capfd.readouterr()
        return CompletedProcess(sys.argv, int(end.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the copyrighted articles and the public benchmarks, which is not part of the repository."""
    folder = Path(os.environ.get("STANDPUNKT_SHARED", ROOT.parent / "shared"))
    if not (folder / "seeds").is_dir():
        pytest.skip(f"no shared material at {folder}: set STANDPUNKT_SHARED")
    return folder.resolve()


@pytest.fixture(scope="session")
def sample(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus that the repository ships: a build holds its corpus alone, and tests run side by side."""
    return shutil.copytree(root / "seeds" / "sample", tmp_path_factory.mktemp("corpus") / "sample")


@pytest.fixture(scope="session")
def nordkorea(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus whose texts lie elsewhere, for the same reason."""
    return shutil.copytree(root / "seeds" / "nordkorea-2024", tmp_path_factory.mktemp("corpus") / "nordkorea-2024")


_CHROMIUM = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update
--disable-sync --lang=de""".split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium for the tests that look at pages. One for all: Playwright runs once a process."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-color-emoji")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=_CHROMIUM)
        yield running
        running.close()
