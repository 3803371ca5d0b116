"""A takedown takes everything of an article out of a corpus folder, nothing else, and can be stopped anywhere."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dataset.build import build_release
from dataset.corpus import read_corpus
from dataset.diff.compare import diff_releases
from dataset.errors import CorpusError
from dataset.files import sha256_file
from dataset.gold import inputs_sha256, is_stale
from dataset.release.verify import verify_release
from dataset.takedown import removal
from dataset.takedown.removal import take_down
from dataset.takedown.tombstones import hashed
from tests.dataset.takedown.rich import GONE, SENTENCE, TEXTS, rich_corpus
from tests.killing import killed
from tests.make import article, cli, label_line, snapshot, write_corpus, write_labels

# What may still name it: the tombstone by its id, and the ledger's cluster, which was named after its first article.
KEPT = ("tombstones.jsonl",)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with the article in every place."""
    return rich_corpus(tmp_path)


def rows(path: Path) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_of_it_goes_and_nothing_else(corpus: Path, tmp_path: Path) -> None:
    """File by file: what is left is what was there without the article, byte for byte."""
    before = snapshot(corpus)
    done = take_down(corpus, GONE, "asked for", out=tmp_path / "dist")
    after = snapshot(corpus)
    removed = {str(trace.path.relative_to(corpus)) for trace in done.traces}
    assert set(before) - set(after) == {
        "articles/a2.txt",
        "labels/.a1.jsonl.4711.tmp",
        "quotes/author/a2.toml",
        "report/agreement.html",
    }
    changed = {name for name in after if name in before and after[name] != before[name]}
    assert changed == (removed & set(after)) | {"agreement.json", "corpus.toml", "ledger.jsonl"}
    for name in changed - {"agreement.json", "corpus.toml", "ledger.jsonl", ".raw/import-00.json"}:
        old, new = before[name].splitlines(), after[name].splitlines()
        assert [line for line in old if line in new] == new, name
        assert all(re.search(rb"\ba2\b", line) for line in old if line not in new), name
    keys = [row["key"] for row in rows(corpus / ".raw" / "0a0a0a0a-article" / "annotations.jsonl")]
    assert keys == ["a1", "a22", "a1-c02@a"]
    assert [task["data"]["key"] for task in json.loads(after[".raw/import-00.json"])] == [
        id_ for id_ in TEXTS if id_ != GONE
    ]
    for name, data in after.items():
        assert SENTENCE.encode() not in data, name
        assert b'"a2"' not in data or name in KEPT, name
    settings = before["corpus.toml"].replace(b'version = "1.0.0"', b'version = "2.0.0"')
    assert after["corpus.toml"] == settings
    assert not done.quoting


def test_the_tombstone_and_the_ledger(corpus: Path, tmp_path: Path) -> None:
    """The tombstone has what the design says; the ledger keeps its lines and their order, the article's with the hash of its id."""
    before = rows(corpus / "ledger.jsonl")
    hash_ = read_corpus(corpus).sources[2].text_sha256
    take_down(corpus, GONE, " asked\n for ", out=tmp_path / "dist")
    (stone,) = rows(corpus / "tombstones.jsonl")
    fields = ["article_id", "text_sha256", "fingerprints", "version", "date", "reason"]
    assert list(stone) == [*fields, "folded_sha256", "fingerprint_version"]
    assert (stone["article_id"], stone["text_sha256"], stone["version"], stone["reason"]) == (
        GONE,
        hash_,
        "2.0.0",
        "asked for",
    )
    assert 0 < len(stone["fingerprints"]) <= 64
    expected = [{**row, "article_id": hashed(GONE)} if row["article_id"] == GONE else row for row in before]
    assert rows(corpus / "ledger.jsonl") == expected


def test_the_next_release(corpus: Path, tmp_path: Path) -> None:
    """Gone from every config and from the manifest; nobody else moved; ledger and tombstone are in it; it verifies."""
    splits = {entry.article_id: entry.split for entry in build_release(corpus, out=tmp_path / "dist").facts.entries}
    take_down(corpus, GONE, "asked for", out=tmp_path / "dist")
    built = build_release(corpus, out=tmp_path / "dist")
    assert built.path.name == "2.0.0"
    assert not built.rejected
    assert verify_release(built.path) == []
    for config in ("articles", "sentences", "claims", "stance", "article_stance"):
        assert GONE not in {row.get("article_id", row["id"]) for row in built.facts.of(config)}
    after = {entry.article_id: entry.split for entry in built.facts.entries}
    assert after == {(hashed(GONE) if id_ == GONE else id_): split for id_, split in splits.items()}
    # All of it but the fingerprints, which are hashes of a few words each.
    (stone,) = rows(corpus / "tombstones.jsonl")
    assert rows(built.path / "tombstones.jsonl") == [{k: v for k, v in stone.items() if k != "fingerprints"}]
    assert not build_release(corpus, out=tmp_path / "dist").written
    write_corpus(corpus, {"later": article(60)}, version="2.1.0")
    ledger = (corpus / "ledger.jsonl").read_bytes()
    built = build_release(corpus, out=tmp_path / "dist")
    assert (corpus / "ledger.jsonl").read_bytes().startswith(ledger)
    assert verify_release(built.path) == []


def test_killed_between_release_and_ledger_after_a_takedown(corpus: Path, tmp_path: Path) -> None:
    """The newest release still names the article by its id: its other lines are taken from it all the same."""
    write_corpus(corpus, {f"b{i}": article(50 + i) for i in range(4)}, version="1.1.0")
    before = (corpus / "ledger.jsonl").read_bytes()
    built = build_release(corpus, out=tmp_path / "dist")
    after = (corpus / "ledger.jsonl").read_bytes()
    (corpus / "ledger.jsonl").write_bytes(before)
    take_down(corpus, GONE, "asked for", out=tmp_path / "dist")
    write_corpus(corpus, {f"0{i}": article(80 + i) for i in range(6)}, version="2.0.0")
    build_release(corpus, out=tmp_path / "dist")
    assert set(after.splitlines()[8:]) <= set((corpus / "ledger.jsonl").read_bytes().splitlines())
    assert built.path.name == "1.1.0"


def test_killed_anywhere(tmp_path: Path) -> None:
    """Before every single change: nothing is released then, unless nothing had changed, and the same command completes it."""
    first = rich_corpus(tmp_path / "first")
    plain = tmp_path / "plain" / "c"
    shutil.copytree(first, plain)
    take_down(plain, GONE, "asked for", out=tmp_path / "first" / "dist")
    expected, start = snapshot(plain), snapshot(first)
    stop = 0
    while True:
        stop += 1
        corpus = tmp_path / str(stop) / "c"
        shutil.copytree(first, corpus)
        if not killed(tmp_path, stop, partial(take_down, corpus, GONE, "asked for", out=tmp_path / "first" / "dist")):
            break
        begun = (corpus / "tombstones.jsonl").exists()
        if begun and b'"a2"' in (corpus / "ledger.jsonl").read_bytes():
            with pytest.raises(CorpusError, match="was stopped before it was done"):
                build_release(corpus, out=tmp_path / str(stop) / "dist")
        elif begun:
            assert snapshot(corpus) == expected, stop
        else:
            assert {name: data for name, data in snapshot(corpus).items() if not name.endswith(".tmp")} == {
                name: data for name, data in start.items() if not name.endswith(".tmp")
            }
        take_down(corpus, GONE, "asked for", out=tmp_path / "first" / "dist")
        assert snapshot(corpus) == expected, stop
        shutil.rmtree(corpus.parent)
    assert stop > 20


@pytest.mark.parametrize("step", ["remove_trace", "write_atomic"])
def test_the_second_one_is_killed(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The version is raised already, by a takedown that no release has yet: a build notices all the same."""
    take_down(corpus, "a5", "one", out=tmp_path / "dist")
    real = getattr(removal, step)

    def dying(path: Path, *arguments: Any) -> None:
        if step == "remove_trace" or path.name == "ledger.jsonl":
            raise KeyboardInterrupt
        real(path, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(removal, step, dying)
        with pytest.raises(KeyboardInterrupt):
            take_down(corpus, GONE, "two", out=tmp_path / "dist")
    with pytest.raises(CorpusError, match=r"takedown of a2 .* was stopped before it was done: repeat"):
        build_release(corpus, out=tmp_path / "dist")
    take_down(corpus, GONE, "two", out=tmp_path / "dist")
    assert verify_release(build_release(corpus, out=tmp_path / "dist").path) == []


def test_repeating_it(corpus: Path, tmp_path: Path) -> None:
    """Nothing is left to do, and nothing is done; with other words for a reason the first ones stay."""
    take_down(corpus, GONE, "asked for", out=tmp_path / "dist")
    build_release(corpus, out=tmp_path / "dist")
    before = snapshot(corpus)
    done = cli("takedown", corpus, GONE, "--reason", "other words", "--out", tmp_path / "dist")
    assert (done.returncode, "nothing is left to do" in done.stdout, "asked for" in done.stdout) == (0, True, True)
    assert snapshot(corpus) == before


@pytest.mark.parametrize(
    ("edited", "stop"),
    [(False, ""), *((True, stop) for stop in ("", "tombstones.jsonl", "x.jsonl", "gold.jsonl", "ledger.jsonl"))],
)
def test_gold_that_people_edited_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: bool, stop: str
) -> None:
    """Labels went because of the takedown, stopped before a file or not: what was mended in gold by hand is not made anew."""
    texts = {f"a{i}": article(i) for i in range(8)}
    corpus = write_corpus(tmp_path / "c", texts)
    write_labels(corpus, [label_line(id_, text, []) for id_, text in texts.items()], "x")
    build_release(corpus, out=tmp_path / "dist")
    lines = [{"article_id": id_, "claims": []} for id_ in texts]
    (corpus / "gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    made = "0" * 64 if edited else sha256_file(corpus / "gold.jsonl")
    report = {"inputs_sha256": inputs_sha256(read_corpus(corpus)), "gold_sha256": made}
    (corpus / "agreement.json").write_text(json.dumps(report), encoding="utf-8")
    if stop:
        with monkeypatch.context() as patch:
            for name in ("write_atomic", "remove_trace"):
                patch.setattr(removal, name, partial(stopping, getattr(removal, name), stop))
            with pytest.raises(KeyboardInterrupt):
                take_down(corpus, "a2", "asked for", out=tmp_path / "dist")
    take_down(corpus, "a2", "asked for", out=tmp_path / "dist")
    assert "a2" not in {row["article_id"] for row in rows(corpus / "gold.jsonl")}
    assert is_stale(read_corpus(corpus)) is not edited


def stopping(real: Callable[..., None], name: str, path: Path, *arguments: Any) -> None:
    """A writing function that is interrupted before a file of that name."""
    if name in (path.name, getattr(getattr(arguments[0], "path", None), "name", None)):
        raise KeyboardInterrupt
    real(path, *arguments)


def test_two_takedowns_are_one_version(corpus: Path, tmp_path: Path) -> None:
    """Unless the first one was released meanwhile."""
    take_down(corpus, GONE, "one", out=tmp_path / "dist")
    take_down(corpus, "a5", "two", out=tmp_path / "dist")
    assert read_corpus(corpus).version == "2.0.0"
    build_release(corpus, out=tmp_path / "dist")
    take_down(corpus, "a6", "three", out=tmp_path / "dist")
    assert read_corpus(corpus).version == "3.0.0"
    assert [row["version"] for row in rows(corpus / "tombstones.jsonl")] == ["2.0.0", "2.0.0", "3.0.0"]
    built = build_release(corpus, out=tmp_path / "dist")
    assert len(built.facts.of("articles")) == 5


@pytest.mark.parametrize(
    "settings",
    [
        "# head\r\nname = \"c\"\r\nversion   =   '1.4.2'  # mine\r\n",
        '\ufeffname = "c"\n"version" = "1.4.2"\n',
        'description = """\nversion = "1.4.2"\n"""\nname = "c"\nversion = "1.4.2"\n',
    ],
)
def test_only_the_version_changes(corpus: Path, tmp_path: Path, settings: str) -> None:
    """Comments, blanks, line ends and other lines of that look stay."""
    rest = (
        'language = "de"\nlicense = "CC-BY-4.0"\nsplits = {train = 0.7, validation = 0.15, test = 0.15}\n[annotation]\n'
    )
    rest += 'guidelines_version = "1.4.2"\n'
    (corpus / "corpus.toml").write_bytes((settings + rest).encode())
    take_down(corpus, GONE, "asked for", out=tmp_path / "dist")
    after = (corpus / "corpus.toml").read_bytes().decode()
    assert read_corpus(corpus).version == "2.0.0"
    changed = [(a, b) for a, b in zip((settings + rest).split("\n"), after.split("\n"), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1] in ('version   =   "2.0.0"  # mine\r', '"version" = "2.0.0"', 'version = "2.0.0"')


def test_a_release_inside_the_corpus_folder(corpus: Path) -> None:
    """It is what it was built as: named as one that holds the article, never edited."""
    build_release(corpus, out=corpus / "dist")
    before = snapshot(corpus / "dist")
    done = take_down(corpus, GONE, "asked for", out=corpus / "dist")
    assert snapshot(corpus / "dist") == before
    assert done.releases == [corpus / "dist" / "c" / "1.0.0"]
    assert not done.quoting


def test_verify_knows_tombstones(corpus: Path, tmp_path: Path) -> None:
    """A release whose rows hold what its tombstones name, or whose ledger hides an article without one, is not in order."""
    take_down(corpus, GONE, "asked for", out=tmp_path / "dist")
    release = build_release(corpus, out=tmp_path / "dist").path
    path = release / "tombstones.jsonl"
    (stone,) = rows(path)
    text = next(source.text_sha256 for source in read_corpus(corpus).sources if source.id == "a5")
    for change, words in (
        ({"article_id": "a4"}, "articles: a4: was taken down"),
        ({"text_sha256": text}, "articles: a5: was taken down"),
        ({"article_id": "a4"}, "splits/ledger.jsonl: 1 articles that were taken down have no tombstone"),
    ):
        path.write_text(json.dumps({**stone, **change}) + "\n", encoding="utf-8")
        assert any(problem.startswith(words) for problem in verify_release(release)), words


def test_an_article_in_quarantine(corpus: Path, tmp_path: Path) -> None:
    """In no row, but in the ledger and the manifest: taken down all the same, and the diff has the tombstone alone to tell."""
    path = corpus / "ledger.jsonl"
    ledger = [{**row, "split": "quarantine"} if row["article_id"] == GONE else row for row in rows(path)]
    path.write_text("".join(json.dumps(row) + "\n" for row in ledger), encoding="utf-8")
    old = build_release(corpus, out=tmp_path / "other").path
    take_down(corpus, GONE, "asked for", out=tmp_path / "other")
    new = build_release(corpus, out=tmp_path / "other").path
    changes = [(one.type, one.id) for one in diff_releases(old, new)]
    assert [one for one in changes if one != ("release_changed", "agreement")] == [("tombstone_added", GONE)]
