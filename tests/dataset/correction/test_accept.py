"""Accepting a correction: labels, gold, decisions and repeats are carried over; what is not meant stops gold and build."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from annotation.gold import write_gold
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from dataset.correction.accept import accept_corrections
from dataset.correction.record import NAME, read_corrections
from dataset.errors import CorpusError
from dataset.labels import read_labels
from dataset.text import text_sha256
from tests.make import article, claim, cli, label_line, snapshot, write_corpus, write_labels

OLD = "Streit im Ort\n\nDer Rat sagt: Die Brücke ist gut. Das Haus ist teuer. Die Brücke wird gebaut, sagte Ada.\n"


def spot(quote: str, text: str = OLD) -> dict[str, int]:
    """Start and end of a quote."""
    return {"start": text.index(quote), "end": text.index(quote) + len(quote)}


def marked(quote: str, text: str = OLD, **other: Any) -> dict[str, Any]:
    """A claim on a quote."""
    return claim(**spot(quote, text), **other)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two annotators, a repeat, a decision and an answer of the claim page on ``a``; gold and release are made."""
    texts = {"a": OLD, "b": article(1), "c": article(2)}
    folder = write_corpus(tmp_path / "c", texts)
    claims = [marked("Die Brücke ist gut."), marked("Das Haus ist teuer.", claimant=spot("Der Rat"))]
    for name in ("a1", "a2"):
        end = texts["b"].index(".")
        other = label_line("b", texts["b"], [claim(0, end)], name)
        repeat = label_line("a#2", OLD, claims[:1], name, annotation_id=f"{name}:a#2")
        write_labels(folder, [label_line("a", OLD, claims, name), other, repeat], name)
    asked = {
        "item": "a-c01",
        "layer": "kind",
        "target": None,
        "label": "policy",
        "reason": "so",
        **spot("Die Brücke ist gut."),
    }
    decision = label_line("a", OLD, [], "judge", page="adjudication", decision=asked)
    answer = label_line(
        "a", OLD, [{**marked("Das Haus ist teuer."), "id": "a-c02", "stance": "against"}], "judge", page="claim"
    )
    write_labels(folder, [{**decision, "annotation_id": "judge:1"}, {**answer, "annotation_id": "judge:2"}], "judge")
    make(folder)
    build_release(folder, out=tmp_path / "dist")
    return folder


def make(folder: Path, *, replace: bool = False) -> Any:
    """Make gold."""
    read = read_corpus(folder)
    return write_gold(read, text_facts(read)[0], replace=replace)


def change(folder: Path, new: str, article_id: str = "a") -> None:
    """Correct a text."""
    (folder / "articles" / f"{article_id}.txt").write_text(new, encoding="utf-8")


def gold_of(folder: Path, article_id: str = "a") -> dict[str, Any]:
    """The line of gold of an article."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    return next(row for row in rows if row["article_id"] == article_id)


def labels_of(folder: Path) -> tuple[list[Any], list[Any]]:
    """Return the labels that are read and those that are rejected."""
    read = read_corpus(folder)
    return read_labels(folder / "labels", read.scheme, text_facts(read)[0], read.down)


@pytest.mark.parametrize("new", ["Streit am Ort", "Streit in dem Ort"])
def test_an_edit_elsewhere_costs_no_label(corpus: Path, tmp_path: Path, new: str) -> None:
    """One letter, and moved offsets: every claim, id, decision, answer and repeat counts as before, on the same words."""
    before, (labels, _) = gold_of(corpus), labels_of(corpus)
    text = OLD.replace("Streit im Ort", new)
    change(corpus, text)
    (result,) = accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    assert (result.carried, result.touched, result.replaced) == (6, [], 0)
    assert str(result) == "a: 6 annotations carried over to the corrected text"
    summary = make(corpus)
    assert summary.rejected == []
    after = gold_of(corpus)
    assert [one["id"] for one in after["claims"]] == [one["id"] for one in before["claims"]] == ["a-c01", "a-c02"]
    for old, now in zip(before["claims"], after["claims"], strict=True):
        assert text[now["start"] : now["end"]] == OLD[old["start"] : old["end"]]
        assert {k: now[k] for k in ("kind", "target", "stance", "reason")} == {
            k: old[k] for k in ("kind", "target", "stance", "reason")
        }
        assert len(now["votes"]) == len(old["votes"])
    claimant = after["claims"][1]["claimant"]
    assert text[claimant["start"] : claimant["end"]] == "Der Rat"
    now, rejected = labels_of(corpus)
    assert (len(now), rejected) == (len(labels), [])
    assert cli("gold", corpus).returncode == 0
    settings = (corpus / "corpus.toml").read_text(encoding="utf-8")
    (corpus / "corpus.toml").write_text(settings.replace("1.0.0", "2.0.0"), encoding="utf-8")
    assert build_release(corpus, out=tmp_path / "dist").rejected == []


def test_unaccepted_changes_stop(corpus: Path, tmp_path: Path) -> None:
    """Article, number of annotations, and how to carry them over; nothing is written; the option does it."""
    change(corpus, OLD.replace("Streit im", "Streit am"))
    before, released = snapshot(corpus), snapshot(tmp_path / "dist")
    for command in (("gold", corpus), ("build", corpus, "--out", tmp_path / "dist")):
        done = cli(*command)
        assert done.returncode == 1
        assert "article a: its text is another than its 6 annotations were made on" in done.stderr
        assert "--accept-correction a" in done.stderr
    with pytest.raises(CorpusError, match="6 annotations"):
        write_gold(read_corpus(corpus), {})
    with pytest.raises(CorpusError, match="6 annotations"):
        build_release(corpus, out=tmp_path / "dist")
    assert (snapshot(corpus), snapshot(tmp_path / "dist")) == (before, released)
    done = cli("gold", corpus, "--accept-correction", "a", "--correction-from", tmp_path / "dist/c/1.0.0")
    assert (done.returncode, "a: 6 annotations carried over" in done.stderr) == (0, True), done.stderr


def test_never_released(tmp_path: Path) -> None:
    """Without a hash in the manifest the labels' own is used; without an old text the command fails and changes nothing."""
    folder = write_corpus(tmp_path / "c", {"a": OLD, "b": article(1)})
    write_labels(folder, [label_line("a", OLD, [marked("Das Haus ist teuer.")])])
    change(folder, OLD.replace("Streit im", "Streit am"))
    with pytest.raises(CorpusError, match="1 annotations were made on"):
        make(folder)
    before = snapshot(folder)
    with pytest.raises(CorpusError, match=r"is in no release below --out and not in .*\.raw"):
        accept_corrections(folder, ["a"], out=tmp_path / "dist")
    assert snapshot(folder) == before
    (folder / ".raw").mkdir()
    tasks = [{"data": {"key": "a", "text": OLD, "text_sha256": text_sha256(OLD)}, "annotations": []}]
    (folder / ".raw" / "import-1.json").write_text(json.dumps(tasks), encoding="utf-8")
    (result,) = accept_corrections(folder, ["a"], out=tmp_path / "dist")
    assert result.carried == 1
    assert make(folder).claims == 1
    assert json.loads((folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[0])["id"] == "a"


def test_what_is_touched_is_rejected_for_a_look(corpus: Path, tmp_path: Path) -> None:
    """An edit in a claim: out, named, its sentences are not "none"; in a claimant: the claim stays without it."""
    text = OLD.replace("Brücke ist gut", "Brücke ist schön").replace("Der Rat", "Der Stadtrat")
    change(corpus, text)
    (result,) = accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    assert result.carried == 6
    assert "a1:a claims[0]" in result.touched
    assert "a1:a claims[1].claimant" in result.touched
    summary = make(corpus)
    reasons = {(one.id, one.reason.split(":")[0], one.reason.split(":")[1].strip()) for one in summary.rejected}
    assert ("a1:a claims[0]", "claim", "touched_by_correction") in reasons
    assert any(id_ == "a1:a claims[1]" and what == "claimant_touched_by_correction" for id_, what, _ in reasons)
    assert any(id_ == "judge:1" for id_, _, _ in reasons)
    row = gold_of(corpus)
    assert [text[one["start"] : one["end"]] for one in row["claims"]] == ["Das Haus ist teuer."]
    assert row["claims"][0]["id"] == "a-c02"
    assert row["claims"][0]["claimant"] is None
    assert any(text[one["start"] : one["end"]] == "Die Brücke ist schön." for one in row["lost"])
    kept = [json.loads(line) for line in (corpus / NAME).read_text(encoding="utf-8").splitlines()]
    assert sum("line" in one for one in kept) == 7  # six annotations and the line of gold, as they were


def test_a_text_that_was_replaced(corpus: Path, tmp_path: Path) -> None:
    """Nothing is carried over, with a message; the lines stay as they are, named, and ``gold --replace`` goes on without them."""
    labels = snapshot(corpus / "labels")
    change(corpus, article(77))
    (result,) = accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    assert (result.carried, result.replaced) == (0, 6)
    assert "none of 6 annotations is carried over" in str(result)
    assert snapshot(corpus / "labels") == labels
    before = snapshot(corpus)
    with pytest.raises(CorpusError, match="--replace"):
        make(corpus)
    assert snapshot(corpus) == before
    summary = make(corpus, replace=True)
    assert sum("made on another text" in one.reason for one in summary.rejected) == 6
    assert [row.article_id for row in summary.rows] == ["b"]


def test_line_ends_and_composed_letters_are_no_change(corpus: Path, tmp_path: Path) -> None:
    """CRLF and decomposed umlauts give the same canonical text: nothing stops, and there is nothing to accept."""
    data = unicodedata.normalize("NFD", OLD).replace("\n", "\r\n").encode("utf-8")
    (corpus / "articles" / "a.txt").write_bytes(data)
    assert make(corpus).claims == 3
    with pytest.raises(CorpusError, match="nothing to accept"):
        accept_corrections(corpus, ["a"], out=tmp_path / "dist")


def test_repeating_it_changes_nothing_and_completes(corpus: Path, tmp_path: Path) -> None:
    """Stopped after the first file of labels: the same command again gives the same files as one that was not stopped."""
    change(corpus, OLD.replace("Streit im", "Streit in dem"))
    shutil.copytree(corpus, tmp_path / "other" / "c")
    accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    done = snapshot(corpus)
    half = tmp_path / "other" / "c"
    shutil.copy(corpus / "labels" / "a1.jsonl", half / "labels" / "a1.jsonl")
    shutil.copy(corpus / NAME, half / NAME)
    accept_corrections(half, ["a"], out=tmp_path / "dist")
    assert snapshot(half) == done
    with pytest.raises(CorpusError, match="nothing to accept"):
        accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    assert snapshot(corpus) == done


def test_taken_down_unknown_and_unreadable(corpus: Path, tmp_path: Path) -> None:
    """Each fails with its name, and nothing changes."""
    assert cli("takedown", corpus, "b", "--reason", "x", "--out", tmp_path / "dist").returncode in (0, 1)
    before = snapshot(corpus)
    for article_id, reason in (("b", "was taken down"), ("zzz", "no article 'zzz'")):
        with pytest.raises(CorpusError, match=reason):
            accept_corrections(corpus, [article_id], out=tmp_path / "dist")
    assert snapshot(corpus) == before


def test_a_takedown_removes_what_corrections_keep(corpus: Path, tmp_path: Path) -> None:
    """corrections.jsonl has lines about the article: they go with it."""
    change(corpus, OLD.replace("Streit im", "Streit am"))
    accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    make(corpus)
    assert cli("takedown", corpus, "a", "--reason", "x", "--out", tmp_path / "dist").returncode in (0, 1)
    assert (corpus / NAME).read_text(encoding="utf-8") == ""


def test_gold_edited_by_hand(corpus: Path, tmp_path: Path) -> None:
    """Gold that was edited by hand stays, at its new offsets; build still keeps it as it is."""
    gold = corpus / "gold.jsonl"
    gold.write_text(gold.read_text(encoding="utf-8").replace('"actor": "X"', '"actor": "Ada"'), encoding="utf-8")
    text = OLD.replace("Streit im", "Streit in dem")
    change(corpus, text)
    accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    row = gold_of(corpus)
    assert {one["actor"] for one in row["claims"]} == {"Ada"}
    assert [text[one["start"] : one["end"]] for one in row["claims"]] == ["Die Brücke ist gut.", "Das Haus ist teuer."]
    settings = (corpus / "corpus.toml").read_text(encoding="utf-8")
    (corpus / "corpus.toml").write_text(settings.replace("1.0.0", "2.0.0"), encoding="utf-8")
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert done.returncode == 0, done.stderr


def test_later_labels_are_carried_too(corpus: Path, tmp_path: Path) -> None:
    """Labels that a later pull finds on the old text are carried over by corrections.jsonl alone."""
    text = OLD.replace("Streit im", "Streit in dem")
    change(corpus, text)
    line = label_line("a", OLD, [marked("Das Haus ist teuer.")], "late")
    accept_corrections(corpus, ["a"], out=tmp_path / "dist")
    found = read_corrections(corpus).carry("a", line, text_sha256(text))
    assert found is not None
    carried, touched = found
    assert touched == []
    assert {key: carried["claims"][0][key] for key in ("start", "end")} == spot("Das Haus ist teuer.", text)
    assert read_corrections(corpus).carry("a", {**line, "text_sha256": "0" * 64}, text_sha256(text)) is None
    for odd in ('{"article_id": "a"}', '{"kept": [[1]]}', "[", '{"lengths": [1, 2], "kept": 3, "broken": []}'):
        (corpus / NAME).write_text(odd + "\n", encoding="utf-8")
        assert read_corrections(corpus).known == {}
