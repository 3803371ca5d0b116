"""Small corpora for tests, written to disk as a user would have them."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from dataset.corpus import Corpus
from dataset.text import text_sha256

Cli = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).resolve().parent.parent

SCHEME = """\
version = "1.0.0"
[[targets]]
id = "bridge"
question = "Soll die Brücke gebaut werden?"
[[targets]]
id = "other"
[[kinds]]
id = "fact"
[[kinds]]
id = "policy"
[[stances]]
id = "favor"
[[stances]]
id = "against"
[[stances]]
id = "none"
[[article_stances]]
id = "favor"
[[article_stances]]
id = "discuss"
"""

SETTINGS = """\
name = "{name}"
version = "{version}"
language = "de"
license = "CC-BY-4.0"
text = "included"
splits = {{train = 0.7, validation = 0.15, test = 0.15}}
"""

_SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "ma",
    "ne",
    "po",
    "ra",
    "si",
    "tu",
    "wa",
    "ker",
    "lin",
    "mor",
    "tag",
    "hof",
    "see",
    "berg",
    "tal",
]


def article(seed: int, sentences: int = 12) -> str:
    """A text of invented words: paragraphs of four sentences, the same for the same seed."""
    dice = random.Random(seed)

    def word() -> str:
        return "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4)))

    lines = [
        " ".join([word().capitalize(), *(word() for _ in range(dice.randint(7, 14)))]) + "." for _ in range(sentences)
    ]
    return "\n\n".join(" ".join(lines[i : i + 4]) for i in range(0, len(lines), 4)) + "\n"


def write_corpus(
    folder: Path, texts: Mapping[str, str | bytes], *, version: str = "1.0.0", scheme: str = SCHEME
) -> Path:
    """A corpus folder with these articles, each with its line in the manifest."""
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "corpus.toml").write_text(SETTINGS.format(name=folder.name, version=version), encoding="utf-8")
    (folder / "scheme.toml").write_text(scheme, encoding="utf-8")
    for id_, text in texts.items():
        data = text.encode("utf-8") if isinstance(text, str) else text
        (folder / "articles" / f"{id_}.txt").write_bytes(data)
    manifest = folder / "manifest.jsonl"
    listed = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    new = [{"id": id_, "file": f"{id_}.txt"} for id_ in texts if json.dumps(id_, ensure_ascii=False) not in listed]
    manifest.write_text(listed + "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in new), encoding="utf-8")
    return folder


def label_line(id_: str, text: str, marked: list[Any], annotator: str = "a1", **other: Any) -> dict[str, Any]:
    """A line of ``labels/*.jsonl``."""
    return {
        "annotation_id": f"{annotator}:{id_}",
        "article_id": id_,
        "text_sha256": text_sha256(text),
        "scheme_version": "1.0.0",
        "guidelines_version": "1.0.0",
        "annotator": annotator,
        "annotator_kind": "model",
        "page": "article",
        "status": "submitted",
        "updated": "2025-01-01T00:00:00Z",
        "claims": marked,
        "article_stance": {"bridge": "discuss"},
        **other,
    }


def claim(start: int, end: int, **other: Any) -> dict[str, Any]:
    """A claim of a label line."""
    fields = {"claimant": None, "actor": "X", "kind": "fact", "target": "bridge", "stance": "favor", "unclear": False}
    return {"start": start, "end": end, **fields, **other}


def write_labels(corpus: Path, lines: list[dict[str, Any]], name: str = "a1") -> None:
    """``labels/NAME.jsonl``."""
    (corpus / "labels" / f"{name}.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
    )


def cli(*arguments: object, cwd: Path | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, in a process of its own."""
    command = [sys.executable, str(ROOT / "standpunkt.py"), *map(str, arguments)]
    shipped = [one for one in command if Path(one).is_relative_to(ROOT / "seeds")]
    assert not shipped, f"tests run side by side, each on a copy of its own: {shipped}"
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd or ROOT, check=False, **options)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes; builds leave only a lock behind besides."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def with_settings(corpus: Corpus, **changes: Any) -> Corpus:
    """Return a corpus that was read, with other settings."""
    return dataclasses.replace(corpus, settings=msgspec.structs.replace(corpus.settings, **changes))
