"""Damaged files in labels/: what cannot be read is named with file and line, readable lines count, and no byte is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotation.gold import write_gold
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from tests.make import cli, snapshot

# By variant: articles that gold has, and the lines that are named with a word of the reason.
VARIANTS: dict[str, tuple[int, dict[int, str]]] = {
    "intact": (2, {}),
    "crlf": (2, {}),
    "byte-order-mark": (2, {}),
    "empty": (0, {}),
    "cut-in-the-first-line": (0, {1: "not valid JSON"}),
    "cut-in-the-last-line": (1, {2: "not valid JSON"}),
    "empty-object": (2, {1: "annotation_id: missing"}),
    "every-line-twice": (2, {1: "another annotation of the same time", 2: "another annotation of the same time"}),
    "huge-integer": (2, {1: "a number of more than 4,300 digits"}),
    "invalid-utf8": (1, {1: "not UTF-8 (byte 461)"}),
    "list-line": (2, {1: "this is a list"}),
    "lone-surrogate": (2, {3: "half of a surrogate pair"}),
    "merge-markers": (
        2,
        {
            1: "not valid JSON",
            2: "another annotation",
            3: "another annotation",
            4: "not valid JSON",
            7: "not valid JSON",
        },
    ),
    "nul-byte": (1, {1: "not valid JSON"}),
    "null-line": (2, {1: "this is null"}),
    "string-line": (2, {1: "this is a text"}),
    "trailing-comma": (1, {2: "not valid JSON"}),
    "utf16": (0, {1: "not UTF-8 (byte 0)", 2: "not valid JSON", 3: "not valid JSON"}),
    "deep": (2, {3: "nested too deeply"}),
}


def damaged(shared: Path, folder: Path, variant: str) -> Path:
    """The corpus of the case with this variant in labels/."""
    case = shared / "cases" / "damaged-labels"
    corpus = shutil.copytree(case / "corpus", folder / "c")
    shutil.copytree(case / "variants" / ("intact" if variant == "deep" else variant), corpus / "labels")
    if variant == "deep":
        with next((corpus / "labels").glob("*.jsonl")).open("a", encoding="utf-8") as stream:
            stream.write("[" * 100_000 + "]" * 100_000 + "\n")
    return corpus


def test_every_variant_is_known(shared: Path) -> None:
    """The case has no variant that is not looked at here."""
    folder = shared / "cases" / "damaged-labels" / "variants"
    assert {path.name for path in folder.iterdir()} == set(VARIANTS) - {"deep"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_gold_and_release_of_damaged_labels(shared: Path, tmp_path: Path, variant: str) -> None:
    """Gold is made of what can be read, twice the same; a release comes of it, and its sentences are "none" in labelled articles only."""
    corpus = damaged(shared, tmp_path, variant)
    before = snapshot(corpus / "labels")
    articles, named = VARIANTS[variant]
    read = read_corpus(corpus)
    summary = write_gold(read, text_facts(read)[0])
    gold = (corpus / "gold.jsonl").read_bytes()
    assert summary.articles == articles
    assert {(one.file, one.line) for one in summary.rejected} == {
        ("labels/studio-a28b-3.jsonl", line) for line in named
    }
    for one in summary.rejected:
        assert named[one.line or 0] in one.reason
        assert len(str(one)) < 300
        assert "  " not in str(one)
    write_gold(read, text_facts(read)[0])
    assert (corpus / "gold.jsonl").read_bytes() == gold
    facts = build_release(corpus, out=tmp_path / "dist").facts
    labelled = set(facts.gold)
    assert len(labelled) == articles
    assert all(row["claim"] is None for row in facts.of("sentences") if row["article_id"] not in labelled)
    assert snapshot(corpus / "labels") == before


@pytest.mark.parametrize("variant", ["utf16", "merge-markers"])
def test_what_is_named_gives_status_1(shared: Path, tmp_path: Path, variant: str) -> None:
    """One line each on stderr, all of them in rejected.jsonl."""
    corpus = damaged(shared, tmp_path, variant)
    done = cli("gold", corpus)
    named = VARIANTS[variant][1]
    assert done.returncode == 1
    assert done.stderr.count("labels/studio-a28b-3.jsonl:") == len(named)
    assert (corpus / "rejected.jsonl").read_text(encoding="utf-8").count('"labels/studio-a28b-3.jsonl"') == len(named)
