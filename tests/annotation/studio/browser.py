"""An annotator's hands and eyes: a real browser that is moved as a person moves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

# Where the characters of the article stand on the screen: offsets count code points, the page counts UTF-16 units.
_PLACE = """([start, end]) => {
  const root = document.querySelector('.lsf-htx-richtext');
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const points = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === 1) { if (node.tagName === 'BR') points.push(null); continue; }
    let unit = 0;
    for (const char of node.data) { points.push([node, unit, unit + char.length]); unit += char.length; }
  }
  const rect = (point) => {
    const range = document.createRange();
    range.setStart(point[0], point[1]); range.setEnd(point[0], point[2]);
    const rects = [...range.getClientRects()].filter((r) => r.width > 0);
    return rects.length ? rects[rects.length - 1] : range.getBoundingClientRect();
  };
  const seen = (from, step, stop) => {
    for (let i = from; i !== stop; i += step) if (points[i] && rect(points[i]).width > 0) return rect(points[i]);
  };
  points[start][0].parentElement.scrollIntoView({block: 'center'});
  const first = seen(start, 1, end), last = seen(end - 1, -1, start - 1);
  return [first.left + 0.6, first.top + first.height / 2, last.right - 0.6, last.top + last.height / 2, points.length];
}"""

_STATE = """() => {
  const now = window.Htx.annotationStore.selected;
  const said = (result) => result.from_name.name + '=' + result.mainValue.join();
  return {
    regions: now.regionStore.regions.map((one) => [
      one.labels.join(), one.text, one.results.filter((r) => r.from_name.name !== 'span').map(said)]),
    selected: now.highlightedNode ? now.highlightedNode.text : null,
    article: now.results.filter((r) => r.from_name.name.startsWith('article')).map(said),
  };
}"""

# Whether a new region is selected: the setting of the editor.
_SELECTS = "() => window.Htx.settings.selectAfterCreate"


def artefacts() -> Path:
    """Where screenshots are kept."""
    return Path(__file__).resolve().parents[3] / "build" / "screenshots"


class Annotator:
    """One person at a screen of 1366 × 768 pixels.

    Args:
        browser: Chromium.
        url: the server's.
        email: the account.
        password: the account's.
    """

    def __init__(self, browser: Browser, url: str, email: str, password: str) -> None:
        self._select = False
        self.context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.goto(f"{url}/user/login")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda to: "login" not in to)

    def open(self, link: str) -> None:
        """Open a label stream and close the instructions."""
        self.page.goto(link)
        self.page.get_by_label("Submit current annotation").wait_for()
        self.page.wait_for_timeout(1000)
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(500)
        if self._select:
            self._select = False
            self.page.locator("button[aria-label=Settings]").click()
            box = self.page.get_by_text("Select region after creating it").first
            # The box is a toggle, and a page that is still loading can lose the click or the setting.
            for _ in range(5):
                box.click()
                if self._until(lambda: bool(self.page.evaluate(_SELECTS)), 2.0):
                    break
            self.open(link)
            assert self.page.evaluate(_SELECTS), "the browser has not kept that new marks are selected"

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the page shows what the one before did."""
        for key in keys:
            before = self.state()
            self._key(key)
            self._until(partial(self._is_not, before), 2.0)

    def drag(self, start: int, end: int) -> None:
        """Drag the mouse over the article's characters."""
        left, top, right, bottom, _ = self.page.evaluate(_PLACE, [start, end])
        mouse = self.page.mouse
        mouse.move(left, top)
        mouse.down()
        mouse.move((left + right) / 2, (top + bottom) / 2)
        mouse.move(right, bottom)
        mouse.up()
        self.page.wait_for_timeout(300)

    def select_new_regions(self) -> None:
        """The one thing to set, once a browser: that a new mark is selected at once."""
        self._select = True

    def mark(self, key: str, start: int, end: int) -> None:
        """Choose a label by its key and drag over characters; again only if the page was too slow to make a mark."""
        before = len(self.state()["regions"])
        for _ in range(3):
            self._key(key)
            self.drag(start, end)
            if self._until(lambda: len(self.state()["regions"]) > before, 5.0):
                break
        assert self._until(lambda: bool(self.state()["selected"]), 5.0), f"no mark on {start}–{end}: {self.state()}"

    def click(self, at: int) -> None:
        """Click on a character of the article."""
        left, top, *_ = self.page.evaluate(_PLACE, [at, at + 1])
        self.page.mouse.click(left + 2, top)
        self.page.wait_for_timeout(400)

    def relate(self, at: int) -> None:
        """Join the selected mark with the one at a character."""
        self._key("Alt+r")
        self.click(at)

    def type_actor(self, name: str) -> None:
        """Fill in the actor."""
        field = self.page.get_by_placeholder("Urheber, Normalform")
        field.fill(name)
        field.press("Enter")
        self.page.wait_for_timeout(300)

    def reason(self, text: str) -> None:
        """Give a reason for a decision."""
        field = self.page.get_by_placeholder("Begründung", exact=False)
        field.fill(text)
        field.press("Enter")
        self.page.wait_for_timeout(300)
        # Where the cursor stands in a field no key of the page counts.
        self.page.mouse.click(400, 700)

    def previous(self) -> None:
        """Back to the task before."""
        self.page.get_by_label("Previous task", exact=False).first.click()
        self.page.wait_for_timeout(2000)

    def state(self) -> dict[str, Any]:
        """What the editor holds: regions as label, text and choices, the selected one, the article's choices."""
        return dict(self.page.evaluate(_STATE))

    def sideways(self) -> int:
        """How many pixels the page would have to be scrolled sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def text(self) -> str:
        """What the page says."""
        return str(self.page.inner_text("body"))

    def submit(self) -> None:
        """Submit as people do, by the keyboard."""
        self._answered(lambda: self.page.keyboard.press("Control+Enter"))

    def skip(self) -> None:
        """Skip the task."""
        self._answered(lambda: self.page.keyboard.press("Control+Space"))

    def shot(self, folder: Path, name: str) -> None:
        """Keep a screenshot."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")

    def _key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(150)

    def _is_not(self, before: dict[str, Any]) -> bool:
        return self.state() != before

    def _until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is true; whether it is."""
        for _ in range(int(seconds * 10)):
            if true():
                return True
            self.page.wait_for_timeout(100)
        return true()

    def _answered(self, act: Any) -> None:
        with self.page.expect_response(
            lambda answer: "/annotations" in answer.url and answer.request.method in ("POST", "PATCH")
        ) as waited:
            act()
        assert waited.value.ok, waited.value.url
        self.page.wait_for_timeout(1000)
