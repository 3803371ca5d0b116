"""What a new version costs in transfer: bytes of a release that a content-defined store, such as the hub's, does not have yet."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from pyfastcdc import FastCDC

from dataset.corpus import read_corpus
from dataset.gold import CheckedGold
from dataset.prepare import Prepared, prepare_article
from dataset.records.record import convert
from dataset.release.writer import parquet_path, write_parquet
from dataset.rows import rows_of
from dataset.runner import run
from dataset.schema import CONFIGS, features
from dataset.splits import SPLITS
from tests.make import article, write_corpus

ARTICLES = 20_000
NEW = "a00000"  # in front of all others
_KINDS, _STANCES = ("fact", "policy"), ("favor", "against", "none")


def bench_one_article_more() -> None:
    """One labelled article at the front of 20,000: the share of the bytes in chunks that the release before did not have."""
    with tempfile.TemporaryDirectory() as work:
        old, new = Path(work, "old"), Path(work, "new")
        write_both(Path(work), old, new)
        total = fresh = 0
        print()
        for name in CONFIGS:
            known = {chunk for split in SPLITS for chunk in chunks(old / parquet_path(name, split))}
            found = [chunk for split in SPLITS for chunk in chunks(new / parquet_path(name, split))]
            size, lacking = sum(map(len, found)), sum(len(chunk) for chunk in found if chunk not in known)
            total, fresh = total + size, fresh + lacking
            print(f"{name:15} {size / 1e6:6.1f} MB, {lacking / size:6.1%} of it new")
        print(f"{'all':15} {total / 1e6:6.1f} MB, {fresh / total:6.1%} of it new")


def write_both(work: Path, old: Path, new: Path) -> None:
    """The configs with all articles, and with all but the first."""
    corpus = read_corpus(write_corpus(work / "news", {f"a{i:05d}": article(i, 20) for i in range(ARTICLES + 1)}))
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {name: {split: [] for split in SPLITS} for name in CONFIGS}
    for i, prepared in enumerate(run(prepare_article, corpus.sources)):
        assert isinstance(prepared, Prepared)
        home = "train" if i % 10 < 7 else "validation" if i % 10 < 8 else "test"
        gold = gold_line(prepared.source.id, list(prepared.sentences))
        for name, found in rows_of(prepared, f"cluster-{prepared.source.id}", gold, corpus.scheme).items():
            rows[name][home] += found
    schema = features(corpus.scheme)
    for folder, keep in ((new, True), (old, False)):
        folder.mkdir()
        for name in CONFIGS:
            key = "id" if name == "articles" else "article_id"
            kept = {split: [row for row in found if keep or row[key] != NEW] for split, found in rows[name].items()}
            write_parquet(folder, name, kept, schema[name])


def gold_line(id_: str, sentences: list[tuple[int, int]]) -> CheckedGold:
    """Three annotators on a third of the sentences."""
    dice = random.Random(id_)
    claims = []
    for number, (start, end) in enumerate(dice.sample(sentences, len(sentences) // 3)):
        said = {"kind": dice.choice(_KINDS), "target": "bridge", "stance": dice.choice(_STANCES)}
        votes = [
            {"annotator": f"a{i}", "annotator_kind": "model", "start": start, "end": end, **said} for i in range(3)
        ]
        claims.append(
            {
                "id": f"{id_}-c{number:02d}",
                "start": start,
                "end": end,
                "actor": f"X{dice.random()}",
                **said,
                "votes": votes,
            }
        )
    claims = [{**claim, "label_distribution": shares(claim)} for claim in claims]
    head = {"article_id": id_, "text_sha256": "", "annotators": [], "annotator_kind": "model"}
    return convert({**head, "claims": claims, "article_stance": {"bridge": {"label": "discuss"}}}, CheckedGold)


def shares(claim: dict[str, Any]) -> dict[str, dict[str, float]]:
    """All votes on one label."""
    lists = {"kind": _KINDS, "target": ("bridge", "other"), "stance": _STANCES}
    return {name: {label: float(label == claim[name]) for label in labels} for name, labels in lists.items()}


def chunks(path: Path) -> list[bytes]:
    """The pieces that a store cuts a file into, where its content says so: 64 KiB on average, as the hub's."""
    cutter = FastCDC(64 << 10, min_size=8 << 10, max_size=128 << 10)
    return [bytes(chunk.data) for chunk in cutter.cut_buf(path.read_bytes())]
