"""Messages of a command: many lines are cut, and the advice is still printed."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from dataset.build import build_release
from dataset.standoff.commands import hydrate
from dataset.terminal import MOST, say
from tests.make import article, write_corpus


@pytest.mark.parametrize("number", [1, MOST, MOST + 1, MOST + 2, 500])
def test_the_last_line_is_never_cut(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    """It contains the advice; a count is printed before it only if a line was left out."""
    say(*(f"pair {i}" for i in range(number - 1)), "withhold one article of each pair")
    said = capsys.readouterr().err.splitlines()
    left = number - MOST - 1
    assert said[-1] == "standpunkt: withhold one article of each pair"
    assert len(said) == (number if left <= 0 else MOST + 2)
    assert (f"standpunkt: … and {left} more" in said) == (left > 0)


def test_files_that_are_copies_of_no_article_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind by itself: remarks about a few files are not lost behind a thousand of another kind."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(3)})
    release = build_release(corpus, out=tmp_path / "dist", profile="standoff").path
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a0.txt").write_text(article(0), encoding="utf-8")
    for number in range(60):
        (tmp_path / "mine" / f"b{number}.txt").write_text(article(100 + number, 2), encoding="utf-8")
    (tmp_path / "mine" / "leer.txt").write_text("", encoding="utf-8")
    with pytest.raises(typer.Exit):
        hydrate(release, tmp_path / "mine", out=tmp_path / "out", workers=1, json_=False, doubtful=False, replace=False)
    said = capsys.readouterr().err
    assert "leer.txt: no text of an article" in said
    assert f"standpunkt: {tmp_path / 'mine'}: 10 more files that are copies of no article\n" in said
