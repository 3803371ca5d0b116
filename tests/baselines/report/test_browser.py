"""The page in a real browser, at the widths of a telephone, a tablet and a large screen."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from baselines.report import write_report
from tests.baselines.report.examples import example, read, stance, write
from tests.looking import (
    can_be_read,
    figures_are_seen,
    fits_on_paper,
    leads_without_scripts,
    open_page,
    stays_in_the_window,
)

WIDTHS = (390, 1024, 1920)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, release: Path) -> dict[str, Path]:
    """A page as it comes, one of thirty systems with long names and hostile data, and one of a run without scores."""
    folder = tmp_path_factory.mktemp("pages")
    runs = {name: example(folder / name, release) for name in ("usual", "many", "empty")}
    about, _ = read(runs["many"])
    task = stance()
    first = task["systems"][0]
    task["systems"] = [
        {**first, "system": f"{'Donaudampfschiff' * 6}<script>alert({number})</script>", "score": 0.9 - number / 100}
        for number in range(30)
    ]
    task["notes"] = ["</style><img src=https://example.org/x.png onerror=alert(1)>" + "x" * 3000]
    task["targets"] = ["y" * 500, "bridge"]
    about["release"] |= {"description": "z" * 4000, "synthetic": "z" * 400}
    write(runs["many"], about, {"tasks": [task]}, [])
    write(runs["empty"], about, {"tasks": [{"task": "stance", "systems": []}]}, [])
    return {name: write_report(run).files[0] for name, run in runs.items()}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["usual", "many", "empty"])
def test_nothing_scrolls_sideways_and_nothing_is_fetched(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    """Wide tables scroll in their own boxes, also those that are unfolded; no request, no message of the console, no error."""
    page, seen = open_page(browser, pages[name], width)
    for folded in page.locator("summary").all():
        folded.click()
    stays_in_the_window(page, width)
    assert not seen
    page.close()


def test_looks_as_it_should(browser: Browser, pages: dict[str, Path]) -> None:
    """Figures follow the screen, letters can be told from the page, tables fit on paper, links lead somewhere without scripts."""
    assert figures_are_seen(browser, pages["usual"]) == 6
    can_be_read(browser, pages["usual"])
    assert fits_on_paper(browser, pages["usual"]) > 10
    leads_without_scripts(browser, pages["usual"], "Claim spans", "#task-2")


def test_goes_without_a_mouse(browser: Browser, pages: dict[str, Path]) -> None:
    """The tab key goes through links, tables and folds in their order."""
    page, _ = open_page(browser, pages["usual"], 1024)
    places = []
    for _ in range(12):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate(
                "[document.activeElement.tagName, document.activeElement.getBoundingClientRect().top + scrollY]"
            )
        )
    assert [name for name, _ in places[:4]] == ["A", "A", "A", "A"]
    assert {"DIV", "SUMMARY"} <= {name for name, _ in places}
    assert [top for _, top in places] == sorted(top for _, top in places)
    page.close()


def test_tables_say_what_their_cells_are(browser: Browser, pages: dict[str, Path]) -> None:
    """Every table has a name, column headers, and a header to every row; headings leave out no level."""
    page, _ = open_page(browser, pages["usual"], 1024)
    bad = page.evaluate(
        """[...document.querySelectorAll('table')].filter(t => !t.ariaLabel || !t.querySelector('thead th[scope=col]')
        || [...t.tBodies[0].rows].some(r => r.cells[0].scope !== 'row')).map(t => t.outerHTML.slice(0, 100))"""
    )
    assert bad == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    page.close()
