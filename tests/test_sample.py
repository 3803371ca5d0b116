"""The sample corpus keeps what it promises: size, variety, mess, reprints, labels, and no sentence written twice."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from dataset.corpus import read_corpus
from dataset.prepare import Prepared, prepare_article

WORD = re.compile(r"\w+")
# Function words of four letters and more; shorter words are left out anyway.
FUNCTION = frozenset(
    """
    aber alle allen aller alles also auch beim dann dass deine denen denn deren dessen dich dies diese diesem diesen dieser dieses doch
    dort durch eine einem einen einer eines etwas euch gegen habe haben hatte hatten hier hinter ihre ihrem ihren ihrer immer jede jedem
    jeden jeder jedes jetzt kann kein keine keinem keinen keiner können könne könnte manche mehr mein meine muss müssen müsse nach
    neben nicht noch oder ohne schon sehr seid sein seine seinem seinen seiner seit selbst sich sind soll sollen solle sollte sondern
    sonst über unter viel viele vom vom wäre wann war waren warum was weil welche welcher wenn werde werden wird wieder will wollen
    wolle wurde wurden würde würden zwischen hätte hätten seien
    """.split()
)


def lines(path: Path) -> list[dict[str, Any]]:
    """A JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles(sample: Path) -> dict[str, Prepared]:
    """Every article, prepared."""
    found = [prepare_article(source) for source in read_corpus(sample).sources]
    assert all(isinstance(one, Prepared) for one in found)
    return {one.source.id: one for one in found if isinstance(one, Prepared)}


@pytest.fixture(scope="module")
def family(sample: Path) -> dict[str, str]:
    """The original of every planned reprint, by article."""
    return {row["b"]: row["a"] for row in lines(sample / "reuse.jsonl")}


def content(text: str) -> frozenset[str]:
    """The content words of a sentence."""
    return frozenset(word for word in WORD.findall(text.casefold()) if len(word) > 3 and word not in FUNCTION)


def test_size_and_variety(sample: Path, articles: dict[str, Prepared]) -> None:
    """About 80 items of 120–600 words, eight kinds of text, six outlets, eight months."""
    rows = lines(sample / "manifest.jsonl")
    assert len(rows) == len(articles) == 80
    assert all(120 <= len(one.text.split()) <= 600 for one in articles.values())
    genres = {row["genre"] for row in rows}
    assert len(genres) >= 8, genres
    assert len({row["outlet"] for row in rows}) == 6
    assert len({row["published"][:7] for row in rows}) == 8
    assert len(read_corpus(sample).scheme.questions) == 4


def test_the_mess_of_real_crawls(sample: Path, articles: dict[str, Prepared]) -> None:
    """Everything that breaks offsets or readers stands in it somewhere."""
    raw = "".join((sample / "articles" / f"{id_}.txt").read_bytes().decode("utf-8") for id_ in articles)
    for sign in (
        "\r\n",
        "\t",
        "\u00a0",
        "\u200d",
        "u\u0308",
        "„",
        "“",
        "»",
        "«",
        "›",
        "‚",
        '"',
        "date 2025-",
        "Stand: ",
        "Quelle: ",
    ):
        assert sign in raw, repr(sign)
    assert re.search("[\U0001f300-\U0001faff]", raw)
    steps = Counter(step for one in articles.values() for step in one.normalised)
    assert steps["line_ends"] >= 2
    assert steps["nfc"] >= 2
    assert re.search(r"Korrektur|Berichtigung|früheren (?:Fassung|Version)", raw)


def test_no_sentence_is_written_twice(articles: dict[str, Prepared], family: dict[str, str]) -> None:
    """Body sentences of six words and more of different items: Jaccard of content words at most .5, planned reprints aside."""
    sentences = [
        (id_, content(text), text)
        for id_, one in articles.items()
        for start, end in one.sentences
        if len(WORD.findall(text := one.text[start:end])) >= 6 and len(content(text)) >= 3
    ]
    holding = defaultdict(list)
    for number, (_, words, _) in enumerate(sentences):
        for word in words:
            holding[word].append(number)
    close = []
    for number, (id_, words, text) in enumerate(sentences):
        shared = Counter(other for word in words for other in holding[word] if other > number)
        for other, n in shared.items():
            other_id, other_words, other_text = sentences[other]
            related = family.get(id_, id_) == family.get(other_id, other_id)
            if id_ != other_id and not related and n / len(words | other_words) > 0.5:
                close.append((id_, text, other_id, other_text))
    assert close == []


def test_reprints(sample: Path, articles: dict[str, Prepared]) -> None:
    """Twelve partial ones with 30–60 % of the original's paragraphs, three near-copies, all across outlets."""
    rows = lines(sample / "reuse.jsonl")
    assert Counter(row["kind"] for row in rows) == {"partial": 12, "near_copy": 3}
    for row in rows:
        original, reprint = articles[row["a"]], articles[row["b"]]
        assert original.source.outlet != reprint.source.outlet
        theirs, ours = (
            [content(one.text[b.start : b.end]) for b in one.blocks if b.type in ("lead", "paragraph")]
            for one in (original, reprint)
        )
        taken = sum(any(len(a & b) / len(a | b) > 0.3 for b in ours) for a in theirs)
        if row["kind"] == "partial":
            assert 0.3 <= taken / len(theirs) <= 0.6, row
        else:
            assert taken / len(theirs) > 0.8, row


def test_labels(sample: Path) -> None:
    """At least 900 claims, every stance at least 40 times for every target, all kinds, article stances that take sides."""
    gold = lines(sample / "gold.jsonl")
    claims = [claim for row in gold for claim in row["claims"]]
    stances = Counter((claim["target"], claim["stance"]) for claim in claims)
    assert len(claims) >= 900
    for target in read_corpus(sample).scheme.questions:
        assert all(stances[target, stance] >= 40 for stance in ("favor", "against", "none")), (target, stances)
    assert min(Counter(claim["kind"] for claim in claims).values()) >= 200
    sides = Counter(entry["label"] for row in gold for entry in row["article_stance"].values())
    assert min(sides[side] for side in ("favor", "against")) >= 5
    kinds = {one["annotator_kind"] for path in (sample / "labels").glob("*.jsonl") for one in lines(path)}
    assert kinds == {"model"}


def test_a_third_was_labelled_three_times(sample: Path) -> None:
    """By the authors, and twice again."""
    by = {path.stem: {row["article_id"] for row in lines(path)} for path in (sample / "labels").glob("*.jsonl")}
    assert by["pass-1"] == by["pass-2"]
    assert len(by["pass-1"]) >= 80 / 3
    assert len(by["author"]) == 80


def test_claim_groups_join_articles(sample: Path) -> None:
    """A group is the same claim in two articles or more."""
    members = defaultdict(set)
    for row in lines(sample / "gold.jsonl"):
        for claim in row["claims"]:
            if claim["claim_group"]:
                members[claim["claim_group"]].add(row["article_id"])
    assert len(members) >= 50
    alone = sorted(group for group, ids in members.items() if len(ids) < 2)
    assert alone == []
