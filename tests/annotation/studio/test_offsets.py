"""Spans that contradict their text, marks that cannot be read or contradict each other: named, and never imported as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.studio.exchange import Imported, import_annotations
from annotation.studio.offsets import Unit, in_code_points, read_offsets, refusal
from annotation.studio.tasks import article_tasks
from tests.annotation.studio.test_push_pull import Made, again, choice, lines, span
from tests.make import cli, write_corpus

TEXT = "Streit 🚡\n\nDie Stadt 🚒 baut. „Das ist 🚧 Murks“, sagte Ada Müster.\nEr sagt:\u00a0so & so, ha ha ha.\n"


def marked(words: str, region: str = "r", label: str = "claim", unit: Unit = Unit.code_points) -> dict[str, Any]:
    """A span on words of the text, with offsets in a unit."""
    place = TEXT.index(words)
    before, inside = TEXT[:place], words
    if unit is Unit.utf_16:
        start, length = len(before.encode("utf-16-le")) // 2, len(inside.encode("utf-16-le")) // 2
    else:
        ends = unit is Unit.crlf
        start, length = len(before) + ends * before.count("\n"), len(inside) + ends * inside.count("\n")
    result = span(start, start + length, region, label)
    result["value"]["text"] = words
    return result


def corpus_of(path: Path) -> Made:
    """A corpus of the one text."""
    return again(write_corpus(path / "c", {"a": TEXT}))


def bring(made: Made, *annotations: list[Any], unit: Unit = Unit.code_points) -> Imported:
    """Import annotations of the text, each by a person of its own."""
    corpus, articles, facts = made
    task = {"id": 1, "project": 1, **article_tasks(corpus, articles)[0]}
    task["annotations"] = [{"id": i, "completed_by": i, "result": result} for i, result in enumerate(annotations, 1)]
    file = corpus.path.parent / "export.json"
    file.write_text(json.dumps([task]), encoding="utf-8")
    return import_annotations(corpus, facts, file, unit=unit)


def places(made: Made) -> list[list[tuple[int, int]]]:
    """The claims of every line of labels/."""
    found = sorted(lines(made[0]).items())
    return [[(claim["start"], claim["end"]) for claim in line["claims"]] for _, line in found]


def right(words: str) -> tuple[int, int]:
    """Return the span of some words."""
    return TEXT.index(words), TEXT.index(words) + len(words)


@pytest.mark.parametrize("unit", [Unit.utf_16, Unit.crlf])
def test_another_unit(tmp_path: Path, unit: Unit) -> None:
    """Not imported, and the message gives the option that converts: then all is where it was marked."""
    made = corpus_of(tmp_path)
    result = [marked("Das ist 🚧 Murks", "A", unit=unit), marked("Ada Müster", "B", "claimant", unit=unit)]
    result.append({"from_id": "B", "to_id": "A", "type": "relation"})
    done = bring(made, result)
    assert (done.annotations, places(made)) == (0, [])
    assert (
        f"all 2 spans fit as {'UTF-16 code units' if unit is Unit.utf_16 else 'characters'}" in done.rejected[0].reason
    )
    assert f"--offsets {unit}" in done.rejected[0].reason
    done = bring(made, result, unit=unit)
    assert (done.annotations, done.rejected) == (1, [])
    (line,) = lines(made[0]).values()
    assert places(made) == [[right("Das ist 🚧 Murks")]]
    assert tuple(line["claims"][0]["claimant"].values()) == right("Ada Müster")


def test_a_single_span_contradicts(tmp_path: Path) -> None:
    """The annotation is not imported; those of other people are. What was imported before stays."""
    made = corpus_of(tmp_path)
    good, shifted = marked("Die Stadt"), marked("Murks", "s")
    assert bring(made, [good], [good]).annotations == 2
    shifted["value"]["start"] += 2
    before = lines(made[0])
    done = bring(made, [good, shifted], [good])
    assert (done.annotations, done.unchanged) == (0, 1)
    assert ["span s: the text stored with it" in one.reason for one in done.rejected] == [True]
    assert lines(made[0]) == before


def test_words_that_fit_twice(tmp_path: Path) -> None:
    """A span that is right in two units is not imported where another annotation shows that the export counts the other one."""
    made = corpus_of(tmp_path)
    ambiguous = span(*right("ha ha"))
    ambiguous["value"] |= {"start": right("ha ha ha")[0] + 3, "end": right("ha ha ha")[0] + 5, "text": "ha"}
    missing = span(*right("Murks"))
    assert bring(made, [ambiguous], [missing]).annotations == 2
    other = corpus_of(tmp_path / "d")
    done = bring(other, [ambiguous], [missing], [marked("Murks", unit=Unit.utf_16)], [marked("Streit")])
    assert places(other) == [[right("Streit")]]
    assert sum("which other annotations of this export count" in one.reason for one in done.rejected) == 2


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("baut. „Das", "baut.\n„Das"),
        ("🚡\n\nDie", "🚡\\n\\nDie"),
        ("🚡\n\nDie", "🚡\r\n\r\nDie"),
        ("sagt:\u00a0so", "sagt: so"),
        ("sagt:\u00a0so & so", "sagt:&nbsp;so &amp; so"),
        (" Stadt ", "Stadt"),
        ("Murks", ""),
        ("Murks", None),
        ("Murks", "Mur\u00adks"),
        ("Müster", "Mu\u0308ster"),
    ],
)
def test_differences_that_are_none(tmp_path: Path, words: str, shown: str | None) -> None:
    """White space, line ends as Label Studio writes them, entities, format characters, a text that is missing."""
    made = corpus_of(tmp_path)
    result = marked(words)
    result["value"]["text"] = shown
    done = bring(made, [result])
    assert (done.rejected, places(made)) == ([], [[right(words)]])


@pytest.mark.parametrize(
    "value",
    [
        {"text": "Murx"},
        {"text": ["Murks"]},
        {"text": 7},
        {"text": "murks"},
        {"globalOffsets": {"start": 1, "end": 6}},
        {"end": 10**6},
        {"start": -3},
    ],
)
def test_values_that_contradict(tmp_path: Path, value: dict[str, Any]) -> None:
    """Another word, another type, other offsets within the same value, a place that the text does not have."""
    made = corpus_of(tmp_path)
    result = marked("Murks")
    result["value"] |= value
    done = bring(made, [result])
    assert (done.annotations, len(done.rejected)) == (0, 1)
    assert "the annotation is not imported" in done.rejected[0].reason
    assert "Murks" not in done.rejected[0].reason


@given(
    text=st.text(st.sampled_from("ab 🚡\n\u00e9"), min_size=1, max_size=30), unit=st.sampled_from(Unit), data=st.data()
)
def test_no_shifted_span(text: str, unit: Unit, data: st.DataObject) -> None:
    """An imported span covers the marked text, white space apart, whatever its unit is and is declared to be."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    crlf = text.replace("\n", "\r\n") if unit is Unit.crlf else text
    at = [sum(2 if unit is Unit.crlf and c == "\n" else 1 for c in text[:i]) for i in (start, end)]
    if unit is Unit.utf_16:
        at = [len(text[:i].encode("utf-16-le")) // 2 for i in (start, end)]
    result = [span(at[0], at[1])]
    result[0]["value"]["text"] = crlf[at[0] : at[1]] if unit is Unit.crlf else text[start:end]
    said = data.draw(st.sampled_from(Unit))
    if refusal(read_offsets(result, text, said), 1, frozenset(), said) is None:
        value = in_code_points(result, text, said)[0]["value"]
        assert "".join(text[value["start"] : value["end"]].split()) == "".join(text[start:end].split())
    elif said is unit:
        raise AssertionError("right offsets were refused")


@pytest.mark.parametrize(
    ("results", "claims", "lost", "reason"),
    [
        ([{**marked("Murks"), "value": {"start": 10, "end": 13, "text": "Die"}}], 0, [(10, 13)], "it has no label"),
        ([span(10, 13, label="moon")], 0, [(10, 13)], "'moon'"),
        (
            [{**span(10, 13), "value": {"start": 10, "end": 13, "labels": ["claim", "claimant"]}}],
            0,
            [(10, 13)],
            "2 values",
        ),
        ([{**span(10, 13), "value": {"start": 10, "end": 13, "labels": "claim"}}], 0, [(10, 13)], "one value"),
        ([{**span(10, 13), "value": 5}], 0, [(0, len(TEXT))], "no label"),
        ([{**span(10, 13), "id": ["r"]}], 0, [(10, 13)], "region id"),
        ([{**span(10, 13), "from_name": "label"}], 0, [(10, 13)], "not of the page"),
        (["claim"], 0, [(0, len(TEXT))], "not of the page"),
        ([span(8, 10)], 0, [(8, 10)], "only white space"),
        ([span(10, 13), span(14, 19)], 0, [(10, 13), (14, 19)], "the same region id"),
        ([span(10, 13), span(14, 19), span(20, 22)], 0, [(10, 13), (14, 19), (20, 22)], "the same region id"),
        ([span(10, 13), span(14, 19, label="claimant")], 0, [(10, 13)], "the same region id"),
        ([span(10, 13), span(10, 13)], 1, [], "twice"),
        ([span(10, 13), span(14, 19, "q", "moon")], 1, [(14, 19)], "'moon'"),
        ([span(10, 13), {"id": "r", "from_name": "unclear", "value": {"choices": ["x"]}}], 1, [], "not of the page"),
    ],
)
def test_marks_that_cannot_be_read(
    tmp_path: Path, results: list[Any], claims: int, lost: list[tuple[int, int]], reason: str
) -> None:
    """They are named, and their places kept: there may be a claim."""
    made = corpus_of(tmp_path)
    done = bring(made, results)
    (line,) = lines(made[0]).values()
    assert len(line["claims"]) == claims
    assert [tuple(one.values()) for one in line.get("lost", [])] == lost
    assert any(reason in one.reason for one in done.rejected), done.rejected


@pytest.mark.parametrize(
    "blank", [" ", "\u00a0", "\u2009\u3000", "\u200b", "\u2060\ufeff", "\u00ad", "\n\t", "\u3164", "\u2800"]
)
def test_claims_on_nothing(tmp_path: Path, blank: str) -> None:
    """White space and characters that show nothing, of all kinds; such a claimant is rejected, too."""
    made = again(write_corpus(tmp_path / "c", {"a": f"Ein Satz{blank}geht weiter.\n"}))
    results = [span(8, 8 + len(blank), "A"), span(0, 3, "B"), span(8, 8 + len(blank), "C", "claimant")]
    done = bring(made, [*results, {"from_id": "C", "to_id": "B", "type": "relation"}])
    assert (places(made), len(done.rejected)) == ([[(0, 3)]], 2)


@pytest.mark.parametrize("values", [("favor", "against"), ("against", "favor"), ("favor", "against", "favor")])
def test_two_values_of_a_single_choice(tmp_path: Path, values: tuple[str, ...]) -> None:
    """Neither is imported, in whichever order they come, in one result or in several; equal ones are one."""
    made = corpus_of(tmp_path)
    stances = [choice("article_stance_bridge", value, "s") for value in ("favor", "discuss")]
    done = bring(made, [span(10, 13), *(choice("stance", value) for value in values), *stances])
    (line,) = lines(made[0]).values()
    assert (line["claims"][0]["stance"], line["article_stance"]) == (None, {})
    assert sum("another value" in one.reason for one in done.rejected) == len(values)
    several = choice("stance", "favor")
    several["value"]["choices"] = list(values)
    bring(made, [span(10, 13), several, choice("kind", "fact"), choice("kind", "fact")])
    (line,) = lines(made[0]).values()
    assert (line["claims"][0]["stance"], line["claims"][0]["kind"]) == (None, "fact")


CASES: dict[str, tuple[int, list[Any], list[tuple[int, int]]]] = {
    "offsets-contradict-text": (0, [], []),
    "unreadable-span-label": (1, [], [(59, 74)]),
    "whitespace-claim": (1, [], [(141, 143)]),
    "same-region-id": (1, [], [(59, 74), (83, 101)]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_cases(shared: Path, tmp_path: Path, case: str) -> None:
    """Named with status 1, and nothing wrong in labels/."""
    folder = shutil.copytree(shared / "cases" / case / "corpus", tmp_path / "corpus")
    done = cli("studio", "import", folder, shared / "cases" / case / "export.json")
    number, claims, lost = CASES[case]
    found = list(lines(again(folder)[0]).values()) if (folder / "labels").exists() else []
    assert (done.returncode, len(found)) == (1, number), done.stderr
    assert "export.json: label d0798b4f:emoji:1" in done.stderr
    for line in found:
        assert (line["claims"], [tuple(one.values()) for one in line["lost"]]) == (claims, lost)


def test_the_control(shared: Path, tmp_path: Path) -> None:
    """The same export with right offsets comes in, and the wrong one by the option that the message names."""
    case = shared / "cases" / "offsets-contradict-text"
    for name, *options in (["export-control.json"], ["export.json", "--offsets", "utf-16"]):
        folder = shutil.copytree(case / "corpus", tmp_path / name)
        done = cli("studio", "import", folder, case / name, *options)
        corpus, articles, _ = again(folder)
        (line,) = lines(corpus).values()
        claim, text = line["claims"][0], articles[0].text
        assert (done.returncode, text[claim["start"] : claim["end"]]) == (0, "Das ist 🚧 Murks"), done.stderr
        assert text[claim["claimant"]["start"] : claim["claimant"]["end"]] == "Ada Müster-Süßkind"
