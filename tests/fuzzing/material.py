"""Whole folders to damage: a corpus with everything, two releases, one without text, a run, an export."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from annotation.gold import write_gold
from annotation.studio.convert import to_results
from annotation.studio.tasks import article_tasks
from baselines.evaluate import evaluate_release
from baselines.runs import write_run
from dataset.build import build_release, read_articles, text_facts
from dataset.corpus import read_corpus
from dataset.labels import read_labels
from tests.make import article, claim, label_line, write_corpus, write_labels


def make(folder: Path) -> None:
    """Fill an empty folder."""
    texts = {f"a{i}": article(i) for i in range(10)}
    texts["a9"] = texts["a8"].replace(".", "!", 1)
    corpus = write_corpus(folder / "c", texts)
    for who in ("a1", "b2"):
        write_labels(corpus, [_line(id_, text, who) for id_, text in texts.items()], who)
    _settings(corpus)
    _gold(corpus)
    build_release(corpus, out=folder / "dist")
    build_release(corpus, out=folder / "bare", profile="standoff")
    release = folder / "dist" / "c" / "1.0.0"
    run = evaluate_release(release, workers=1)
    write_run(folder / "runs" / "c-1.0.0", release, run)
    (folder / "inputs.jsonl").write_bytes((folder / "runs" / "c-1.0.0" / "predictions.jsonl").read_bytes())
    _own_predictions(folder)
    _export(corpus, folder / "export.json")
    settings = corpus / "corpus.toml"
    settings.write_text(settings.read_text().replace('version = "1.0.0"', 'version = "2.0.0"', 1))
    later = [_line(id_, text, "b2", stance="against") for id_, text in texts.items()]
    write_labels(corpus, later, "b2")
    _gold(corpus)
    build_release(corpus, out=folder / "dist")
    shutil.copytree(corpus / "articles", folder / "copies")


def _line(id_: str, text: str, who: str, stance: str = "favor") -> dict[str, object]:
    ends = [i + 1 for i, char in enumerate(text) if char == "."][:3]
    marked = [
        claim(0, ends[0], stance=stance, claimant={"start": 0, "end": 4}),
        claim(ends[1] + 1, ends[2], kind="policy", stance="against"),
    ]
    return label_line(id_, text, marked, annotator=who)


def _settings(corpus: Path) -> None:
    (corpus / "datasheet.toml").write_text(
        '[motivation]\npurpose = "Zum Testen: {articles} Artikel."\n', encoding="utf-8"
    )
    rows = [
        {"id": f"a{i}", "file": f"a{i}.txt", "outlet": f"O{i % 2}", "published": f"2024-0{i % 9 + 1}-11", "agencies": ["dpa"],
         "license": "CC-BY-4.0" if i % 2 else "LicenseRef-all-rights-reserved", "rights_holder": "X", "url": "https://example.org/a"}
        for i in range(10)
    ]  # fmt: skip
    (corpus / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _gold(corpus: Path) -> None:
    read = read_corpus(corpus)
    write_gold(read, text_facts(read)[0])


def _own_predictions(folder: Path) -> None:
    lines = (folder / "runs" / "c-1.0.0" / "predictions.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    own = [
        {key: value for key, value in row.items() if key != "system"}
        for row in rows
        if row["system"] == rows[0]["system"]
    ]
    (folder / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in own), encoding="utf-8")


def _export(corpus: Path, file: Path) -> None:
    read = read_corpus(corpus)
    articles, _ = read_articles(read)
    annotations, _ = read_labels(corpus / "labels", read.scheme, {one.source.id: one.facts for one in articles})
    by_article = {one.article_id: one for one in annotations if one.annotator == "a1"}
    tasks = []
    for number, task in enumerate(article_tasks(read, articles), 1):
        one = by_article.get(task["data"]["key"])
        results = to_results(task["data"]["text"], one.claims, one.article_stance) if one else []
        annotation = {"id": number, "completed_by": 3, "result": results, "was_cancelled": False,
                      "created_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:10:00Z", "lead_time": 12.3}  # fmt: skip
        tasks.append({"id": number, **task, "annotations": [annotation], "drafts": [], "predictions": [], "project": 1})
    file.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
