"""The page in a real browser, at the widths of a telephone, a tablet and a large screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from annotation.report import write_report
from tests.annotation.report.examples import example

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


def _open(browser: Browser, path: Path, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
    """The page, and all that must not happen: requests for anything else, messages, errors, dialogs."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    seen: list[str] = []

    def closed(dialog: Dialog) -> None:
        seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda message: seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("dialog", closed)
    page.on(
        "request",
        lambda request: (
            seen.append(f"request: {request.url[:80]}")
            if request.url != path.as_uri() and not request.url.startswith("data:")
            else None
        ),
    )
    page.goto(path.as_uri(), wait_until="networkidle")
    return page, seen


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["three", "hundred", "hostile", "nobody"])
def test_nothing_scrolls_sideways_and_nothing_is_fetched(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    """Wide tables scroll in their own boxes; no request, no message of the console, no error."""
    page, seen = _open(browser, pages[name], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("window.scrollTo(10000, 0)")
    assert page.evaluate("window.scrollX") == 0
    outside = page.evaluate(
        """[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll > *') && !e.closest('svg, picture'))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert not outside
    assert not seen
    page.close()


def test_figures_are_seen_and_follow_the_screen(browser: Browser, pages: dict[str, Path]) -> None:
    """Every figure loads and has an alternative text; on a dark screen it is another picture, in print the light one."""
    found = {}
    for scheme in ("light", "dark"):
        page, seen = _open(browser, pages["three"], 1024, scheme)
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
    measure = """() => {
      const rgb = c => (c.match(/[0-9.]+/g) || [0, 0, 0, 0]).map(Number);
      const lum = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const behind = e => {
        const layers = [];
        for (; e; e = e.parentElement) layers.push(rgb(getComputedStyle(e).backgroundColor));
        return layers.reverse().reduce((under, [r, g, b, a = 1]) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a)),
          [255, 255, 255]); };
      return [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .map(e => {
          const a = lum(rgb(getComputedStyle(e).color)), b = lum(behind(e));
          return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML.slice(0, 90)]; })
        .filter(([contrast]) => contrast < 4.5); }"""
    for scheme in ("light", "dark"):
        page, _ = _open(browser, pages["three"], 1024, scheme)
        assert page.evaluate(measure) == []
        page.close()


def test_tables_fit_on_paper(browser: Browser, pages: dict[str, Path]) -> None:
    """On A4 nothing can be scrolled, so no table may be wider than the sheet."""
    page, _ = _open(browser, pages["three"], 718)
    page.emulate_media(media="print")
    boxes = page.evaluate("[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth)")
    assert len(boxes) > 10
    assert max(boxes) <= 0
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
