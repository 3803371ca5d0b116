"""A person's way: three annotators in a real browser, and their labels at home, character for character."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from annotation.studio.client import Studio
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.server import Server
from dataset.build import read_articles
from dataset.corpus import Corpus, read_corpus
from dataset.labels import read_labels
from dataset.records.labels import Annotation
from tests.annotation.studio.browser import Annotator, artefacts
from tests.make import write_corpus

SCHEME = """\
version = "1.0.0"
[[targets]]
id = "bridge"
question = "Soll die Brücke gebaut werden?"
hotkey = "1"
[[targets]]
id = "toll"
question = "Soll sie etwas kosten?"
hotkey = "2"
[[targets]]
id = "other"
hotkey = "0"
[[kinds]]
id = "fact"
hotkey = "a"
[[kinds]]
id = "policy"
hotkey = "d"
[[stances]]
id = "favor"
name = {de = "dafür"}
hotkey = "q"
[[stances]]
id = "against"
name = {de = "dagegen"}
hotkey = "w"
[[stances]]
id = "none"
name = {de = "keine Haltung"}
hotkey = "e"
[[article_stances]]
id = "favor"
name = {de = "dafür"}
hotkey = "r"
[[article_stances]]
id = "discuss"
name = {de = "berichtet"}
hotkey = "t"
"""
# Line ends of Windows, a tab, a no-break blank, decomposed umlauts, emoji with and without joiners, all quotation marks.
FIRST = (
    "Brücke kommt\r\n\r\nDie Feuerwehrfrau 👩‍🚒 Ulla Mu\u0308ller sagte: „Die Brücke kommt 🚡 bald.“ Dann schwieg sie.\r\n\r\n"
    "»Das Geld reicht nicht«, rief Otto Kra\u0308mer\tlaut. «Niemand zahlt», meinte er, "
    '"das ist Unsinn", und ‚basta‘. Am Ende stand 5\u00a0Euro im Raum 👨‍👩‍👧‍👦 und Schluss.\r\n'
)
SECOND = "Zweiter Text\n\nDer Rat tagte lange. Er vertagte sich danach wieder.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Two articles, three annotators each."""
    folder = write_corpus(tmp_path / "people", {"a-first": FIRST, "b-second": SECOND}, scheme=SCHEME)
    with (folder / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write("[annotation]\noverlap = 3\n")
    return read_corpus(folder)


@pytest.fixture
def people(server: Server, browser: Browser, accounts: dict[str, str]) -> Iterator[list[Annotator]]:
    """Three annotators who logged in."""
    found = [Annotator(browser, server.url, email, password) for email, password in sorted(accounts.items())]
    for one in found:
        one.select_new_regions()
    yield found
    for one in found:
        one.context.close()


def place(text: str, words: str) -> tuple[int, int]:
    """Where words stand."""
    start = text.index(words)
    return start, start + len(words)


def marked(annotation: Annotation) -> list[tuple[Any, ...]]:
    """What a label line says of claims."""
    return [
        (
            tuple(one.span),
            one.claimant and tuple(one.claimant),
            one.actor,
            one.kind,
            one.target,
            one.stance,
            one.unclear,
        )
        for one in annotation.claims
    ]


def test_three_annotators(studio: Studio, corpus: Corpus, people: list[Annotator]) -> None:
    """They mark, connect, choose by keys, submit, skip and edit; what they made is what comes home."""
    articles, _ = read_articles(corpus)
    text = articles[0].text
    link = push_tasks(studio, corpus, articles).link
    quote = place(text, "Die Brücke kommt 🚡 bald.")
    speaker = place(text, "Feuerwehrfrau 👩‍🚒 Ulla Müller")
    money = place(text, "Das Geld reicht nicht")
    family = place(text, "5\u00a0Euro im Raum 👨‍👩‍👧‍👦 und Schluss")
    tabbed = place(text, "rief Otto Krämer\tlaut. «Niemand zahlt»")

    first, second, third = people
    first.open(link)
    first.mark("c", *quote)
    first.shot(artefacts(), "article-claim")
    first.press("a", "1", "q", "x")
    first.type_actor("Ulla Müller")
    first.press("Escape")
    first.mark("y", *speaker)
    first.relate(quote[0])
    first.press("Escape")
    first.mark("c", *money)
    first.press("d", "2", "w")
    first.press("Escape", "r", "g")
    first.shot(artefacts(), "article-done")
    assert first.sideways() == 0
    first.submit()
    first.submit()  # the second article, without a claim

    second.open(link)
    second.mark("c", *tabbed)
    second.press("a", "0", "e", "Escape")
    second.submit()
    second.skip()

    third.open(link)
    third.mark("c", *family)
    third.press("a", "1", "q", "Escape")
    third.submit()
    third.previous()
    third.click(family[0])
    third.press("w", "Escape")
    third.submit()

    facts = {article.source.id: article.facts for article in articles}
    done = pull_labels(studio, corpus, facts)
    kept, rejected = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert (done.rejected, rejected) == ([], [])
    by = {(one.annotator.rpartition("-")[2], one.article_id): one for one in kept}
    users = {user["email"]: str(user["id"]) for user in studio.ask("GET", "/api/users")}
    one, two, three = (users[f"annotator-{n}@localhost.example"] for n in (1, 2, 3))
    assert marked(by[one, "a-first"]) == [
        (quote, speaker, "Ulla Müller", "fact", "bridge", "favor", True),
        (money, None, None, "policy", "toll", "against", False),
    ]
    assert by[one, "a-first"].article_stance == {"bridge": "favor", "toll": "discuss"}
    assert (marked(by[one, "b-second"]), by[one, "b-second"].status) == ([], "submitted")
    assert marked(by[two, "a-first"]) == [(tabbed, None, None, "fact", "other", "none", False)]
    assert by[two, "b-second"].status == "skipped"
    assert marked(by[three, "a-first"]) == [(family, None, None, "fact", "bridge", "against", False)]
    assert {one.annotator_kind for one in kept} == {"human"}
