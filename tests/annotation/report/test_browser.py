"""The page in a real browser, at the widths of a telephone, a tablet and a large screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.annotation.report.examples import example, write_report
from tests.looking import (
    can_be_read,
    figures_are_seen,
    fits_on_paper,
    leads_without_scripts,
    open_page,
    stays_in_the_window,
)

WIDTHS = (360, 1024, 1920)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of three annotators, one of a hundred with long names, one with hostile data, and one of a corpus without labels."""
    folder = tmp_path_factory.mktemp("pages")
    long = [f"{'Donaudampfschiff' * 6}-{number:03}" for number in range(100)]
    hostile = {"t1": "</style><script>alert(1)</script><img src=https://example.org/x.png>" * 4 + "x" * 4000}
    made = {
        "three": example(folder / "a"),
        "hundred": example(folder / "b", long),
        "hostile": example(folder / "c", ["<img src=x onerror=alert(1)>", "b" * 3000], 1, hostile),
        "nobody": example(folder / "d", []),
    }
    for name, given in made.items():
        write_report(folder / name, *given)
    return {name: folder / name / "agreement.html" for name in made}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["three", "hundred", "hostile", "nobody"])
def test_nothing_scrolls_sideways_and_nothing_is_fetched(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    """Wide tables scroll in their own boxes; no request, no message of the console, no error."""
    page, seen = open_page(browser, pages[name], width)
    stays_in_the_window(page, width)
    assert not seen
    page.close()


def test_looks_as_it_should(browser: Browser, pages: dict[str, Path]) -> None:
    """Figures follow the screen, letters can be told from the page, tables fit on paper, links lead somewhere without scripts."""
    assert figures_are_seen(browser, pages["three"]) == 5
    can_be_read(browser, pages["three"])
    assert fits_on_paper(browser, pages["three"]) > 10
    leads_without_scripts(browser, pages["three"], "Hardest items", "#hardest")
