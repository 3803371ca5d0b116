"""Tasks out and labels in by file, for groups whose Label Studio we cannot reach.

``export_tasks`` writes what a project is made of: the labelling interface and the tasks, each with our key, the hash of its text and
of the scheme. ``import_annotations`` reads Label Studio's JSON export into ``labels/``: every annotation once, whatever is doubtful set
aside with its reason, article text nowhere.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from annotation.studio.collect import Collector, is_down
from annotation.studio.interface import article_page, claim_page
from annotation.studio.merge import Staging, merge_labels, recorded_kinds
from annotation.studio.offsets import Unit, read_offsets
from annotation.studio.tasks import article_tasks, claim_tasks, gold_claims
from annotation.studio.wire import Wire
from dataset.access import writing
from dataset.corpus import Corpus
from dataset.correction.record import read_corrections
from dataset.errors import CorpusError
from dataset.files import sha256_bytes, write_atomic
from dataset.labels import Facts
from dataset.lock import clear_leftovers
from dataset.prepare import Prepared
from dataset.records.loader import UnusableError, load_json, parse_json, read_regular
from dataset.records.rejected import Rejected
from dataset.records.types import AnnotatorKind

Export = tuple[bytes, list[Wire], list[Rejected]]  # its bytes, its tasks, and what is no task


@dataclass(frozen=True)
class Imported:
    """What came in."""

    annotations: int  # new or changed lines of labels/
    unchanged: int
    skipped: int
    rejected: list[Rejected]


def export_tasks(corpus: Corpus, articles: Sequence[Prepared], out: Path) -> dict[str, int]:
    """Write ``article-page.xml``, ``claim-page.xml`` and ``tasks.json``, and ``claim-tasks.json`` where there is gold.

    A folder is for one server: into a folder of an earlier export goes a file of what is new since, ``tasks-2.json``, under the same
    server's name, so that annotators stay who they are and nothing is labelled twice. An article whose text changed since is new.

    Returns:
        How many tasks each file has that was written.

    Raises:
        BusyError: another command is at work on the corpus.
        CorpusError: the files of an earlier export cannot be read.
    """
    with writing(corpus) as current:
        return _export(current, [one for one in articles if one.source.id not in current.down], out)


def _export(corpus: Corpus, articles: Sequence[Prepared], out: Path) -> dict[str, int]:
    gold = gold_claims(corpus, articles).rows
    earlier = {name: _exported(out, name) for name in ("tasks", "claim-tasks")}
    named = (task["server"] for tasks in earlier.values() for task in tasks)
    server = next(named, None) or secrets.token_hex(4)
    texts = {one.text_sha256 for one in articles}
    out.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out, deep=False)
    write_atomic(out / "article-page.xml", article_page(corpus.scheme))
    write_atomic(out / "claim-page.xml", claim_page(corpus.scheme))
    written = {}
    for name, known in earlier.items():
        there = {task["key"] for task in known if task["text_sha256"] in texts}
        tasks = (
            article_tasks(corpus, articles, there) if name == "tasks" else claim_tasks(corpus, articles, gold, there)
        )
        for task in tasks:
            task["data"]["server"] = server
        if tasks:
            file = _free(out, name)
            write_atomic(out / file, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
            written[file] = len(tasks)
    return written


def _exported(out: Path, name: str) -> list[dict[str, str]]:
    """Of each task of earlier exports into a folder, what tells whether it is there."""
    found = []
    for file in sorted(out.glob(f"{name}*.json")):
        advice = "take another folder for --out"
        try:
            for task in load_json(file, advice=advice):
                found.append({field: str(task["data"][field]) for field in ("key", "server", "text_sha256")})
        except (TypeError, KeyError):
            raise CorpusError(f"{file}: not a file of an earlier export; {advice}") from None
    return found


def _free(out: Path, name: str) -> str:
    """A name that no file has: whoever imported and removed ``tasks.json`` may still need ``tasks-2.json``."""
    names = (f"{name}-{number}.json" if number > 1 else f"{name}.json" for number in count(1))
    return next(file for file in names if not (out / file).exists())


def import_annotations(
    corpus: Corpus,
    facts: Mapping[str, Facts],
    file: Path,
    *,
    annotator_kind: AnnotatorKind = "human",
    unit: Unit = Unit.code_points,
) -> Imported:
    """Read a JSON export of a project on the article page.

    Args:
        corpus: the corpus whose tasks they are.
        facts: length and hash by article id.
        file: the export, format "JSON".
        annotator_kind: who labelled there: "human", or "model" where a model's labels were put into the project as annotations.
        unit: what the offsets in the export count.

    Raises:
        BusyError: another command is at work on the corpus.
        CorpusError: the file is no such export.
    """
    export = _tasks(file)
    with writing(corpus) as current:
        return _import(current, facts, file, export, annotator_kind, unit)


def _import(
    corpus: Corpus, facts: Mapping[str, Facts], file: Path, export: Export, annotator_kind: AnnotatorKind, unit: Unit
) -> Imported:
    data, tasks, rejected = export
    raw = raw_folder(corpus.path)
    left = [task for task in tasks if not is_down(corpus, task)]
    _keep_raw(raw, data, None if len(left) == len(tasks) else left)
    skipped = 0
    kinds = recorded_kinds(corpus.path / "labels")
    corrections = read_corrections(corpus.path)
    foreign = _foreign_units(tasks, unit)
    with Staging(raw) as staged:
        for task in tasks:
            server, people = _server(task)
            collector = Collector(
                corpus,
                facts,
                annotator_kind,
                server,
                people,
                kinds,
                lambda data, _: _versions(data),
                unit,
                foreign,
                corrections,
            )
            for found in collector.lines(task):
                rejected += [Rejected("label", found.name, file.name, None, reason) for reason in found.reasons]
                if found.line is not None:
                    skipped += found.line.status == "skipped"
                    staged.add(found.line)
        merged = merge_labels(corpus.path / "labels", staged, one_server=False)
    reason = "labels/ has another annotation of this name, made at another time: an export of another server; not taken"
    rejected += [Rejected("label", name, file.name, None, reason) for name in merged.clashes]
    return Imported(merged.changed, merged.unchanged, skipped, rejected + merged.rejected)


def _foreign_units(tasks: Iterable[Mapping[str, Any]], unit: Unit) -> frozenset[Unit]:
    """Return the units that fit annotations which contradict their text in ``unit``: the rest of the export may use them, too."""
    found: set[Unit] = set()
    for task in tasks:
        text = task["data"].get("text")
        for one in task["annotations"] if isinstance(text, str) else ():
            reading = read_offsets(one.get("result") if isinstance(one, dict) else None, text, unit)
            found.update(reading.possible if reading.wrong else ())
    return frozenset(found)


def _server(task: Mapping[str, Any]) -> tuple[str, str]:
    """What an annotation of this task is named after, and what its annotators are: as in a pull, where the task says."""
    named = task["data"].get("server")
    if isinstance(named, str) and re.fullmatch(r"[0-9a-f]{8}", named):
        return named, f"studio-{named[:4]}-"
    project = task.get("project")
    return f"studio:{project if type(project) is int else None}", "studio-"


def _versions(data: Mapping[str, Any]) -> tuple[Any, Any]:
    return data.get("scheme_version"), data.get("guidelines_version")


def raw_folder(corpus: Path) -> Path:
    """``.raw/`` of a corpus, where article text may lie: git is told to leave it alone."""
    folder = corpus / ".raw"
    folder.mkdir(exist_ok=True)
    if not (folder / ".gitignore").exists():
        write_atomic(folder / ".gitignore", "*\n")
    return folder


def _tasks(file: Path) -> Export:
    """The bytes of an export, its tasks, and what is rejected because it is no task."""
    try:
        data = read_regular(file)
        parsed = parse_json(data)
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from None
    except UnusableError as error:
        raise CorpusError(f"{file}: {error}: export the project in the format JSON") from None
    tasks, rejected = [], []
    for number, task in enumerate(parsed if isinstance(parsed, list) else (), start=1):
        good = isinstance(task, dict) and isinstance(task.get("data"), dict)
        if good and isinstance(task.get("annotations"), list):
            tasks.append(task)
        else:
            reason = "data and a list of annotations are expected"
            rejected.append(Rejected("label", f"task {number} of the file", file.name, None, reason))
    if not isinstance(parsed, list) or (rejected and not tasks):
        raise CorpusError(
            f"{file}: not a list of tasks with annotations; export the project in the format JSON, not JSON-MIN"
        )
    return data, tasks, rejected


def _keep_raw(folder: Path, data: bytes, left: list[Wire] | None) -> None:
    """Keep the export by its hash, as it came, or what is left of it without articles that were taken down.

    It repeats article text, so the folder is never committed.
    """
    kept = data if left is None else json.dumps(left, ensure_ascii=False).encode()
    write_atomic(folder / f"import-{sha256_bytes(data)[:16]}.json", kept)
