"""Quotes to offsets: exact where they fit, named where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation.quotes import annotation, blocks, convert, main
from dataset.corpus import read_corpus
from dataset.records.quotes import Quotes
from dataset.records.record import convert as found
from dataset.records.types import Span
from dataset.text import canonical
from tests.make import snapshot, write_corpus

TEXT = "Müller sagte, die Brücke komme. Die Brücke komme nie, sagte Meier. Müller schwieg."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One article with quotes."""
    folder = write_corpus(tmp_path / "c", {"a": TEXT})
    (folder / "quotes" / "author").mkdir(parents=True)
    (folder / "quotes" / "author" / "a.toml").write_text(
        'outlet = "Bote"\npublished = "2025-01-02"\nagencies = []\nblocks = [["paragraph", "Müller"]]\n'
        '[article_stance]\nbridge = "discuss"\n[[claims]]\nquote = "die Brücke komme"\nclaimant = "Müller"\n'
        'actor = "Müller"\nkind = "fact"\ntarget = "bridge"\nstance = "favor"\n',
        encoding="utf-8",
    )
    return folder


def test_offsets_are_those_of_the_quote(corpus: Path) -> None:
    """Labels, manifest, structure."""
    assert convert(corpus) == {"author": 1}
    names = set(snapshot(corpus))
    assert {"labels/author.jsonl", "manifest.jsonl", "structure.jsonl", "reuse.jsonl"} <= names
    assert read_corpus(corpus).sources[0].outlet == "Bote"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"quote": "die Brücke kam"}, "does not stand in the article"),
        ({"quote": "Brücke komme"}, "stands 2 times"),
        ({"quote": "Brücke komme", "occurrence": 3}, "stands 2 times, not 3"),
        ({"kind": "rumour"}, "kind"),
        ({"claimant": "Schulze"}, "does not stand in the article"),
    ],
)
def test_what_does_not_fit_is_named(corpus: Path, change: dict[str, object], problem: str) -> None:
    """The claim's number and what is wrong with it."""
    entry = {
        "quote": "Die Brücke komme nie",
        "claimant": "Meier",
        "actor": "M",
        "kind": "fact",
        "target": "bridge",
        "stance": "none",
    }
    data = {"article_stance": {"bridge": "discuss"}, "claims": [{**entry, **change}]}
    quotes = found(data, Quotes)
    row, problems = annotation(quotes, "a", "author", canonical(TEXT), read_corpus(corpus).scheme)
    assert row.claims == ()
    assert "claim 1" in problems[0]
    assert problem in problems[0]


def test_the_nearest_mention_is_the_claimant(corpus: Path) -> None:
    """Müller stands twice; a number overrules nearness."""
    scheme = read_corpus(corpus).scheme
    entry = {"quote": "nie", "claimant": "Müller", "actor": "M", "kind": "fact", "target": "bridge", "stance": "none"}
    for extra, start in (({}, TEXT.rindex("Müller")), ({"claimant_occurrence": 1}, 0)):
        data = {"article_stance": {"bridge": "discuss"}, "claims": [{**entry, **extra}]}
        row, problems = annotation(found(data, Quotes), "a", "author", canonical(TEXT), scheme)
        assert not problems
        assert row.claims[0].claimant == Span(start, start + 6)
        assert row.annotator_kind == "model"


def test_blocks_run_up_to_the_next() -> None:
    """And an empty line inside one means that one is missing."""
    found, problems = blocks([("headline", "Titel"), ("paragraph", "Text")], "Titel\n\nText eins.\n\nText zwei.")
    assert found[0] == {"start": 0, "end": 5, "type": "headline"}
    assert "a block is missing" in problems[0]


def test_the_command_names_file_and_problem(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And writes nothing then."""
    path = corpus / "quotes" / "author" / "a.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("die Brücke komme", "das Schiff"), encoding="utf-8")
    before = snapshot(corpus)
    assert main([str(corpus)]) == 1
    assert "a.toml: claim 1: quote" in capsys.readouterr().err
    path.write_text(path.read_text(encoding="utf-8").replace("das Schiff", " komme"), encoding="utf-8")
    assert main([str(corpus)]) == 1
    assert "a.toml: claim 1: quote: a quote without blanks at its edges is expected" in capsys.readouterr().err
    del before[path.relative_to(corpus).as_posix()]
    assert before.items() <= snapshot(corpus).items()


def test_the_sample_is_what_its_quotes_say(sample: Path, tmp_path: Path) -> None:
    """Converting again changes no file of the repository."""
    import shutil

    copy = tmp_path / "sample"
    shutil.copytree(sample, copy)
    convert(copy)
    assert snapshot(copy) == snapshot(sample)
