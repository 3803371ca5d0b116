"""A release without text, and the way back: for the real articles, whose text may not be passed on, and for small ones."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from dataset.build import build_release
from dataset.files import sha256_bytes
from dataset.release.verify import verify_release
from dataset.schema import CONFIGS
from dataset.standoff.hydrate import hydrate_release
from dataset.standoff.letters import Lettered
from dataset.standoff.strip import TEXT
from dataset.text import canonical
from tests.dataset.standoff.retyping import insert, text_of, typed, typography
from tests.make import cli, snapshot

WORD = re.compile(r"\w+")
NEW = "Das meldete die Redaktion gestern noch einmal ohne Gewähr."


@pytest.fixture(scope="module")
def full(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full release of the five articles."""
    corpus = shutil.copytree(root / "seeds" / "nordkorea-2024", tmp_path_factory.mktemp("corpus") / "nordkorea-2024")
    return build_release(corpus, texts=shared / "seeds", out=tmp_path_factory.mktemp("full")).path


@pytest.fixture(scope="module")
def standoff(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one without text, as a user builds it."""
    corpus = shutil.copytree(root / "seeds" / "nordkorea-2024", tmp_path_factory.mktemp("corpus") / "nordkorea-2024")
    out = tmp_path_factory.mktemp("standoff")
    done = cli("build", corpus, "--texts", shared / "seeds", "--profile", "standoff", "--out", out)
    assert done.returncode == 0, done.stderr
    return out / "nordkorea-2024" / "1.0.0"


def rows_of(release: Path, name: str) -> list[dict[str, Any]]:
    """All rows of a config."""
    return [row for path in sorted((release / name).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def strings(value: Any) -> Iterator[str]:
    """Every string in a row, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def spoken(release: Path) -> dict[str, str]:
    """All that a release says in words: its cells, by config, and its files that are text."""
    said = {f"{name} cells": "\n".join(s for row in rows_of(release, name) for s in strings(row)) for name in CONFIGS}
    files = {path for path in release.rglob("*") if path.is_file() and path.suffix != ".parquet"}
    return said | {path.name: path.read_text(encoding="utf-8") for path in files}


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Runs of so many words."""
    words = [word.casefold() for word in WORD.findall(text)]
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_nothing_of_the_text_is_in_it(shared: Path, standoff: Path, tmp_path: Path) -> None:
    """No five words in a row, in no cell and no file; and the shared check finds nothing, in the files and in the cells."""
    known = set().union(*(runs(path.read_text(encoding="utf-8"), 5) for path in (shared / "seeds").glob("*.txt")))
    said = spoken(standoff)
    assert {name: runs(text, 5) & known for name, text in said.items() if runs(text, 5) & known} == {}
    looked_at = shutil.copytree(standoff, tmp_path / "release")
    for name, text in said.items():
        (looked_at / f"{name}.said").write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=looked_at, check=True)
    check = [sys.executable, str(shared / "checks" / "borrowed.py")]
    done = subprocess.run(check, cwd=looked_at, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    # The check can fail: with one article beside them it does.
    (looked_at / "cells").write_text(
        next((shared / "seeds").glob("*.txt")).read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert subprocess.run(check, cwd=looked_at, capture_output=True, check=False).returncode == 1


def test_no_whole_hash_is_of_less_than_an_article(full: Path, standoff: Path) -> None:
    """Neither of a sentence, a claim, a title or a block, nor of a file or a config of the full release that holds some of them.

    Of sentences there are check values, of 20 bits.
    """
    hashes = set(re.findall(r"\b[0-9a-f]{64}\b", "\n".join(spoken(standoff).values())))
    cells = {row[column] for name, columns in TEXT.items() for row in rows_of(full, name) for column in columns}
    cells -= {None, *(row["text"] for row in rows_of(full, "articles"))}
    assert cells
    known = json.loads((full / "manifest.json").read_text(encoding="utf-8"))
    derived = {known["configs"][name]["digest"] for name in CONFIGS if TEXT[name]}
    derived |= {
        entry["sha256"]
        for path, entry in known["files"].items()
        if path.split("/")[0] in TEXT and TEXT[path.split("/")[0]]
    }
    assert hashes & ({sha256_bytes(cell.encode()) for cell in cells if cell} | derived) == set()
    assert known["digest"] in hashes


def test_it_loads_and_is_checked(full: Path, standoff: Path, tmp_path: Path) -> None:
    """The same features and labels, every text null; what is changed in it is named; the baselines say that it has no text."""
    for name in CONFIGS:
        bare, whole = load_dataset(str(standoff), name), load_dataset(str(full), name)
        assert {split: rows.features for split, rows in bare.items()} == {s: rows.features for s, rows in whole.items()}
        for split, rows in bare.items():
            for row, other in zip(rows, whole[split], strict=True):
                assert row == other | dict.fromkeys(TEXT[name])
    assert verify_release(standoff) == []
    scored = cli("evaluate", standoff)
    assert (scored.returncode, len(scored.stderr.splitlines())) == (1, 1)
    assert "holds no text" in scored.stderr
    copy = shutil.copytree(standoff, tmp_path / "1.0.0")
    path = copy / "claims" / "train-00000-of-00001.parquet"
    table = pq.read_table(path)
    for column, values in (("end", [10**6] * len(table)), ("text", ["x"] * len(table))):
        table = table.set_column(table.schema.get_field_index(column), table.schema.field(column), [values])
    pq.write_table(table, path)
    problems = "\n".join(verify_release(copy))
    for words in ("changed since it was built", "a span leaves the", "text stands in a release without text"):
        assert words in problems


def test_hydrated_it_is_the_full_release(shared: Path, full: Path, standoff: Path, tmp_path: Path) -> None:
    """Byte for byte, whatever the names, folders, encodings and line ends of the copies; and once it stands it is left alone."""
    texts = tmp_path / "copies"
    for i, path in enumerate(sorted((shared / "seeds").glob("*.txt"))):
        text = path.read_text(encoding="utf-8")
        (texts / str(i)).mkdir(parents=True)
        data = [text.encode(), text.encode("utf-16"), text.replace("\n", "\r\n").encode("utf-8-sig")][i % 3]
        (texts / str(i) / f"{i}.download").write_bytes(data)
    done = cli("hydrate", standoff, "--texts", texts, "--out", tmp_path / "dist", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["full"], answer["identical"], answer["written"]) == (True, True, True)
    assert answer["counts"]["articles"] == {"exact": 5, "re-anchored": 0, "missing": 0}
    assert answer["counts"]["claims"]["exact"] == len(rows_of(full, "claims"))
    assert snapshot(Path(answer["release"])) == snapshot(full)
    again = hydrate_release(standoff, texts, out=tmp_path / "dist", workers=2)
    assert (again.written, again.identical) == (False, True)


@pytest.mark.parametrize("seed", range(4))
def test_a_retyped_article_keeps_its_spans(shared: Path, full: Path, standoff: Path, tmp_path: Path, seed: int) -> None:
    """Other blanks, quotation marks and dashes, a sentence put in: counted, listed, and every span reads the same."""
    dice = random.Random(seed)
    paths = sorted((shared / "seeds").glob("*.txt"))
    changed = paths[seed]
    for path in paths:
        text = canonical(path.read_text(encoding="utf-8")).text
        copy = typography(insert(typed(text), dice, NEW), dice) if path == changed else typed(text)
        (tmp_path / f"copy of {path.name}").write_text(text_of(copy), encoding="utf-8")
    done = cli("hydrate", standoff, "--texts", tmp_path, "--out", tmp_path / "dist", "--json")
    answer = json.loads(done.stdout)
    release = Path(answer["release"])
    assert release.name == "1.0.0+hydrated"
    assert answer["counts"]["articles"] == {"exact": 4, "re-anchored": 1, "missing": 0}
    before = {name: {row["id"]: row for row in rows_of(full, name)} for name in CONFIGS}
    after = {name: {row["id"]: row for row in rows_of(release, name)} for name in CONFIGS}
    mine = [row["id"] for row in before["claims"].values() if row["article_id"] == changed.stem]
    assert answer["counts"]["claims"] == {
        "exact": 118 - len(mine),
        "re-anchored": len(mine),
        "missing": 0,
    }
    contexts = 0
    for name in CONFIGS:
        assert set(before[name]) == set(after[name])
        for id_, row in after[name].items():
            for column in TEXT[name]:
                old, new = before[name][id_][column], row[column]
                if name == "articles" and column == "text":
                    assert (new == old) == (id_ != changed.stem)
                elif column == "context" and new is None:
                    contexts += 1  # the paragraph that the sentence was put into
                else:
                    assert (old is None) == (new is None)
                    assert Lettered(new or "").letters == Lettered(old or "").letters
    assert contexts == answer["counts"]["contexts"]["missing"]
    assert done.returncode == (1 if contexts else 0)
    assert verify_release(release) == []
    for name in CONFIGS:
        assert load_dataset(str(release), name)["train"].num_rows
    lines = [json.loads(line) for line in (release / "hydration.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["status"] for line in lines[:5]].count("re-anchored") == 1
    assert sum(line.get("part") == "claim" for line in lines) == len(mine)
    noise = [b for b in after["articles"][changed.stem]["blocks"] if b["type"] == "noise"]
    assert any(NEW.split()[2] in after["articles"][changed.stem]["text"][b["start"] : b["end"]] for b in noise)
    assert "Hydrated, not the full release" in (release / "README.md").read_text(encoding="utf-8")
    assert "Hydrated" not in (full / "README.md").read_text(encoding="utf-8")
