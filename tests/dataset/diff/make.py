"""A small labelled corpus with its first release, and ways to change one thing of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataset.diff.changes import Change
from dataset.files import sha256_file
from dataset.release.manifest import listing
from dataset.release.writer import parquet_path
from dataset.splits import SPLITS
from dataset.text import text_sha256
from tests.make import article, write_corpus

TEXTS = {f"a{i:02d}": article(i) for i in range(10)}
LABELLED = ("a00", "a01", "a02", "a03")
Row = dict[str, Any]


def vote(annotator: str, stance: str | None = "favor", kind: str = "fact") -> Row:
    """A vote on the first nine characters."""
    who = {"annotator": annotator, "annotator_kind": "human"}
    return {**who, "start": 0, "end": 9, "kind": kind, "target": "bridge", "stance": stance}


def gold_line(id_: str) -> Row:
    """Two claims, the second one open in its stance, and one stance of the article."""
    first = {"id": f"{id_}-c01", "start": 0, "end": 9, "claimant": {"start": 10, "end": 15}, "actor": "Ada Ölmann"}
    second = {"id": f"{id_}-c02", "start": 20, "end": 30, "claimant": None, "actor": None}
    label = {"kind": "fact", "target": "bridge", "stance": "favor", "votes": [vote("p1"), vote("p2")]}
    shares = {
        "kind": {"fact": 1.0, "policy": 0.0},
        "target": {"bridge": 1.0, "other": 0.0},
        "stance": {"favor": 1.0, "against": 0.0, "none": 0.0},
    }
    return {
        "article_id": id_,
        "text_sha256": text_sha256(TEXTS[id_]),
        "annotators": ["p1", "p2"],
        "annotator_kind": "human",
        "claims": [
            {**first, **label, "label_distribution": shares},
            {**second, **label, "stance": None, "label_distribution": None, "votes": []},
        ],
        "article_stance": {"bridge": {"label": "discuss", "label_distribution": {"favor": 0.0, "discuss": 1.0}}},
    }


def first_corpus(folder: Path) -> Path:
    """The corpus, not yet built."""
    corpus = write_corpus(folder / "c", TEXTS)
    write_lines(corpus / "gold.jsonl", [gold_line(id_) for id_ in LABELLED])
    return corpus


def read_lines(path: Path) -> list[Row]:
    """JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_lines(path: Path, rows: list[Row]) -> None:
    """JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def edit_gold(corpus: Path, id_: str, change: Callable[[Row], None]) -> None:
    """Change the gold of one article."""
    rows = read_lines(corpus / "gold.jsonl")
    change(next(row for row in rows if row["article_id"] == id_))
    write_lines(corpus / "gold.jsonl", rows)


def set_version(corpus: Path, version: str) -> None:
    """Put another number into corpus.toml."""
    settings = corpus / "corpus.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    lines = [f'version = "{version}"' if line.startswith("version") else line for line in lines]
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rehash(release: Path, **head: Any) -> None:
    """Make a manifest true again after files were changed by hand, as a builder of another make would write it."""
    path = release / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    files = {name: {"sha256": sha256_file(release / name), "bytes": 0} for name in listing(release)}
    path.write_text(json.dumps({**manifest, "files": files, "digest": "another", **head}, indent=1), encoding="utf-8")


def mutated(release: Path, to: Path, config: str, change: Callable[[pa.Table], pa.Table]) -> Path:
    """A copy of a release with the tables of one config changed."""
    shutil.copytree(release, to)
    for split in SPLITS:
        path = to / parquet_path(config, split)
        pq.write_table(change(pq.read_table(path)), path)
    rehash(to)
    return to


def keys(changes: list[Change]) -> list[tuple[str, str, str | None, str]]:
    """What changes are, in short."""
    return [(change.type, change.level, change.config, change.id) for change in changes]
