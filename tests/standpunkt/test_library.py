"""``import standpunkt`` as in a notebook: every function with text paths, every result an object that can be shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import standpunkt as sp
from tests.make import article, claim, label_line, write_corpus, write_labels


def test_import_is_light() -> None:
    """Nothing heavy is loaded before it is used, and every announced name can be loaded."""
    code = (
        "import sys, standpunkt; heavy = {'pandas', 'pyarrow', 'datasets', 'sklearn', 'typer', 'numpy'} & set(sys.modules);"
        "assert not heavy, heavy; assert all(getattr(standpunkt, name) is not None for name in standpunkt.__all__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sp.nonsense


def test_from_texts_to_scores(tmp_path: Path) -> None:
    """new → build → load → gold → agreement → evaluate → leaderboard → score → report → diff, with text paths throughout."""
    here = str(tmp_path)
    source = tmp_path / "in"
    source.mkdir()
    for number in range(8):
        (source / f"a{number}.txt").write_text(article(number), encoding="utf-8")
    (source / "leer.txt").write_text("", encoding="utf-8")
    made = sp.new(f"{here}/mine", f"{here}/in")
    assert (made.taken, [one.file for one in made.rejected]) == (8, [f"{source}/leer.txt"])
    assert repr(made) == f"<CorpusReport {here}/mine: 8 articles, 1 rejected>"
    labelled = write_corpus(tmp_path / "c", {f"a{number}": article(number) for number in range(8)})
    lines = [
        label_line(f"a{number}", article(number), [claim(0, 9)], annotator=name, annotation_id=f"{name}{number}")
        for number in range(8)
        for name in ("x", "y")
    ]
    write_labels(labelled, lines)
    gold = sp.gold(f"{here}/c")
    assert (gold.articles, gold.claims, gold.silver) == (8, 8, True)
    assert {"span", "kind", "target", "stance"} <= set(gold.agreement.index)
    assert list(gold.agreement.columns) == ["alpha", "low", "high", "units"]
    release = sp.build(f"{here}/c", out=f"{here}/dist")
    assert (release.name, release.version, release.written, release.rejected) == ("c", "1.0.0", True, ())
    loaded = release.load("claims")
    assert sum(len(loaded[split]) for split in loaded) == release.count("claims") == 8
    assert sum(release.table("claims", split).num_rows for split in ("train", "validation", "test")) == 8
    assert sp.verify(release)
    run = sp.evaluate(str(release), out=f"{here}/runs", workers=2)
    board = run.leaderboard
    assert {"claim_detection", "stance"} <= set(board["task"])
    assert {"task", "system", "score", "low", "high", "rank_best", "rank_worst", "note"} <= set(board.columns)
    assert sp.write_inputs(release, f"{here}/inputs.jsonl", tasks=["stance"]) > 0
    mine = tmp_path / "mine.jsonl"
    mine.write_text("nonsense\n", encoding="utf-8")
    scored = sp.score(release, str(mine), out=f"{here}/runs")
    assert scored.path is None
    assert any("mine.jsonl:1" in note for note in scored.notes)
    assert sp.report(run).path.exists()
    again = sp.build(f"{here}/c", out=f"{here}/dist")
    assert not again.written
    assert list(sp.diff(release, again)) == []
    for result in (made, gold, release, sp.verify(release), run, scored, sp.diff(release, again)):
        shown = result._repr_html_()
        assert shown.startswith("<div>")
        assert type(result).__name__ in shown
        assert "object at 0x" not in repr(result)


def test_errors_are_ours(tmp_path: Path) -> None:
    """A wrong path or value is a StandpunktError of one line that says what to do; nothing exits."""
    calls = (
        lambda: sp.build(str(tmp_path / "nowhere")),
        lambda: sp.new(str(tmp_path / "x"), [str(tmp_path / "nowhere")]),
        lambda: sp.new(str(tmp_path / "x"), [str(tmp_path)], language="xx"),
        lambda: sp.gold(str(tmp_path / "nowhere")),
        lambda: sp.open_release(str(tmp_path)),
        lambda: sp.verify(str(tmp_path)),
        lambda: sp.evaluate(str(tmp_path)),
        lambda: sp.report(str(tmp_path)),
        lambda: sp.takedown(str(tmp_path), "a", " "),
        lambda: sp.studio.push(str(tmp_path), page="sentence"),
        lambda: sp.build(str(tmp_path), profile="half"),
        lambda: sp.build(str(tmp_path), workers=0),
        lambda: sp.evaluate(str(tmp_path), splits="random"),
        lambda: sp.write_inputs(str(tmp_path), str(tmp_path / "x"), tasks="nonsense"),
        lambda: sp.fetch("nonsense"),
    )
    for call in calls:
        with pytest.raises(sp.StandpunktError) as caught:
            call()
        assert all("\n" not in line for line in caught.value.lines)


def test_html_is_escaped(tmp_path: Path) -> None:
    """Names and reasons are data: a notebook shows them, and runs nothing of them."""
    rejected = (sp.Rejected("file", "<b>x</b>", "<script>alert(1)</script>", None, "no text"),)
    shown = sp.CorpusReport(path=tmp_path / "<i>c</i>", taken=1, rejected=rejected)._repr_html_()
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "&lt;script&gt;" in shown
