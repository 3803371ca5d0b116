"""The command line: exit statuses, one line an error, no traceback, a machine's answer."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.make import article, claim, cli, label_line, write_corpus, write_labels


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Eight articles."""
    return write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(8)})


def test_new_build_verify(tmp_path: Path) -> None:
    """From a folder of text files to a checked release, in three calls."""
    source = tmp_path / "in"
    source.mkdir()
    for i in range(8):
        (source / f"Artikel {i}.txt").write_text(article(i), encoding="utf-8")
    made = cli("new", tmp_path / "mine", "--from", source)
    assert (made.returncode, made.stderr) == (0, "")
    built = cli("build", tmp_path / "mine", "--out", tmp_path / "dist", "--json")
    assert built.returncode == 0, built.stderr
    answer = json.loads(built.stdout)
    assert answer["rejected"] == 0
    checked = cli("verify", answer["release"], "--json")
    assert (checked.returncode, json.loads(checked.stdout)["problems"]) == (0, [])


def test_new_sets_bad_files_aside(tmp_path: Path) -> None:
    """Status 1, a line each, the rest taken; and an existing corpus is left alone."""
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    (source / "a.txt").write_text(article(1), encoding="utf-8")
    (source / "sub" / "a.txt").write_text(article(2), encoding="utf-8")
    (source / "b.txt").write_bytes(b"")
    (source / "c.txt").write_bytes(b"\0\1\2" * 100)
    made = cli("new", tmp_path / "mine", "--from", source)
    assert made.returncode == 1
    reasons = [
        json.loads(line)["reason"]
        for line in (tmp_path / "mine" / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(reasons) == 3
    assert all(any(word in reason for reason in reasons) for word in ("duplicate id", "empty", "binary"))
    again = cli("new", tmp_path / "mine", "--from", source)
    assert (again.returncode, "exists already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments", [["build"], ["build", "x", "--workers", "0"], ["nonsense"], ["gold", "x", "--nonsense"]]
)
def test_a_wrong_call_is_status_2(arguments: list[str]) -> None:
    """Before anything is looked at."""
    assert cli(*arguments).returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "nowhere"],
        ["verify", "nowhere"],
        ["gold", "nowhere"],
        ["evaluate", "nowhere"],
        ["diff", "nowhere", "nowhere"],
        ["new", "x1", "--from", "nowhere"],
    ],
)
def test_a_missing_folder_is_one_line(arguments: list[str], tmp_path: Path) -> None:
    """Status 1 and no traceback."""
    done = cli(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("standpunkt: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_id_with_a_line_break_makes_no_second_line(corpus: Path, tmp_path: Path) -> None:
    """Ids are data, and whoever reads the log by lines relies on one an error."""
    entry = {"article_id": "a\nb\x1b[31m", "split": "train", "cluster_id": "c", "since_version": "1.0.0"}
    (corpus / "ledger.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "article a\\nb\\x1b[31m was released (ledger.jsonl)" in done.stderr


def test_bad_labels_are_listed_and_the_rest_released(corpus: Path, tmp_path: Path) -> None:
    """Out of bounds and outside the scheme: status 1, rejected.jsonl, a release with the good ones."""
    text = article(0)
    write_labels(corpus, [label_line("a0", text, [claim(0, 9), claim(0, 10**6), claim(0, 5, kind="rumour")])])
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert "out of bounds" in done.stderr
    assert "'rumour' is not one of" in done.stderr
    for path in (tmp_path / "dist" / "c" / "1.0.0" / "rejected.jsonl", corpus / "rejected.jsonl"):
        assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert cli("verify", tmp_path / "dist" / "c" / "1.0.0").returncode == 0


def test_gold_says_what_it_found(corpus: Path) -> None:
    """And evaluate's scores are JSON too."""
    write_labels(corpus, [label_line("a0", article(0), [claim(0, 9)])])
    done = cli("gold", corpus, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["silver"] is True


def test_version_and_help() -> None:
    """The version in one line; the commands in the order of the work, grouped; -h as --help."""
    assert cli("--version").stdout == f"standpunkt {version('standpunkt')}\n"
    said = cli("-h").stdout
    assert said == cli("--help").stdout
    names = "demo new build verify diff hydrate takedown publish fetch gold studio evaluate score report".split()
    assert re.findall(r"^│ (\w+) ", said, re.MULTILINE) == names
    assert all(group in said for group in ("Make a dataset", "Releases", "Labels", "Compare models"))


def test_the_list_of_what_was_set_aside_is_current(corpus: Path, tmp_path: Path) -> None:
    """It names what this run set aside, also where the release stands unchanged, and goes when all is mended."""
    good = label_line("a0", article(0), [claim(0, 9)])
    write_labels(corpus, [good])
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0
    write_labels(corpus, [good, {"nonsense": 1}])
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert (done.returncode, "exists already" in done.stdout) == (1, True)
    assert len((corpus / "rejected.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    write_labels(corpus, [good])
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0
    assert not (corpus / "rejected.jsonl").exists()


def test_external_texts_need_their_folder(nordkorea: Path, tmp_path: Path) -> None:
    """One line that says which option."""
    done = cli("build", nordkorea, "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert "--texts DIR" in done.stderr
    assert len(done.stderr.splitlines()) == 1
