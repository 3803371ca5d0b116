"""Labels home from the server: what changed since the last pull, or everything, into ``labels/``.

What a pull knows lies in ``.raw/ID/``: how far it came (``state.json``), every annotation as it came (``annotations.jsonl``), and what
was set aside and still is (``aside.jsonl``). The state is written last: a pull that died is simply made again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from annotation.studio.client import DRAFTS, Studio, UnusableAnswerError, users_of
from annotation.studio.collect import Collector, is_down, person
from annotation.studio.exchange import raw_folder
from annotation.studio.merge import Gone, Staging, merge_labels, recorded_kinds
from annotation.studio.project import Project, alone, find_projects
from annotation.studio.server import StudioError
from dataset.access import writing
from dataset.corpus import STUDIO, Corpus
from dataset.correction.record import read_corrections
from dataset.files import dump_line, read_records, write_jsonl
from dataset.labels import CARRIED, Facts
from dataset.records.loader import parse_object, read_regular
from dataset.records.pull import Aside, PullState
from dataset.records.record import convert, plain
from dataset.records.rejected import Rejected
from dataset.records.types import AnnotatorKind
from dataset.takedown.traces import is_about, names

# Changes that were under way while the last pull looked carry an earlier time.
OVERLAP = timedelta(minutes=5)
_WAIT = 60  # seconds for another command on the corpus, once the server has answered
# The server takes the same list for a task's fields and for those of the annotations in it.
_FIELDS = (
    "data,annotations,predictions,project,model_version,result,completed_by,updated_by,was_cancelled,created_at,updated_at,lead_time,"
    "draft_created_at,parent_prediction,parent_annotation,ground_truth,import_id,last_action,task"
)


@dataclass
class Pulled:
    """What a pull brought home."""

    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0
    drafts: int = 0
    tasks: int = 0  # that were looked at
    rejected: list[Rejected] = field(default_factory=list)


@dataclass
class _Seen:
    """What the server has of the tasks that were looked at."""

    tasks: set[int] = field(default_factory=set)
    shown: dict[int, Any] = field(default_factory=dict)  # hash of the text that a task shows
    keys: set[str] = field(default_factory=set)
    live: set[tuple[str, str]] = field(default_factory=set)  # annotation and annotator
    nobodys: set[str] = field(default_factory=set)  # annotations of accounts that were deleted
    unread: set[int] = field(default_factory=set)  # tasks of which not all annotations can be read
    nameless: bool = False  # whether there are items that do not even have a number
    latest: str = ""
    raw_since: str = ""  # raw annotations from before are kept already
    aside: dict[int, list[Rejected]] = field(default_factory=dict)  # by task


def pull_labels(
    studio: Studio,
    corpus: Corpus,
    facts: Mapping[str, Facts],
    *,
    annotator_kind: AnnotatorKind = "human",
    full: bool = False,
) -> Pulled:
    """Bring home the annotations of all of a corpus's projects.

    Args:
        studio: the connection.
        corpus: whose labels.
        facts: length and hash by article id.
        annotator_kind: who labelled there: "human", or "model" where a model's labels were put into the project as annotations.
        full: look at every task and not only at those that changed; finds tasks that were deleted as well.

    Raises:
        BusyError: another command is at work on the corpus.
        StudioError: the server fails; ``labels/`` is as it was, and the next call carries on.
    """
    with writing(corpus) as current:
        corpus = (
            current  # a corpus that is in use is named before the server is asked, and killed commands leave nothing
        )
    with alone(studio, corpus):
        result = Pulled()
        projects = find_projects(studio, corpus, result.rejected)
        if not projects:
            raise StudioError(
                f"{studio.url}: no project of {corpus.name} there; standpunkt studio push {corpus.path} makes it"
            )
        for project in projects.values():
            _pull_project(studio, corpus, facts, project, result, annotator_kind, full)
        return result


def _pull_project(
    studio: Studio,
    corpus: Corpus,
    facts: Mapping[str, Facts],
    project: Project,
    result: Pulled,
    kind: AnnotatorKind,
    full: bool,
) -> None:
    folder = raw_folder(corpus.path) / f"{project.uid}-{project.page}"
    folder.mkdir(exist_ok=True)
    known = _pulled_until(folder)
    since = None if full else known
    kinds = recorded_kinds(corpus.path / "labels")
    corrections = read_corrections(corpus.path)
    collector = Collector(
        corpus, facts, kind, project.uid, f"studio-{project.uid[:4]}-", kinds, project.versions, corrections=corrections
    )
    seen = _Seen(raw_since=_earlier(known) if known else "")

    def bad(number: int | None, reason: str) -> None:
        if number is None:
            seen.nameless = True
            result.rejected.append(Rejected("label", f"project {project.id}", STUDIO, None, reason))
        else:
            seen.unread.add(number)
            seen.aside[number] = [Rejected("label", f"task {number}", STUDIO, None, reason)]

    with Staging(folder) as staged, TemporaryFile("w+b", dir=folder) as raw:
        for task in studio.tasks(project.id, _FIELDS, _changed(since), full=True, bad=bad):
            _read_task(task, collector, staged, raw, seen, result)
        drafts = _drafts(studio, project, collector)
        # The server may take its time, and other commands need not wait for it: the corpus is locked for the writing only.
        with writing(corpus, wait=_WAIT) as latest:
            gone = latest.down - corpus.down
            staged.drop(gone)
            _append(folder / "annotations.jsonl", raw, gone)
            labels = merge_labels(corpus.path / "labels", staged, _gone(project, seen, since is None))
            aside = _aside(folder, seen, since is None, gone)
            state = PullState(max(seen.latest, known or ""), datetime.now(UTC).isoformat(timespec="seconds"))
            write_jsonl(folder / "state.json", [state])
    result.changed, result.unchanged = result.changed + labels.changed, result.unchanged + labels.unchanged
    result.deleted, result.tasks = result.deleted + labels.deleted, result.tasks + len(seen.tasks)
    result.drafts += len(drafts)
    result.rejected += aside + drafts + labels.rejected


def _append(path: Path, raw: IO[bytes], gone: Iterable[str]) -> None:
    """Append raw annotations to those of earlier pulls, without those of articles that were taken down in the meantime."""
    raw.seek(0)
    with path.open("ab+") as out:
        if out.tell() and (out.seek(-1, os.SEEK_END), out.read(1))[1] != b"\n":
            out.write(b"\n")  # an earlier pull was killed within a line
        out.writelines(line for line in raw if not any(names(line, article) for article in gone))


def _read_task(
    task: Mapping[str, Any],
    collector: Collector,
    staged: Staging,
    raw: IO[bytes],
    seen: _Seen,
    result: Pulled,
) -> None:
    number, data, annotations = task["id"], task.get("data"), task.get("annotations")
    key = data.get("key") if isinstance(data, dict) else None
    seen.tasks.add(number)
    seen.shown[number] = data.get("text_sha256") if isinstance(data, dict) else None
    seen.keys.add(str(key) if isinstance(data, dict) else "")
    seen.latest = max(seen.latest, _instant(task.get("updated_at")))
    if not isinstance(key, str) or not isinstance(annotations, list):
        seen.unread.add(number)
    for one in annotations if isinstance(annotations, list) else []:
        if not isinstance(one, dict) or type(one.get("id")) is not int:
            seen.unread.add(number)
            continue
        name, author = f"{collector.server}:{key}:{one['id']}", person(one.get("completed_by"))
        seen.live.add((name, collector.named(author)))
        if author is None:
            seen.nobodys.add(name)
        if str(one.get("updated_at") or "9") >= seen.raw_since and not is_down(collector.corpus, task):
            raw.write(dump_line({"task": number, "key": key, "annotation": one}).encode())
    for found in collector.lines(task):
        if found.reasons:
            aside = [Rejected("label", found.name, STUDIO, None, reason) for reason in found.reasons]
            seen.aside.setdefault(number, []).extend(aside)
        if found.line is not None:
            result.skipped += found.line.status == "skipped"
            staged.add(found.line)


def _instant(value: Any) -> str:
    """Return a time of the server's; "" if it is invalid or in the future: no later change would ever be pulled."""
    try:
        time = datetime.fromisoformat(value).astimezone(UTC)
        good = time.year > 2000 and time < datetime.now(UTC) + timedelta(days=1)
    except (TypeError, ValueError, OverflowError):
        return ""
    return time.isoformat() if good else ""


def _changed(since: str | None) -> list[dict[str, str]]:
    """The filter for tasks that changed since the last pull."""
    if since is None:
        return []
    return [{"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime", "value": _earlier(since)}]


def _earlier(time: str) -> str:
    # The one form that the server's filter takes.
    return (datetime.fromisoformat(time).astimezone(UTC) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _gone(project: Project, seen: _Seen, everything: bool) -> Gone:
    """Says of a line of ``labels/`` whether its annotation is no more on the server.

    A task that was not looked at may have its annotations still; only after a look at everything is what was not seen gone.
    """
    prefix = f"{project.uid}:"

    def gone(annotation: str, annotator: str, row: Mapping[str, Any]) -> bool:
        key = annotation[len(prefix) :].rpartition(":")[0]
        if not annotation.startswith(prefix) or not (everything or key in seen.keys) or seen.nameless:
            return False
        if (annotation, annotator) in seen.live or annotation in seen.nobodys:
            return False
        origin = row.get("origin")
        task = origin.get("task") if isinstance(origin, dict) else None
        if row.get("page") != project.page or (annotation, row.get("annotator")) in seen.live:
            return False
        if type(task) is int and task in seen.unread:
            return False
        if CARRIED in row and (type(task) is not int or seen.shown.get(task) != row[CARRIED]):
            return False  # its task showed the text from before a correction, and gave way to one with the text of now
        # Task numbers are given again after a deletion: one that has another key now says nothing of this line.
        return everything or (type(task) is int and task in seen.tasks)

    return gone


def _drafts(studio: Studio, project: Project, collector: Collector) -> list[Rejected]:
    """Work that was begun and not submitted: named, never taken."""
    found: list[Rejected] = []

    def name(task: int | None, what: str, reason: str) -> None:
        found.append(Rejected("label", f"{project.uid}:{task or '?'}:{what}", STUDIO, None, reason))

    users: dict[str, int] = {}
    for task in studio.tasks(project.id, "data", DRAFTS, bad=lambda number, reason: name(number, "drafts", reason)):
        data = task.get("data")
        key = str(data.get("key"))[:60] if isinstance(data, dict) else "?"
        try:
            drafts = studio.ask_list("GET", f"/api/tasks/{task['id']}/drafts")
        except UnusableAnswerError as error:
            name(task["id"], "drafts", str(error))
            continue
        for draft in drafts:
            if not isinstance(draft, dict):
                name(task["id"], "drafts", f"a draft is a {type(draft).__name__}")
                continue
            users = users or users_of(studio)
            author = draft.get("user")
            who = collector.named(person(author) if isinstance(author, int) else users.get(str(author)))
            of, number = person(draft.get("annotation")), person(draft.get("id"))
            what = f"unsubmitted changes to annotation {of}" if of else "begun, but not submitted"
            draft_name = f"{project.uid}:{key}:draft {number}"
            found.append(Rejected("label", draft_name, STUDIO, None, f"{what}: ask {who} to submit it"))
    return found


def _pulled_until(folder: Path) -> str | None:
    """The time of the latest change that an earlier pull saw; None if there is none that can be read."""
    try:
        state = convert(parse_object(read_regular(folder / "state.json")), PullState)
        _earlier(state.updated_at)
    except (OSError, ValueError, OverflowError):
        return None
    return state.updated_at


def _aside(folder: Path, seen: _Seen, everything: bool, gone: Iterable[str]) -> list[Rejected]:
    """What is rejected now: that of the tasks that were looked at, and what was rejected earlier of the others."""
    path = folder / "aside.jsonl"
    earlier = [] if everything else [one for _, one in read_records(path, Aside, lambda *_: None)]
    looked_at = seen.tasks | set(seen.aside)
    found = [one for one in earlier if one.task not in looked_at]
    found += [Aside(task, one.id, one.reason) for task, rejected in seen.aside.items() for one in rejected]
    found = [one for one in found if not any(is_about(plain(one), article) for article in gone)]
    write_jsonl(path, found)
    return [Rejected("label", one.id, STUDIO, None, one.reason) for one in found]
