"""A real browser for the tests that look at pages. One for all: Playwright runs once a process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_CHROMIUM = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update
--disable-sync --lang=de""".split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-color-emoji")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=_CHROMIUM)
        yield running
        running.close()
