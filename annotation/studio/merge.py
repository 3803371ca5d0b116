"""Write imported annotations into ``labels/``: one file per annotator, line by line, so that memory does not grow with the project.

Lines that cannot be read stay where they are, byte for byte, and are named; nothing is added to a file that ends in the middle of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from dataset.errors import CorpusError
from dataset.files import dump_line, read_jsonl, replacing
from dataset.labels import CARRIED, DELETED
from dataset.records.labels import Annotation
from dataset.records.loader import MAX_LINE, UnusableError, open_regular, parse_line
from dataset.records.rejected import Rejected
from dataset.takedown.traces import names

Row = Mapping[str, Any]  # a line of labels/ as it is there, whatever it holds
_About = tuple[str, str, str]  # annotator, article and page
# Called with an annotation, its annotator and its row; returns whether the server no longer has it.
Gone = Callable[[str, str, Row], bool]


@dataclass
class Merged:
    """How many lines of ``labels/`` are new or changed, as they were, or now tombstones."""

    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    clashes: list[str] = field(
        default_factory=list
    )  # annotations that labels/ has under this name already, but made at another time
    rejected: list[Rejected] = field(default_factory=list)  # lines of labels/ that cannot be read, or are there twice


class Staging:
    """Lines on their way into ``labels/``, kept on disk; the last one of an annotation counts.

    Use as a context manager. The file has no name, so a command that is killed leaves nothing of it, and a takedown that runs
    meanwhile misses nothing.

    Args:
        folder: on the disk that the file is to use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, dict[str, int]] = {}  # by annotator and annotation, where its line begins
        self._stream: IO[bytes] | None = None
        # Annotations from before a correction, by what they are on, and what was annotated on the corrected text.
        self._carried: dict[_About, list[str]] = {}
        self._again: set[_About] = set()

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    @property
    def _lines(self) -> IO[bytes]:
        if self._stream is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._stream = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by __exit__
        return self._stream

    def add(self, line: Annotation) -> None:
        """Put one line on its way."""
        places = self._places.setdefault(line.annotator, {})
        places[line.id] = self._lines.seek(0, os.SEEK_END)
        self._lines.write(dump_line(line).encode())
        about = (line.annotator, line.article_id, line.page)
        if line.carried_from:
            self._carried.setdefault(about, []).append(line.id)
        elif line.page == "article" and line.status == "submitted":
            self._again.add(about)

    def drop_replaced(self) -> None:
        """Take back what was carried over to a corrected text, where the same annotator has annotated that text since."""
        for about in self._again & set(self._carried):
            for id_ in self._carried[about]:
                self._places[about[0]].pop(id_, None)

    def replaces(self, row: Row) -> bool:
        """Return whether a line of ``labels/`` was carried over to a corrected text that its annotator has annotated since."""
        return CARRIED in row and _about(row) in self._again

    def drop(self, articles: Iterable[str]) -> None:
        """Take back the lines about these articles."""
        for annotator, places in self._places.items():
            for article in articles:
                lines = {id_: self.line(annotator, id_) or b"" for id_ in places}
                for id_ in [id_ for id_, line in lines.items() if names(line, article)]:
                    del places[id_]

    def line(self, annotator: str, annotation: str) -> bytes | None:
        """The staged line of an annotation."""
        place = self._places.get(annotator, {}).get(annotation)
        if place is None:
            return None
        self._lines.seek(place)
        return self._lines.readline()

    def annotators(self) -> list[str]:
        """Whose lines are staged."""
        return sorted(self._places)

    def annotations(self, annotator: str) -> list[str]:
        """Whose annotations are staged, in the order they came in."""
        return list(self._places.get(annotator, {}))


def _looked_at(row: Row, new: Row) -> bool:
    """Return whether a line was carried over to a corrected text and is unchanged on the server since: a person may have edited it."""
    return CARRIED in new and all(new.get(key) == row.get(key) for key in (CARRIED, "text_sha256", "updated"))


def _about(row: Row) -> _About:
    return str(row.get("annotator")), str(row.get("article_id")), str(row.get("page"))


def merge_labels(folder: Path, staged: Staging, gone: Gone = lambda *_: False, *, one_server: bool = True) -> Merged:
    """Put staged lines into ``labels/``: each replaces the line of its annotation, all others stay.

    Args:
        folder: ``labels/``.
        staged: the new lines.
        gone: returns whether the server no longer has the annotation of a row, which then becomes a tombstone.
        one_server: whether the lines are sure to come from where those in ``labels/`` did. If not, a line does not replace one of the same
            name that was created at another time: that is another server's.

    Raises:
        CorpusError: another program changed a file meanwhile; it is left as it is, and the command can be repeated.
    """
    folder.mkdir(exist_ok=True)
    staged.drop_replaced()
    result = Merged()
    files = {path.stem for path in folder.glob("*.jsonl")} | set(staged.annotators())
    for annotator in sorted(files):
        _merge_file(folder / f"{annotator}.jsonl", annotator, staged, gone, result, one_server)
    return result


def recorded_kinds(folder: Path) -> dict[str, str]:
    """The annotator_kind of each annotator that ``labels/`` has a file of, from the file's first line that can be read."""
    kinds = {}
    for path in folder.glob("*.jsonl"):
        try:
            for _, row in read_jsonl(path, lambda *_: None):
                if isinstance(row.get("annotator_kind"), str):
                    kinds[path.stem] = row["annotator_kind"]
                    break
        except (CorpusError, OSError):
            continue  # named when it is merged
    return kinds


@dataclass
class _File:
    """Decisions of the first pass over a file of ``labels/``."""

    replaced: dict[int, bytes] = field(default_factory=dict)  # new lines by number
    added: list[str] = field(default_factory=list)  # annotations
    ends: bool = True  # with a line end


def _merge_file(path: Path, annotator: str, staged: Staging, gone: Gone, result: Merged, one_server: bool) -> None:
    def bad(number: int | None, reason: str, id_: str = "") -> None:
        result.rejected.append(Rejected("label", id_, f"labels/{path.name}", number, reason))

    plan = _File(added=staged.annotations(annotator))
    there = path.exists() or path.is_symlink()
    seen = _state(path)
    if there:
        try:
            plan = _look(path, annotator, staged, gone, result, one_server, bad)
        except (UnusableError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            left = len(staged.annotations(annotator))
            also = f"; {left} annotations of {annotator} are not imported" if left else ""
            bad(None, f"the file cannot be read ({reason}): replace it by a regular file{also}")
            return
    if not plan.replaced and not plan.added:
        return
    with replacing(path) as out:
        for number, piece in _pieces(path) if there else ():
            out.write(plan.replaced.get(number, piece))
        if plan.added and not plan.ends:
            out.write(b"\n")
        for id_ in plan.added:
            out.write(staged.line(annotator, id_) or b"")
        if _state(path) != seen:
            # An editor holds no lock of ours; what was saved in it meanwhile must not be overwritten.
            raise CorpusError(f"{path}: it was changed by another program meanwhile: kept as it is; repeat the command")
    result.changed += len(plan.added)


def _state(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file is written to; None if there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _look(
    path: Path,
    annotator: str,
    staged: Staging,
    gone: Gone,
    result: Merged,
    one_server: bool,
    bad: Callable[..., None],
) -> _File:
    """Compare a file with what is staged for it, and name what cannot be read; nothing is written."""
    plan = _File()
    left = dict.fromkeys(staged.annotations(annotator))
    seen: dict[tuple[str, str], int] = {}
    broken = False  # the end of the file
    last = 0
    for number, line in _pieces(path):
        if number == last:
            plan.ends = line.endswith(b"\n")
            broken = not plan.ends
            continue  # the rest of a line that is too long
        last, plan.ends = number, line.endswith(b"\n")
        if not line.strip():
            continue
        try:
            row = parse_line(line)
        except UnusableError as error:
            bad(number, f"{error}: fix or delete this line")
            broken = not plan.ends or b"\0" in line
            continue
        broken = False
        id_ = row.get("annotation_id")
        if not isinstance(id_, str):
            bad(number, "annotation_id: a text is expected: fix or delete this line")
            continue
        first = seen.setdefault((id_, str(row.get("annotator"))), number)
        if first != number:
            bad(number, f"the annotation is in line {first}, too: delete one of them", id_)
        new = staged.line(annotator, id_)
        counts = id_ in left or new is None  # a second line of an annotation is changed, but not counted again
        left.pop(id_, None)
        if new is None:
            if (staged.replaces(row) or gone(id_, annotator, row)) and row.get("status") != DELETED:
                result.deleted += 1
                plan.replaced[number] = dump_line({**row, "status": DELETED}).encode()
        elif not one_server and parse_line(new).get("created") != row.get("created"):
            result.clashes.append(id_)
        elif (staging := parse_line(new)) == row or _looked_at(row, staging):
            result.unchanged += counts
        else:
            result.changed += counts
            plan.replaced[number] = new
    if left and broken:
        many = "1 annotation is" if len(left) == 1 else f"{len(left)} annotations are"
        bad(last, f"{many} not imported, because the file ends in a line that cannot be read: fix or delete it")
        left.clear()
    plan.added = list(left)
    return plan


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every line; a line that is too long comes in several pieces with one number."""
    with open_regular(path) as stream:
        number, whole = 0, True
        while piece := stream.readline(MAX_LINE + 1):
            number += whole
            whole = piece.endswith(b"\n")
            yield number, piece
