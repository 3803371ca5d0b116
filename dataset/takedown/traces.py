"""Where a corpus folder holds an article or speaks of it, and how it is got out: files as a whole, lines one by one."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.agreement import dump_agreement
from dataset.files import keep_lines, read_jsonl, sha256_file, write_atomic
from dataset.gold import read_report
from dataset.labels import REPEAT_MARK
from dataset.lock import find_leftovers, remove_leftover
from dataset.readers.text import UnreadableError, read_text
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
        name = self.path.relative_to(folder).as_posix()
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
        count = sum(_of_article(task, article) for task in _tasks(path))
        found += [Trace(path, count)] if count else []
    lines = [path for path in _files(folder, "*.jsonl") if path.name not in _KEPT]
    # The manifest last: it says which file is the article's.
    for path in sorted(lines, key=lambda path: (path == folder / "manifest.jsonl", path)):
        with path.open("rb") as stream:
            count = sum(names(line, article) for line in stream)
        found += [Trace(path, count)] if count else []
    return found


def pages(folder: Path) -> list[Trace]:
    """The report of the corpus: it quotes articles, and ``gold`` makes it anew."""
    return [Trace(path, None) for path in sorted((folder / "report").rglob("*")) if path.is_file()]


def remove_trace(folder: Path, trace: Trace, article: str) -> None:
    """Take the article out of one file."""
    if trace.count is None:
        remove_leftover(trace.path)
    elif trace.path.suffix == ".json":
        left = [task for task in _tasks(trace.path) if not _of_article(task, article)]
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
    if report.get("gold_sha256") == sha256_file(gold):
        left = hashlib.sha256()
        with gold.open("rb") as stream:
            for line in stream:
                left.update(b"" if names(line, article) else line)
        report["gold_sha256"] = left.hexdigest()
    for field in ("claims_numbered", "claims_gone"):
        if isinstance(report.get(field), dict):
            report[field].pop(article, None)
    write_atomic(path, dump_agreement(report))


def names(line: bytes, article: str) -> bool:
    """Whether a line of JSON is about an article; of a line that cannot be read, whether it names it."""
    quoted = {json.dumps(article, ensure_ascii=plain)[1:-1].encode() for plain in (False, True)}
    if not any(one in line for one in quoted):
        return False
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return any(b'"' + one + end in line for one in quoted for end in (b'"', b"#"))
    return isinstance(row, dict) and _of_article(row, article)


def _of_article(row: Any, article: str) -> bool:
    if not isinstance(row, dict):
        return False
    data = row.get("data")
    named = [row.get(key) for key in ("article_id", "a", "b")]
    if isinstance(data, dict):
        named.append(data.get("article_id"))
    if article in named or any(isinstance(one, str) and one.startswith(article + REPEAT_MARK) for one in named):
        return True
    keys = [row.get("id"), row.get("key"), data.get("key") if isinstance(data, dict) else None]
    return any(isinstance(key, str) and _key_of(article).search(key) is not None for key in keys)


def _key_of(article: str) -> re.Pattern[str]:
    """An article's id as the keys of tasks and the names of what was set aside hold it: alone, repeated, or with a claim."""
    return re.compile(rf"(?:^|[:@ ]){re.escape(article)}(?:$|[#:@ ]|-c\d+(?:$|[:@ ]))")


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


def _tasks(path: Path) -> list[Any]:
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return []
    return data if isinstance(data, list) else []


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
