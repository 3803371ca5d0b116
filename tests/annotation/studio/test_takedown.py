"""An article that was taken down is not labelled any more: its tasks go, its labels and its text do not come home."""

from __future__ import annotations

import json
from pathlib import Path

from annotation.studio.client import Studio
from annotation.studio.exchange import import_annotations
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from dataset.build import build_release
from dataset.takedown.removal import take_down
from tests.annotation.studio.test_push_pull import again, annotate, choice, keys, lines, made, span
from tests.make import snapshot


def test_tasks_labels_and_raw_text_of_it(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> None:
    """On both pages: a pull takes nothing of it, a dry push counts its tasks, a push deletes them, and the others stay."""
    corpus, articles, facts = made(tmp_path / "c", 6, "overlap = 2\nrepeat_share = 1")
    push_tasks(studio, corpus, articles)
    tasks = keys(studio, corpus)
    work = [span(10, 30), choice("kind", "fact"), choice("target", "bridge"), choice("stance", "favor")]
    for key in ("a01", "a02"):
        annotate(annotators[0], tasks[key], *work)
    pull_labels(studio, corpus, facts)
    (corpus.path / "gold.jsonl").write_text(
        json.dumps(
            {
                "article_id": "a02",
                "text_sha256": facts["a02"].text_sha256,
                "annotators": ["x"],
                "annotator_kind": "human",
                "claims": [
                    {"id": "a02-c01", "start": 10, "end": 30, "kind": "fact", "target": "bridge", "stance": "favor"}
                ],
                "article_stance": {},
            }
        )
        + "\n",
        encoding="utf-8",
    )
    assert push_tasks(studio, corpus, articles, page="claim").new == 1
    build_release(corpus.path, out=tmp_path / "dist")
    text = next(one.text for one in articles if one.source.id == "a02")

    done = take_down(corpus.path, "a02", "asked for", out=tmp_path / "dist")
    assert done.traces
    corpus, articles, facts = again(corpus.path)
    annotate(annotators[1], tasks["a02"], *work)
    annotate(annotators[1], tasks["a01"], *work)
    pulled = pull_labels(studio, corpus, facts, full=True)
    assert {row["article_id"] for row in lines(corpus).values()} == {"a01"}
    assert "taken down; standpunkt studio push deletes the task" in " ".join(one.reason for one in pulled.rejected)
    raw = "".join(path.read_text(encoding="utf-8") for path in (corpus.path / ".raw").rglob("*.jsonl"))
    assert '"key": "a01"' in raw
    assert '"key": "a02' not in raw

    dry = push_tasks(studio, corpus, articles, dry_run=True)
    assert (dry.down, dry.new, dry.repeats, dry.rejected) == (3, 0, 0, [])
    assert "a02" in keys(studio, corpus)
    pushed = push_tasks(studio, corpus, articles)
    assert (pushed.down, pushed.new, pushed.repeats, pushed.rejected) == (3, 0, 0, [])
    assert set(keys(studio, corpus)) == set(tasks) - {"a02", "a02#2"}
    assert keys(studio, corpus, "claim") == {}
    assert push_tasks(studio, corpus, articles, page="claim").new == 0
    assert pull_labels(studio, corpus, facts, full=True).rejected == []
    assert not [name for name, data in snapshot(corpus.path).items() if text[:60].encode() in data]


def test_an_export_with_it(tmp_path: Path) -> None:
    """An import by file takes the labels of the others, and keeps no text of it."""
    corpus, articles, facts = made(tmp_path / "c", 3)
    build_release(corpus.path, out=tmp_path / "dist")
    results = [span(10, 30), choice("kind", "fact"), choice("target", "bridge"), choice("stance", "favor")]
    tasks = [
        {
            "id": number,
            "data": {"key": one.source.id, "text": one.text, "text_sha256": one.text_sha256},
            "annotations": [{"id": number, "completed_by": 1, "result": results, "created_at": "2025-01-01T00:00:00Z"}],
        }
        for number, one in enumerate(articles)
    ]
    file = tmp_path / "export.json"
    file.write_text(json.dumps(tasks), encoding="utf-8")
    take_down(corpus.path, "a01", "asked for", out=tmp_path / "dist")
    corpus, _, facts = again(corpus.path)
    done = import_annotations(corpus, facts, file)
    assert (done.annotations, len(done.rejected)) == (2, 1)
    assert "taken down" in done.rejected[0].reason
    (kept,) = (corpus.path / ".raw").glob("import-*.json")
    assert [task["data"]["key"] for task in json.loads(kept.read_text(encoding="utf-8"))] == ["a00", "a02"]
