"""A corpus folder with an article in every place that a corpus folder has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dataset.build import build_release
from dataset.files import sha256_file
from dataset.text import text_sha256
from tests.make import article, claim, label_line, write_corpus, write_labels

TEXTS = {f"a{i}": article(i) for i in range(8)}
GONE = "a2"
SENTENCE = TEXTS[GONE].split(".")[0]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def gold_line(id_: str) -> dict[str, Any]:
    """A line of ``gold.jsonl``."""
    return {
        "article_id": id_,
        "text_sha256": text_sha256(TEXTS[id_]),
        "annotators": ["a1"],
        "annotator_kind": "model",
        "lost": [],
        "claims": [{"id": f"{id_}-c01", **claim(0, 9)}],
        "article_stance": {},
    }


def rich_corpus(folder: Path) -> Path:
    """Eight articles, released as 1.0.0 beside it, with labels, gold, quotes, raw exports, pages and what killed commands left behind."""
    corpus = write_corpus(folder / "c", TEXTS)
    for who in ("a1", "b2"):
        lines = [label_line(id_, text, [claim(0, 9)], annotator=who) for id_, text in TEXTS.items()]
        again = label_line(f"{GONE}#2", TEXTS[GONE], [], annotator=who, annotation_id=f"{who}:again")
        write_labels(corpus, [*lines, again], who)
    write_lines(corpus / "gold.jsonl", [gold_line(id_) for id_ in TEXTS])
    gone = {id_: [{"id": f"{id_}-c01", "start": 0, "end": 9}] for id_ in TEXTS}
    report = {
        "gold_sha256": sha256_file(corpus / "gold.jsonl"),
        "claims_numbered": dict.fromkeys(TEXTS, 1),
        "claims_gone": gone,
    }
    (corpus / "agreement.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    write_lines(corpus / "structure.jsonl", [{"article_id": id_, "blocks": []} for id_ in TEXTS])
    write_lines(
        corpus / "reuse.jsonl", [{"a": "a1", "b": GONE, "kind": "partial"}, {"a": "a4", "b": "a5", "kind": "partial"}]
    )
    for id_ in TEXTS:
        (corpus / "quotes" / "author").mkdir(parents=True, exist_ok=True)
        (corpus / "quotes" / "author" / f"{id_}.toml").write_text(f"quote = '{TEXTS[id_][:30]}'\n", encoding="utf-8")
    raw = corpus / ".raw" / "0a0a0a0a-article"
    keys = [
        "a1",
        GONE,
        f"{GONE}#2",
        f"{GONE}-c01@bridge",
        f"kind@{GONE}-c01",
        f"article_stance@{GONE}:bridge",
        "a22",
        "a1-c02@a",
    ]
    write_lines(raw / "annotations.jsonl", [{"task": i, "key": key, "annotation": {}} for i, key in enumerate(keys)])
    write_lines(
        raw / "aside.jsonl",
        [{"task": 1, "id": f"0a:{GONE}:7", "reason": "x"}, {"task": 9, "id": "0a:a1:8", "reason": "x"}],
    )
    tasks = [{"data": {"key": id_, "text": text}, "annotations": []} for id_, text in TEXTS.items()]
    (corpus / ".raw" / "import-00.json").write_text(json.dumps(tasks), encoding="utf-8")
    (corpus / "report").mkdir()
    (corpus / "report" / "agreement.html").write_text(f"<p>{SENTENCE}</p>", encoding="utf-8")
    build_release(corpus, out=folder / "dist")
    # After the build, which would clear it.
    (corpus / "labels" / ".a1.jsonl.4711.tmp").write_text('{"article_id": "a2"', encoding="utf-8")
    return corpus
