"""One release for all tests of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.baselines.report.examples import build


@pytest.fixture(scope="package")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight articles of invented words."""
    return build(tmp_path_factory.mktemp("report"))
