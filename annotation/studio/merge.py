"""Writing what came home into ``labels/``: one file an annotator, line by line, so that memory does not grow with the project."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from dataset.files import dump_line
from dataset.labels import DELETED
from dataset.takedown.traces import names

# Told an annotation, its annotator and its line: whether the server has it no more.
Gone = Callable[[str, str, bytes], bool]
_ID = re.compile(rb'\{"annotation_id": ("(?:[^"\\]|\\.)*")')


@dataclass
class Merged:
    """How many lines of ``labels/`` are new or changed, as they were, or now tombstones."""

    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    clashes: list[str] = field(
        default_factory=list
    )  # annotations that labels/ has under this name already, but made at another time


class Staging:
    """Lines on their way into ``labels/``, kept on disk; the last one of an annotation counts.

    Use as a context manager. The files have no name, so a command that is killed leaves nothing of them, and a takedown that runs
    meanwhile misses nothing.

    Args:
        folder: on the disk that the files are to use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._streams: dict[str, IO[bytes]] = {}
        self._places: dict[str, dict[str, int]] = {}  # by annotator and annotation, where its line begins

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in self._streams.values():
            stream.close()

    def add(self, line: Mapping[str, Any]) -> None:
        """Put one line on its way."""
        annotator = str(line["annotator"])
        if annotator not in self._streams:
            self._streams[annotator] = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by __exit__
            self._places[annotator] = {}
        stream = self._streams[annotator]
        self._places[annotator][str(line["annotation_id"])] = stream.seek(0, os.SEEK_END)
        stream.write(dump_line(line).encode())

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
        self._streams[annotator].seek(place)
        return self._streams[annotator].readline()

    def annotators(self) -> list[str]:
        """Whose lines are staged."""
        return sorted(self._places)

    def annotations(self, annotator: str) -> list[str]:
        """Whose annotations are staged, in the order they came in."""
        return list(self._places.get(annotator, {}))


def merge_labels(folder: Path, staged: Staging, gone: Gone = lambda *_: False, *, one_server: bool = True) -> Merged:
    """Put staged lines into ``labels/``: each replaces the line of its annotation, all others stay.

    Args:
        folder: ``labels/``.
        staged: the new lines.
        one_server: whether the lines are sure to come from where those in ``labels/`` did. If not, a line does not replace one of the same
            name that was created at another time: that is another server's.
        gone: says of a line whether the server has its annotation no more; it becomes a tombstone.
    """
    folder.mkdir(exist_ok=True)
    result = Merged()
    files = {path.stem for path in folder.glob("*.jsonl")} | set(staged.annotators())
    for annotator in sorted(files):
        _merge_file(folder / f"{annotator}.jsonl", annotator, staged, gone, result, one_server)
    return result


def recorded_kinds(folder: Path) -> dict[str, str]:
    """The annotator_kind of each annotator that ``labels/`` has a file of, from the file's first line."""
    kinds = {}
    for path in folder.glob("*.jsonl"):
        with path.open("rb") as stream:
            try:
                row = json.loads(stream.readline())
            except ValueError:
                continue
        if isinstance(row, dict) and isinstance(row.get("annotator_kind"), str):
            kinds[path.stem] = row["annotator_kind"]
    return kinds


def _merge_file(path: Path, annotator: str, staged: Staging, gone: Gone, result: Merged, one_server: bool) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    before = (result.changed, result.deleted)
    left = dict.fromkeys(staged.annotations(annotator))
    try:
        with temporary.open("wb") as out:
            for id_, line in _lines(path):
                new = staged.line(annotator, id_) if id_ is not None else None
                if new is not None and id_ is not None and not one_server and _created(new) != _created(line):
                    left.pop(id_, None)
                    result.clashes.append(id_)
                    out.write(line)
                elif new is not None and id_ is not None:
                    left.pop(id_, None)
                    result.changed, result.unchanged = result.changed + (new != line), result.unchanged + (new == line)
                    out.write(new)
                elif id_ is not None and gone(id_, annotator, line) and (tomb := _tombstone(line)) is not None:
                    result.deleted += 1
                    out.write(tomb)
                else:
                    out.write(line)
            for id_ in left:
                out.write(staged.line(annotator, id_) or b"")
                result.changed += 1
            out.flush()
            os.fsync(out.fileno())
        if (result.changed, result.deleted) != before:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _lines(path: Path) -> Iterator[tuple[str | None, bytes]]:
    """Annotation id and line; a line that cannot be read has no id, and is kept as it is."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for line in stream:
            line = line if line.endswith(b"\n") else line + b"\n"
            found = _ID.match(line)
            if found:
                yield json.loads(found[1]), line
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            id_ = row.get("annotation_id") if isinstance(row, dict) else None
            yield (id_ if isinstance(id_, str) else None), line


def _created(line: bytes) -> object:
    row = json.loads(line)
    return row.get("created") if isinstance(row, dict) else None


def _tombstone(line: bytes) -> bytes | None:
    """The line with the status "deleted": who labelled what stays readable, and makes no gold any more."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return None if row.get("status") == DELETED else dump_line({**row, "status": DELETED}).encode()
