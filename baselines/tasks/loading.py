"""A task's rows out of a release, loaded the way any researcher would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import datasets.config
import pandas as pd
import pyarrow.parquet as pq
from datasets import Features, are_progress_bars_disabled, disable_progress_bars, enable_progress_bars, load_dataset
from datasets.exceptions import DatasetsError

from baselines.tasks.base import ClassificationTask, Data, Span, SpanTask, Task
from dataset.errors import ReleaseError
from dataset.release.manifest import read_manifest, require_text
from dataset.release.writer import parquet_path
from dataset.splits import SPLITS

Row = dict[str, Any]

COLUMNS = ("id", "article_id", "cluster_id", "outlet", "published", "text", "target", "label")
EXTRA = {
    "classification": ("question", "context", "label_distribution"),
    "spans": (),
    "attribution": ("claim_start", "claim_end"),
}
VERIFY = "run standpunkt verify on it"
_ARTICLE = ["id", "text", "cluster_id", "outlet", "published"]


def load(task: Task, release: Path) -> Data:
    """Load a task from a release.

    Raises:
        ReleaseError: this is no release, or one without text; a row names an article that it does not hold, or a place outside its text; or
            two rows have one id.
    """
    manifest = read_manifest(release)
    require_text(release, manifest)
    configs = manifest.configs
    columns = [*COLUMNS, *EXTRA[task.kind]]
    # Whether an article has no claim or was labelled by nobody, its sentences say.
    asked = "sentences" if task.kind == "spans" else task.config
    if not sum(configs[asked].rows.values()):
        empty = pd.DataFrame({name: [] for name in columns})
        return Data(empty, empty, empty, [], 0)
    articles = {
        row["id"]: row for part in _loaded(release, "articles").values() for row in part.select_columns(_ARTICLE)
    }
    # A config without any row is not announced, so it cannot be loaded by its name; its files and their schema are there.
    features = Features.from_arrow_schema(pq.read_schema(release / parquet_path(task.config, SPLITS[0])))
    splits = _loaded(release, task.config) if sum(configs[task.config].rows.values()) else {}
    found: dict[str, list[Row]] = {split: [] for split in SPLITS}
    unlabelled = open_spans = 0
    classes: list[str]
    if isinstance(task, ClassificationTask):
        names = features[task.label].names
        classes = list(dict.fromkeys(task.merged(name) for name in names))
        for split, part in splits.items():
            found[split] = [_labelled(row, task, features, articles) for row in part if row[task.label] is not None]
            unlabelled += len(part) - len(found[split])
    elif isinstance(task, SpanTask) and task.anchored:
        classes = [task.label]
        for split, part in splits.items():
            found[split] = [_attributed(row, task.label, articles) for row in part]
    else:
        classes = list(features[task.label].names)
        for split, part in _loaded(release, "sentences").items():
            claims = splits.get(split, [])
            judged = {
                row["article_id"]: row["claim"] is not None
                for row in sorted(part, key=lambda r: r["claim"] is not None)
            }
            judged |= {row["article_id"]: True for row in claims}
            found[split], left = _texts(judged, claims, task.label, classes, articles)
            unlabelled += sum(not yes for yes in judged.values())
            open_spans += left
    _refuse_doubles(task.config if task.kind != "spans" else "articles", found)
    frames = {split: _frame(rows, columns) for split, rows in found.items()}
    return Data(frames["train"], frames["validation"], frames["test"], classes, unlabelled, open_spans)


def _loaded(release: Path, config: str) -> Any:
    """A config's rows by split.

    Raises:
        ReleaseError: ``datasets`` cannot load it, most often because the disk of its cache is full.
    """
    # Progress is the caller's to show: a bar per config and split would be in the way, in a notebook most of all.
    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        return load_dataset(str(release), config)
    except (DatasetsError, OSError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        why = cause.strerror if isinstance(cause, OSError) and cause.strerror else type(cause).__name__
        raise ReleaseError(
            f"{release}: datasets cannot load its config {config} ({why}): see that its cache,"
            f" {datasets.config.HF_DATASETS_CACHE}, can be written; HF_HOME=FOLDER chooses another place"
        ) from None
    finally:
        if shown:
            enable_progress_bars()


def _refuse_doubles(config: str, found: dict[str, list[Row]]) -> None:
    seen: set[str] = set()
    for row in (row for rows in found.values() for row in rows):
        if row["id"] in seen:
            raise ReleaseError(f"{config}: duplicate id {row['id']!r}: {VERIFY}")
        seen.add(row["id"])


def _frame(rows: list[Row], columns: list[str]) -> pd.DataFrame:
    """Columns of Python objects: no type is guessed from what happens to be in them, and None stays None."""
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=_dtype(name)) for name in columns})


def _dtype(name: str) -> Any:
    return "int64" if name in {"claim_start", "claim_end"} else "object"


def _about(article_id: str, articles: dict[str, Row]) -> Row:
    """What a row takes over from its article."""
    if article_id not in articles:
        raise ReleaseError(f"{article_id}: no such article in the release: {VERIFY}")
    article = articles[article_id]
    return {
        "article_id": article_id,
        "text": article["text"] or "",
        **{name: article[name] for name in ("cluster_id", "outlet", "published")},
    }


def _labelled(row: Row, task: ClassificationTask, features: Any, articles: dict[str, Row]) -> Row:
    shared = _about(row["article_id"], articles)
    return {
        **shared,
        "id": row["id"],
        "text": row["text"] or "" if "text" in row else shared["text"],
        "target": features["target"].int2str(row["target"]) if row.get("target") is not None else "",
        "question": row.get("question") or "",
        "context": row.get("context") or "",
        "label": task.merged(features[task.label].names[row[task.label]]),
        "label_distribution": _shares(row.get("label_distribution")) if task.distribution else None,
    }


def _shares(votes: dict[str, float | None] | None) -> dict[str, float] | None:
    """Shares that sum to 1; None where nobody voted."""
    shares = {label: float(share or 0.0) for label, share in (votes or {}).items()}
    total = sum(shares.values())
    return {label: share / total for label, share in shares.items()} if total > 0 else None


def _attributed(row: Row, label: str, articles: dict[str, Row]) -> Row:
    """A claim and its claimant; no span where the article names none."""
    start, end = row["claimant_start"], row["claimant_end"]
    about = _about(row["article_id"], articles)
    _refuse_outside(row, "claim", row["end"], about["text"])
    _refuse_outside(row, "claimant", end, about["text"])
    return {
        **about,
        "id": row["id"],
        "target": "",
        "claim_start": row["start"],
        "claim_end": row["end"],
        "label": [] if start is None or end is None else [Span(start, end, label)],
    }


def _refuse_outside(row: Row, what: str, end: int | None, text: str) -> None:
    if end is not None and end > len(text):
        raise ReleaseError(f"claims: {row['id']}: {what} ends at {end}, its text at {len(text)}: {VERIFY}")


def _texts(
    judged: dict[str, bool], claims: Iterable[Row], label: str, names: list[str], articles: dict[str, Row]
) -> tuple[list[Row], int]:
    """The labelled articles with their gold spans, and how many spans have an open label.

    Two claims of one kind at the same place, on different targets, are one span: what is asked is where claims stand and of which kind.
    """
    spans: dict[str, list[Span]] = {article: [] for article, yes in judged.items() if yes}
    left = 0
    name_of: Callable[[int], str] = names.__getitem__
    for row in claims:
        if row[label] is None:
            left += 1
        else:
            _refuse_outside(row, "claim", row["end"], _about(row["article_id"], articles)["text"])
            spans[row["article_id"]].append(Span(row["start"], row["end"], name_of(row[label])))
    rows = [
        {**_about(article, articles), "id": article, "target": "", "label": sorted(set(found))}
        for article, found in spans.items()
    ]
    return rows, left
