"""Both pages in a real browser: claims one by one, suggestions to correct, and what the article page does and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from annotation.studio.client import Studio
from annotation.studio.predictions import from_rules
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.server import Server
from annotation.suggest import VERSION
from dataset.build import read_articles
from dataset.corpus import Corpus, read_corpus
from dataset.prepare import Prepared
from dataset.text import text_sha256
from tests.annotation.studio.browser import Annotator, artefacts
from tests.annotation.studio.test_browser import SCHEME, place
from tests.make import claim, write_corpus

TEXT = (
    "Rat berät über die Brücke\n\nAm Montag tagte der Rat von Quellmar im alten Zeughaus.\n\n"
    "„Die Brücke nützt allen Vierteln“, sagte Stadträtin Jorun Abelmann. „Sie ist jeden Taler wert.“ "
    "Händler Veit Ossendorp widersprach: „Niemand braucht die Brücke.“ Danach wurde vertagt.\n"
)
RETIRED = """
[[renamed]]
list = "kinds"
from = "guess"
to = "fact"
[[renamed]]
list = "targets"
from = "ferry"
"""


@pytest.fixture
def one(server: Server, browser: Browser, accounts: dict[str, str]) -> Iterator[Annotator]:
    """An annotator who logged in."""
    person = Annotator(browser, server.url, *min(accounts.items()))
    yield person
    person.context.close()


def made(folder: Path, *texts: str, scheme: str = SCHEME) -> tuple[Corpus, list[Prepared]]:
    """A corpus of articles a, b …"""
    corpus = read_corpus(write_corpus(folder, dict(zip("abc", texts, strict=False)), scheme=scheme))
    return corpus, read_articles(corpus)[0]


def pulled(studio: Studio, corpus: Corpus, articles: list[Prepared]) -> list[dict[str, Any]]:
    """The lines that come home, in the order of their annotations."""
    done = pull_labels(studio, corpus, {one.source.id: one.facts for one in articles})
    assert done.rejected == []
    files = sorted((corpus.path / "labels").glob("*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return sorted(lines, key=lambda line: str(line["created"]))


def test_claims_one_by_one(tmp_path: Path, studio: Studio, one: Annotator) -> None:
    """One claim, one question, one key: the stance comes home under the id that the claim has in gold, and can be corrected."""
    corpus, articles = made(tmp_path / "verdicts", TEXT)
    spans = [place(TEXT, "Die Brücke nützt allen Vierteln"), place(TEXT, "Niemand braucht die Brücke")]
    claims = [claim(*span, id=f"a-c0{number}") for number, span in enumerate(spans, 1)]
    head = {"article_id": "a", "text_sha256": text_sha256(TEXT), "annotators": ["a1"], "annotator_kind": "model"}
    gold = head | {"guidelines_version": "1.0.0", "claims": claims, "article_stance": {}}
    (corpus.path / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    pushed = push_tasks(studio, corpus, articles, page="claim")
    assert (pushed.new, pushed.rejected) == (2, [])

    one.open(pushed.link)
    said = one.text()
    assert "Soll die Brücke gebaut werden?" in said
    # Claim and context read as one text, the cut-off quotation marks with it.
    assert "„Die Brücke nützt allen Vierteln“, sagte" in said.replace("\n", "")
    assert one.sideways() == 0
    one.press("q")
    one.shot(artefacts(), "claim-page")
    one.submit()
    one.press("q")
    one.submit()
    one.previous()
    one.press("w")
    one.submit()

    lines = pulled(studio, corpus, articles)
    assert [(line["page"], line["claims"][0]["id"], line["claims"][0]["stance"]) for line in lines] == [
        ("claim", "a-c01", "favor"),
        ("claim", "a-c02", "against"),
    ]
    assert [(line["claims"][0]["start"], line["claims"][0]["end"]) for line in lines] == spans


def test_suggestions(tmp_path: Path, studio: Studio, one: Annotator) -> None:
    """They are there to be changed, as regions; whose work began with them is known, after a break too."""
    corpus, articles = made(tmp_path / "suggested", TEXT, f"Noch einmal\n\n{TEXT}")
    pushed = push_tasks(studio, corpus, articles, predictions=from_rules(articles))
    assert pushed.predictions == 2
    wrong, right = "Sie ist jeden Taler wert", "Niemand braucht die Brücke"

    one.open(pushed.link)
    shown = [text for label, text, _ in one.state()["regions"] if label == "claim"]
    assert {wrong, right} < set(shown)
    one.shot(artefacts(), "suggestions")
    one.click(place(articles[0].text, wrong)[0])
    one.press("Backspace")
    for text in shown:
        if text != wrong:
            one.click(place(articles[0].text, text)[0])
            one.press("a", "1", "w", "Escape")
    one.submit()

    with one.page.expect_response(lambda answer: "/drafts" in answer.url and answer.request.method == "POST"):
        one.press("r")
    one.open(pushed.link)
    assert one.state()["article"] == ["article_stance_bridge=favor"]
    for text in shown:
        one.click(place(articles[1].text, text)[0])
        one.press("d", "0", "e", "Escape")
    one.submit()

    lines = pulled(studio, corpus, articles)
    tasks = studio.tasks(lines[0]["origin"]["project"], "predictions", full=True)
    numbers = [task["predictions"][0]["id"] for task in tasks]
    assert [line["origin"]["prediction"] for line in lines] == numbers
    assert {line["origin"]["prediction_version"] for line in lines} == {VERSION}
    assert [len(line["claims"]) for line in lines] == [len(shown) - 1, len(shown)]


def test_the_article_page(root: Path, tmp_path: Path, studio: Studio, one: Annotator) -> None:
    """Four questions fit on a small screen; every key does what the guidelines say, and no claim is left half labelled."""
    scheme = (root / "seeds" / "sample" / "scheme.toml").read_text(encoding="utf-8") + RETIRED
    corpus, articles = made(tmp_path / "keys", TEXT, scheme=scheme)
    link = push_tasks(studio, corpus, articles).link
    quote, speaker = place(TEXT, "Die Brücke nützt allen Vierteln"), place(TEXT, "Stadträtin Jorun Abelmann")

    one.select_new_regions()
    one.open(link)
    one.drag(*quote)
    assert one.state()["regions"] == []  # the key comes first
    one.click(0)  # text that is marked is not marked a second time, but dragged away
    one.mark("c", *quote)
    for width, height in ((1280, 720), (1366, 768)):
        one.page.set_viewport_size({"width": width, "height": height})
        hidden = "(e => e.scrollHeight - e.clientHeight)(document.querySelector('.sp-side'))"
        assert (one.page.evaluate(hidden), one.sideways()) == (0, 0)
    spaced = "getComputedStyle(document.querySelector('.sp-text .lsf-richtext__line')).lineHeight"
    assert one.page.evaluate(spaced) == "25.6px"
    assert "früher" not in one.text()

    one.press("Tab")
    one.page.keyboard.type("acxy 1q Jorun")  # letters, no keys
    one.press("Escape", "Enter")
    assert one.state()["regions"] == [["claim", TEXT[slice(*quote)], ["actor=acxy 1q Jorun"]]]
    one.press("9", "i", "o", "p", "k", "l")  # where a retired label would have hidden a key
    assert one.state()["regions"][0][2] == ["actor=acxy 1q Jorun"]
    one.press("y")  # what is selected is labelled anew
    assert one.state()["regions"][0][0] == "claimant"
    one.press("c", "a", "1", "q", "w", "w")
    assert one.state()["regions"][0][2] == ["actor=acxy 1q Jorun", "kind=fact", "target=ropeway"]

    one.press("Escape")
    one.mark("y", *speaker)
    one.press("s", "x")
    one.relate(quote[0])
    one.press("Alt+.", "u")  # sets the article's stance, and Label Studio takes it as its own key for "select nothing"
    state = one.state()
    assert (state["selected"], state["article"]) == (None, ["article_stance_ropeway=unrelated"])
    one.press("g", "n", "7", "Control+Enter")
    one.page.get_by_text("fehlt noch: die Haltung").wait_for()
    one.shot(artefacts(), "article-refused")
    one.page.wait_for_timeout(500)
    one.press("Escape")
    one.page.get_by_text("fehlt noch").wait_for(state="hidden")
    assert one.state()["selected"] == TEXT[slice(*quote)]
    one.press("e")
    one.submit()

    (line,) = pulled(studio, corpus, articles)
    (found,) = line["claims"]
    assert (found["kind"], found["target"], found["stance"], found["unclear"]) == ("fact", "ropeway", "none", False)
    assert (found["claimant"]["start"], found["actor"]) == (speaker[0], "acxy 1q Jorun")
    assert line["article_stance"] == {
        "ropeway": "unrelated",
        "night_sale": "against",
        "car_free": "discuss",
        "phone_ban": "discuss",
    }
