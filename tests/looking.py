"""Looking at a page in a real browser: what must not happen, what stands out of the window, what cannot be read."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Dialog, Page

# Elements that stand out of the window, but for what scrolls in a box of its own.
_OUTSIDE = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll > *') && !e.closest('svg, picture'))
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""

# Texts whose contrast to what lies behind them is below 4.5 to 1.
_FAINT = """() => {
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


def open_page(browser: Browser, path: Path, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
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


def stays_in_the_window(page: Page, width: int) -> None:
    """The page does not scroll sideways, and nothing of it is cut off."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("window.scrollTo(10000, 0)")
    assert page.evaluate("window.scrollX") == 0
    assert page.evaluate(_OUTSIDE) == []


def fits_on_paper(browser: Browser, path: Path) -> int:
    """On A4 nothing can be scrolled, so no table may be wider than the sheet; how many tables there are."""
    page, _ = open_page(browser, path, 718)
    page.emulate_media(media="print")
    boxes = page.evaluate("[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth)")
    page.close()
    assert max(boxes) <= 0
    return len(boxes)


def can_be_read(browser: Browser, path: Path) -> None:
    """All text has a contrast of 4.5 to 1 or more against what lies behind it, light and dark."""
    for scheme in ("light", "dark"):
        page, _ = open_page(browser, path, 1024, scheme)
        faint = page.evaluate(_FAINT)
        page.close()
        assert faint == [], faint


def figures_are_seen(browser: Browser, path: Path) -> int:
    """Every figure loads and has an alternative text; on a dark screen it is another one, in print the light one. How many there are."""
    found = {}
    for scheme in ("light", "dark"):
        page, seen = open_page(browser, path, 1024, scheme)
        figures = page.evaluate(
            "[...document.images].map(i => [i.complete && i.naturalWidth > 100, i.alt.length > 20, i.currentSrc])"
        )
        assert all(loaded and alt for loaded, alt, _ in figures)
        found[scheme] = [source for *_, source in figures]
        if scheme == "dark":
            page.emulate_media(media="print")
            page.wait_for_function("document.images[0].currentSrc === document.images[0].src")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not seen
        page.close()
    assert not set(found["light"]) & set(found["dark"])
    return len(found["light"])


def leads_without_scripts(browser: Browser, path: Path, link: str, to: str) -> None:
    """With scripts turned off a link of the page leads to the section with that name."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    page.get_by_role("link", name=link, exact=True).click()
    assert page.url.endswith(to)
    assert page.get_by_role("heading", name=link, exact=True).first.is_visible()
    context.close()
