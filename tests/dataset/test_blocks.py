"""Block structure: nothing lost on any string, and agreement with annotators' structure on real and on sample articles."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.blocks import BODY, TYPES, profiles, structure
from dataset.readers.text import read_text
from dataset.sentences import split
from dataset.text import canonical

# The seeds' annotator used finer names for some types.
SEED_TYPES = {
    "noise": {"noise"},
    "kicker": {"kicker", "section"},
    "headline": {"headline"},
    "boilerplate": {"boilerplate"},
    "caption": {"caption"},
    "caption_ref": {"caption"},
    "credit": {"credit"},
    "dateline": {"dateline"},
    "stand": {"dateline"},
    "source": {"sign_off"},
    "signoff": {"sign_off"},
    "subhead": {"subhead"},
}

ARTICLE = """\
 date 2025-03 Lokales

Neue Brücke in Sicht

Der Rat stimmt zu

Von Erika Beispiel

00:00
Diese Audioversion wurde künstlich generiert.
IMG_bruecke_01.jpg

Die Brücke kommt, und zwar bald. Der Rat hat am Montag nach langer Debatte zugestimmt, obwohl viele Zweifel hatten.

Blick auf den Fluss bei Sonnenaufgang. Foto: Max Beispiel

Musterstadt (abc) - Der Rat hat zugestimmt. Es war knapp, sagte eine Sprecherin am Montag nach der Sitzung vor dem Rathaus.

Was nun folgt

Gebaut wird ab Mai. Die Kosten trägt das Land, wie das Ministerium mitteilte, und zwar bis zum Ende des nächsten Jahres./kor/DP/zz

Mehr zum Thema
Brücken im Land
Zehn Fakten zum Fluss

Quelle: beispiel.de, kor/abc
"""


FRAGMENTS = [
    *' \n\t.:!?()/„“"',
    "Foto: ",
    "Stand: 1.2.2025",
    "\n\n",
    " Uhr",
    "Ort (abc) - ",
    "Newsletter",
    "Quelle: ",
    "Wort ",
    "date 2024-10 ",
]


@given(st.lists(st.one_of(st.characters(codec="utf-8"), st.sampled_from(FRAGMENTS))).map("".join))
def test_every_character_has_one_block(text: str) -> None:
    """Blocks are disjoint, in order, without blanks at their edges, and hold every character that is no blank."""
    text = canonical(text).text
    position = 0
    for start, end, type_ in structure(text):
        assert text[position:start].strip() == ""
        assert start < end
        assert text[start:end] == text[start:end].strip()
        assert type_ in TYPES
        position = end
    assert text[position:].strip() == ""


def test_every_type_is_found() -> None:
    """One page with all twelve types."""
    found = {block.type: ARTICLE[block.start : block.end] for block in reversed(structure(ARTICLE))}
    assert set(found) == set(TYPES)
    assert found["noise"] == "date 2025-03"
    assert found["section"] == "Lokales"
    assert found["kicker"] == "Neue Brücke in Sicht"
    assert found["headline"] == "Der Rat stimmt zu"
    assert found["dateline"] == "Musterstadt (abc) -"
    assert found["lead"].startswith("Die Brücke kommt")
    assert found["caption"] == "Blick auf den Fluss bei Sonnenaufgang."
    assert found["credit"] == "Von Erika Beispiel"
    assert found["subhead"] == "Was nun folgt"
    assert found["sign_off"] == "/kor/DP/zz"


def test_a_paragraph_broken_at_a_column_is_one_block() -> None:
    """Press releases wrap their lines."""
    line = "Das ist eine Zeile, die mitten im Satz umbrochen worden ist und die"
    text = "\n".join([line, line, line, "dann hier endet."])
    assert [(block.start, block.end) for block in structure(text)] == [(0, len(text))]


def test_no_break_blanks_count_as_blanks() -> None:
    """A time written with a no-break blank is a time."""
    body = "Es geht los. Morgen beginnt der Bau der Brücke.\n\nDann folgt mehr."
    text = "Rathaus\n\nNeuer Plan\n\nStand: 08.04.2025 18:25\u00a0Uhr\n\n" + body
    assert "dateline" in {block.type for block in structure(text)}


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("Musterstadt (abc) - Der Rat tagt am Dienstag.", "Musterstadt (abc) -"),
        ("Musterstadt (abc/DP) Der Rat tagt am Dienstag.", "Musterstadt (abc/DP)"),
        ("Erika Beispiel (AB) nannte den Plan am Dienstag falsch.", None),
        ("Beispiel (lacht): Ich habe den Plan nie gelesen.", None),
        ("Erika Beispiel (AB) – seit zehn Jahren im Rat – nannte den Plan falsch.", None),
    ],
)
def test_a_speaker_is_no_dateline(line: str, dateline: str | None) -> None:
    """A name with a party in brackets opens a sentence; its words belong to it."""
    text = f"Der Rat tagt\n\nAm Abend war noch nichts entschieden, und das blieb so.\n\n{line}\n"
    found = [text[block.start : block.end] for block in structure(text) if block.type == "dateline"]
    assert found == ([dateline] if dateline else [])


def test_profiles_are_data_that_fits() -> None:
    """All profiles can be read, and the default comes last."""
    assert [profile.name for profile in profiles()][-1] == "default"
    assert all(profile.rules for profile in profiles())


def test_the_seeds(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Boundaries F1 ≥ .97 and type accuracy ≥ .90 on the blocks that are no sentences; the patterns were made on these five."""
    counts: Counter[tuple[str, bool]] = Counter()
    hits = found = gold_boundaries = 0
    for line in (shared / "benchmarks" / "seed_structure" / "sentences.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = canonical(read_text(shared / "seeds" / row["doc"]).text).text
        blocks = structure(text)
        units = [
            unit for b in blocks for unit in (split(text, b.start, b.end) if b.type in BODY else [(b.start, b.end)])
        ]
        ours = {("start", start) for start, _ in units} | {("end", end) for _, end in units}
        theirs = {("start", start) for start, _ in row["sents"]} | {("end", end) for _, end in row["sents"]}
        hits, found, gold_boundaries = hits + len(ours & theirs), found + len(ours), gold_boundaries + len(theirs)
        for (start, _), type_ in zip(row["sents"], row["types"], strict=True):
            if type_ != "sentence":
                here = next(block.type for block in blocks if block.start <= start < block.end)
                counts[type_, here in SEED_TYPES[type_]] += 1
        body = {(b.start, b.end) for b in blocks if b.type in BODY}
        for (start, end), type_ in zip(row["sents"], row["types"], strict=True):
            if type_ != "sentence":
                assert not any(s < end and start < e for s, e in body), (
                    f"{row['doc']}: {type_} at {start} is in the body"
                )
    with capsys.disabled():
        print("\nblock types of the seeds (right of all):", table(counts))
    right = sum(n for (_, good), n in counts.items() if good)
    assert 2 * hits / (found + gold_boundaries) >= 0.97
    assert right / counts.total() >= 0.90


def test_the_sample(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the structure labels of the sample's authors: ≥ .95 of the blocks overall."""
    outlets = {
        row["id"]: row["outlet"]
        for row in map(json.loads, (sample / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    }
    counts: Counter[tuple[str, bool]] = Counter()
    for line in (sample / "structure.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = canonical(read_text(sample / "articles" / f"{row['article_id']}.txt").text).text
        ours = structure(text, outlets[row["article_id"]])
        for block in row["blocks"]:
            overlap = {b: min(b.end, block["end"]) - max(b.start, block["start"]) for b in ours}
            best = max(overlap, key=lambda b: overlap[b])
            counts[block["type"], best.type == block["type"]] += 1
    with capsys.disabled():
        print("\nblock types of the sample (right of all):", table(counts))
    right = sum(n for (_, good), n in counts.items() if good)
    assert {type_ for type_, _ in counts} == set(TYPES)
    assert right / counts.total() >= 0.95


def table(counts: Counter[tuple[str, bool]]) -> str:
    """``type right/all`` for every type."""
    types = sorted({type_ for type_, _ in counts})
    return ", ".join(f"{t} {counts[t, True]}/{counts[t, True] + counts[t, False]}" for t in types)
