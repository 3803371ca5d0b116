"""``standpunkt takedown`` as a user meets it: what it says, what it refuses, and what may not come back."""

from __future__ import annotations

import ctypes
import json
import resource
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from dataset.build import build_release
from dataset.files import keep_lines
from dataset.release.verify import verify_release
from dataset.text import text_sha256
from tests.make import article, claim, cli, label_line, snapshot, write_corpus, write_labels

CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24
TEXTS = {f"a{i}": article(i, 24) for i in range(8)}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Eight articles, three of them labelled, released as 1.0.0 in ``dist``."""
    folder = write_corpus(tmp_path / "c", TEXTS)
    write_labels(folder, [label_line(id_, TEXTS[id_], [claim(0, 9)]) for id_ in ("a1", "a2", "a3")])
    assert cli("build", folder, "--out", tmp_path / "dist").returncode == 0
    return folder


def takedown(corpus: Path, article_id: str, *more: object, **options: Any) -> Any:
    """The command, with releases beside the corpus."""
    return cli(
        "takedown", corpus, article_id, "--reason", "asked for", "--out", corpus.parent / "dist", *more, **options
    )


def build(corpus: Path, *more: object) -> Any:
    """The next build."""
    return cli("build", corpus, "--out", corpus.parent / "dist", *more)


def rejected(corpus: Path) -> dict[str, str]:
    """Reason by id of what was set aside."""
    path = corpus / "rejected.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["id"]: row["reason"] for row in map(json.loads, lines)}


def test_from_call_to_release(corpus: Path) -> None:
    """What is removed, what comes next, which releases hold the text; the build makes gold anew and nothing is set aside."""
    done = takedown(corpus, "a2")
    assert done.returncode == 0, done.stderr
    assert "a2 is taken down, since version 2.0.0" in done.stdout
    assert "removed: articles/a2.txt" in done.stdout
    assert "removed: 1 line of labels/a1.jsonl" in done.stdout
    assert f"next: standpunkt build {corpus}" in done.stdout
    assert f"{corpus.parent / 'dist' / 'c' / '1.0.0'}: holds the article: delete it" in done.stderr
    built = build(corpus)
    assert (built.returncode, "7 articles" in built.stdout) == (0, True), built.stderr
    release = corpus.parent / "dist" / "c" / "2.0.0"
    assert verify_release(release) == []
    sentence = TEXTS["a2"].split(".")[0].encode()
    for folder in (corpus, release):
        assert not [name for name, data in snapshot(folder).items() if sentence in data]
    shutil.rmtree(corpus.parent / "dist" / "c" / "1.0.0")
    assert takedown(corpus, "a2").stderr == ""


def test_a_dry_run_changes_nothing(corpus: Path) -> None:
    """It lists what would go."""
    before = snapshot(corpus)
    done = takedown(corpus, "a2", "--dry-run")
    assert done.returncode == 0
    assert "would be taken down" in done.stdout
    assert "would remove: articles/a2.txt" in done.stdout
    answer = json.loads(takedown(corpus, "a2", "--dry-run", "--json").stdout)
    assert answer["version"] == "2.0.0"
    assert "articles/a2.txt" in answer["removed"]
    assert answer["releases"] == [str(corpus.parent / "dist" / "c" / "1.0.0")]
    assert snapshot(corpus) == before


def test_what_it_refuses(corpus: Path, tmp_path: Path) -> None:
    """An unknown article, one that was never released, no corpus, no reason: a line each, and nothing changes."""
    write_corpus(corpus, {"new": article(70)}, version="1.1.0")
    before = snapshot(corpus)
    for id_, words in (
        ("a9", "no article 'a9' in its ledger; nothing was changed"),
        ("a2.txt", "there is a2"),
        ("new", "was never released, so that there is nothing to take down: remove new.txt"),
    ):
        done = takedown(corpus, id_)
        assert (done.returncode, words in done.stderr, len(done.stderr.splitlines())) == (1, True, 1), done.stderr
    assert "no such corpus folder" in cli("takedown", tmp_path / "none", "a", "--reason", "x").stderr
    for call in (["takedown", corpus, "a2"], ["takedown", corpus, "a2", "--reason", " "]):
        done = cli(*call)
        assert (done.returncode, "--reason" in done.stderr) == (2, True)
    assert snapshot(corpus) == before


def test_a_build_that_died_before_the_ledger(corpus: Path) -> None:
    """Its articles stand in a release only: built again first, then taken down."""
    write_corpus(corpus, {"new": article(70)}, version="1.1.0")
    ledger = (corpus / "ledger.jsonl").read_bytes()
    assert build(corpus).returncode == 0
    (corpus / "ledger.jsonl").write_bytes(ledger)
    assert "was a build stopped?" in takedown(corpus, "new").stderr
    assert build(corpus).returncode == 0
    assert takedown(corpus, "new").returncode == 0


def test_a_folder_that_cannot_be_written(corpus: Path) -> None:
    """Read-only: nothing changes. A disk that fills up on the way: it says that it was begun, and the next call completes it."""
    before = snapshot(corpus)

    def without_privilege() -> None:
        # Root writes everywhere unless it gives up this right; others never had it.
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)

    corpus.chmod(0o555)
    try:
        done = takedown(corpus, "a2", preexec_fn=without_privilege)
    finally:
        corpus.chmod(0o755)
    assert done.returncode == 1
    assert "c/tombstones.jsonl: cannot be written (Permission denied); nothing was changed" in done.stderr
    assert snapshot(corpus) == before

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = (corpus / "gold.jsonl").stat().st_size // 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = takedown(corpus, "a2", preexec_fn=full)
    assert (done.returncode, "was begun: free it, and repeat the same command" in done.stderr) == (1, True), done.stderr
    stopped = build(corpus)
    assert (stopped.returncode, "was stopped before it was done: repeat" in stopped.stderr) == (1, True)
    assert takedown(corpus, "a2").returncode == 0
    assert build(corpus).returncode == 0


def changed(text: str) -> dict[str, str]:
    """The same text in other dress."""
    sentences = text.split(". ")
    return {
        "same": text,
        "edited": ". ".join([sentences[0], "Hier steht ein Satz, den jemand neu geschrieben hat", *sentences[2:]]),
        "blanks": text.replace("\n\n", "\n").replace(" ", "  "),
        "longer": text + "\nUnd ein letzter Absatz, der am Ende angefügt wurde.\n",
    }


def test_an_import_is_refused_and_named(corpus: Path, tmp_path: Path) -> None:
    """Under its own name nothing is built until it is taken down again; under others the rest is built, status 1."""
    takedown(corpus, "a2")
    copies = changed(TEXTS["a2"])
    other = ". ".join([*TEXTS["a2"].split(". ")[:3], article(90)])  # the first three sentences only, as from an agency
    write_corpus(corpus, {"a2": article(55), **copies, "other": other}, version="2.0.0")
    done = build(corpus)
    assert done.returncode == 1
    assert "a2 was taken down, but traces of it are back" in done.stderr
    assert not (tmp_path / "dist" / "c" / "2.0.0").exists()
    takedown(corpus, "a2")
    (corpus / "articles" / "a2.txt").unlink(missing_ok=True)
    done = build(corpus)
    assert done.returncode == 1
    assert "2.0.0: built (8 articles" in done.stdout, done.stderr
    aside = rejected(corpus)
    assert set(aside) == set(copies)
    assert all(aside[name].startswith("the text of a2, which was taken down on ") for name in ("same", "blanks"))
    assert all(aside[name].startswith("nearly the text of a2") for name in ("edited", "longer"))
    assert verify_release(tmp_path / "dist" / "c" / "2.0.0") == []
    for name in copies:
        (corpus / "articles" / f"{name}.txt").unlink()
    keep_lines(corpus / "manifest.jsonl", lambda line: json.loads(line)["id"] not in copies)
    assert build(corpus).returncode == 0
    assert rejected(corpus) == {}


def test_a_new_corpus_beside_it(corpus: Path, tmp_path: Path) -> None:
    """``standpunkt new`` takes neither the text nor a near copy; where no corpus lies beside, nobody knows of it."""
    takedown(corpus, "a2")
    source = tmp_path / "files"
    source.mkdir()
    for name, text in {**changed(TEXTS["a2"]), "fresh": article(91)}.items():
        (source / f"{name}.txt").write_text(text, encoding="utf-8")
    done = cli("new", tmp_path / "mine", "--from", source)
    assert (done.returncode, "1 articles" in done.stdout) == (1, True)
    assert set(rejected(tmp_path / "mine")) == {"same", "edited", "blanks", "longer"}
    assert done.stderr.count("which was taken down") == 4


def test_a_tombstone_that_is_gone(corpus: Path) -> None:
    """The ledger remembers that there was one: without it the article could come back, so nothing is built."""
    takedown(corpus, "a2")
    (corpus / "tombstones.jsonl").unlink()
    done = build(corpus)
    assert (done.returncode, "have no tombstone here; restore the file" in done.stderr) == (1, True)


def test_the_same_text_under_another_id(tmp_path: Path) -> None:
    """It is named at once, stops the next build, and has to be taken down as well; a near copy is named and stays."""
    near = changed(TEXTS["a2"])["edited"]
    corpus = write_corpus(tmp_path / "c", {**TEXTS, "twin": TEXTS["a2"], "near": near})
    build_release(corpus, out=tmp_path / "dist")
    done = takedown(corpus, "a2")
    assert done.returncode == 1
    assert "twin is the same text and stays in the corpus" in done.stderr
    assert "near is nearly the same text (9" in done.stderr
    stopped = build(corpus)
    assert (stopped.returncode, "twin: the text of a2" in stopped.stderr) == (1, True), stopped.stderr
    assert "take it down as well; nothing is released" in stopped.stderr
    assert takedown(corpus, "twin").returncode == 0
    assert build(corpus).returncode == 0
    ids = {row["id"] for row in build_release(corpus, out=tmp_path / "dist").facts.of("articles")}
    assert {"a2", "twin"} & ids == set()
    assert "near" in ids


def test_a_quote_somewhere_else_is_named(corpus: Path) -> None:
    """A file that no takedown expects is left alone, and named."""
    (corpus / "notes.md").write_text(f"> {TEXTS['a2'].split('.')[0]}.\n", encoding="utf-8")
    done = takedown(corpus, "a2")
    assert (done.returncode, "notes.md: still quotes the article" in done.stderr) == (1, True)


def external(tmp_path: Path) -> tuple[Path, Path]:
    """A corpus that does not hold its texts, and the folder that does; released as 1.0.0."""
    corpus, texts = write_corpus(tmp_path / "c", {}), tmp_path / "texts"
    texts.mkdir()
    for id_, text in TEXTS.items():
        (texts / f"{id_}.txt").write_text(text, encoding="utf-8")
    settings = corpus / "corpus.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"included"', '"external"'), encoding="utf-8")
    lines = [
        {"id": id_, "file": f"{id_}.txt", "text_sha256": text_sha256(text), "length": len(text), "outlet": None}
        for id_, text in TEXTS.items()
    ]
    (corpus / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    build_release(corpus, texts=texts, out=tmp_path / "dist")
    return corpus, texts


def test_a_corpus_without_its_texts(tmp_path: Path) -> None:
    """Its manifest line is removed; put back, the build fails; with the text under another id, it is rejected and the rest is built."""
    corpus, texts = external(tmp_path)
    line = next(line for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines() if '"a2"' in line)
    done = takedown(corpus, "a2", "--texts", texts)
    assert (done.returncode, "removed: 1 line of manifest.jsonl" in done.stdout) == (0, True), done.stderr
    assert (texts / "a2.txt").exists(), "the user's own copy is not ours"
    assert build(corpus, "--texts", texts).returncode == 0
    (texts / "edited.txt").write_text(edited := changed(TEXTS["a2"])["edited"], encoding="utf-8")
    more = [
        {**json.loads(line), "id": "again"},
        {"id": "edited", "file": "edited.txt", "text_sha256": text_sha256(edited)},
    ]
    with (corpus / "manifest.jsonl").open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(one) + "\n" for one in [json.loads(line), *more])
    done = build(corpus, "--texts", texts)
    assert (done.returncode, "traces of it are back: 1 line of manifest.jsonl" in done.stderr) == (1, True)
    assert takedown(corpus, "a2", "--texts", texts).returncode == 0
    done = build(corpus, "--texts", texts)
    assert done.returncode == 1
    assert "stands already, unchanged (7 articles" in done.stdout
    assert set(rejected(corpus)) == {"again", "edited"}


def test_a_takedown_without_the_text(tmp_path: Path) -> None:
    """It works, says what it cannot know, and is given the fingerprints by a second call that finds the text."""
    corpus, texts = external(tmp_path)
    done = takedown(corpus, "a2")
    assert (done.returncode, "the text of a2 was not found" in done.stderr) == (0, True)
    (stone,) = map(json.loads, (corpus / "tombstones.jsonl").read_text(encoding="utf-8").splitlines())
    assert (stone["fingerprints"], stone["text_sha256"]) == ([], text_sha256(TEXTS["a2"]))
    (texts / "a2.txt").rename(texts / "renamed.txt")
    done = takedown(corpus, "a2", "--texts", texts)
    assert (done.returncode, "not found" in done.stderr) == (0, False)
    (again,) = map(json.loads, (corpus / "tombstones.jsonl").read_text(encoding="utf-8").splitlines())
    given = ("fingerprints", "fingerprint_version", "folded_sha256")
    assert again == {**stone, **{field: again[field] for field in given}}
    assert all(again[field] for field in given)


def test_one_of_the_five_real_articles(root: Path, shared: Path, tmp_path: Path) -> None:
    """nordkorea-2024 without one: the ledger's other lines, the labels of the other four, and a release that verifies."""
    corpus = tmp_path / "nordkorea-2024"
    shutil.copytree(root / "seeds" / "nordkorea-2024", corpus)
    gone = json.loads((corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1])["id"]
    done = takedown(corpus, gone, "--texts", shared / "seeds")
    assert done.returncode == 0, done.stderr
    built = build(corpus, "--texts", shared / "seeds")
    assert (built.returncode, "4 articles" in built.stdout) == (0, True), built.stderr
    assert verify_release(tmp_path / "dist" / "nordkorea-2024" / "2.0.0") == []
    assert not [
        name
        for name, data in snapshot(corpus).items()
        if gone.encode() in data and name not in ("tombstones.jsonl", "ledger.jsonl")
    ]
    ledger = (corpus / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    before = (root / "seeds" / "nordkorea-2024" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert [a == b for a, b in zip(ledger, before, strict=True)].count(False) == 1
