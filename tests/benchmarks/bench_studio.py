"""Benchmarks of the way to Label Studio and back, against a real server: ratios within one run. They print; they judge nothing."""

from __future__ import annotations

import gc
import json
import sqlite3
import statistics
import time
import tracemalloc
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from annotation.studio import pull
from annotation.studio.client import Studio
from annotation.studio.convert import to_results
from annotation.studio.merge import Merged, merge_labels
from annotation.studio.project import find_projects, make_project
from annotation.studio.pull import pull_labels
from annotation.studio.push import BATCH, push_tasks
from annotation.studio.server import Server, StudioError, serving
from annotation.studio.tasks import article_tasks
from dataset.build import read_articles
from dataset.corpus import Corpus, read_corpus
from dataset.prepare import Prepared
from dataset.records.labels import Claim
from dataset.records.types import Span
from tests.make import article, with_settings, write_corpus

TASKS, FEW, LENGTH = 10_000, 1_000, 2_600
CHANGED = 10


@dataclass(frozen=True)
class Bench:
    """What both benchmarks work with."""

    studio: Studio
    server: Server
    database: Path
    corpus: Corpus
    articles: list[Prepared]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A server of our own, and a corpus of 10,000 articles that are read already."""
    folder = tmp_path_factory.mktemp("bench")
    texts = {f"a{number:05d}": article(number, 40)[: LENGTH - 1] + "\n" for number in range(TASKS)}
    corpus = read_corpus(write_corpus(folder / "corpus", texts))
    articles, rejected = read_articles(corpus)
    assert (len(articles), rejected) == (TASKS, [])
    assert {len(one.text) for one in articles} <= set(range(LENGTH - 2, LENGTH + 1))
    try:
        with serving(folder / "server") as server:
            database = folder / "server" / "data" / "label_studio.sqlite3"
            yield Bench(Studio(server.url, server.token), server, database, corpus, articles)
    except StudioError as error:
        pytest.skip(f"no Label Studio server here: {error}")


def seconds(function: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def bench_push_against_a_bare_import(bench: Bench) -> None:
    """Everything that a push does, projects and checks included, against the same bytes posted to a project that is there."""
    tasks = article_tasks(bench.corpus, bench.articles)
    bodies = [json.dumps(tasks[at : at + BATCH], ensure_ascii=False).encode() for at in range(0, TASKS, BATCH)]
    headers = {"Authorization": f"Token {bench.server.token}", "Content-Type": "application/json"}

    def pushed(number: int) -> float:
        corpus = with_settings(bench.corpus, name=f"push-{number}")
        return seconds(lambda: push_tasks(bench.studio, corpus, bench.articles))

    def imported(number: int) -> float:
        project = make_project(bench.studio, with_settings(bench.corpus, name=f"bare-{number}"), "article", {})
        url = f"{bench.server.url}/api/projects/{project.id}/import"

        def post() -> None:
            for body in bodies:
                with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:  # noqa: S310 - our own loopback address
                    assert json.load(answer)["task_count"] == BATCH

        return seconds(post)

    ratios = []
    for number in range(8):
        # In turn, so that neither is always the one that finds the fuller database.
        if number % 2:
            bare, ours = imported(number), pushed(number)
        else:
            ours, bare = pushed(number), imported(number)
        print(f"\n  push {ours:.1f} s, bare import {bare:.1f} s", end="")
        ratios.append(ours / bare)
    print(
        f"\npush of {TASKS:,} tasks: {statistics.median(ratios):.2f} times the time of a bare import"
        f" (least {min(ratios):.2f}, most {max(ratios):.2f})"
    )


def annotated(bench: Bench, name: str, count: int) -> Corpus:
    """A project whose tasks all have one annotation with five claims, changed one after the other over the last thirty days."""
    corpus = replace(with_settings(bench.corpus, name=name), path=write_corpus(bench.corpus.path.parent / name, {}))
    project = make_project(bench.studio, corpus, "article", {})
    claims = [
        Claim(
            start=at,
            end=at + 120,
            claimant=Span(at + 130, at + 140),
            actor="X",
            kind="fact",
            target="bridge",
            stance="favor",
        )
        for at in range(0, 1000, 200)
    ]
    filled = [
        {**task, "annotations": [{"result": to_results(task["data"]["text"], claims, {"bridge": "discuss"})}]}
        for task in article_tasks(corpus, bench.articles[:count])
    ]
    for at in range(0, count, BATCH):
        bench.studio.ask("POST", f"/api/projects/{project.id}/import", body=filled[at : at + BATCH])
    _age(bench.database, project.id)
    return corpus


def _age(database: Path, project: int) -> None:
    """Set the times of all that was imported just now back, in the server's database: else all of it lay within the pull's overlap."""
    latest = datetime.now(UTC) - timedelta(days=1)
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        tasks = [
            row[0] for row in connection.execute("select id from task where project_id = ? order by id desc", [project])
        ]
        step = timedelta(days=30) / len(tasks)
        times = [(f"{latest - step * number:%Y-%m-%d %H:%M:%S.%f}", task) for number, task in enumerate(tasks)]
        connection.executemany("update task set updated_at = ? where id = ?", times)
        connection.executemany("update task_completion set updated_at = ? where task_id = ?", times)


def bench_pull_of_little_against_everything(bench: Bench) -> None:
    """Ten changed annotations of 10,000 tasks against a pull of all of them."""
    corpus = annotated(bench, "pull", TASKS)
    facts = {one.source.id: one.facts for one in bench.articles}
    pull_labels(bench.studio, corpus, facts)
    project = find_projects(bench.studio, corpus)["article"]
    tasks = list(bench.studio.tasks(project.id, "annotations,result", full=True))
    # The same ones in every round: those that changed in the round before are within the overlap, and are looked at again.
    chosen = [task["annotations"][0] for task in tasks[:: TASKS // CHANGED]]
    ratios = []
    for number in range(3):
        for one in chosen:
            bench.studio.ask("PATCH", f"/api/annotations/{one['id']}", body={"result": _changed(one["result"], number)})
        start = time.perf_counter()
        little = pull_labels(bench.studio, corpus, facts)
        middle = time.perf_counter()
        everything = pull_labels(bench.studio, corpus, facts, full=True)
        end = time.perf_counter()
        assert (little.changed, little.rejected) == (CHANGED, [])
        assert CHANGED <= little.tasks <= CHANGED + 5, "those besides that lay within the overlap"
        assert (everything.tasks, everything.unchanged) == (TASKS, TASKS)
        print(f"\n  {little.tasks} tasks {middle - start:.2f} s, all of them {end - middle:.1f} s", end="")
        ratios.append((end - middle) / (middle - start))
    print(
        f"\npull of {CHANGED} changes of {TASKS:,}: 1/{statistics.median(ratios):.0f} of the time of a full pull"
        f" (1/{min(ratios):.0f} to 1/{max(ratios):.0f})"
    )


def _changed(result: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """The result of an annotation with other actors."""
    return [
        {**part, "value": {**part["value"], "text": [f"Y{number}"]}} if part.get("from_name") == "actor" else part
        for part in result
    ]


def bench_memory_of_a_pull(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The peak of what a full pull allocates, for ten times the tasks; and what it keeps of every task, its ids, once all are read."""
    facts = {one.source.id: one.facts for one in bench.articles}
    kept, peaks = [], []

    def noting(*arguments: Any) -> Merged:
        gc.collect()
        kept.append(tracemalloc.get_traced_memory()[0] / 2**20)
        return merge_labels(*arguments)

    monkeypatch.setattr(pull, "merge_labels", noting)
    for count in (FEW, TASKS):
        corpus = annotated(bench, f"memory-{count}", count)
        tracemalloc.start()
        done = pull_labels(bench.studio, corpus, facts, full=True)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
        assert (done.changed, done.rejected) == (count, [])
    few, many = peaks
    print(
        f"\nmemory of a full pull: {few:.1f} MB for {FEW:,} tasks, {many:.1f} MB for {TASKS:,}: {many / few:.2f} times as much;"
        f" without their ids ({kept[0]:.1f} and {kept[1]:.1f} MB) {(many - kept[1]) / (few - kept[0]):.2f} times"
    )
