"""Label Studio: tasks out, labels in. ``standpunkt.studio`` has the commands ``standpunkt studio …`` as functions.

All of them work on a corpus folder. Except for ``export_tasks`` and ``import_labels``, which exchange files, they need a running Label
Studio: the one that ``serve`` started for the corpus, or the server at ``LABEL_STUDIO_URL`` with the token in ``LABEL_STUDIO_API_KEY``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from annotation.gold_page import make_gold
from annotation.studio.adjudicate import adjudication_tasks
from annotation.studio.client import connect
from annotation.studio.exchange import export_tasks as write_tasks
from annotation.studio.exchange import import_annotations
from annotation.studio.offsets import Unit
from annotation.studio.predictions import Predictions, from_file, from_rules
from annotation.studio.pull import pull_labels
from annotation.studio.push import Pushed, push_tasks
from annotation.studio.serve import Served, serving_corpus
from dataset.build import read_articles, text_facts
from dataset.corpus import Corpus, read_corpus
from dataset.errors import CorpusError
from dataset.gold import is_stale
from dataset.prepare import Prepared
from dataset.records.rejected import Rejected
from dataset.records.types import AnnotatorKind
from standpunkt._arguments import StrPath, one_of, path_or_none
from standpunkt._progress import tracker
from standpunkt._rejected import keep_rejected
from standpunkt._results import Result

__all__ = ["Export", "Import", "Pull", "Push", "adjudicate", "export_tasks", "import_labels", "pull", "push", "serve"]

RULES = "rules"
PAGES = ("article", "claim")
ANNOTATORS = ("human", "model")
NAMED = 50  # claims that are named in one line


@dataclass(frozen=True, repr=False, kw_only=True)
class Push(Result):
    """Result of ``push`` and ``adjudicate``.

    Attributes:
        corpus: the corpus folder.
        link: address to hand out; empty if there is none yet.
        new: number of new tasks (with ``dry_run``: that would be made).
        existing: number of tasks that were there already.
        details: all counts.
        dry_run: True if nothing was changed.
    """

    corpus: Path
    link: str
    new: int
    existing: int
    details: Pushed
    dry_run: bool = False

    def _title(self) -> str:
        return self.link or str(self.corpus)

    def _figures(self) -> Mapping[str, object]:
        return {"new tasks": self.new, "existing tasks": self.existing}


@dataclass(frozen=True, repr=False, kw_only=True)
class Import(Result):
    """Result of ``import_labels``.

    Attributes:
        labels: the folder ``labels/``.
        changed: number of new or changed annotations.
        unchanged: number of unchanged ones.
        skipped: number of these in which the annotator skipped the task.
    """

    labels: Path
    changed: int
    unchanged: int
    skipped: int

    def _title(self) -> str:
        return str(self.labels)

    def _figures(self) -> Mapping[str, object]:
        return {"changed": self.changed, "unchanged": self.unchanged, "skipped": self.skipped}


@dataclass(frozen=True, repr=False, kw_only=True)
class Pull(Import):
    """Result of ``pull``: that of ``import_labels``, and what was found on the server.

    Attributes:
        deleted: number of annotations that were deleted on the server.
        drafts: number of annotations that are not submitted.
        tasks: number of tasks that were read.
    """

    deleted: int
    drafts: int
    tasks: int

    def _figures(self) -> Mapping[str, object]:
        return {**super()._figures(), "deleted": self.deleted, "drafts": self.drafts, "tasks": self.tasks}


@dataclass(frozen=True, repr=False, kw_only=True)
class Export(Result):
    """Result of ``export_tasks``.

    Attributes:
        path: the folder.
        files: number of tasks by file that was written.
    """

    path: Path
    files: Mapping[str, int]

    def _title(self) -> str:
        return str(self.path)

    def _figures(self) -> Mapping[str, object]:
        return {f"tasks in {name}": number for name, number in self.files.items()}


@contextmanager
def serve(
    corpus: StrPath,
    *,
    texts: StrPath | None = None,
    annotators: int = 0,
    suggest: str | None = None,
    progress: bool = False,
) -> Iterator[tuple[Served, tuple[Rejected, ...]]]:
    """Run Label Studio for a corpus on this machine while the ``with`` block runs.

    Args:
        corpus: corpus folder; Label Studio stores everything in its ``.studio/``.
        texts: folder of the texts, for a corpus that does not contain them.
        annotators: number of accounts for annotators; missing ones are created.
        suggest: "rules", or a file of suggestions.
        progress: show a progress bar on a terminal.

    Yields:
        Addresses and accounts, and what was rejected.

    Raises:
        StudioError: it cannot be installed or started, or runs already.
        CorpusError: the corpus cannot be read.
    """
    read, articles, rejected = _articles(corpus, texts, progress=progress)
    predictions, bad = _suggestions(read, articles, suggest)
    with serving_corpus(read, articles, annotators=annotators, predictions=predictions) as served:
        rejected += bad
        for pushed in served.pages.values():
            rejected += pushed.rejected
        yield served, tuple(rejected)


def push(
    corpus: StrPath,
    *,
    texts: StrPath | None = None,
    page: str = "article",
    suggest: str | None = None,
    dry_run: bool = False,
    progress: bool = False,
) -> Push:
    """Push missing tasks to Label Studio (idempotent, safe to run from several machines).

    Args:
        corpus: corpus folder.
        texts: folder of the texts, for a corpus that does not contain them.
        page: "article", or "claim" for the claims of ``gold.jsonl`` one by one.
        suggest: "rules" marks quotes and attributed speech; otherwise a file of a model's suggestions.
        dry_run: change nothing.
        progress: show a progress bar on a terminal.

    Raises:
        StudioError: Label Studio cannot be reached, or rejects a task.
        CorpusError: the corpus cannot be read, or for the claim page gold is missing or older than its labels.
    """
    one_of("page", page, PAGES)
    if page == "claim" and suggest is not None:
        raise CorpusError("suggest: the claim page has no suggestions: leave it out")
    path = Path(corpus)
    read = read_corpus(path, path_or_none(texts))
    gold = path / "gold.jsonl"
    if page == "claim" and (is_stale(read) or not gold.exists()):
        # A claim that is no longer in gold cannot be withdrawn from the annotators who were asked about it.
        raise CorpusError(f"{gold}: missing, or older than its labels: run standpunkt gold {path} first")
    connection = connect(path)
    articles, rejected = read_articles(read, track=tracker(progress=progress))
    predictions, bad = _suggestions(read, articles, suggest)
    done = push_tasks(connection, read, articles, page=page, predictions=predictions, dry_run=dry_run)
    return _pushed(path, done, [*rejected, *bad, *done.rejected], dry_run=dry_run)


def pull(
    corpus: StrPath, *, full: bool = False, annotator_kind: AnnotatorKind = "human", progress: bool = False
) -> Pull:
    """Import labels from Label Studio that are new or changed since the last pull.

    Args:
        corpus: corpus folder.
        full: read every task; also finds deleted tasks.
        annotator_kind: "human" or "model".
        progress: show a progress bar on a terminal.

    Raises:
        StudioError: Label Studio cannot be reached.
        CorpusError: the corpus cannot be read or written.
    """
    one_of("annotator_kind", annotator_kind, ANNOTATORS)
    path = Path(corpus)
    read = read_corpus(path)
    connection = connect(path)
    facts, _ = text_facts(read, track=tracker(progress=progress))
    done = pull_labels(connection, read, facts, annotator_kind=annotator_kind, full=full)
    return Pull(
        labels=path / "labels",
        changed=done.changed,
        unchanged=done.unchanged,
        skipped=done.skipped,
        deleted=done.deleted,
        drafts=done.drafts,
        tasks=done.tasks,
        rejected=tuple(done.rejected),
        notes=keep_rejected(path, done.rejected, studio="label"),
    )


def adjudicate(corpus: StrPath, *, texts: StrPath | None = None, dry_run: bool = False, progress: bool = False) -> Push:
    """Push the items that the annotators' votes leave open to Label Studio, for one person to decide.

    Args:
        corpus: corpus folder.
        texts: folder of the texts, for a corpus that does not contain them.
        dry_run: change nothing.
        progress: show a progress bar on a terminal.

    Raises:
        StudioError: Label Studio cannot be reached, or rejects a task.
        CorpusError: gold cannot be made.
    """
    path, given = Path(corpus), path_or_none(texts)
    read_corpus(path, given)  # a folder that is no corpus is named before any server is asked
    connection = connect(path)
    made = make_gold(path, given, dry_run=dry_run, track=tracker(progress=progress))
    make = partial(adjudication_tasks, made.corpus, made.articles, made.gold.rows, made.gold.counted)
    done = push_tasks(connection, made.corpus, made.articles, page="adjudication", tasks=make, dry_run=dry_run)
    return _pushed(path, done, [*made.rejected, *made.gold.rejected, *done.rejected], dry_run=dry_run)


def export_tasks(corpus: StrPath, out: StrPath, *, texts: StrPath | None = None, progress: bool = False) -> Export:
    """Write labelling interface and tasks to files, for a Label Studio that cannot be reached from here.

    Args:
        corpus: corpus folder.
        out: output folder (one per server). Contains article text. Running again adds only new tasks.
        texts: folder of the texts, for a corpus that does not contain them.
        progress: show a progress bar on a terminal.

    Raises:
        CorpusError: the corpus cannot be read, or the folder cannot be written.
    """
    read, articles, rejected = _articles(corpus, texts, progress=progress)
    files = write_tasks(read, articles, Path(out))
    return Export(path=Path(out), files=files, rejected=tuple(rejected), notes=keep_rejected(Path(corpus), rejected))


def import_labels(
    corpus: StrPath,
    file: StrPath,
    *,
    annotator_kind: AnnotatorKind = "human",
    offsets: str = Unit.code_points.value,
    progress: bool = False,
) -> Import:
    """Import labels from the JSON export of a project that this corpus was pushed or exported to.

    Args:
        corpus: corpus folder.
        file: the export, in Label Studio's format "JSON".
        annotator_kind: "human" or "model".
        offsets: unit of the offsets in the file: "code-points", "utf-16" or "crlf"; others than code points are converted.
        progress: show a progress bar on a terminal.

    Raises:
        CorpusError: the file cannot be used, or the corpus cannot be read or written.
    """
    one_of("annotator_kind", annotator_kind, ANNOTATORS)
    one_of("offsets", offsets, [unit.value for unit in Unit])
    path = Path(corpus)
    read = read_corpus(path)
    facts, _ = text_facts(read, track=tracker(progress=progress))
    done = import_annotations(read, facts, Path(file), annotator_kind=annotator_kind, unit=Unit(offsets))
    return Import(
        labels=path / "labels",
        changed=done.annotations,
        unchanged=done.unchanged,
        skipped=done.skipped,
        rejected=tuple(done.rejected),
        notes=keep_rejected(path, done.rejected),
    )


def _pushed(corpus: Path, done: Pushed, rejected: list[Rejected], *, dry_run: bool) -> Push:
    notes = unasked(done)
    if not dry_run:
        notes += keep_rejected(corpus, rejected, studio="task")
    return Push(
        corpus=corpus,
        link=done.link,
        new=done.new,
        existing=done.there,
        details=done,
        dry_run=dry_run,
        rejected=tuple(rejected),
        notes=notes,
    )


def unasked(done: Pushed) -> tuple[str, ...]:
    """Return a note that names the claims that the claim page does not ask about, although nothing is wrong with them."""
    if not done.unasked:
        return ()
    more = f" and {len(done.unasked) - NAMED} more" if len(done.unasked) > NAMED else ""
    names = ", ".join(done.unasked[:NAMED]) + more
    return (
        f"gold.jsonl: {len(done.unasked)} claims have a target without a question, so nothing is asked about them: {names}",
    )


def _articles(
    corpus: StrPath, texts: StrPath | None, *, progress: bool
) -> tuple[Corpus, list[Prepared], list[Rejected]]:
    read = read_corpus(Path(corpus), path_or_none(texts))
    articles, rejected = read_articles(read, track=tracker(progress=progress))
    return read, articles, rejected


def _suggestions(
    corpus: Corpus, articles: list[Prepared], suggest: str | None
) -> tuple[Predictions | None, list[Rejected]]:
    if suggest is None:
        return None, []
    return (from_rules(articles), []) if suggest == RULES else from_file(corpus, articles, Path(suggest))
