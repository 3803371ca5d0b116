"""Tasks to the server: what is not there yet, once, however often and from wherever it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from annotation.studio.client import Studio
from annotation.studio.collect import article_of, is_down
from annotation.studio.predictions import Predictions
from annotation.studio.project import (
    Project,
    alone,
    change_project,
    find_projects,
    label_stream,
    make_project,
)
from annotation.studio.scheme_change import check_scheme_change
from annotation.studio.server import StudioError
from annotation.studio.tasks import Task, article_tasks, claim_tasks, gold_claims, shown_sha256
from annotation.studio.wire import Wire
from dataset.access import current
from dataset.corpus import STUDIO, Corpus
from dataset.correction.record import read_corrections
from dataset.labels import DELETED, REPEAT_MARK, label_lines
from dataset.prepare import Prepared
from dataset.records.rejected import Rejected

BATCH = 1000


@dataclass
class Pushed:
    """What a push did, or would do."""

    new: int = 0
    repeats: int = 0
    there: int = 0
    predictions: int = 0
    doubles: int = 0  # unlabelled twins that were removed
    down: int = 0  # tasks of articles that were taken down
    elsewhere: int = 0  # annotations in labels/ of a project that this server does not have, where the project is made
    claims: int = 0  # of gold, on the claim page
    not_shown: int = 0  # of these, claims that it cannot show
    unasked: list[str] = field(default_factory=list)  # of these again, claims whose target has no question
    shown: str = ""  # version of the suggestions that annotators see, where there are several
    link: str = ""
    rejected: list[Rejected] = field(default_factory=list)


@dataclass
class _There:
    """The tasks that a project has, by key."""

    tasks: dict[str, list[Wire]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.tasks.values()))


def push_tasks(
    studio: Studio,
    corpus: Corpus,
    articles: Sequence[Prepared],
    *,
    page: str = "article",
    tasks: Callable[[Collection[str]], list[Task]] | None = None,
    predictions: Predictions | None = None,
    dry_run: bool = False,
) -> Pushed:
    """Bring a corpus's tasks to the server; the project is made where there is none.

    Args:
        studio: the connection.
        corpus: whose tasks; ``annotation.overlap`` and ``annotation.repeat_share`` are honoured.
        articles: all of its articles.
        page: "article", "claim" for the claims of ``gold.jsonl``, or "adjudication".
        tasks: what the page is made of, told the keys that are there; of its own accord a page takes what its corpus has.
        predictions: pre-annotations of the article page by article id; only tasks that nobody has labelled get one.
        dry_run: change nothing, only say.

    Raises:
        StudioError: the server fails (what was done stands, the next call carries on), or a changed scheme would orphan labels.
    """
    unread: list[Rejected] = []
    if tasks is None and page == "claim":
        gold_claims(corpus, articles)  # refuses gold that cannot be asked about before anything is changed
    with alone(studio, corpus):
        projects = find_projects(studio, corpus, unread)
        project = projects.get(page)
        there = _there(studio, project, unread) if project else _There()
        if project is not None:
            _refuse_foreign(studio, corpus, project, there, articles)
            check_scheme_change(studio, corpus, project)
        result = Pushed(elsewhere=0 if project else _made_elsewhere(corpus, page), rejected=unread)
        make = tasks or partial(_tasks_of, corpus, articles, page, result)
        for other in projects.values() if corpus.down else ():
            on_it = there if other.page == page else _there(studio, other, unread)
            result.down += _remove_down(studio, corpus, on_it, dry_run)
        if dry_run:
            return _said(make(there.tasks), there, articles, corpus.path, result)
        if project is None:
            project = make_project(studio, corpus, page, projects)
        project = change_project(studio, corpus, project)
        _remove_doubles(studio, there, result)
        _remove_outdated(studio, corpus, there, articles)
        before = there.count
        # An article may have been taken down since the corpus was read.
        latest = current(corpus)
        wanted = [task for task in make(there.tasks) if not is_down(latest, task)]
        result = _said(wanted, there, articles, corpus.path, result)
        result.predictions = _predict(studio, project, there, wanted, predictions or {})
        for task in wanted:
            # So that an export by file gives the same annotation the same name as a pull does.
            task["data"]["server"] = project.uid
        for batch in _batches(wanted):
            studio.ask("POST", f"/api/projects/{project.id}/import", body=batch)
        result.shown = _show_predictions(studio, project, predictions or {})
        now = studio.ask_object("GET", f"/api/projects/{project.id}", include="task_number").get("task_number")
        if now != before + len(wanted):
            # Somebody else pushed at the same time, from another machine.
            _remove_doubles(studio, _there(studio, project, []), result)
        result.link = label_stream(studio, project)
        return result


def _tasks_of(
    corpus: Corpus, articles: Sequence[Prepared], page: str, result: Pushed, there: Collection[str]
) -> list[Task]:
    if page == "article":
        return article_tasks(corpus, articles, there)
    gold = gold_claims(corpus, articles)
    result.claims, result.not_shown, result.unasked = gold.number, gold.number - gold.shown, gold.unasked
    result.rejected += gold.rejected
    return claim_tasks(corpus, articles, gold.rows, there)


def _said(wanted: list[Task], there: _There, articles: Sequence[Prepared], corpus: Path, result: Pushed) -> Pushed:
    result.repeats = sum(REPEAT_MARK in task["data"]["key"] for task in wanted)
    result.new = len(wanted) - result.repeats
    result.there = len(there.tasks)
    hashes = {article.source.id: article.text_sha256 for article in articles}
    corrections = read_corrections(corpus)
    to_look_at = _touched(corpus) if corrections.known else Counter()
    for key, tasks in sorted(there.tasks.items()):
        data = tasks[0]["data"]
        article = data["article_id"]
        if data["edited"]:
            reason = (
                "its text was edited on the server: labels on it are set aside; delete the task there, then push again"
            )
        elif article not in hashes:
            reason = "on the server, but no article of the corpus (any more): its labels will be set aside"
        elif data.get("text_sha256") == hashes[article]:
            continue
        elif corrections.steps(article, str(data.get("text_sha256")), hashes[article]):
            if not to_look_at[key]:
                continue  # labels on the text from before an accepted correction are carried over by pull
            numbers = " and ".join(str(task["id"]) for task in tasks)
            reason = (
                f"{to_look_at[key]} of its labels are touched by a correction and do not count. To have it annotated again on the"
                f" corrected text: standpunkt studio pull, delete task {numbers} there, push again; the other labels stay"
            )
        else:
            reason = "on the server with another text: a task is never changed; delete it there, then push again"
        result.rejected.append(Rejected("task", key, STUDIO, None, reason))
    return result


def _touched(corpus: Path) -> Counter[str]:
    """Count the labels of each task that a correction of its text touched, by key."""
    found: Counter[str] = Counter()
    for line in label_lines(corpus / "labels"):
        if line.carried_from and line.status != DELETED and line.page == "article":
            marked = (one.touched_by_correction or one.claimant_touched_by_correction for one in line.claims)
            found[line.article_id] += sum(map(bool, marked))
    return found


def _made_elsewhere(corpus: Corpus, page: str) -> int:
    """Count the submitted annotations of a page that came from a project: one that was deleted since, or is on another server."""
    return sum(
        line.origin is not None and bool(line.origin.server) and (line.page, line.status) == (page, "submitted")
        for line in label_lines(corpus.path / "labels")
    )


def _article(key: str) -> str:
    return key.split(REPEAT_MARK, maxsplit=1)[0]


def _refuse_foreign(
    studio: Studio, corpus: Corpus, project: Project, there: _There, articles: Sequence[Prepared]
) -> None:
    """Another corpus of the same name has its own questions: nothing of it is to be changed."""
    ours = {article.source.id for article in articles} | set(corpus.ledger) | corpus.down
    foreign = [key for key, tasks in there.tasks.items() if tasks[0]["data"]["article_id"] not in ours]
    if 2 * len(foreign) > len(there.tasks):
        raise StudioError(
            f"{studio.url}: project {project.id} says it is {corpus.name}, but {len(foreign)} of its {len(there.tasks)} tasks are"
            " on articles that this corpus does not have: another corpus of the same name? Nothing was changed;"
            " choose another name in corpus.toml"
        )


def _there(studio: Studio, project: Project, unread: list[Rejected]) -> _There:
    """Return the tasks of a project; an entry that is not a task, or has no key, is named in ``unread`` and left alone."""
    found = _There()

    def bad(number: int | None, reason: str) -> None:
        unread.append(Rejected("task", str(number or ""), STUDIO, None, f"{reason}: look at it on the server"))

    if project.tasks:
        for task in studio.tasks(project.id, "data,total_annotations,total_predictions", bad=bad):
            data = task.get("data")
            if not isinstance(data, dict) or not isinstance(data.get("key"), str):
                bad(task["id"], "it has no key: it was not made by Standpunkt, or its data cannot be read")
                continue
            # Texts are not needed any more, and would fill the memory.
            edited = shown_sha256(data) != data.get("shown_sha256", data.get("text_sha256"))
            kept = {"text_sha256": data.get("text_sha256"), "article_id": article_of(data)}
            task["data"] = {**kept, "edited": edited}
            found.tasks.setdefault(data["key"], []).append(task)
    return found


def _remove_down(studio: Studio, corpus: Corpus, there: _There, dry_run: bool) -> int:
    """Delete the tasks of articles that were taken down, labelled or not: annotators would go on reading them."""
    keys = [key for key, tasks in there.tasks.items() if tasks[0]["data"]["article_id"] in corpus.down]
    tasks = [task for key in keys for task in there.tasks.pop(key)]
    for task in [] if dry_run else tasks:
        studio.ask("DELETE", f"/api/tasks/{task['id']}")
    return len(tasks)


def _remove_outdated(studio: Studio, corpus: Corpus, there: _There, articles: Sequence[Prepared]) -> None:
    """Delete tasks that have no annotation and show a text from before an accepted correction: they are made again."""
    corrections = read_corrections(corpus.path)
    hashes = {article.source.id: article.text_sha256 for article in articles} if corrections.known else {}
    for key, tasks in list(there.tasks.items()):
        data = tasks[0]["data"]
        article, made_on = data.get("article_id", _article(key)), str(data.get("text_sha256"))
        old = article in hashes and corrections.steps(article, made_on, hashes[article])
        if old and not any(_labelled(studio, task) for task in tasks):
            for task in there.tasks.pop(key):
                studio.ask("DELETE", f"/api/tasks/{task['id']}")


def _remove_doubles(studio: Studio, there: _There, result: Pushed) -> None:
    """Of two tasks with one key remove the one that nobody labelled; where both are, say so."""
    for key, twins in there.tasks.items():
        if len(twins) == 1:
            continue
        labelled = [task for task in twins if _labelled(studio, task)]
        keep = labelled or twins[:1]
        for task in twins:
            if task not in keep:
                studio.ask("DELETE", f"/api/tasks/{task['id']}")
                result.doubles += 1
        if len(keep) > 1:
            numbers = " and ".join(str(task["id"]) for task in keep)
            reason = f"tasks {numbers} are the same and both labelled: delete one on the server, after a look at them"
            result.rejected.append(Rejected("task", key, STUDIO, None, reason))
        there.tasks[key] = keep


def _labelled(studio: Studio, task: Mapping[str, Any]) -> bool:
    # Not by the server's counters: two people who submit at the same moment leave them one short.
    return bool(
        studio.ask_object("GET", f"/api/tasks/{task['id']}").get("annotations")
        or studio.ask("GET", f"/api/tasks/{task['id']}/drafts")
    )


def _predict(studio: Studio, project: Project, there: _There, wanted: list[Task], predictions: Predictions) -> int:
    """Attach predictions to new tasks, and to tasks on the server that have no annotation and no prediction of that version yet."""
    count = 0
    for task in wanted:
        found = predictions.get(_article(task["data"]["key"]))
        if found:
            task["predictions"], count = list(found), count + len(found)
    if not predictions:
        return count
    known = _versions(studio, project)
    late = [
        {"task": task["id"], **one}
        for key, tasks in there.tasks.items()
        for task in tasks
        if _article(key) in predictions and not task.get("total_annotations")
        for one in _missing(studio, task, predictions[_article(key)], known)
    ]
    for batch in _batches(late):
        studio.ask("POST", f"/api/projects/{project.id}/import/predictions", body=batch)
    return count + len(late)


def _missing(
    studio: Studio, task: Mapping[str, Any], predictions: Sequence[Mapping[str, Any]], known: Collection[str]
) -> list[Mapping[str, Any]]:
    """Return an article's predictions whose model version a task has no prediction of."""
    number = task.get("total_predictions")
    if not number:
        return list(predictions)
    new = [one for one in predictions if one["model_version"] not in known]
    if len(new) == len(predictions) or (type(number) is int and number >= len(known)):
        return new
    listed = studio.ask_object("GET", f"/api/tasks/{task['id']}").get("predictions")
    there = [one.get("model_version") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [one for one in predictions if one["model_version"] not in there]


def _versions(studio: Studio, project: Project) -> list[str]:
    """The model versions that a project has predictions of."""
    listed = studio.ask("GET", f"/api/projects/{project.id}/model-versions/")
    return [version for version in listed if isinstance(version, str)] if isinstance(listed, list | dict) else []


def _show_predictions(studio: Studio, project: Project, predictions: Predictions) -> str:
    """Let annotators see the predictions of one version; the server takes none that it has no prediction of.

    Of several versions it is the one that they see already, else the file's first.

    Returns:
        That version, where there are several.
    """
    versions = list(dict.fromkeys(str(one["model_version"]) for found in predictions.values() for one in found))
    if not versions:
        return ""
    version = project.model_version if project.model_version in versions else versions[0]
    if version != project.model_version and version in _versions(studio, project):
        studio.ask("PATCH", f"/api/projects/{project.id}", body={"model_version": version})
    return version if len(versions) > 1 else ""


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
