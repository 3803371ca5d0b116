"""What nobody may overlook is said of the rows that are released, and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from huggingface_hub import DatasetCard

from dataset.build import build_release
from dataset.release.datasheet import section
from tests.make import article, claim, cli, label_line, write_corpus, write_labels

TEXTS = {f"a{i}": article(i) for i in range(8)}


def labelled(folder: Path, people: tuple[str, ...]) -> Path:
    """A model labelled all articles, a person these."""
    corpus = write_corpus(folder / "c", TEXTS)
    for kind, ids in (("model", tuple(TEXTS)), ("human", people)):
        lines = [label_line(id_, TEXTS[id_], [claim(0, 9)], annotator=kind, annotator_kind=kind) for id_ in ids]
        write_labels(corpus, lines, kind)
    made = cli("gold", corpus)
    assert made.returncode == 0, made.stderr
    return corpus


def quarantine(corpus: Path, out: Path, id_: str) -> None:
    """Build once, and have an article in no split from then on."""
    build_release(corpus, out=out)
    ledger = corpus / "ledger.jsonl"
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    changed = [{**line, "split": "quarantine"} if line["article_id"] == id_ else line for line in lines]
    ledger.write_text("".join(json.dumps(line) + "\n" for line in changed), encoding="utf-8")


def test_labels_of_models_beside_those_of_people(tmp_path: Path) -> None:
    """One article that a person labelled does not make the others gold: said first, with numbers, and in the Hub's words."""
    built = build_release(labelled(tmp_path, ("a0", "a3")), out=tmp_path / "dist")
    card: Any = DatasetCard((built.path / "README.md").read_text(encoding="utf-8"))
    assert "**Partly silver.** The labels of 6 of 8 labelled articles were made by language models alone" in card.text
    assert card.text.index("Partly silver") < card.text.index("## Load")
    assert card.data.annotations_creators == ["machine-generated"]
    assert "Partly silver. The labels of 6 of 8" in (built.path / "croissant.json").read_text(encoding="utf-8")


def test_people_alone(tmp_path: Path) -> None:
    """Nothing is silver."""
    built = build_release(labelled(tmp_path, tuple(TEXTS)), out=tmp_path / "dist")
    assert "silver" not in (built.path / "README.md").read_text(encoding="utf-8").lower()


def test_labels_in_quarantine_count_for_nothing(tmp_path: Path) -> None:
    """The only article that a person labelled is in no split: what is released is silver, and no more is labelled than there is."""
    corpus = labelled(tmp_path, ("a0",))
    quarantine(corpus, tmp_path / "first", "a0")
    built = build_release(corpus, out=tmp_path / "dist")
    assert "**Silver, not gold.**" in (built.path / "README.md").read_text(encoding="utf-8")
    assert json.loads((built.path / "manifest.json").read_text(encoding="utf-8"))["silver"] is True
    assert "Labelled articles: 7 of 7, by model (7 articles)." in section(built.facts)


def test_all_of_it_in_quarantine(tmp_path: Path) -> None:
    """There is nothing to release, and the command says so."""
    corpus = write_corpus(tmp_path / "c", {"a0": TEXTS["a0"]})
    quarantine(corpus, tmp_path / "first", "a0")
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert (done.returncode, done.stderr) == (
        1,
        f"standpunkt: {corpus}: every article is in quarantine; nothing is released\n",
    )
