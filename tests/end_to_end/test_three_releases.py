"""The sample released three times more: articles added, labels corrected, one taken down. Each number is forced, each change told."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from dataset.diff.changes import Change
from dataset.diff.compare import diff_releases
from dataset.release.verify import verify_release
from dataset.schema import CONFIGS
from dataset.takedown.tombstones import hashed
from dataset.takedown.traces import find_traces, remove_trace
from tests.make import cli, snapshot

ADDED = ("s007", "s045", "s080")  # no reprints of anything
CORRECTED, GONE = "s008", "s011"  # labelled by their author alone; the original of a near copy


def lines(path: Path) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """JSON lines, as the corpus has them."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


class Releases:
    """A copy of the sample, and what is built of it."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.dist = folder / "sample", folder / "dist"

    def version(self, number: str) -> None:
        """Put a number into ``corpus.toml``."""
        path = self.corpus / "corpus.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'(?m)^version = ".*"', f'version = "{number}"', text), encoding="utf-8")

    def build(self) -> Any:
        """Build what the folder holds."""
        return cli("build", self.corpus, "--out", self.dist)

    def refused(self, *numbers: str, needs: str) -> None:
        """Under each of these numbers nothing is released, and the right one is named."""
        for number in numbers:
            self.version(number)
            before = snapshot(self.dist)
            done = self.build()
            assert (done.returncode, needs in done.stderr) == (1, True), (number, done.stderr)
            assert snapshot(self.dist) == before

    def release(self, number: str) -> Path:
        """The folder of one."""
        return self.dist / "sample" / number

    def changes(self, old: str, new: str) -> list[Change]:
        """From one to another."""
        return list(diff_releases(self.release(old), self.release(new)))


def correct(corpus: Path) -> tuple[str, str]:
    """Another stance for the first claim toward a question, another article stance for the first target; gives both of the old labels."""
    path = corpus / "labels" / "author.jsonl"
    rows = lines(path)
    row = next(row for row in rows if row["article_id"] == CORRECTED)
    claim = next(one for one in row["claims"] if one["stance"] == "favor")
    claim["stance"] = "against"
    old, row["article_stance"]["ropeway"] = row["article_stance"]["ropeway"], "against"
    write_lines(path, rows)
    return claim["stance"], old


@pytest.fixture(scope="module")
def made(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Releases, dict[str, bytes]]:
    """All four releases, each built under the lowest number that it is allowed; the ledger after each."""
    made = Releases(tmp_path_factory.mktemp("three"))
    shutil.copytree(sample, made.corpus)
    ledgers = {}

    def built(number: str) -> None:
        done = made.build()
        assert (done.returncode, done.stderr.count("rejected")) == (0, 0), done.stderr
        assert made.release(number).is_dir()
        ledgers[number] = (made.corpus / "ledger.jsonl").read_bytes()

    for id_ in ADDED:
        for trace in find_traces(made.corpus, id_, None):
            remove_trace(made.corpus, trace, id_)
    rows = [row for row in lines(made.corpus / "ledger.jsonl") if row["article_id"] not in ADDED]
    write_lines(made.corpus / "ledger.jsonl", rows)
    built("1.0.0")

    for name in ("articles", "labels"):
        shutil.copytree(sample / name, made.corpus / name, dirs_exist_ok=True)
    shutil.copyfile(sample / "manifest.jsonl", made.corpus / "manifest.jsonl")
    made.refused("1.0.0", "1.0.1", needs="1.1.0")
    made.version("1.1.0")
    built("1.1.0")

    correct(made.corpus)
    made.refused("1.1.0", "1.1.1", "1.2.0", needs="2.0.0")
    made.version("2.0.0")
    built("2.0.0")

    done = cli("takedown", made.corpus, GONE, "--reason", "asked for", "--out", made.dist)
    assert (done.returncode, "since version 3.0.0" in done.stdout) == (0, True), done.stderr
    assert all(str(made.release(number)) in done.stderr for number in ("1.0.0", "1.1.0", "2.0.0"))
    made.refused("2.0.0", "2.1.0", needs="version 3.0.0")
    made.version("3.0.0")
    built("3.0.0")
    return made, ledgers


def test_added_articles(made: tuple[Releases, dict[str, bytes]]) -> None:
    """Three articles, and nothing else but what agreement says of them all."""
    changes = made[0].changes("1.0.0", "1.1.0")
    assert {(one.type, one.id) for one in changes} - {("release_changed", "agreement")} == {
        ("article_added", id_) for id_ in ADDED
    }


def test_corrected_labels(made: tuple[Releases, dict[str, bytes]]) -> None:
    """Two labels of one article, in every config that holds them; votes and shares go with them."""
    changes = made[0].changes("1.1.0", "2.0.0")
    labels = {
        (one.config, one.details["field"], one.details["from"], one.details["to"])
        for one in changes
        if one.type == "label_changed"
    }
    assert {one.article_id for one in changes} - {None} == {CORRECTED}
    assert Counter(config for config, *_ in labels) == {"claims": 1, "stance": 1, "article_stance": 1}
    assert {(old, new) for config, _, old, new in labels if config != "article_stance"} == {("favor", "against")}
    rest = {one.type for one in changes} - {"label_changed"}
    assert rest <= {"votes_changed", "distribution_changed", "release_changed"}, rest


def test_the_takedown(made: tuple[Releases, dict[str, bytes]]) -> None:
    """Told as a takedown, asks for a major number, and nothing else is told but agreement over one article less."""
    changes = made[0].changes("2.0.0", "3.0.0")
    assert {(one.type, one.id, one.level) for one in changes} - {("release_changed", "agreement", "patch")} == {
        ("article_taken_down", GONE, "major")
    }
    embedded = lines(made[0].release("3.0.0") / "diffs" / "2.0.0.jsonl")
    assert [row["id"] for row in embedded if row["type"] == "article_taken_down"] == [GONE]
    assert embedded[-1]["needed"] == "3.0.0"


def test_ledger_and_tombstones(made: tuple[Releases, dict[str, bytes]]) -> None:
    """Every ledger begins with the one before, but for the name of the article that went; splits are frozen."""
    releases, ledgers = made
    plain, hidden = f'"article_id": "{GONE}"'.encode(), f'"article_id": "{hashed(GONE)}"'.encode()
    assert ledgers["1.1.0"].startswith(ledgers["1.0.0"])
    assert ledgers["2.0.0"] == ledgers["1.1.0"]
    assert ledgers["3.0.0"] == ledgers["2.0.0"].replace(plain, hidden)
    assert ledgers["3.0.0"].count(hidden) == 1
    for number in ledgers:
        stones = lines(releases.release(number) / "tombstones.jsonl")
        assert [(row["article_id"], row["version"]) for row in stones] == (
            [(GONE, "3.0.0")] if number == "3.0.0" else []
        )


def test_every_version_stays_loadable(made: tuple[Releases, dict[str, bytes]]) -> None:
    """One after the other in one process and one cache: every row count and label is that of the version asked for."""
    releases, ledgers = made
    articles = {"1.0.0": 77, "1.1.0": 80, "2.0.0": 80, "3.0.0": 79}
    splits: dict[str, set[str]] = {}
    stances: dict[str, Any] = {}
    for number in [*ledgers, *reversed(ledgers)]:
        release = releases.release(number)
        data = {name: load_dataset(str(release), name) for name in CONFIGS}
        ids = {row["id"]: split for split, rows in data["articles"].items() for row in rows}
        assert len(ids) == articles[number]
        assert (GONE in ids) == (number != "3.0.0")
        for id_, split in ids.items():
            splits.setdefault(id_, set()).add(split)
        rows = [row for found in data["stance"].values() for row in found if row["article_id"] == CORRECTED]
        stances.setdefault(number, [row["label"] for row in rows])
        assert stances[number] == [row["label"] for row in rows]
    assert all(len(found) == 1 for found in splits.values())
    assert stances["1.0.0"] == stances["1.1.0"] != stances["2.0.0"] == stances["3.0.0"]
    for number in ledgers:
        assert verify_release(releases.release(number)) == []
