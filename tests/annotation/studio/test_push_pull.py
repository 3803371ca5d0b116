"""Push and pull against a real server: nothing twice, nothing lost, and everything doubtful named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotation.studio.client import Studio
from annotation.studio.convert import to_results
from annotation.studio.project import find_projects
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.server import StudioError
from dataset.build import read_articles
from dataset.corpus import Corpus, read_corpus
from dataset.labels import Facts, read_labels
from dataset.prepare import Prepared
from dataset.records.corpus import AnnotationSettings
from tests.annotation.studio.test_exchange import plain
from tests.make import article, snapshot, with_settings, write_corpus

Made = tuple[Corpus, list[Prepared], dict[str, Facts]]


def made(folder: Path, number: int = 3, settings: str = "", **other: Any) -> Made:
    """A corpus of so many articles, under a name that no other test's project has."""
    name = folder.parent.name.replace("_", "-").lower()
    write_corpus(folder / name, {f"a{i:02d}": article(i) for i in range(number)}, **other)
    with (folder / name / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"[annotation]\n{settings}\n")
    return again(folder / name)


def again(folder: Path) -> Made:
    """Read a corpus as it is now."""
    corpus = read_corpus(folder)
    articles, _ = read_articles(corpus)
    return corpus, articles, {one.source.id: one.facts for one in articles}


def keys(studio: Studio, corpus: Corpus, page: str = "article") -> dict[str, int]:
    """Number of the task by key."""
    project = find_projects(studio, corpus)[page]
    found = [(task["data"]["key"], task["id"]) for task in studio.tasks(project.id, "data")]
    assert len(dict(found)) == len(found), "a key stands twice"
    return dict(found)


def span(start: int, end: int, region: str = "r", label: str = "claim") -> dict[str, Any]:
    """A span as Label Studio has it."""
    value = {"start": start, "end": end, "text": "", "labels": [label]}
    return {"id": region, "from_name": "span", "to_name": "text", "type": "labels", "value": value}


def choice(control: str, label: str, region: str = "r") -> dict[str, Any]:
    """A choice as Label Studio has it."""
    return {"id": region, "from_name": control, "to_name": "text", "type": "choices", "value": {"choices": [label]}}


def annotate(who: Studio, task: int, *results: dict[str, Any], **other: Any) -> int:
    """Submit an annotation; gives its number."""
    body = {"result": list(results), "lead_time": 3.5, **other}
    return int(who.ask("POST", f"/api/tasks/{task}/annotations/", body=body)["id"])


def lines(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """The lines of ``labels/`` by annotation id."""
    rows = [
        json.loads(line)
        for path in (corpus.path / "labels").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len({(row["annotation_id"], row["annotator"]) for row in rows}) == len(rows), "a label stands twice"
    return {row["annotation_id"]: row for row in rows}


def test_three_passes_as_three_users(
    root: Path, shared: Path, tmp_path: Path, studio: Studio, annotators: list[Studio]
) -> None:
    """Offsets, attributes and relations come out as they went in; a model's labels stay a model's."""
    real = read_corpus(root / "seeds" / "nordkorea-2024", shared / "seeds")
    articles, _ = read_articles(real)
    facts = {one.source.id: one.facts for one in articles}
    text = {one.source.id: one.text for one in articles}
    annotations, _ = read_labels(real.path / "labels", real.scheme, facts)
    corpus = replace(
        with_settings(real, annotation=AnnotationSettings(overlap=3)), path=write_corpus(tmp_path / "c", {})
    )
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)
    passes = ["pass-1", "pass-2", "pass-3"]
    for one in annotations:
        results = to_results(text[one.article_id], one.claims, one.article_stance)
        annotate(annotators[passes.index(one.annotator)], task[one.article_id], *results)
    done = pull_labels(studio, corpus, facts, annotator_kind="model")
    assert (done.changed, done.rejected) == (15, [])
    home, rejected = read_labels(corpus.path / "labels", real.scheme, facts)
    assert not rejected
    names = sorted({one.annotator for one in home}, key=lambda name: int(name.rpartition("-")[2]))
    for name, label_pass in zip(names, passes, strict=True):
        want = sorted((plain(one) for one in annotations if one.annotator == label_pass), key=str)
        assert sorted((plain(one) for one in home if one.annotator == name), key=str) == want
    assert {one.annotator_kind for one in home} == {"model"}
    assert (
        pull_labels(studio, corpus, facts, annotator_kind="human", full=True)
        .rejected[0]
        .reason.startswith("labels/ has")
    )
    raw = "".join(path.read_text(encoding="utf-8") for path in (corpus.path / "labels").iterdir())
    assert articles[0].text[100:140] not in raw
    assert {"server", "project", "task", "updated_by", "prediction"} <= set(json.loads(raw.splitlines()[0])["origin"])


def test_pushing_twice(tmp_path: Path, studio: Studio) -> None:
    """New articles only; overlap and blind repeats as the corpus says."""
    corpus, articles, _ = made(tmp_path / "c", 10, "overlap = 2\nrepeat_share = 0.2")
    dry = push_tasks(studio, corpus, articles, dry_run=True)
    assert (dry.new, dry.repeats, find_projects(studio, corpus)) == (10, 2, {})
    first = push_tasks(studio, corpus, articles)
    assert (first.new, first.repeats, first.there) == (10, 2, 0)
    second = push_tasks(studio, corpus, articles)
    assert (second.new, second.repeats, second.there) == (0, 0, 12)
    before = keys(studio, corpus)
    assert sum(key.endswith("#2") for key in before) == 2
    (corpus.path / "articles" / "new.txt").write_text(article(99), encoding="utf-8")
    corpus, articles, _ = again(corpus.path)
    third = push_tasks(studio, corpus, articles)
    assert (third.new, third.repeats, third.there) == (1, 0, 12)
    after = keys(studio, corpus)
    assert {key: after[key] for key in before} == before
    project = find_projects(studio, corpus)["article"]
    assert project.overlap == 2
    data = studio.ask("GET", f"/api/tasks/{after['new']}")["data"]
    assert (data["text_sha256"], data["scheme_sha256"]) == (articles[-1].text_sha256, corpus.scheme.sha256)


def test_double_tasks_are_mended(tmp_path: Path, studio: Studio) -> None:
    """The unlabelled twin goes; where both are labelled nobody decides for you."""
    corpus, articles, _ = made(tmp_path / "c", 2)
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)
    project = find_projects(studio, corpus)["article"]
    copies = [studio.ask("GET", f"/api/tasks/{number}")["data"] for number in task.values()]
    studio.ask("POST", f"/api/projects/{project.id}/import", body=[{"data": data} for data in copies])
    annotate(studio, task["a00"])
    twins = [t["id"] for t in studio.tasks(project.id, "data") if t["data"]["key"] == "a01"]
    for number in twins:
        annotate(studio, number)
    done = push_tasks(studio, corpus, articles)
    assert done.doubles == 1
    assert [(one.id, "both labelled" in one.reason) for one in done.rejected] == [("a01", True)]
    assert [t["id"] for t in studio.tasks(project.id, "data") if t["data"]["key"] == "a00"] == [task["a00"]]


def test_pulling_again(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> None:
    """Only what changed is looked at; an edit replaces its line, a skip is recorded, a deletion leaves a tombstone."""
    corpus, articles, facts = made(tmp_path / "c", 3)
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)
    anna, bert, _ = annotators
    kept = annotate(anna, task["a00"], span(0, 5), choice("kind", "fact"))
    gone = annotate(bert, task["a00"], span(6, 9))
    anna.ask("POST", f"/api/tasks/{task['a01']}/annotations/", body={"result": []}, was_cancelled=1)
    first = pull_labels(studio, corpus, facts)
    assert (first.changed, first.skipped, first.rejected) == (3, 1, [])
    before = snapshot(corpus.path / "labels")
    assert pull_labels(studio, corpus, facts).changed == 0
    assert snapshot(corpus.path / "labels") == before
    anna.ask("PATCH", f"/api/annotations/{kept}/", body={"result": [span(0, 7), choice("kind", "policy")]})
    bert.ask("DELETE", f"/api/annotations/{gone}/")
    second = pull_labels(studio, corpus, facts)
    assert (second.changed, second.deleted) == (1, 1)
    by_end = {key.rpartition(":")[2]: row for key, row in lines(corpus).items()}
    assert by_end[str(kept)]["claims"][0]["end"] == 7
    # The tombstone still says what was labelled, and counts for nothing.
    assert (by_end[str(gone)]["status"], by_end[str(gone)]["claims"][0]["start"]) == ("deleted", 6)
    read, rejected = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert ([one.status for one in read], rejected) == (["submitted", "skipped"], [])
    assert pull_labels(studio, corpus, facts, full=True).deleted == 0
    versions = [
        json.loads(line)["annotation"]["id"] for line in raw_file(corpus).read_text(encoding="utf-8").splitlines()
    ]
    assert set(versions) >= {kept, gone}
    studio.ask("DELETE", f"/api/tasks/{task['a00']}")
    assert pull_labels(studio, corpus, facts).deleted == 0, "only a look at everything can find that"
    assert pull_labels(studio, corpus, facts, full=True).deleted == 1


def raw_file(corpus: Corpus) -> Path:
    """Annotations as they came."""
    return next((corpus.path / ".raw").glob("*-article/annotations.jsonl"))


def test_a_task_number_that_comes_back(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> None:
    """SQLite gives the number of a deleted task again: labels on another article are other labels."""
    corpus, articles, facts = made(tmp_path / "c", 2)
    push_tasks(studio, corpus, articles[:1])
    first = keys(studio, corpus)["a00"]
    annotate(annotators[0], first, span(0, 4))
    pull_labels(studio, corpus, facts)
    studio.ask("DELETE", f"/api/tasks/{first}")
    push_tasks(studio, corpus, articles[1:])
    second = keys(studio, corpus)["a01"]
    assert second == first, "the server no longer does this: the test shows nothing"
    annotate(annotators[0], second, span(2, 9))
    done = pull_labels(studio, corpus, facts)
    assert (done.changed, done.deleted) == (1, 0)
    assert sorted(row["article_id"] for row in lines(corpus).values()) == ["a00", "a01"]
    assert pull_labels(studio, corpus, facts, full=True).deleted == 1
    assert {row["article_id"]: row["status"] for row in lines(corpus).values()} == {
        "a00": "deleted",
        "a01": "submitted",
    }
    # A project that was deleted, or another server: what came home is not known there, and all would be labelled again.
    studio.ask("DELETE", f"/api/projects/{find_projects(studio, corpus)['article'].id}")
    anew = push_tasks(studio, corpus, articles, dry_run=True)
    assert (anew.new, anew.elsewhere) == (2, 1)


def test_what_is_doubtful_on_the_server(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> None:
    """Each set aside and named, again and again until it is mended; the rest comes home."""
    corpus, articles, facts = made(tmp_path / "c", 8)
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)
    anna, bert, _ = annotators
    good = annotate(anna, task["a00"], span(0, 4))
    overwritten = annotate(anna, task["a01"], span(0, 4))
    pull_labels(studio, corpus, facts)
    bert.ask("PATCH", f"/api/annotations/{overwritten}/", body={"result": [span(0, 9)]})
    anna.ask("POST", f"/api/tasks/{task['a02']}/drafts", body={"result": [span(0, 4)], "lead_time": 1})
    annotate(anna, task["a03"], span(0, 4), span(3, 10**6, "far"))
    annotate(anna, task["a04"], span(0, 4), choice("kind", "rumour"))
    data = studio.ask("GET", f"/api/tasks/{task['a05']}")["data"]
    annotate(anna, task["a05"], span(0, 4))
    studio.ask("PATCH", f"/api/tasks/{task['a05']}", body={"data": {**data, "text": data["text"] + "!"}})
    annotate(anna, task["a06"], span(0, 4))
    annotate(anna, task["a06"], span(5, 9))
    studio.ask("POST", f"/api/tasks/{task['a07']}/annotations/", body={"lead_time": 1})
    wanted = {
        "a01": "changed it after",
        "a02": "begun, but not submitted",
        "a03": "out of bounds",
        "a04": "'rumour'",
        "a05": "not the article's",
        "a06": "2 times",
        "a07": "no result list",
    }
    for _ in range(2):
        done = pull_labels(studio, corpus, facts)
        assert {
            one: any(one in aside.id and what in aside.reason for aside in done.rejected)
            for one, what in wanted.items()
        } == (dict.fromkeys(wanted, True)), done.rejected
    by_article = {row["article_id"]: row for row in lines(corpus).values()}
    assert by_article["a00"]["annotation_id"].endswith(f":{good}")
    # What she labelled before a colleague wrote over it is what stays.
    assert by_article["a01"]["claims"][0]["end"] == 4
    assert set(by_article) == {"a00", "a01", "a03", "a04"}
    anna.ask("PATCH", f"/api/annotations/{overwritten}/", body={"result": [span(0, 6)]})
    mended = pull_labels(studio, corpus, facts)
    assert not any("a01" in one.id for one in mended.rejected)
    assert {row["article_id"]: row for row in lines(corpus).values()}["a01"]["claims"][0]["end"] == 6


def test_changed_texts_are_named(tmp_path: Path, studio: Studio) -> None:
    """A task is never changed: it is said that its text is another one now, or gone."""
    corpus, articles, _ = made(tmp_path / "c", 3)
    push_tasks(studio, corpus, articles)
    (corpus.path / "articles" / "a00.txt").write_text(article(77), encoding="utf-8")
    (corpus.path / "articles" / "a01.txt").unlink()
    corpus, articles, _ = again(corpus.path)
    reasons = {one.id: one.reason for one in push_tasks(studio, corpus, articles).rejected}
    assert "another text" in reasons["a00"]
    assert "no article" in reasons["a01"]
    assert set(reasons) == {"a00", "a01"}


def test_two_projects_that_claim_to_be_one(tmp_path: Path, studio: Studio) -> None:
    """A copied project brings its description along: both are named, nothing is pushed or pulled."""
    corpus, articles, facts = made(tmp_path / "c", 1)
    push_tasks(studio, corpus, articles)
    project = find_projects(studio, corpus)["article"]
    body = {"title": "a copy", "description": project.description, "label_config": project.config}
    copy = studio.ask("POST", "/api/projects", body=body)["id"]
    for call in (lambda: push_tasks(studio, corpus, articles), lambda: pull_labels(studio, corpus, facts)):
        with pytest.raises(
            StudioError, match=rf"{copy}.*delete the copy|delete the copy.*{copy}|both the article page"
        ):
            call()
    studio.ask("DELETE", f"/api/projects/{copy}")
    assert push_tasks(studio, corpus, articles).there == 1
