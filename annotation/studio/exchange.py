"""Tasks out and labels in by file, for groups whose Label Studio we cannot reach.

``export_tasks`` writes what a project is made of: the labelling interface and the tasks, each with our key, the hash of its text and
of the scheme. ``import_annotations`` reads Label Studio's JSON export into ``labels/``: every annotation once, whatever is doubtful set
aside with its reason, article text nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation.studio.convert import from_results
from annotation.studio.interface import article_page, claim_page
from dataset.corpus import Corpus
from dataset.errors import CorpusError, Rejected
from dataset.files import read_jsonl, sha256_bytes, write_atomic, write_jsonl
from dataset.labels import REPEAT_MARK, Facts
from dataset.prepare import Prepared
from dataset.text import text_sha256

GUIDELINES = "1.0.0"


@dataclass(frozen=True)
class Imported:
    """What came in."""

    annotations: int  # new or changed lines of labels/
    unchanged: int
    skipped: int
    rejected: list[Rejected]


def tasks_of(corpus: Corpus, articles: Iterable[Prepared]) -> list[dict[str, Any]]:
    """One task an article, ready for an import into Label Studio."""
    return [
        {
            "data": {
                "key": article.source.id,
                "title": article.title or article.source.id,
                "text": article.text,
                "text_sha256": article.text_sha256,
                "scheme_version": corpus.scheme.version,
                "scheme_sha256": corpus.scheme.sha256,
            }
        }
        for article in articles
    ]


def export_tasks(corpus: Corpus, articles: Iterable[Prepared], out: Path) -> int:
    """Write ``article-page.xml``, ``claim-page.xml`` and ``tasks.json`` into a folder.

    Returns:
        The number of tasks.
    """
    tasks = tasks_of(corpus, articles)
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(out / "article-page.xml", article_page(corpus.scheme))
    write_atomic(out / "claim-page.xml", claim_page(corpus.scheme))
    write_atomic(out / "tasks.json", json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    return len(tasks)


def import_annotations(
    corpus: Corpus, facts: Mapping[str, Facts], file: Path, *, annotator_kind: str = "human"
) -> Imported:
    """Read a JSON export of a project on the article page.

    Args:
        corpus: the corpus whose tasks they are.
        facts: length and hash by article id.
        file: the export, format "JSON".
        annotator_kind: who labelled there: "human", or "model" where a model's labels were put into the project as annotations.

    Raises:
        CorpusError: the file is no such export.
    """
    tasks = _tasks(file)
    _keep_raw(corpus.path / ".raw", file)
    lines: dict[str, dict[str, Any]] = {}
    rejected: list[Rejected] = []
    for number, task in enumerate(tasks, 1):
        for line, reasons in _annotations(task, corpus, facts, annotator_kind):
            name = line["annotation_id"] if line else f"task {number}"
            rejected += [Rejected("label", name, file.name, None, reason) for reason in reasons]
            if line and line.pop("usable"):
                lines[line["annotation_id"]] = line
    return _merge(corpus.path / "labels", lines, rejected)


def _tasks(file: Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{file}: not JSON ({error}); export the project in the format JSON") from None
    good = isinstance(data, list) and all(
        isinstance(task, dict) and isinstance(task.get("data"), dict) for task in data
    )
    if not good or not all(isinstance(task.get("annotations"), list) for task in data):
        raise CorpusError(
            f"{file}: not a list of tasks with annotations; export the project in the format JSON, not JSON-MIN"
        )
    found: list[dict[str, Any]] = data
    return found


def _keep_raw(folder: Path, file: Path) -> None:
    """Keep the export as it came, by its hash: it repeats article text, so the folder is never committed."""
    data = file.read_bytes()
    folder.mkdir(exist_ok=True)
    (folder / f"import-{sha256_bytes(data)[:16]}.json").write_bytes(data)


def _annotations(
    task: Mapping[str, Any], corpus: Corpus, facts: Mapping[str, Facts], annotator_kind: str
) -> Iterable[tuple[dict[str, Any] | None, list[str]]]:
    """A label line for every annotation of a task, with what is wrong with it."""
    data = task["data"]
    key = data.get("key")
    known = facts.get(str(key).split(REPEAT_MARK)[0]) if isinstance(key, str) else None
    if known is None:
        yield None, [f"its key {str(key)[:60]!r} is no article of the corpus"]
        return
    if data.get("text_sha256") != known.text_sha256 or text_sha256(str(data.get("text"))) != known.text_sha256:
        yield None, [f"the text of task {key} is not the article's (edited on the server?)"]
        return
    authors = [_person(one.get("completed_by")) for one in task["annotations"] if isinstance(one, dict)]
    for one in task["annotations"]:
        if not isinstance(one, dict) or not isinstance(one.get("result"), list):
            yield None, [f"an annotation of task {key} has no result list"]
            continue
        author, editor = _person(one.get("completed_by")), _person(one.get("updated_by"))
        claims, stances, reasons = from_results(one["result"], corpus.scheme, known)
        usable = True
        if author is None:
            usable, reasons = False, ["nobody is named who made it"]
        elif editor is not None and editor != author:
            usable, reasons = (
                False,
                [f"{editor} changed it after {author} made it: ask {author} to check it and submit it again"],
            )
        elif authors.count(author) > 1:
            usable, reasons = (
                False,
                [f"{author} annotated task {key} {authors.count(author)} times: delete all but one"],
            )
        yield (
            {
                "annotation_id": f"studio:{task.get('project')}:{key}:{one.get('id')}",
                "article_id": key,
                "text_sha256": known.text_sha256,
                "scheme_version": data.get("scheme_version"),
                "guidelines_version": GUIDELINES,
                "annotator": author,
                "annotator_kind": annotator_kind,
                "page": "article",
                "status": "skipped" if one.get("was_cancelled") else "submitted",
                "created": one.get("created_at"),
                "updated": one.get("updated_at"),
                "lead_time": one.get("lead_time"),
                "claims": claims,
                "article_stance": stances,
                "origin": {
                    "project": task.get("project"),
                    "task": task.get("id"),
                    "prediction": one.get("parent_prediction"),
                },
                "usable": usable,
            },
            reasons,
        )


def _person(value: Any) -> str | None:
    """A pseudonym: the user's number on the server, never a name or an address."""
    number = value.get("id") if isinstance(value, dict) else value
    return f"studio-{number}" if type(number) is int else None


def _merge(folder: Path, lines: Mapping[str, dict[str, Any]], rejected: list[Rejected]) -> Imported:
    """Put lines into one file an annotator; a line of the same annotation is replaced, all others stay."""
    folder.mkdir(exist_ok=True)
    new = unchanged = 0
    for annotator in sorted({line["annotator"] for line in lines.values()}):
        path = folder / f"{annotator}.jsonl"
        rows = {str(row.get("annotation_id")): row for _, row in read_jsonl(path)}
        for id_, line in lines.items():
            if line["annotator"] == annotator:
                same = rows.get(id_) == line
                new, unchanged = new + (not same), unchanged + same
                rows[id_] = line
        write_jsonl(path, rows.values())
    skipped = sum(line["status"] == "skipped" for line in lines.values())
    return Imported(new, unchanged, skipped, rejected)
