"""Tasks that show a text from before an accepted correction: their labels are carried over when they come, by file or by pull."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotation.studio.client import Studio
from annotation.studio.convert import to_results
from annotation.studio.exchange import import_annotations
from annotation.studio.pull import pull_labels
from annotation.studio.push import Pushed, _said, _There, push_tasks
from annotation.studio.tasks import article_task
from dataset.build import build_release, read_articles
from dataset.corpus import Corpus, read_corpus
from dataset.correction.accept import accept_corrections
from dataset.labels import read_labels
from dataset.records.labels import Claim
from dataset.records.types import Span
from tests.annotation.studio.test_push_pull import again, annotate, choice, keys, lines, made, span
from tests.make import article, cli, write_corpus, write_labels

OLD = "Streit im Ort\n\nDer Rat sagt: Die Brücke ist gut. Das Haus ist teuer.\n"


def marked(quote: str) -> Claim:
    """A claim on a quote of the old text."""
    start = OLD.index(quote)
    return Claim(start=start, end=start + len(quote), kind="fact", target="bridge", stance="favor")


def corrected(tmp_path: Path, new: str) -> tuple[Path, dict[str, Any]]:
    """A released corpus whose text is corrected and accepted, and a task from before with an annotation."""
    folder = write_corpus(tmp_path / "c", {"a": OLD, "b": article(1)})
    build_release(folder, out=tmp_path / "dist")
    corpus = read_corpus(folder)
    task = article_task(corpus, read_articles(corpus)[0][0], "a")
    results = to_results(OLD, [marked("Die Brücke ist gut."), marked("Das Haus ist teuer.")], {"bridge": "favor"})
    one = {"id": 1, "completed_by": 7, "result": results, "created_at": "2026-01-01T00:00:00Z"}
    (folder / "articles" / "a.txt").write_text(new, encoding="utf-8")
    accept_corrections(folder, ["a"], out=tmp_path / "dist")
    return folder, {**task, "id": 3, "annotations": [one]}


def test_an_export_from_before_a_correction(tmp_path: Path) -> None:
    """Labels that the edit does not touch are moved to their new offsets; touched ones are named and do not count."""
    new = OLD.replace("Streit im", "Streit in dem").replace("Haus", "Dach")
    folder, task = corrected(tmp_path, new)
    (tmp_path / "export.json").write_text(json.dumps([task]), encoding="utf-8")
    corpus = read_corpus(folder)
    facts = {one.source.id: one.facts for one in read_articles(corpus)[0]}
    done = import_annotations(corpus, facts, tmp_path / "export.json")
    assert done.annotations == 1
    assert ["claims[1]: the text was corrected there since" in one.reason for one in done.rejected] == [True]
    (annotation,), rejected = read_labels(folder / "labels", corpus.scheme, facts)
    assert [new[one.span.start : one.span.end] for one in annotation.claims] == ["Die Brücke ist gut."]
    assert [new[one.start : one.end] for one in annotation.lost or ()] == ["Das Dach ist teuer."]
    assert annotation.article_stance == {"bridge": "favor"}
    assert len(rejected) == 1
    again = import_annotations(corpus, facts, tmp_path / "export.json")
    assert (again.annotations, again.unchanged) == (0, 1)


def test_a_text_edited_on_the_server_is_none_of_ours(tmp_path: Path) -> None:
    """The old hash with another text is rejected as before; so is a text that no correction leads from."""
    folder, task = corrected(tmp_path, OLD.replace("Streit im", "Streit am"))
    corpus = read_corpus(folder)
    facts = {one.source.id: one.facts for one in read_articles(corpus)[0]}
    for data in ({**task["data"], "text": "Anders."}, {**task["data"], "text_sha256": "0" * 64}):
        (tmp_path / "export.json").write_text(json.dumps([{**task, "data": data}]), encoding="utf-8")
        done = import_annotations(corpus, facts, tmp_path / "export.json")
        assert (done.annotations, len(done.rejected)) == (0, 1)
        assert "is not the article's" in done.rejected[0].reason


def test_push_names_no_task_that_pull_carries_over(tmp_path: Path) -> None:
    """A labelled task with the text from before stays there without a word; any other text is named."""
    folder, task = corrected(tmp_path, OLD.replace("Streit im", "Streit am"))
    articles = read_articles(read_corpus(folder))[0]
    for sha256, named in ((task["data"]["text_sha256"], 0), ("0" * 64, 1)):
        there = _There({"a": [{"id": 3, "data": {"article_id": "a", "text_sha256": sha256, "edited": False}}]})
        assert len(_said([], there, articles, folder, Pushed()).rejected) == named


def test_a_correction_of_a_labelled_article_on_the_server(
    tmp_path: Path, studio: Studio, annotators: list[Studio]
) -> None:
    """Annotated, corrected, accepted: the labels are at their new places, and stay there when the old task is gone.

    Before, the first pull after the task was deleted made tombstones of them.
    """
    corpus, articles, facts = made(tmp_path / "c", 2)
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)["a00"]
    text = articles[0].text
    one, two = (Span(start, start + 20) for start in (text.index("\n\n") + 2, text.rindex("\n\n") + 2))
    for who in annotators[:2]:
        annotate(
            who, task, span(one.start, one.end, "r"), choice("stance", "favor", "r"), span(two.start, two.end, "s")
        )
    pull_labels(studio, corpus, facts)
    build_release(corpus.path, out=tmp_path / "dist")
    new = "Neu: " + text[: two.start + 3] + "X" + text[two.start + 4 :]
    (corpus.path / "articles" / "a00.txt").write_text(new, encoding="utf-8")
    done = cli(
        "gold", corpus.path, "--accept-correction", "a00", "--correction-from", tmp_path / f"dist/{corpus.name}/1.0.0"
    )
    assert "2 annotations carried over" in done.stderr
    carried = lines(corpus)
    corpus, articles, facts = again(corpus.path)
    (said,) = push_tasks(studio, corpus, articles).rejected
    assert f"delete task {task} there" in said.reason
    assert said.reason.startswith("2 of its labels")
    # A user who has checked edits labels/: the old task does not undo that.
    mended = {**carried, min(carried): {**carried[min(carried)], "claims": carried[min(carried)]["claims"][:1]}}
    write_labels(corpus.path, [mended[min(carried)]], mended[min(carried)]["annotator"])
    pull_labels(studio, corpus, facts, full=True)
    assert lines(corpus) == mended
    studio.ask("DELETE", f"/api/tasks/{task}")
    assert push_tasks(studio, corpus, articles).new == 1
    assert pull_labels(studio, corpus, facts, full=True).deleted == 0
    assert lines(corpus) == mended
    found, _ = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert {new[claim.span.start : claim.span.end] for one in found for claim in one.claims} == {
        text[one.start : one.end]
    }
    gold = read_gold_rows(corpus)
    assert [(row["start"], row["end"]) for row in gold["a00"]] == [(one.start + 5, one.end + 5)]
    # One of them annotates the corrected text: that counts, and what was carried over of theirs gives way.
    annotate(
        annotators[0],
        keys(studio, corpus)["a00"],
        span(two.start + 5, two.end + 5, "r"),
        choice("stance", "favor", "r"),
    )
    pull_labels(studio, corpus, facts)
    found, rejected = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert sorted((len(one.claims), one.claims[0].span.start) for one in found) == [
        (1, one.start + 5),
        (1, two.start + 5),
    ]
    assert len(rejected) <= 1
    assert sorted(row["status"] for row in lines(corpus).values()) == ["deleted", "submitted", "submitted"]


def read_gold_rows(corpus: Corpus) -> dict[str, list[dict[str, Any]]]:
    """The claims of gold, made now, by article."""
    cli("gold", corpus.path)
    rows = (json.loads(line) for line in (corpus.path / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["article_id"]: row["claims"] for row in rows}
