"""The claim page's answers in gold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dataset.build import build_release
from dataset.corpus import read_corpus
from dataset.gold import read_gold
from dataset.labels import Facts, read_labels
from dataset.text import text_sha256
from tests.annotation.test_gold import TEXT, corpus, gold
from tests.make import claim, label_line

__all__ = ["corpus"]  # the fixture


def answer(annotator: str, stance: str | None, target: str = "bridge", **other: Any) -> dict[str, Any]:
    """A line of the claim page about the first claim."""
    asked = claim(0, 20, id="a-c01", target=target, stance=stance, kind=None, actor=None)
    line = label_line("a", TEXT, [asked], annotator, page="claim", article_stance={}, **other)
    return {**line, "annotation_id": f"{annotator}:a-c01@{target}"}


def test_answers_supersede_and_add(corpus: Path) -> None:
    """Who changed their mind, who said nothing before; span, kind and target stay the article page's."""
    marked = [
        label_line("a", TEXT, [claim(0, 20, stance="favor")], "x"),
        label_line("a", TEXT, [claim(0, 20, stance="against")], "y"),
    ]
    (row,), _ = gold(corpus, marked)
    assert row["claims"][0]["stance"] is None
    (row,), summary = gold(corpus, [*marked, answer("x", "against"), answer("z", "none")])
    one = row["claims"][0]
    assert (one["stance"], one["kind"], one["target"]) == ("against", "fact", "bridge")
    assert one["label_distribution"]["stance"] == {"favor": 0.0, "against": 2 / 3, "none": 1 / 3}
    assert {vote["annotator"]: (vote["kind"], vote["stance"]) for vote in one["votes"]} == {
        "x": ("fact", "against"),
        "y": ("fact", "against"),
        "z": (None, "none"),
    }
    assert summary.annotators == {"x": "model", "y": "model"}
    read = read_corpus(corpus)
    facts = {"a": Facts(len(TEXT), text_sha256(TEXT))}
    assert read_gold(corpus / "gold.jsonl", read.scheme, facts)[1] == []
    assert build_release(corpus, out=corpus.parent / "dist").rejected == []


def test_answers_that_do_not_fit(corpus: Path) -> None:
    """People's on what models marked, to an earlier target, about a claim that gold does not have, skips: counted as not counted."""
    marked = [label_line("a", TEXT, [claim(0, 20, stance="favor")], "x")]
    astray = answer("v", "against")
    astray["claims"][0]["id"] = "a-c99"
    (row,), summary = gold(
        corpus,
        [
            *marked,
            astray,
            answer("p", "against", annotator_kind="human"),
            answer("y", "against", target="other"),
            answer("z", "against", status="skipped"),
            answer("w", None),
        ],
    )
    assert row["claims"][0]["stance"] == "favor"
    assert (
        summary.not_counted["claim-page stances of the other annotator kind, an earlier target or no claim of gold"]
        == 3
    )


def test_lines_of_the_claim_page(corpus: Path) -> None:
    """One claim, with its id in gold; one line for each claim of an annotator."""
    read = read_corpus(corpus)
    facts = {"a": Facts(len(TEXT), text_sha256(TEXT))}
    second = answer("x", "favor")
    second["claims"][0]["id"] = "a-c02"
    broken = answer("x", "favor")
    del broken["claims"][0]["id"]
    gold(corpus, [label_line("a", TEXT, [], "x"), answer("x", "favor"), second, broken])
    kept, rejected = read_labels(corpus / "labels", read.scheme, facts)
    assert [(one.page, one.claims[0].id) for one in kept if one.page == "claim"] == [
        ("claim", "a-c01"),
        ("claim", "a-c02"),
    ]
    assert ["one claim is expected" in one.reason for one in rejected] == [True]
