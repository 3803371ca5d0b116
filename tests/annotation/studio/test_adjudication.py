"""The whole circle: annotators disagree, gold leaves it open, somebody decides in Label Studio, the next version says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset
from playwright.sync_api import Browser

from annotation.gold import Summary, write_gold
from annotation.studio.adjudicate import adjudication_tasks
from annotation.studio.client import Studio
from annotation.studio.pull import pull_labels
from annotation.studio.push import Pushed, push_tasks
from annotation.studio.server import Server
from dataset.build import build_release
from dataset.corpus import Corpus
from dataset.prepare import Prepared
from tests.annotation.studio.browser import Annotator, artefacts
from tests.annotation.studio.test_browser import SCHEME
from tests.annotation.studio.test_push_pull import again, annotate, choice, keys, lines, span
from tests.make import write_corpus

TEXT = """Streit um die Brücke

Die Brücke kommt bald, sagte Meier. Sie ist ein Gewinn, rief Otto. Niemand zahlt dafür, meinte Ulla. Dann war Schluss.
"""
CLAIMS = ["Die Brücke kommt bald", "Sie ist ein Gewinn", "Niemand zahlt dafür"]


def article_stance(label: str) -> dict[str, Any]:
    """An article's stance as Label Studio has it."""
    value = {"choices": [label]}
    return {"id": "s", "from_name": "article_stance_bridge", "to_name": "text", "type": "choices", "value": value}


@pytest.fixture
def divided(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> Corpus:
    """Three annotators: of one mind on the first claim, each with a stance of their own on the second, and the third one half marked."""
    folder = write_corpus(
        tmp_path / tmp_path.name.lower().replace("_", "-"), {"a": TEXT, "b": TEXT[:21]}, scheme=SCHEME
    )
    corpus, articles, facts = again(folder)
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)["a"]
    places = [(articles[0].text.index(claim), articles[0].text.index(claim) + len(claim)) for claim in CLAIMS]
    for number, who in enumerate(annotators):
        stance = ["favor", "against", "none"][number]
        results = []
        for region, label in (("r0", "favor"), ("r1", stance)):
            results.append(span(*places[int(region[1])], region))
            results += [
                choice("kind", "fact", region),
                choice("target", "bridge", region),
                choice("stance", label, region),
            ]
        annotate(who, task, *results, article_stance(["favor", "discuss", "favor"][number]))
    pull_labels(studio, corpus, facts)
    return again(folder)[0]


def offer(studio: Studio, corpus: Corpus, articles: list[Prepared], gold: Summary) -> Pushed:
    """Push what is open."""
    return push_tasks(
        studio,
        corpus,
        articles,
        page="adjudication",
        tasks=lambda there: adjudication_tasks(corpus, articles, gold.rows, gold.counted, there),
    )


def rows_of(release: Path) -> dict[str, dict[str, Any]]:
    """All rows of a release that has labels, by config and id."""
    return {
        f"{config}:{row['id']}": row
        for config in ("sentences", "claims", "stance", "article_stance")
        for part in load_dataset(str(release), config).values()
        for row in part
    }


def test_the_whole_circle(
    divided: Corpus, studio: Studio, server: Server, browser: Browser, accounts: dict[str, str]
) -> None:
    """In a browser, by key; exactly the decided items change; raw labels and agreement stay."""
    corpus, articles, facts = again(divided.path)
    gold = write_gold(corpus, facts)
    assert (gold.undecided, gold.adjudicated) == (1, 0)
    before_labels = lines(corpus)
    first = build_release(corpus.path, out=corpus.path.parent / "dist").path
    before = rows_of(first)

    offered = offer(studio, corpus, articles, gold)
    assert offered.new == 1  # the article's stance has two of three votes
    email, password = sorted(accounts.items())[0]
    judge = Annotator(browser, server.url, email, password)
    judge.open(offered.link)
    judge.shot(artefacts(), "adjudication")
    page = judge.text()
    assert "Soll die Brücke gebaut werden?" in page
    assert "1 × dafür" in page
    assert "studio-" not in page
    judge.press("w")
    judge.reason("Die Frage ist der Bau, und der wird hier abgelehnt.")
    judge.submit()
    judge.context.close()

    done = pull_labels(studio, corpus, facts)
    assert (done.changed, done.rejected) == (1, [])
    assert {id_: row for id_, row in lines(corpus).items() if row["page"] == "article"} == before_labels
    (line,) = [row for row in lines(corpus).values() if row["page"] == "adjudication"]
    assert (line["decision"]["label"], line["decision"]["layer"], line["claims"]) == ("against", "stance", [])
    alpha = gold.agreement.alpha
    gold = write_gold(corpus, facts)
    assert (gold.undecided, gold.adjudicated) == (0, 1)
    assert gold.agreement.alpha == alpha, "an adjudicator is no annotator"

    settings = corpus.path / "corpus.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("1.0.0", "2.0.0"), encoding="utf-8")
    after = rows_of(build_release(corpus.path, out=corpus.path.parent / "dist").path)
    changed = {id_ for id_ in before | after if before.get(id_) != after.get(id_)}
    assert changed == {"claims:a-c02", "stance:a-c02:bridge"}
    claim = after["claims:a-c02"]
    assert (claim["adjudicated"], claim["adjudicator"]) == (True, line["annotator"])
    assert claim["reason"] == "stance: Die Frage ist der Bau, und der wird hier abgelehnt."
    assert [vote["stance"] for vote in claim["votes"]] == ["favor", "against", "none"]
    assert offer(studio, corpus, articles, gold).new == 0
