"""Releases of ``sample`` in a row: articles added, labels corrected. The numbers are forced, the diffs complete, the splits frozen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, load_dataset

from dataset.release.verify import verify_release
from dataset.schema import CONFIGS
from tests.make import cli, snapshot

Row = dict[str, Any]
FIRST = [f"s{number:03d}" for number in (*range(1, 13), *range(21, 33))]
LATER = ["s013", "s014", "s041", "s061"]
# What is corrected: one annotator labelled each of these articles, so that one line decides.
STANCE, KIND, ARTICLE = ("s002", "s002-c01"), ("s005", "s005-c02"), "s023"


def lines(path: Path) -> list[Row]:
    """JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, rows: list[Row]) -> None:
    """JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def take(sample: Path, corpus: Path, ids: list[str]) -> None:
    """Give a copy of the sample these articles more, with their labels."""
    known = {row["id"]: row for row in lines(sample / "manifest.jsonl")}
    have = lines(corpus / "manifest.jsonl") if (corpus / "manifest.jsonl").exists() else []
    for id_ in ids:
        shutil.copy(sample / "articles" / known[id_]["file"], corpus / "articles")
    write(corpus / "manifest.jsonl", have + [known[id_] for id_ in ids])
    for path in (sample / "labels").glob("*.jsonl"):
        mine = corpus / "labels" / path.name
        old = lines(mine) if mine.exists() else []
        write(mine, old + [row for row in lines(path) if row["article_id"] in ids])


def set_version(corpus: Path, version: str) -> None:
    """Put another number into corpus.toml."""
    path = corpus / "corpus.toml"
    rest = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("version")]
    path.write_text("\n".join([f'version = "{version}"', *rest]) + "\n", encoding="utf-8")


def correct(corpus: Path, id_: str, change: Callable[[Row], None]) -> None:
    """Correct the one line that labels an article."""
    found = 0
    for path in (corpus / "labels").glob("*.jsonl"):
        rows = lines(path)
        for row in rows:
            if row["article_id"] == id_ and row["status"] == "submitted":
                change(row)
                found += 1
        write(path, rows)
    assert found == 1


def loaded(release: Path) -> dict[tuple[str, str], Row]:
    """Every row as ``load_dataset`` gives it, labels by name, by config and id."""
    found = {}
    for name in CONFIGS:
        for split, data in load_dataset(str(release), name).items():
            labels = {column: one for column, one in data.features.items() if isinstance(one, ClassLabel)}
            for row in data:
                named = {c: None if row[c] is None else one.int2str(row[c]) for c, one in labels.items()}
                found[name, row["id"]] = {**row, **named, "split": split}
    return found


def differing(old: dict[tuple[str, str], Row], new: dict[tuple[str, str], Row]) -> set[tuple[str, str]]:
    """Config and id of every row that is not the same: what a diff has to name."""
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def diff(old: Path, new: Path) -> list[Row]:
    """The changes, as the command prints them."""
    done = cli("diff", old, new, "--json")
    assert done.returncode == 0, done.stderr
    head, *changes, summary = map(json.loads, done.stdout.splitlines())
    assert (head["type"], summary["type"]) == ("diff", "summary")
    assert sum(summary["counts"].values()) == len(changes)
    return changes


def build(corpus: Path, dist: Path, refused: str, version: str) -> Path:
    """Build, where one number is too low and the other is right."""
    set_version(corpus, refused)
    before = snapshot(dist)
    done = cli("build", corpus, "--out", dist)
    assert done.returncode == 1
    assert f"need version {version} or higher" in done.stderr.splitlines()[-1]
    assert snapshot(dist) == before
    set_version(corpus, version)
    done = cli("build", corpus, "--out", dist)
    assert done.returncode == 0, done.stderr
    path = dist / "sample" / version
    assert verify_release(path) == []
    return path


@pytest.fixture(scope="module")
def row(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The three releases, what was loaded of each as soon as it stood, and the ledgers."""
    folder = tmp_path_factory.mktemp("row")
    corpus, dist = folder / "sample", folder / "dist"
    (corpus / "articles").mkdir(parents=True)
    (corpus / "labels").mkdir()
    for name in ("corpus.toml", "scheme.toml"):
        shutil.copy(sample / name, corpus)
    take(sample, corpus, FIRST)
    set_version(corpus, "1.0.0")
    done = cli("build", corpus, "--out", dist)
    assert done.returncode == 0, done.stderr
    paths = [dist / "sample" / "1.0.0"]
    rows, ledgers = [loaded(paths[0])], [(corpus / "ledger.jsonl").read_bytes()]

    take(sample, corpus, LATER)
    paths.append(build(corpus, dist, "1.0.1", "1.1.0"))
    rows.append(loaded(paths[1]))
    ledgers.append((corpus / "ledger.jsonl").read_bytes())

    def one_claim(id_: str, **labels: str) -> Callable[[Row], None]:
        span = (rows[1]["claims", id_]["start"], rows[1]["claims", id_]["end"])
        return lambda line: next(one for one in line["claims"] if (one["start"], one["end"]) == span).update(labels)

    correct(corpus, STANCE[0], one_claim(STANCE[1], stance=_other(rows[1]["claims", STANCE[1]], "stance")))
    correct(corpus, KIND[0], one_claim(KIND[1], kind=_other(rows[1]["claims", KIND[1]], "kind")))
    correct(corpus, ARTICLE, lambda line: line["article_stance"].update(ropeway="favor"))
    paths.append(build(corpus, dist, "1.2.0", "2.0.0"))
    rows.append(loaded(paths[2]))
    ledgers.append((corpus / "ledger.jsonl").read_bytes())
    return {"paths": paths, "rows": rows, "ledgers": ledgers, "corpus": corpus}


def _other(claim: Row, layer: str) -> str:
    labels = {"stance": ("favor", "against"), "kind": ("fact", "policy")}[layer]
    return labels[1] if claim[layer] == labels[0] else labels[0]


def test_added_articles(row: dict[str, Any]) -> None:
    """Each of them, with as many rows as it brought along; agreement was measured anew; nothing else."""
    old, new, _ = row["rows"]
    changes = diff(*row["paths"][:2])
    added = [change for change in changes if change["type"] == "article_added"]
    assert [change["id"] for change in added] == sorted(LATER)
    assert [one["id"] for one in changes if one not in added] in ([], ["agreement"])
    named = {("articles", change["id"]) for change in added}
    assert {key for key in differing(old, new) if key[0] == "articles"} == named
    for change in added:
        counted = dict.fromkeys(change["rows"], 0)
        for (config, _), one in new.items():
            if one.get("article_id") == change["id"]:
                counted[config] += 1
        assert change["rows"] == counted
        assert new["articles", change["id"]]["split"] == change["split"]
    assert {(old | new)[key]["article_id"] for key in differing(old, new) - named} <= set(LATER)


def test_corrected_labels(row: dict[str, Any]) -> None:
    """Every row that is not the same is named, by its config, and no other; from what to what, and who said so."""
    _, old, new = row["rows"]
    changes = diff(*row["paths"][1:])
    rows = [change for change in changes if change["type"] != "release_changed"]
    assert {(change["config"], change["id"]) for change in rows} == differing(old, new)
    assert {change["type"] for change in rows} == {"label_changed", "votes_changed"}
    labels = {(one["config"], one["id"], one["field"]): one for one in rows if one["type"] == "label_changed"}
    for key, one in labels.items():
        config, id_, field = key
        assert (one["from"], one["to"]) == (old[config, id_][field], new[config, id_][field])
        if config != "sentences":
            assert one["by"]["annotator_kind"] == one["was_by"]["annotator_kind"] == "model"
    planted = {
        ("claims", STANCE[1], "stance"),
        ("claims", KIND[1], "kind"),
        ("article_stance", f"{ARTICLE}:ropeway", "label"),
    }
    assert planted <= set(labels)
    assert {key[:2] for key in set(labels) - planted if key[0] == "claims"} == set()


def test_both_ways(row: dict[str, Any]) -> None:
    """Backwards the same rows are named; over two releases, what both changed; a release with itself: nothing."""
    first, second, third = row["paths"]
    there, back = diff(second, third), diff(third, second)
    assert [(one["config"], one["id"], one["from"]) for one in there if one["type"] == "label_changed"] == [
        (one["config"], one["id"], one["to"]) for one in back if one["type"] == "label_changed"
    ]
    assert {one["type"] for one in diff(second, first)} <= {"article_removed", "release_changed"}
    over = {(one["type"], one["id"]) for one in diff(first, third)} - {("release_changed", "agreement")}
    each = {(one["type"], one["id"]) for one in diff(first, second) + there} - {("release_changed", "agreement")}
    assert over == each
    assert diff(third, third) == []


def test_splits_are_frozen(row: dict[str, Any]) -> None:
    """The ledger only grew, and no article is in another split than it was."""
    first, second, third = row["ledgers"]
    assert second.startswith(first)
    assert third == second
    for old, new in zip(row["rows"], row["rows"][1:], strict=False):
        assert all(new[key]["split"] == one["split"] for key, one in old.items())


def test_old_versions_stay(row: dict[str, Any]) -> None:
    """Loaded again after all of them were built: each gives its own rows, none a label from a cache of another."""
    for path, before in zip(row["paths"], row["rows"], strict=True):
        assert loaded(path) == before
        assert verify_release(path) == []
    stances = [rows["claims", STANCE[1]]["stance"] for rows in row["rows"]]
    assert stances[0] == stances[1] != stances[2]


def test_no_text_in_the_diffs(row: dict[str, Any]) -> None:
    """No run of three words of any text of the corpus, no name of an actor, no reason."""
    rows = row["rows"][2]
    words = {
        " ".join(found[at : at + 3])
        for (config, _), one in rows.items()
        if config == "articles"
        for found in [one["text"].split()]
        for at in range(len(found) - 2)
    }
    names = {one[key] for one in rows.values() for key in ("actor", "claimant", "title", "reason") if one.get(key)}
    for path in row["paths"][1:]:
        (file,) = (path / "diffs").iterdir()
        text = file.read_text(encoding="utf-8")
        assert not [name for name in words | names if name in text]
