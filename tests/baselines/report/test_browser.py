"""The page in a real browser, at the widths of a telephone, a tablet and a large screen."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from baselines.report import write_report
from tests.baselines.report.examples import example, read, stance, write
from tests.looking import can_be_read, fits_on_paper, open_page, stays_in_the_window

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


def test_figures_are_seen_and_follow_the_screen(browser: Browser, pages: dict[str, Path]) -> None:
    """Every figure loads and has an alternative text; on a dark screen it is another picture."""
    found = {}
    for scheme in ("light", "dark"):
        page, seen = open_page(browser, pages["usual"], 1024, scheme)
        figures = page.evaluate(
            "[...document.images].map(i => [i.complete && i.naturalWidth > 100, i.alt.length > 40, i.currentSrc])"
        )
        assert len(figures) == 6
        assert all(loaded and alt for loaded, alt, _ in figures)
        found[scheme] = [source for *_, source in figures]
        assert not seen
        page.close()
    assert not set(found["light"]) & set(found["dark"])


def test_letters_can_be_told_from_the_page(browser: Browser, pages: dict[str, Path]) -> None:
    """A contrast of 4.5 to 1 or more, light and dark."""
    for scheme in ("light", "dark"):
        page, _ = open_page(browser, pages["usual"], 1024, scheme)
        can_be_read(page)
        page.close()


def test_tables_fit_on_paper(browser: Browser, pages: dict[str, Path]) -> None:
    """On A4, and what is folded on the screen is printed."""
    page, _ = open_page(browser, pages["usual"], 718)
    assert fits_on_paper(page) > 10
    page.close()


def test_goes_without_scripts_and_without_a_mouse(browser: Browser, pages: dict[str, Path]) -> None:
    """With scripts turned off links lead to sections; the tab key goes through links, tables and folds in their order."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["usual"].as_uri())
    page.get_by_role("link", name="Claim spans").click()
    assert page.url.endswith("#task-2")
    assert page.get_by_role("heading", name="Claim spans", level=2).is_visible()
    context.close()
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
