"""Servers that do not end, send too much or the wrong thing: one line, in time, and nothing that was there is lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest

from annotation.studio import client
from annotation.studio.client import Studio
from annotation.studio.project import find_projects
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.server import StudioError, running_server
from dataset.labels import read_labels
from tests.annotation.studio.hostile import (
    Query,
    answering,
    bomb,
    doubly,
    drip,
    early_hints,
    endless,
    last_id,
    moved,
    page,
    project_row,
    studio_of,
    tasks_of,
)
from tests.annotation.studio.test_damaged import DEEP, JUNK
from tests.annotation.studio.test_push_pull import Made, again, span
from tests.make import snapshot, write_corpus

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - invented
DOWN = pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP)


@pytest.fixture
def small(tmp_path: Path) -> Made:
    """Three articles."""
    return again(write_corpus(tmp_path / "c", {name: f"Ein Satz in {name}. Noch einer." for name in ("a", "b", "d")}))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small limits."""
    monkeypatch.setattr(client, "DEADLINE", 1.5)
    monkeypatch.setattr(client, "MAX_ANSWER", 200_000)


class Stage:
    """One server and one connection for all tests, with answers that change."""

    answers: Callable[[str, Query], Any]
    studio: Studio


@pytest.fixture(scope="module", autouse=True)
def _stage() -> Iterator[None]:
    def now(path: str, query: Query) -> Any:
        return Stage.answers(path, query)

    with answering(now) as (url, _):
        Stage.studio = Studio(url, TOKEN)
        yield


def connected(answers: Callable[[str, Query], Any]) -> Studio:
    """A connection to a server that answers so."""
    Stage.answers = staticmethod(answers)
    return Stage.studio


def pull(made: Made, answers: Callable[[str, Query], Any], *, full: bool = False) -> Any:
    """Pull from a server that answers so."""
    return pull_labels(connected(answers), made[0], made[2], full=full)


def caught(call: Callable[[], Any]) -> tuple[Any, str]:
    """Return the result of a call, or the message of its error."""
    try:
        return call(), ""
    except StudioError as error:
        return None, str(error)


def whose(made: Made) -> list[str]:
    """The annotators of labels/ whose lines count."""
    kept, rejected = read_labels(made[0].path / "labels", made[0].scheme, made[2])
    assert rejected == []
    return [one.annotator.rpartition("-")[2] for one in kept]


def test_the_control(small: Made) -> None:
    """An honest server of this kind is pulled from."""
    done = pull(small, studio_of(small, tasks_of(small)))
    assert (done.changed, done.rejected, whose(small)) == (3, [], ["1", "2", "3"])


def _same_page(made: Made, query: Query) -> Any:
    return {"tasks": (tasks_of(made) * 67)[:200]}


def _backwards(made: Made, query: Query) -> Any:
    return {"tasks": list(reversed(tasks_of(made)))}


def _no_numbers(made: Made, query: Query) -> Any:
    return {"tasks": [{"id": "x"}] * 200}


def _growing(made: Made, query: Query) -> Any:
    return {"tasks": [{"id": last_id(query) + i} for i in range(1, 201)], "total": last_id(query) + 10_000}


@pytest.mark.parametrize("tasks", [_same_page, _backwards, _no_numbers, _growing])
def test_lists_of_tasks_that_do_not_end(
    small: Made, tasks: Callable[[Made, Query], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error in one line; labels/ is as it was."""
    monkeypatch.setattr(client, "MAX_TASKS", 2000)
    pull(small, studio_of(small, tasks_of(small)))
    before = snapshot(small[0].path / "labels")

    def answers(path: str, query: Query) -> Any:
        return tasks(small, query) if path == "/api/tasks" else studio_of(small, [])(path, query)

    with pytest.raises(StudioError, match="project 1: "):
        pull(small, answers)
    assert snapshot(small[0].path / "labels") == before


@pytest.mark.parametrize("growing", [False, True])
def test_lists_of_projects_that_do_not_end(small: Made, growing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A next page that is the same for ever, and pages of ever new projects."""
    monkeypatch.setattr("annotation.studio.project.MAX_PAGES", 20)

    def answers(path: str, query: Query) -> Any:
        number = int(query["page"]) if growing else 7
        return {"results": [{"id": number, "description": ""}], "next": "/api/projects?page=1", "count": 10**9}

    with answering(answers) as (url, asked), pytest.raises(StudioError, match=r"no new project|does not end"):
        find_projects(Studio(url, TOKEN), small[0])
    assert len(asked) == (20 if growing else 2)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "answer",
    [drip(head=True), drip(head=False), early_hints, endless, bomb, doubly, *DEEP.values(), b"[\xff]", b"", b"["],
)
def test_answers_that_cannot_be_used(small: Made, answer: Any) -> None:
    """Slow, endless, packed, deep, broken: an error of ours within the limits, wherever it is the answer."""
    began = time.monotonic()
    for path in ("projects", "tasks"):
        with pytest.raises(StudioError) as raised:
            pull(small, studio_of(small, tasks_of(small), {path: answer}))
        assert len(raised.value.lines) == 1
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("hasty")
@DOWN
def test_one_answer_among_good_ones(small: Made, deep: bytes) -> None:
    """A task that is nested too deeply, or larger than an answer may be, is named alone; its labels stay as they are."""
    tasks = tasks_of(small)
    pull(small, studio_of(small, tasks))
    tasks[0]["annotations"][0] |= {"result": [span(4, 8)], "updated_at": "2026-01-02T00:00:00Z"}
    for spoilt in (deep, b'"' + b"x" * 300_000 + b'"', b'"\\ud800"', b'{"a": 1, "a": 2}', b"01"):

        def answers(path: str, query: Query, spoilt: bytes = spoilt) -> Any:
            body = studio_of(small, tasks)(path, query)
            if path != "/api/tasks" or query["include"] == "id":
                return body
            for task in body["tasks"]:
                if task["id"] == 2:
                    task |= {"annotations": "SPOILT"}
            raw = json.dumps(body).encode().replace(b'"SPOILT"', spoilt)
            for task in tasks:
                task["annotations"] = task["annotations"] if task["id"] != 2 else []
            return raw

        done = pull(small, answers, full=True)
        assert [one.id for one in done.rejected] == ["task 2"]
        assert (done.deleted, whose(small)) == (0, ["1", "2", "3"])
        with answering(answers) as (url, _):
            assert [one.id for one in push_tasks(Studio(url, TOKEN), small[0], small[1], dry_run=True).rejected] == [
                "2"
            ]


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("field", ["id", "data", "annotations", "predictions", "updated_at", "project", None])
def test_malformed_tasks(small: Made, field: str | None, full: bool) -> None:
    """Any type in any field, or anything instead of a task: named alone, the others come in, and no label is taken for deleted."""
    pull(small, studio_of(small, tasks_of(small)))
    for junk in JUNK:
        tasks = tasks_of(small)
        bad: Any = junk if field is None else {**tasks[1], field: junk}

        def answers(path: str, query: Query, tasks: list[Any] = tasks, bad: Any = bad) -> Any:
            if path == "/api/tasks" and "draft_exists" not in query["query"]:
                return {"tasks": [tasks[0], bad, tasks[2]]}
            return studio_of(small, [])(path, query)

        done, said = caught(partial(pull, small, answers, full=full))
        if said:
            # A number that does not fit into the order.
            assert (field, "after task" in said) == ("id", True)
            continue
        assert done.deleted == (1 if (field, junk) == ("annotations", []) else 0), junk
        if field in ("data", "annotations", None) and junk != []:
            assert done.rejected, junk
        if done.deleted:
            (small[0].path / "labels" / "studio-abcd-2.jsonl").unlink()
            pull(small, studio_of(small, tasks_of(small)), full=True)
        assert {"1", "3"} <= set(whose(small)), junk


@pytest.mark.parametrize(
    "where", ["annotation", "drafts", "draft", "users", "projects", "project", "model-versions", "task_number"]
)
def test_malformed_items(small: Made, where: str) -> None:
    """Annotations, drafts, users, projects of any type: an error of ours or a line, never a bug."""
    corpus, articles, _ = small
    predictions = {"a": [{"model_version": "m", "result": []}]}
    for junk in JUNK:
        tasks = tasks_of(small)
        if where == "annotation":
            tasks[1]["annotations"].append(junk)
        listed = [junk, {"id": 1, "user": junk, "annotation": junk}] if where == "draft" else junk
        draft = {"id": 1, "user": "x@example.org"}
        replaced: dict[str, Any] = {
            "drafts": {"drafts": junk},
            "draft": {"drafts": listed},
            "users": {"drafts": [draft], "users": [junk, {"email": junk, "id": junk}]},
            "projects": {"projects": {"results": [junk, project_row(corpus)], "next": None}},
            "model-versions": {"model-versions/": junk},
            "task_number": {"1": {"task_number": junk}},
        }.get(where, {})

        def answers(path: str, query: Query, tasks: list[Any] = tasks, replaced: Any = replaced) -> Any:
            if path == "/api/tasks":
                return {"tasks": page(tasks, query)}
            return studio_of(small, tasks, replaced)(path, query)

        done, said = caught(partial(pull, small, answers))
        assert not said or where == "drafts", junk
        if not said:
            assert whose(small) == ["1", "2", "3"], junk
            assert not (where in ("annotation", "projects") and not isinstance(junk, dict)) or done.rejected, junk
        _, said = caught(lambda: push_tasks(Stage.studio, corpus, articles, predictions=predictions))
        assert not said or "Label Studio" in said
        if where == "project":
            for name in project_row(corpus):
                row = project_row(corpus) | {name: junk}
                connected(studio_of(small, tasks, {"projects": {"results": [row], "next": None}}))
                _, said = caught(lambda: find_projects(Stage.studio, corpus))
                assert not said or name in said


def test_a_span_that_contradicts_its_text(small: Made) -> None:
    """Named and not pulled; what was pulled of the annotation before stays, and the others come in."""
    pull(small, studio_of(small, tasks_of(small)))
    before = snapshot(small[0].path / "labels")
    tasks = tasks_of(small)
    tasks[1]["annotations"][0]["result"][0]["value"] |= {"start": 1, "end": 4, "text": "Ein"}
    done = pull(small, studio_of(small, tasks), full=True)
    assert ["the annotation is not imported" in one.reason for one in done.rejected] == [True]
    assert (done.deleted, snapshot(small[0].path / "labels")) == (0, before)


def test_a_time_that_has_not_come_yet(small: Made) -> None:
    """A task from the year 9999 does not hide later changes from the next pull."""
    tasks = tasks_of(small)
    tasks[0]["updated_at"] = "9999-12-31T00:00:00Z"
    pull(small, studio_of(small, tasks))
    state = json.loads(next((small[0].path / ".raw").glob("*/state.json")).read_bytes())
    assert state["updated_at"].startswith("2026-01-01")


def test_the_token_does_not_come_back(small: Made) -> None:
    """A server that puts it into tasks and annotations does not get it into our files."""
    tasks = tasks_of(small)
    tasks[0]["annotations"][0]["result"][0]["id"] = TOKEN
    tasks[1]["data"]["key"] = TOKEN
    pull(small, studio_of(small, tasks))
    assert not [name for name, data in snapshot(small[0].path).items() if TOKEN.encode() in data]


def test_no_token_follows_a_redirect(small: Made, tmp_path: Path) -> None:
    """Neither a request's, nor that for a short-lived token, nor when a server is looked for on a port."""
    with (
        answering(lambda *_: {}) as (elsewhere, stolen),
        answering(lambda path, _: moved(elsewhere + path)) as (url, asked),
    ):
        with pytest.raises(StudioError, match="redirects"):
            find_projects(Studio(url, TOKEN), small[0])
        personal = jwt.encode({"exp": 4102444800}, "k" * 40)
        with pytest.raises(StudioError):
            find_projects(Studio(url, personal), small[0])
        (tmp_path / "running.json").write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
        (tmp_path / "credentials.json").write_text(json.dumps({"token": TOKEN, "password": "p"}), encoding="utf-8")
        assert running_server(tmp_path) is None
        assert (stolen, len(asked)) == ([], 3)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "answer",
    [{}, [], {"access": 5}, {"access": "ä"}, {"access": "x"}, b"[", *DEEP.values(), endless, bomb, drip(head=False)],
)
def test_answers_to_a_personal_token(small: Made, answer: Any) -> None:
    """Any other answer than a short-lived token gives one line of ours."""
    personal = jwt.encode({"exp": 4102444800}, "k" * 40)
    with (
        answering(lambda path, _: answer if "refresh" in path else {"results": 1}) as (url, _),
        pytest.raises(StudioError) as raised,
    ):
        find_projects(Studio(url, personal), small[0])
    assert personal not in str(raised.value)
