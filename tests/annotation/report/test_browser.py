"""The page in a real browser, at the widths of a telephone, a tablet and a large screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from annotation.report import write_report
from tests.annotation.report.examples import example
from tests.looking import can_be_read, fits_on_paper, open_page, stays_in_the_window

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


def test_figures_are_seen_and_follow_the_screen(browser: Browser, pages: dict[str, Path]) -> None:
    """Every figure loads and has an alternative text; on a dark screen it is another picture, in print the light one."""
    found = {}
    for scheme in ("light", "dark"):
        page, seen = open_page(browser, pages["three"], 1024, scheme)
        figures = page.evaluate(
            "[...document.images].map(i => [i.complete && i.naturalWidth > 100, i.alt.length > 20, i.currentSrc])"
        )
        assert len(figures) == 5
        assert all(loaded and alt for loaded, alt, _ in figures)
        found[scheme] = [source for *_, source in figures]
        if scheme == "dark":
            page.emulate_media(media="print")
            page.wait_for_function("document.images[0].currentSrc === document.images[0].src")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not seen
        page.close()
    assert not set(found["light"]) & set(found["dark"])


def test_letters_can_be_told_from_the_page(browser: Browser, pages: dict[str, Path]) -> None:
    """All text has a contrast of 4.5 to 1 or more against what lies behind it, light and dark."""
    for scheme in ("light", "dark"):
        page, _ = open_page(browser, pages["three"], 1024, scheme)
        can_be_read(page)
        page.close()


def test_tables_fit_on_paper(browser: Browser, pages: dict[str, Path]) -> None:
    """On A4 nothing can be scrolled, so no table may be wider than the sheet."""
    page, _ = open_page(browser, pages["three"], 718)
    assert fits_on_paper(page) > 10
    page.close()


def test_works_without_scripts(browser: Browser, pages: dict[str, Path]) -> None:
    """The links of the page lead to its sections with scripts turned off."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["three"].as_uri())
    page.get_by_role("link", name="Hardest items").click()
    assert page.url.endswith("#hardest")
    assert page.get_by_role("heading", name="Hardest items").is_visible()
    context.close()
