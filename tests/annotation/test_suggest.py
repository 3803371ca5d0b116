"""Suggestions by rules: where claims begin and end, whose they are, and that no text whatever breaks them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.suggest import VERSION, Suggestion, prediction_line, read_predictions, suggestions
from annotation.suggest.__main__ import main, measure
from annotation.suggest.reading import quotations
from dataset.blocks import BODY, structure
from dataset.errors import CorpusError
from dataset.files import dump_line
from dataset.labels import Facts
from dataset.likeness import likeness_of
from dataset.listing import Source
from dataset.prepare import Prepared
from dataset.records.types import Span
from dataset.scheme import Scheme, read_scheme
from dataset.sentences import split
from dataset.text import canonical, text_sha256
from tests.make import SCHEME, claim, label_line, write_corpus, write_labels


def prepared(text: str) -> Prepared:
    """An article that lies in no file."""
    text = canonical(text).text
    blocks = structure(text)
    sentences = [one for block in blocks if block.type in BODY for one in split(text, block.start, block.end)]
    source = Source(id="a", file="a.txt", path=Path("a.txt"), language="de", license="CC0-1.0")
    return Prepared(
        source, text, text_sha256(text), "", "utf-8", (), tuple(blocks), tuple(sentences), likeness_of(text)
    )


def marked(text: str) -> list[tuple[str, str | None]]:
    """Each suggested claim with its claimant, as text. A first paragraph keeps the text from being taken for a title."""
    before = "Auf dem Platz vor dem Speicher standen am Morgen schon zwei Lieferwagen und ein Kran.\n\n"
    article = prepared(before + text)
    return [
        (
            article.text[slice(*one.span)],
            None if one.claimant is None else article.text[slice(*one.claimant)],
        )
        for one in suggestions(article)
    ]


@pytest.mark.parametrize(("opening", "closing"), ["„“", "»«", "«»", '""', "“”"])
def test_direct_speech_in_every_style(opening: str, closing: str) -> None:
    """Marks, full stop and tag stay out; both sentences have the speaker that is named behind the second."""
    text = f"{opening}Der Turm ist feucht. Wir bauen ihn neu{closing}, sagte Baumeisterin Ida Lohse am Kai."
    assert marked(text) == [
        ("Der Turm ist feucht", "Baumeisterin Ida Lohse"),
        ("Wir bauen ihn neu", "Baumeisterin Ida Lohse"),
    ]


def test_a_quotation_within_a_quotation_is_not_cut() -> None:
    """The outer one is the claim."""
    text = "„Mein Vater sagte ‚Morgen wird es still‘ und lachte dabei“, erzählte Kurt Brinkel."
    assert marked(text) == [("Mein Vater sagte ‚Morgen wird es still‘ und lachte dabei", "Kurt Brinkel")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Deich halte noch Jahre, sagte Ida Lohse.", ("Der Deich halte noch Jahre", "Ida Lohse")),
        ("Die Schleuse sei zu eng, so Ida Lohse.", ("Die Schleuse sei zu eng", "Ida Lohse")),
        ("Ida Lohse betonte, dass kein Boot warten müsse.", ("kein Boot warten müsse", "Ida Lohse")),
        ("Der Sprecher des Amtes teilte mit, der Damm sei dicht.", ("der Damm sei dicht", "Sprecher des Amtes")),
        ("Laut Hafenamt wiegt der Kran neun Tonnen.", ("wiegt der Kran neun Tonnen", "Hafenamt")),
        ("Nach Angaben der Werft fehlen zwölf Schweißer.", ("fehlen zwölf Schweißer", "Werft")),
        ("Den Fischern zufolge schadet der Lärm allen.", ("schadet der Lärm allen", "Fischern")),
        (
            "Der Kran soll nach Angaben von Dockern seit Mai stillstehen.",
            ("Der Kran soll nach Angaben von Dockern seit Mai stillstehen", "Dockern"),
        ),
        (
            "Der Kai werde, so Geologin Tilda Amrum, vermutlich absacken.",
            ("Der Kai werde, so Geologin Tilda Amrum, vermutlich absacken", "Geologin Tilda Amrum"),
        ),
        ("Tilda Amrum nannte den Plan einen Irrweg.", ("den Plan einen Irrweg", "Tilda Amrum")),
        ("Tilda Amrum warnte vor einem Bruch der Mauer.", ("einem Bruch der Mauer", "Tilda Amrum")),
        ("Tilda Amrum: „Das Wasser steigt schon!“", ("Das Wasser steigt schon", "Tilda Amrum")),
        (
            "Die Leiterin des Werks, Tilda Amrum, sagte, der Ofen bleibe kalt.",
            ("der Ofen bleibe kalt", "Tilda Amrum"),
        ),
        (
            "Lehrer Jost Ahrens bat die Klassen, ihre Räder zu putzen.",
            ("die Klassen, ihre Räder zu putzen", "Lehrer Jost Ahrens"),
        ),
        ("Die Fähre fahre bald, hieß es aus dem Rathaus.", ("Die Fähre fahre bald", "Rathaus")),
        ("Das Ufer sei sicher, wie Tilda Amrum versicherte.", ("Das Ufer sei sicher", "Tilda Amrum")),
    ],
)
def test_one_claim(text: str, expected: tuple[str, str]) -> None:
    """The span and the claimant of each frame, by the guidelines' rules for edges."""
    assert marked(text) == [expected]


def test_the_subjunctive_goes_on() -> None:
    """Across sentences of a paragraph, and no further than the article's own voice."""
    text = (
        "Die Mole brauche ein Geländer, sagte Reeder Hauke Thoms. Das koste wenig. Im Winter sei sie spiegelglatt. "
        "Danach fuhr er heim.\n\nDie Gäste tranken Tee."
    )
    assert [found for found, _ in marked(text)] == [
        "Die Mole brauche ein Geländer",
        "Das koste wenig",
        "Im Winter sei sie spiegelglatt",
    ]
    assert {who for _, who in marked(text)} == {"Reeder Hauke Thoms"}


def test_habe_behind_ich_in_a_quotation_is_one_claim_of_its_speaker() -> None:
    """The first person's indicative has the form of the subjunctive; it goes on with nobody's speech."""
    text = "Hauke Thoms kam zu spät. „Ich habe nichts gewusst“, sagte Meta Klaas. Danach ging sie."
    assert marked(text) == [("Ich habe nichts gewusst", "Meta Klaas")]


def test_a_pronoun_means_the_earlier_name() -> None:
    """Also across paragraphs; the pronoun itself is no claimant."""
    text = "Ingenieurin Meta Klaas sah sich den Tunnel an.\n\n„Der Tunnel ist trocken“, sagte sie."
    assert marked(text) == [("Der Tunnel ist trocken", "Ingenieurin Meta Klaas")]


def test_two_main_clauses_are_two_claims() -> None:
    """Both in the subjunctive; a clause that only completes stays."""
    text = "Der Bund müsse zahlen, die Stadt könne es nicht, klagte Piet Nolte. Er halte still, falls es regne."
    assert marked(text) == [
        ("Der Bund müsse zahlen", "Piet Nolte"),
        ("die Stadt könne es nicht", "Piet Nolte"),
        ("Er halte still, falls es regne", "Piet Nolte"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Der „Blaue Anker“ ist heute geschlossen, weil der Wirt verreist.",
        "Sie sprach von einer „Posse“ und ging.",
        "Den Film »Die lange Flut« zeigt das Kino am Sonntag.",
        "Am Freitag besichtigte Piet Nolte die Baustelle am Ostkai.",
        "„Wer hat das Tor geöffnet?“, fragte Piet Nolte.",
        "Die Fähre soll um neun ablegen.",
        "",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    """Scare quotes, titles, events, questions, plans."""
    assert marked(text) == []


def test_an_unnamed_speaker_is_left_open() -> None:
    """A quotation without any name before or behind it."""
    assert marked("„Das Wasser steigt in jeder Stunde.“ Dann wurde es still.") == [
        ("Das Wasser steigt in jeder Stunde", None)
    ]


def test_an_interview() -> None:
    """Answers are claims of the label in front of them, questions are not."""
    text = (
        "Was kostet die neue Halle?\n\nLohse: Sie kostet drei Millionen. Das Geld liegt bereit.\n\n"
        "Und wann wird sie fertig?\n\nLohse: Im Mai stehen die Wände."
    )
    assert marked(text) == [
        ("Sie kostet drei Millionen", "Lohse"),
        ("Das Geld liegt bereit", "Lohse"),
        ("Im Mai stehen die Wände", "Lohse"),
    ]


def test_unbalanced_marks_are_passed_over() -> None:
    """A mark that nothing closes hides nothing behind it."""
    assert quotations("„a »b« c", 0, 8) == [Span(3, 6)]
    assert quotations("„a „b „c „d »e« „f“", 0, 19) == [Span(12, 15), Span(16, 19)]
    assert quotations("„a »b« c“", 0, 9) == [Span(0, 9)]
    assert quotations("a »b« c", 0, 7) == [Span(2, 5)]
    assert marked("Er rief „Halt. Der Kran sei alt, sagte Ida Lohse.")[-1] == ("Der Kran sei alt", "Ida Lohse")


WORDS = [
    "„", "“", "»", "«", "‚", "‘", "›", "‹", '"', "'", ",", ".", "!", "?", ":", ";", "–", "(", ")", "\n", "\n\n", "👩‍🏫", "e\u0301",
    "laut", "Laut", "zufolge", "nach", "Angaben", "von", "der", "dem", "Kran", "Ida", "Lohse", "sagte", "so", "wie", "er", "sie",
    "habe", "sei", "dass", "hält", "für", "nannte", "warnte", "vor", "warf", "riet", "zu", "halten", "heißt", "es", "aus", "und",
    "demnach", "Sein", "Vorschlag", "teilte", "mit", "hat", "betont", "mitteilte", "ihren", "58-Jährige", "\u00a0", "\t",
]  # fmt: skip


def check(article: Prepared) -> list[Suggestion]:
    """Spans within one body block, in order, apart, without blanks at their edges; claimants within the text."""
    found = suggestions(article)
    bodies = [block for block in article.blocks if block.type in BODY]
    end = 0
    for one in found:
        assert end <= one.span.start < one.span.end
        end = one.span.end
        assert any(block.start <= one.span.start and one.span.end <= block.end for block in bodies)
        assert article.text[slice(*one.span)] == article.text[slice(*one.span)].strip()
        assert one.claimant is None or 0 <= one.claimant.start < one.claimant.end <= len(article.text)
    return found


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.sampled_from([" ", ""]))
def test_no_arrangement_of_the_rules_words_breaks_them(words: list[str], glue: str) -> None:
    """Every word and mark that some rule looks for, in any order."""
    check(prepared(glue.join(words)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_them(text: str) -> None:
    """Any characters at all."""
    check(prepared(text))


@pytest.mark.parametrize(
    "unit",
    ["„“", "„", '"a" ', "»a« „b“ ", "„Das ist so“, sagte er, ", "„Es ist so“, sagte Ida. ", "laut ", "sei, ", "Aa "],
)
def test_time_is_linear(unit: str) -> None:
    """Four times the text takes about four times as long, never sixteen."""

    def seconds(length: int) -> float:
        article = prepared("Ein Satz steht am Anfang. " + unit * (length // len(unit)))
        best = 1e9
        for _ in range(3):
            before = time.process_time()
            suggestions(article)
            best = min(best, time.process_time() - before)
        return best

    assert seconds(100_000) < 10 * seconds(25_000) + 0.05


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    """The scheme of small test corpora."""
    path = tmp_path / "scheme.toml"
    path.write_text(SCHEME, encoding="utf-8")
    return read_scheme(path)


def line(**other: Any) -> dict[str, Any]:
    """A line of a predictions file on a text of 100 characters."""
    claims = [{"start": 0, "end": 9, "claimant": None, "actor": None, "kind": "fact", "target": None, "stance": None}]
    row = {"article_id": "a", "text_sha256": "h", "model_version": "m-1", "claims": claims, "article_stance": {}}
    return {**row, **other}


def read(tmp_path: Path, scheme: Scheme, *lines: object) -> tuple[dict[str, Any], list[Any]]:
    """What is read of these lines, for articles a and b."""
    path = tmp_path / "predicted.jsonl"
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), encoding="utf-8")
    predicted, rejected = read_predictions(path, scheme, {"a": Facts(100, "h"), "b": Facts(100, "h")})
    return {id_: one for (id_, _), one in predicted.items()}, rejected


def test_a_good_line(tmp_path: Path, scheme: Scheme) -> None:
    """Claims, version and article stance; labels may be open."""
    found, rejected = read(tmp_path, scheme, line(article_stance={"bridge": "discuss"}))
    assert not rejected
    one = found["a"]
    assert (one.model_version, one.claims[0].span, one.claims[0].kind) == ("m-1", Span(0, 9), "fact")
    assert one.claims[0].stance is None
    assert one.article_stance == {"bridge": "discuss"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "not valid JSON"),
        ("[]", "a JSON object is expected"),
        (line(article_id="z"), "the corpus has no article 'z'"),
        (line(article_id=["a"]), "article_id: a text is expected, not a list"),
        (line(text_sha256="other"), "made on another text"),
        (line(model_version=7), "model_version"),
        (line(claims={}), "claims: a list"),
        (line(article_stance=["bridge"]), "article_stance"),
        (line(claims=[{"start": 90, "end": 101}]), "out of bounds"),
        (line(claims=[{"start": 0, "end": 5, "kind": "rumour"}]), "'rumour' is not one of"),
        (line(claims=[{"start": 0, "end": 5, "claimant": 3}]), "claimant"),
        (line(claims=["x"]), "a table is expected, not 'x'"),
        (line(article_stance={"bridge": "never"}), "not in the scheme"),
        (line(article_id="b"), "line 1 predicts this article too"),
    ],
)
def test_what_cannot_be_used_is_set_aside(tmp_path: Path, scheme: Scheme, bad: object, reason: str) -> None:
    """With file and line; the rest is read."""
    found, rejected = read(tmp_path, scheme, line(article_id="b"), bad)
    assert "b" in found
    assert len(rejected) == 1
    assert (rejected[0].file, rejected[0].line) == ("predicted.jsonl", 2)
    assert reason in rejected[0].reason


def test_several_model_versions(tmp_path: Path, scheme: Scheme) -> None:
    """Each keeps its own predictions of an article; a second line of one version is named."""
    path = tmp_path / "predicted.jsonl"
    rows = [line(), line(model_version="m-2", claims=[]), line(claims=[])]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    predicted, rejected = read_predictions(path, scheme, {"a": Facts(100, "h")})
    assert {key: len(one.claims) for key, one in predicted.items()} == {("a", "m-1"): 1, ("a", "m-2"): 0}
    assert [(one.line, "line 1 predicts" in one.reason) for one in rejected] == [(3, True)]


def test_a_missing_file_is_named(tmp_path: Path, scheme: Scheme) -> None:
    """A misspelt name is no empty file."""
    with pytest.raises(CorpusError, match=r"nowhere\.jsonl: no such predictions file"):
        read_predictions(tmp_path / "nowhere.jsonl", scheme, {})


def test_suggestions_make_a_predictions_file(tmp_path: Path, scheme: Scheme) -> None:
    """What the rules find can be written, and is read as it was."""
    article = prepared("Am Kai lag ein altes Schiff.\n\nDer Deich halte noch Jahre, sagte Ida Lohse.")
    found = check(article)
    path = tmp_path / "p.jsonl"
    path.write_text(dump_line(prediction_line(article, found)), encoding="utf-8")
    read_back, rejected = read_predictions(path, scheme, {"a": article.facts})
    assert not rejected
    assert read_back["a", VERSION].model_version == VERSION
    assert [(one.span, one.claimant) for one in read_back["a", VERSION].claims] == [
        (one.span, one.claimant) for one in found
    ]


def test_the_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One claim found with its claimant, one label missed; a corpus that is none is one line."""
    text = "Am Kai lag ein altes Schiff.\n\nDer Deich halte noch Jahre, sagte Ida Lohse.\n"
    folder = write_corpus(tmp_path / "c", {"a": text})
    start, who = text.index("Der Deich"), text.index("Ida")
    claims = [claim(start, start + 26, claimant={"start": who, "end": who + 9}), claim(0, 27)]
    write_labels(folder, [label_line("a", text, claims)])
    figures = measure(folder)["labels of a1"]
    assert (figures.suggested, figures.gold, figures.matched, figures.claimants) == (1, 2, 1, 1)
    assert main([str(folder)]) == 0
    assert "1.000  0.500  0.667" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("suggest: ")


def test_the_rules_on_the_sample(sample: Path) -> None:
    """Far from what they were tuned to they would not be worth a click; the figures stand in the command's output."""
    figures = measure(sample)
    for name in ("gold train", "gold validation", "gold test"):
        one = figures[name]
        assert 2 * one.matched / (one.suggested + one.gold) > 0.8
        assert one.claimants / one.matched > 0.8
