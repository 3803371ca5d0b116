"""Benchmarks of the diff: memory at ten times the rows, and time against a merge in pandas. They print; they judge nothing."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.files import sha256_file
from dataset.records.release import FORMAT
from dataset.release.manifest import LEDGER, REUSE, TOMBSTONES, listing
from dataset.release.writer import parquet_path
from dataset.schema import CONFIGS, features
from dataset.scheme import read_scheme
from dataset.splits import SPLITS
from tests.make import ROOT, SCHEME, article

# Rows that an article brings along: itself, 14 sentences, 5 claims, 4 of them on a question, 1 stance of its own.
SENTENCES, CLAIMS, STANCES = 14, 5, 4
ROWS = 1 + SENTENCES + CLAIMS + STANCES + 1
FEW, MANY = 100_000, 1_000_000

NAIVE = """
import sys
import pandas as pd
old, new = sys.argv[1:]
found = 0
for config in ("articles", "sentences", "claims", "stance", "article_stance"):
    a, b = (pd.concat([pd.read_parquet(f"{side}/{config}/{split}-00000-of-00001.parquet").assign(split=split)
                       for split in ("train", "validation", "test")]) for side in (old, new))
    both = a.merge(b, on="id", how="outer", suffixes=("_old", "_new"), indicator=True)
    differs = both["_merge"] != "both"
    for column in a.columns.drop("id"):
        differs |= both[f"{column}_old"].astype(str) != both[f"{column}_new"].astype(str)
    found += int(differs.sum())
print(found)
"""


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float  # of the processor, all threads
    peak: int  # MB
    lines: int


def measured(command: list[str], out: Path) -> Run:
    """Run a process of its own: its time, its greatest resident size, and the lines that it printed."""
    with out.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    with out.open("rb") as stream:
        lines = sum(1 for _ in stream)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, lines)


def rows_of(number: int, text: str, variant: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one article; another variant differs in every one of them."""
    id_ = f"a{number:06d}"
    text += " Nachtrag." * variant
    shares = {"favor": 0.5, "against": 0.5, "none": 0.0}
    yield (
        "articles",
        {
            **{
                "id": id_,
                "text": text,
                "title": text[:30],
                "outlet": "Bote",
                "published": "2025-01-01",
                "language": "de",
            },
            **{
                "agencies": ["tpd"],
                "license": "CC-BY-4.0",
                "source_file": f"{id_}.txt",
                "cluster_id": f"cluster-{id_}",
            },
            "text_sha256": hashlib.sha256(f"{id_}{text}".encode()).hexdigest(),
            "blocks": [{"start": at, "end": at + 300, "type": "paragraph"} for at in range(0, 2400, 300)],
        },
    )
    for i in range(SENTENCES):
        start = 150 * i + variant
        span = {"start": start, "end": start + 140, "text": text[start : start + 140]}
        yield "sentences", {"id": f"{id_}-s{i:03d}", "article_id": id_, **span, "claim": i % 3, "claim_ids": []}
    for i in range(CLAIMS):
        span = {"start": 200 * i, "end": 200 * i + 120, "text": text[200 * i : 200 * i + 120]}
        label = {"kind": 0, "target": 0, "stance": (i + variant) % 3}
        vote = {"annotator_kind": "model", "start": 200 * i, "end": 200 * i + 120, "kind": "fact", "target": "bridge"}
        made = {"annotator_kind": "model", "adjudicated": False}
        if i < STANCES:
            yield (
                "stance",
                {
                    **{
                        "id": f"{id_}-c{i:02d}:bridge",
                        "article_id": id_,
                        "claim_id": f"{id_}-c{i:02d}",
                        **span,
                        **made,
                    },
                    **{
                        "context_start": 0,
                        "context_end": 300,
                        "context": text[:300],
                        "claimant": text[:12],
                        "actor": "X",
                    },
                    **{"target": 0, "question": "Soll sie?", "label": label["stance"], "label_distribution": shares},
                },
            )
        yield (
            "claims",
            {
                **{"id": f"{id_}-c{i:02d}", "article_id": id_, **span, **label, **made, "actor": "X"},
                **{"claimant_start": 0, "claimant_end": 12, "claimant": text[:12]},
                "votes": [{"annotator": f"p{n}", "stance": "favor", **vote} for n in range(3)],
                "label_distribution": {"kind": {"fact": 1.0, "policy": 0.0}, "target": None, "stance": shares},
            },
        )
    stance = {"target": 0, "question": "Soll sie?", "label": variant % 2, "label_distribution": {"favor": 1.0}}
    yield "article_stance", {"id": f"{id_}:bridge", "article_id": id_, **stance, **made}


def write_release(folder: Path, rows: int, changed: float) -> Path:
    """A release of so many rows, a share of whose articles differ from the first variant in every row."""
    number = rows // ROWS
    (folder / "splits").mkdir(parents=True)
    scheme = folder.parent / "scheme.toml"
    scheme.write_text(SCHEME, encoding="utf-8")
    schemas = {name: one.arrow_schema for name, one in features(read_scheme(scheme)).items()}
    texts = [article(seed, 30)[:2500] for seed in range(50)]
    for name in CONFIGS:
        (folder / name).mkdir()
    for part, split in enumerate(SPLITS):
        writers = {
            n: pq.ParquetWriter(folder / parquet_path(n, split), schemas[n], compression="zstd") for n in CONFIGS
        }
        ids = range(number * part // 3, number * (part + 1) // 3)
        for at in range(0, len(ids), 1_000):
            found: dict[str, list[dict[str, Any]]] = {name: [] for name in CONFIGS}
            for one in ids[at : at + 1_000]:
                for name, row in rows_of(one, texts[one % 50], int(one % 1_000 < 1_000 * changed)):
                    found[name].append(row)
            for name, writer in writers.items():
                writer.write_table(pa.Table.from_pylist(found[name], schema=schemas[name]), row_group_size=10_000)
        for writer in writers.values():
            writer.close()
    for name in (LEDGER, REUSE, TOMBSTONES):
        (folder / name).touch()
    write_manifest(folder, number)
    return folder


def write_manifest(folder: Path, articles: int) -> None:
    """A manifest as large as that of a build."""
    known = {"bytes_sha256": "0" * 64, "text_sha256": "0" * 64, "length": 2500, "encoding": "utf-8", "normalised": []}
    manifest = {
        **{"format": FORMAT, "name": "bench", "version": "1.0.0", "digest": folder.name, "annotator_kind": ["model"]},
        "configs": {name: {"digest": "", "rows": dict.fromkeys(SPLITS, 0)} for name in CONFIGS},
        "articles": {f"a{n:06d}": {"file": f"a{n:06d}.txt", **known} for n in range(articles)},
        "files": {name: {"sha256": sha256_file(folder / name)} for name in listing(folder)},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str], Path]:
    """Of both sizes: the first, one with a hundredth of it changed, one with all of it changed."""
    folder = tmp_path_factory.mktemp("releases")
    shares = {"first": 0.0, "hundredth": 0.01, "all": 1.0}
    return {
        (rows, name): write_release(folder / f"{rows}-{name}", rows, share)
        for rows in (FEW, MANY)
        for name, share in shares.items()
    }


def bench_memory_and_time(releases: dict[tuple[int, str], Path], tmp_path: Path) -> None:
    """The command as a user calls it, writing JSON lines to a file, at 100,000 and at 1,000,000 rows."""
    ours = [sys.executable, str(ROOT / "standpunkt.py"), "diff", "--json"]
    for what in ("hundredth", "all"):
        runs = {
            rows: measured([*ours, str(releases[rows, "first"]), str(releases[rows, what])], tmp_path / "lines")
            for rows in (FEW, MANY)
        }
        naive = measured(
            [sys.executable, "-c", NAIVE, str(releases[MANY, "first"]), str(releases[MANY, what])], tmp_path / "naive"
        )
        few, many = runs[FEW], runs[MANY]
        print(f"\ndiff, {what} of the articles changed: {few.lines:,} and {many.lines:,} lines")
        print(
            f"  peak memory {many.peak / few.peak:.2f} times that of a tenth of the rows ({few.peak} and {many.peak} MB)"
        )
        print(f"  time {many.seconds / few.seconds:.1f} times that of a tenth of the rows")
        print(
            f"  against pandas.merge: {naive.seconds / many.seconds:.2f} times its speed, {many.peak / naive.peak:.2f} of its memory"
        )
