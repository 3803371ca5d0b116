"""Where a corpus folder holds an article or speaks of it, and how it is got out: files as a whole, lines one by one."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.agreement import dump_agreement
from dataset.errors import CorpusError
from dataset.files import keep_lines, read_jsonl, sha256_file, write_atomic
from dataset.gold import NEXT, read_report
from dataset.labels import REPEAT_MARK
from dataset.lock import find_leftovers, remove_leftover
from dataset.readers.text import UnreadableError, read_text
from dataset.records.tombstone import Tombstone
from dataset.text import canonical

# Kept: the ledger names it by hash, the tombstone by its id.
_KEPT = ("ledger.jsonl", "tombstones.jsonl")
STUDIO = ".studio"  # Label Studio's own database: what is in it is taken out on the server

_QUOTE = 40  # characters of a sentence that nobody writes by chance


@dataclass(frozen=True)
class Trace:
    """A file with the article in it."""

    path: Path
    count: int | None  # of its lines, or of its tasks; None where all of the file goes

    def said(self, folder: Path) -> str:
        """What goes, in words."""
        name = Path(os.path.relpath(self.path, folder)).as_posix()
        if self.count is None:
            return name
        what = "task" if self.path.suffix == ".json" else "line"
        return f"{self.count} {what}{'' if self.count == 1 else 's'} of {name}"


def find_traces(folder: Path, article: str, text_sha256: str | None, file: Path | None = None) -> list[Trace]:
    """What a takedown removes, in the order in which it can be removed: a stop in between loses nothing that is still needed.

    Args:
        folder: the corpus folder.
        article: its id.
        text_sha256: of its text; a file of another text, set aside because it has the same name, is left alone.
        file: the one with its text, where that is known.
    """
    found = [Trace(path, None) for path in _texts(folder, article, text_sha256, file)]
    found += [Trace(path, None) for path in sorted((folder / "quotes").rglob("*.toml")) if _stem(path) == article]
    found += [Trace(path, None) for path in find_leftovers(folder)]
    # Tasks and exports of Label Studio, wherever they were put.
    for path in _files(folder, "*.json"):
        tasks = _tasks(path)
        if tasks is None and path.is_relative_to(folder / ".raw") and _mentions(path, article):
            found.append(Trace(path, None))  # half an export, of an import that was killed
            continue
        count = sum(is_about(task, article) for task in tasks or [])
        found += [Trace(path, count)] if count else []
    lines = [path for path in _files(folder, "*.jsonl") if path.name not in _KEPT]
    # The manifest last: it says which file is the article's.
    for path in sorted(lines, key=lambda path: (path == folder / "manifest.jsonl", path)):
        with path.open("rb") as stream:
            count = sum(names(line, article) for line in stream)
        found += [Trace(path, count)] if count else []
    return found


def refuse_traces(folder: Path, tombstones: Iterable[Tombstone]) -> None:
    """Refuse a corpus folder that holds something of an article that was taken down: another command brought it back.

    Lists of what was rejected may name it.

    Raises:
        CorpusError: one line for each article, with the command that removes the traces.
    """
    lines = []
    for stone in _suspects(folder, list(tombstones)):
        traces = [
            one
            for one in find_traces(folder, stone.article_id, stone.text_sha256)
            if one.path != folder / "rejected.jsonl" and one.path.name != "aside.jsonl"
        ]
        if traces:
            more = f" and {len(traces) - 3} more" if len(traces) > 3 else ""
            lines.append(
                f"{folder}: article {stone.article_id} was taken down, but traces of it are back:"
                f" {', '.join(one.said(folder) for one in traces[:3])}{more}: run standpunkt takedown {folder} {stone.article_id}"
                f" --reason … to remove them; nothing is released"
            )
    if lines:
        raise CorpusError(*lines)


def _suspects(folder: Path, tombstones: list[Tombstone]) -> list[Tombstone]:
    """The tombstones of which a file of the folder has the name or the id: few, and found in one pass over the files."""
    if not tombstones:
        return []
    texts = [*_files(folder / "articles", "*"), *_files(folder / "quotes", "*")]
    stems = {_stem(path) for path in texts}
    found = {stone.article_id for stone in tombstones} & stems
    for path in [*_files(folder, "*.json"), *_files(folder, "*.jsonl")]:
        if path.name not in _KEPT:
            data = path.read_bytes()
            found |= {
                stone.article_id
                for stone in tombstones
                if stone.article_id not in found and any(one in data for one in _quoted(stone.article_id))
            }
    return [stone for stone in tombstones if stone.article_id in found]


def pages(folder: Path) -> list[Trace]:
    """The report of the corpus: it quotes articles, and ``gold`` makes it anew."""
    return [Trace(path, None) for path in sorted((folder / "report").rglob("*")) if path.is_file()]


def remove_trace(folder: Path, trace: Trace, article: str) -> None:
    """Take the article out of one file."""
    if trace.count is None:
        remove_leftover(trace.path)
    elif trace.path.suffix == ".json":
        left = [task for task in _tasks(trace.path) or [] if not is_about(task, article)]
        write_atomic(trace.path, json.dumps(left, ensure_ascii=False))
    else:
        if trace.path == folder / "gold.jsonl":
            _tell_agreement(folder, article)
        keep_lines(trace.path, lambda line: not names(line, article))


def _tell_agreement(folder: Path, article: str) -> None:
    """``agreement.json`` knows gold by its hash, to notice what people edit: this edit is ours."""
    path, gold = folder / "agreement.json", folder / "gold.jsonl"
    report = read_report(path)
    if not report:
        return
    known = next((field for field in ("gold_sha256", NEXT) if report.get(field) == sha256_file(gold)), None)
    if known:
        left = hashlib.sha256()
        with gold.open("rb") as stream:
            for line in stream:
                left.update(b"" if names(line, article) else line)
        report[known] = left.hexdigest()
    for field in ("claims_numbered", "claims_gone"):
        if isinstance(report.get(field), dict):
            report[field].pop(article, None)
    write_atomic(path, dump_agreement(report))


def names(line: bytes, article: str) -> bool:
    """Return whether a line of JSON is about an article; for a line that cannot be read (cut off by a kill), whether it names it."""
    quoted = _quoted(article)
    if not any(one in line for one in quoted):
        return False
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return any(re.search(rb'["@:]' + re.escape(one) + rb'(?:["#:@]|-c\d|$)', line) for one in quoted)
    return is_about(row, article)


def _quoted(article: str) -> set[bytes]:
    """The bytes by which JSON may write an id."""
    return {json.dumps(article, ensure_ascii=plain)[1:-1].encode() for plain in (False, True)}


def is_about(row: Any, article: str) -> bool:
    """Return whether a JSON value is about an article: names it, its repeat, one of its claims, or an annotation of it."""
    if not isinstance(row, dict):
        return False
    data = row["data"] if isinstance(row.get("data"), dict) else {}
    named = [one for one in (*map(row.get, ("article_id", "a", "b")), data.get("article_id")) if isinstance(one, str)]
    if named:
        return any(one == article or one.startswith(article + REPEAT_MARK) for one in named)
    # A line of the manifest has no more than an id, and an id may end with another: "artikel 1" and "1".
    if row.get("id") == article or ("reason" in row and _has(row.get("id"), article, ":@ ")):
        return True
    return _has(row.get("key"), article, "@") or _has(data.get("key"), article, "@")


def _has(key: Any, article: str, before: str) -> bool:
    """Return whether a task's key, or the name of what was rejected, has the id of an article: alone, repeated, or with a claim."""
    pattern = rf"(?:^|[{before}]){re.escape(article)}(?:$|[#:@ ]|-c\d+(?:$|[:@ ]))"
    return isinstance(key, str) and re.search(pattern, key) is not None


def article_files(folder: Path, article: str) -> list[Path]:
    """The files in ``articles/`` that the manifest lists as the article's, then those of its name."""
    texts = folder / "articles"
    of_name = [path for path in sorted(texts.rglob("*")) if path.suffix.lower() == ".txt" and _stem(path) == article]
    return [path for path in dict.fromkeys([*_listed(folder, article), *of_name]) if path.is_file()]


def _listed(folder: Path, article: str) -> list[Path]:
    """The manifest is data: what leads out of the folder is nobody's file."""
    rows = [row for _, row in read_jsonl(folder / "manifest.jsonl", lambda *_: None) if row.get("id") == article]
    files = [row["file"] for row in rows if isinstance(row.get("file"), str) and ".." not in Path(row["file"]).parts]
    return [folder / "articles" / file for file in files if not Path(file).is_absolute()]


def _texts(folder: Path, article: str, text_sha256: str | None, file: Path | None) -> Iterator[Path]:
    sure = {file, *_listed(folder, article)}
    for path in article_files(folder, article):
        with suppress(UnreadableError):
            if path in sure or text_sha256 in (None, canonical(read_text(path).text).sha256):
                yield path


def _stem(path: Path) -> str:
    return unicodedata.normalize("NFC", path.stem)


def _files(folder: Path, pattern: str) -> list[Path]:
    """Files of the corpus itself: neither Label Studio's, nor those of a release that was built into the folder."""
    apart = [folder / STUDIO, *(manifest.parent for manifest in folder.rglob("manifest.json"))]
    found = (path for path in folder.rglob(pattern) if path.is_file())
    return sorted(path for path in found if not any(path.is_relative_to(one) for one in apart))


def _tasks(path: Path) -> list[Any] | None:
    """The tasks of a file; None if it cannot be read."""
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, list) else []


def _mentions(path: Path, article: str) -> bool:
    data = path.read_bytes()
    return any(one in data for one in _quoted(article))


def leftovers(folder: Path, sentences: Iterable[str]) -> list[Path]:
    """Files that nobody expects in a corpus folder, or that people write, and that quote the article."""
    quoted = [one.encode() for text in sentences if len(text) >= _QUOTE for one in (text, json.dumps(text)[1:-1])]
    # What articles share they have each in their own right.
    own = [folder / name for name in ("articles", "quotes", ".raw", *_KEPT)]
    found = []
    for path in _files(folder, "*"):
        if not any(path.is_relative_to(one) for one in own):
            with path.open("rb") as stream:
                found += [path] if any(one in line for line in stream for one in quoted) else []
    return found
