"""Commands that write into a corpus, killed before every change: the next one works, and a takedown leaves nothing of the article."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from annotation.gold_page import make_gold
from annotation.report import write
from annotation.studio.client import Studio
from annotation.studio.exchange import export_tasks, import_annotations
from annotation.studio.pull import pull_labels
from dataset.build import build_release
from dataset.corpus import read_corpus
from dataset.gold import is_stale
from dataset.lock import find_leftovers, held
from dataset.new import new_corpus
from dataset.takedown.removal import take_down
from tests.annotation.studio.fake import TOKEN, labelled_tasks, serving
from tests.annotation.studio.test_push_pull import again, choice
from tests.killing import killed
from tests.make import article, claim, label_line, snapshot, write_corpus, write_labels

TEXTS = {f"a{i}": article(i) for i in range(4)}
GONE = "a2"
ANSWERS = [choice("kind", "fact"), choice("target", "bridge"), choice("stance", "favor")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus ``c``, labelled and released as 1.0.0 in ``dist``; next to the folder, the articles and an export."""
    folder = tmp_path_factory.mktemp("made") / "f"
    corpus = write_corpus(folder / "c", TEXTS)
    write_labels(corpus, [label_line(id_, text, [claim(0, 9)]) for id_, text in TEXTS.items()])
    make_gold(corpus, None)
    build_release(corpus, out=folder / "dist", workers=1)
    read, articles, _ = again(corpus)
    (folder.parent / "export.json").write_text(json.dumps(labelled_tasks(read, articles, *ANSWERS)), encoding="utf-8")
    for id_, text in TEXTS.items():
        (folder.parent / "files").mkdir(exist_ok=True)
        (folder.parent / "files" / f"{id_}.txt").write_text(text, encoding="utf-8")
    return folder


def kills(made: Path, tmp_path: Path, command: Callable[[Path], Callable[[], object]], step: int = 1) -> list[Path]:
    """Copies of the folder, each with a command in it that was killed one change later than in the one before."""
    copies: list[Path] = []
    stop = 1
    while True:
        copy = tmp_path / str(stop)
        shutil.copytree(made, copy)
        if not killed(copy, stop, command(copy)):
            return copies
        copies.append(copy)
        stop += step


def assert_gone(folder: Path) -> None:
    """After a takedown: no file below the folder has a sentence of the article, except the release that it names."""
    done = take_down(folder / "c", GONE, "asked for", out=folder / "dist")
    assert find_leftovers(folder, deep=False) == find_leftovers(folder / "c") == []
    sentence = TEXTS[GONE][:30].encode()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(release) for release in done.releases):
            data = path.read_bytes()
            assert sentence not in data, path
            known = path.name in ("tombstones.jsonl", "ledger.jsonl", "aside.jsonl")
            # A hash may begin as the id does.
            assert known or not re.search(rb'"%b\b' % GONE.encode(), data), path


def labels_of(folder: Path) -> dict[str, object]:
    """Return the lines of ``labels/`` by annotation."""
    files = sorted((folder / "c" / "labels").glob("*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({row["annotation_id"] for row in rows}) == len(rows)
    return {row["annotation_id"]: row for row in rows}


def assert_completes(copy: Path, other: Path, command: Callable[[Path], Callable[[], object]], labels: int) -> None:
    """After a kill the same command finishes the work (tried on a second copy), and a takedown leaves nothing."""
    shutil.copytree(copy, other)
    command(other)()
    assert find_leftovers(other / "c") == []
    assert len(labels_of(other)) == labels
    shutil.rmtree(other)
    assert_gone(copy)


def test_new(made: Path, tmp_path: Path) -> None:
    """Its temporary folder next to the corpus holds articles: the same command clears it, and so does a takedown."""

    def command(folder: Path) -> Callable[[], object]:
        return lambda: new_corpus(folder / "mine", [made.parent / "files"])

    copies = kills(made, tmp_path, command)
    assert len(copies) > 10
    begun = 0
    for copy in copies:
        if (copy / "mine").exists():
            continue  # killed when it was done: a corpus of its own
        begun += bool(list(copy.glob(".mine.*.tmp/articles/*.txt")))
        other = tmp_path / "again"
        shutil.copytree(copy, other)
        assert command(other)().articles == 4  # type: ignore[attr-defined]
        assert not list(other.glob(".mine.*"))
        shutil.rmtree(other)
        assert_gone(copy)
    assert begun > 3


def test_a_new_that_is_at_work_is_left_alone(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one, and a takedown, clear only what is not in use; a takedown in between makes it stop."""
    folder = tmp_path / "f"
    shutil.copytree(made, folder)

    def meanwhile(items: object, *_: object) -> object:
        assert new_corpus(folder / "other", [made.parent / "files"]).articles == 4
        return items

    assert new_corpus(folder / "mine", [made.parent / "files"], meanwhile).articles == 4  # type: ignore[arg-type]

    def takedown(items: object, *_: object) -> object:
        assert_gone_but_new(folder)
        return items

    with pytest.raises(Exception, match="taken down from a corpus next to it meanwhile: repeat the command"):
        new_corpus(folder / "third", [made.parent / "files"], takedown)  # type: ignore[arg-type]
    assert not (folder / "third").exists()
    assert new_corpus(folder / "third", [made.parent / "files"]).articles == 3


def assert_gone_but_new(folder: Path) -> None:
    """A takedown while ``new`` is at work."""
    take_down(folder / "c", GONE, "asked for", out=folder / "dist")


@pytest.mark.parametrize("kind", ["import", "export"])
def test_by_file(made: Path, tmp_path: Path, kind: str) -> None:
    """The export that was imported holds the texts, half of it too; an export into the corpus folder as well."""

    def command(folder: Path) -> Callable[[], object]:
        corpus, articles, facts = again(folder / "c")
        if kind == "import":
            return lambda: import_annotations(corpus, facts, made.parent / "export.json")
        return lambda: export_tasks(corpus, articles, folder / "c" / "out")

    copies = kills(made, tmp_path, command)
    assert len(copies) > 5
    for copy in copies:
        assert_completes(copy, tmp_path / "again", command, 8 if kind == "import" else 4)


def test_pull(made: Path, tmp_path: Path) -> None:
    """Whatever it had written: the next pull brings everything once, a takedown leaves nothing."""
    corpus, articles, _ = again(made / "c")
    with serving(corpus, articles, *ANSWERS) as fake:

        def command(folder: Path) -> Callable[[], object]:
            read, _, facts = again(folder / "c")
            studio = Studio(fake.url, TOKEN)
            return lambda: pull_labels(studio, read, facts)

        copies = kills(made, tmp_path, command)
        assert len(copies) > 5
        for copy in copies:
            assert_completes(copy, tmp_path / "again", command, 8)


def test_half_a_line_of_raw_annotations(made: Path, tmp_path: Path) -> None:
    """Cut off anywhere behind the key, it is known as the article's; the next pull begins a line of its own."""
    folder = tmp_path / "f"
    shutil.copytree(made, folder)
    corpus, articles, facts = again(folder / "c")
    with serving(corpus, articles, *ANSWERS) as fake:
        pull_labels(Studio(fake.url, TOKEN), corpus, facts)
        raw = folder / "c" / ".raw" / "0a0a0a0a-article" / "annotations.jsonl"
        whole = raw.read_bytes()
        line = next(one for one in whole.splitlines() if b'"key": "a2"' in one)
        raw.write_bytes(whole.splitlines(keepends=True)[0] + line[:-9])
        (folder / "c" / "labels" / "studio-0a0a-1.jsonl").unlink()
        pull_labels(Studio(fake.url, TOKEN), corpus, facts, full=True)
    assert raw.read_bytes().count(b"\n") == 2 + 4
    raw.write_bytes(raw.read_bytes() + line[:-9].replace(b'"a2"', b'"kind@a2-c01@bridge"'))
    assert_gone(folder)
    assert b'"key": "a0"' in raw.read_bytes()


def test_build(made: Path, tmp_path: Path) -> None:
    """A half-written release next to others holds articles, too."""

    def command(folder: Path) -> Callable[[], object]:
        write_corpus(folder / "c", {"b1": article(50)}, version="1.1.0")
        return lambda: build_release(folder / "c", out=folder / "dist", workers=1)

    copies = kills(made, tmp_path, command, step=4)
    assert any((copy / "dist" / "c" / ".building-1.1.0").exists() for copy in copies)
    for copy in copies:
        half = copy / "dist" / "c" / ".building-1.1.0"
        dry = take_down(copy / "c", GONE, "asked for", out=copy / "dist", dry_run=True)
        assert ("../dist/c/.building-1.1.0" in [one.said(copy / "c") for one in dry.traces]) == half.exists()
        assert_gone(copy)
        assert not half.exists()


def test_gold(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is never older than its gold, gold never looks edited by hand, and the next build makes both again."""
    for name in ("agreement_picture", "pace_picture"):  # figures take their time
        monkeypatch.setattr(write, name, lambda *_: None)
    monkeypatch.setattr(write, "confusion_pictures", lambda *_: {})

    def command(folder: Path) -> Callable[[], object]:
        if not (folder / "c" / "labels" / "b2.jsonl").exists():
            lines = [
                label_line(id_, text, [claim(0, 9, stance="against")], annotator="b2") for id_, text in TEXTS.items()
            ]
            write_labels(folder / "c", lines, "b2")
        return lambda: make_gold(folder / "c", None)

    make_gold(made / "c", None)
    for figure in (made / "c" / "report").glob("*.png"):
        figure.unlink()
    old = snapshot(made / "c")
    done = tmp_path / "done"
    shutil.copytree(made, done)
    command(done)()
    new = snapshot(done / "c")
    page = "report/agreement.html"
    assert old[page] != new[page]
    copies = kills(made, tmp_path, command)
    assert len(copies) > 8
    for copy in copies:
        now = snapshot(copy / "c")
        assert (now.get(page), now["gold.jsonl"]) in [
            (page_, side["gold.jsonl"]) for side in (old, new) for page_ in (side[page], None)
        ]
        if now.get(page) == new[page]:
            assert now["agreement.json"] == new["agreement.json"]
        assert is_stale(read_corpus(copy / "c")) or now["agreement.json"] == new["agreement.json"]
        other = tmp_path / "again"
        shutil.copytree(copy, other)
        command(other)()
        assert snapshot(other / "c") == new
        shutil.rmtree(other)
        assert_gone(copy)


def test_the_next_command_clears(made: Path, tmp_path: Path) -> None:
    """Any command that holds the lock."""
    folder = tmp_path / "f"
    shutil.copytree(made, folder)
    for name in (
        "labels/.a1.jsonl.7.tmp",
        ".gold.jsonl.7.tmp",
        "report/.agreement.html.7.tmp",
        ".raw/x/staged/0.staged",
    ):
        (folder / "c" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "c" / name).write_text(TEXTS[GONE], encoding="utf-8")
    with held(folder / "c"):
        assert find_leftovers(folder / "c") == []
