"""Gold contains every version of the guidelines that its labels were made under; agreement names a mix of MAJOR versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation.gold import Summary, write_gold
from annotation.summary import as_text
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from dataset.gold import majors, read_gold, sorted_versions
from dataset.records.agreement import Guidelines
from dataset.text import text_sha256
from tests.make import article, claim, label_line, write_corpus, write_labels

TEXTS = {"a": article(1), "b": article(2)}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two articles."""
    return write_corpus(tmp_path / "c", TEXTS)


def gold(corpus: Path, lines: list[dict[str, Any]]) -> tuple[dict[str, Any], Summary]:
    """gold.jsonl by article, made from these lines."""
    write_labels(corpus, lines)
    read = read_corpus(corpus)
    summary = write_gold(read, text_facts(read)[0])
    rows = [json.loads(line) for line in (corpus / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["article_id"]: row for row in rows}, summary


def line(id_: str, annotator: str, version: str | None, **other: Any) -> dict[str, Any]:
    """A label line by a person under a version of the guidelines."""
    kind = {"annotator_kind": "human", "guidelines_version": version}
    return label_line(id_, TEXTS[id_], [claim(0, 20)], annotator, **kind, **other)


def test_every_version_is_listed(corpus: Path) -> None:
    """In order of numbers, the highest as before in the field that old gold has; a label without a version adds none."""
    rows, summary = gold(
        corpus, [line("a", "x", "1.10.0"), line("a", "y", "1.9.0"), line("a", "z", None), line("b", "x", "1.10.0")]
    )
    assert rows["a"]["guidelines_versions"] == ["1.9.0", "1.10.0"]
    assert (rows["a"]["guidelines_version"], rows["b"]["guidelines_versions"]) == ("1.10.0", ["1.10.0"])
    assert list(rows["a"])[-1] == "guidelines_versions"
    assert summary.agreement.guidelines == Guidelines(versions={"1.9.0": 1, "1.10.0": 2}, unknown=1)
    assert "MAJOR" not in as_text(summary)


def test_answers_of_the_claim_page_and_decisions_are_labels_too(corpus: Path) -> None:
    """Each with its own version; an answer about another target counts for nothing and adds none."""
    first = [line("a", "x", "1.0.0"), line("a", "y", "1.0.0")]
    rows, _ = gold(corpus, first)
    id_ = rows["a"]["claims"][0]["id"]
    asked = {"page": "claim", "claims": [claim(0, 20, id=id_, stance="against")], "article_stance": {}}
    other = {**asked, "claims": [claim(0, 20, id=id_, target="other")], "annotation_id": "w"}
    decision = {"item": id_, "layer": "kind", "target": None, "label": "fact", "reason": "r", "start": 0, "end": 20}
    settled = {"page": "adjudication", "claims": [], "article_stance": {}, "decision": decision}
    lines = [
        {**line("a", "x", "1.1.0"), **asked},
        {**line("a", "w", "7.0.0"), **other},
        {**line("a", "q", "1.2.0"), **settled},
    ]
    rows, _ = gold(corpus, [*first, *lines])
    assert rows["a"]["guidelines_versions"] == ["1.0.0", "1.1.0", "1.2.0"]


def test_a_mix_of_major_versions_is_named(corpus: Path) -> None:
    """In agreement.json, in print, on the page of agreement, on the card."""
    from annotation.report.write import write_report

    lines = [line("a", "x", "1.2.0"), line("a", "y", "2.0.0"), line("b", "x", "2.0.0")]
    _, summary = gold(corpus, lines)
    report = json.loads((corpus / "agreement.json").read_text(encoding="utf-8"))
    why = report["guidelines"]["why"]
    assert (
        "different MAJOR versions of the guidelines (1.2.0: 1 annotations, 2.0.0: 2 annotations), in 1 articles" in why
    )
    assert report["guidelines"]["mixed_articles"] == 1
    assert why in as_text(summary)
    page = write_report(
        corpus / "report", read_corpus(corpus), summary.agreement, summary.rows, summary.annotations, {}
    )[0]
    assert "Guidelines mixed: " in page.read_text(encoding="utf-8")
    built = build_release(corpus, out=corpus.parent / "dist")
    card = (built.path / "README.md").read_text(encoding="utf-8")
    assert (
        "**Guidelines mixed.** Labels were made under different MAJOR versions of the guidelines (1.2.0, 2.0.0)" in card
    )
    manifest = json.loads((built.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["guidelines"] == ["1.2.0", "2.0.0"]


def test_articles_under_different_versions_are_a_mix_of_the_corpus(corpus: Path) -> None:
    """Although no article has labels under both."""
    _, summary = gold(corpus, [line("a", "x", "1.0.0"), line("b", "x", "2.0.0")])
    assert summary.agreement.guidelines.mixed_articles == 0
    assert "MAJOR" in as_text(summary)


@pytest.mark.parametrize(
    ("row", "versions"),
    [
        ({"guidelines_version": "1.1.0"}, ["1.1.0"]),
        ({"guidelines_version": None}, []),
        ({}, []),
        ({"guidelines_version": "1.1.0", "guidelines_versions": ["1.0.0"]}, ["1.0.0", "1.1.0"]),
        ({"guidelines_versions": "1.0.0"}, None),
        ({"guidelines_versions": [1]}, None),
        ({"guidelines_versions": None}, None),
    ],
)
def test_gold_of_before_is_readable(corpus: Path, row: dict[str, Any], versions: list[str] | None) -> None:
    """Without the list its one version is all; an invalid list is rejected with its line."""
    base = {"article_id": "a", "text_sha256": text_sha256(TEXTS["a"]), "annotators": ["x"], "annotator_kind": "human"}
    (corpus / "gold.jsonl").write_text(json.dumps({**base, "claims": [], **row}) + "\n", encoding="utf-8")
    read = read_corpus(corpus)
    found, rejected = read_gold(corpus / "gold.jsonl", read.scheme, text_facts(read)[0])
    assert (list(found["a"].guidelines_versions) if found else None) == versions
    assert len(rejected) == (versions is None)


def test_major_versions() -> None:
    """By number, however they are written."""
    assert majors(["1.0.0", "1.12", "v1"]) == {"1"}
    assert len(majors(["1.0.0", "2.0.0", "draft", "0.9"])) == 4
    assert sorted_versions({"10.0", "9.1", "9.0.1"}) == ["9.0.1", "9.1", "10.0"]
