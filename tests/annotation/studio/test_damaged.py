"""Damaged files under an import: what cannot be read is named and stays, what can be read counts, and nothing ends in a bug."""

from __future__ import annotations

import json
import os
import resource
import shutil
from pathlib import Path
from typing import Any

import pytest

from annotation.studio import merge
from annotation.studio.exchange import Imported, import_annotations
from annotation.studio.merge import recorded_kinds
from annotation.studio.tasks import article_tasks
from dataset.errors import CorpusError
from dataset.labels import read_labels
from dataset.terminal import say
from tests.annotation.studio.test_push_pull import Made, again, span
from tests.make import cli, write_corpus

NAME = "studio-a28b-3.jsonl"
DEEP = {"list": b"[" * 100_000 + b"]" * 100_000, "object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000}
# New and unchanged annotations, lines that are named, and whether the file is left as it is.
VARIANTS = {
    "intact": (0, 2, [], True),
    "crlf": (0, 2, [], True),
    "byte-order-mark": (0, 2, [], True),
    "empty": (2, 0, [], False),
    "every-line-twice": (0, 2, [3, 4], True),
    "utf16": (0, 0, [1, 2, 3, 3], True),
    "cut-in-the-first-line": (0, 0, [1, 1], True),
    "cut-in-the-last-line": (0, 1, [2, 2], True),
    "invalid-utf8": (1, 1, [1], False),
    "nul-byte": (1, 1, [1], False),
    "trailing-comma": (1, 1, [2], False),
    "merge-markers": (0, 2, [1, 4, 5, 6, 7], True),
    "huge-integer": (0, 2, [1], True),
    "lone-surrogate": (0, 2, [3], True),
    **{f"{kind}-line": (0, 2, [1], True) for kind in ("list", "null", "string")},
    "empty-object": (0, 2, [1], True),
}


def bring(case: Path, folder: Path, labels: bytes) -> tuple[Imported, Path]:
    """Import the case's export into its corpus with such labels."""
    shutil.copytree(case / "corpus", folder)
    path = folder / "labels" / NAME
    path.parent.mkdir()
    path.write_bytes(labels)
    corpus, _, facts = again(folder)
    return import_annotations(corpus, facts, case / "export.json"), path


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_variants(shared: Path, tmp_path: Path, variant: str) -> None:
    """Every variant of the case: named lines are still there byte for byte, and what can be read counts."""
    case = shared / "cases" / "damaged-labels"
    before = (case / "variants" / variant / NAME).read_bytes()
    done, path = bring(case, tmp_path / "c", before)
    new, unchanged, named, same = VARIANTS[variant]
    assert (done.annotations, done.unchanged) == (new, unchanged)
    assert [(one.file, one.line) for one in done.rejected] == [(f"labels/{NAME}", line) for line in named]
    after = path.read_bytes()
    assert after.startswith(before)
    assert (after == before) is same
    corpus, _, facts = again(tmp_path / "c")
    kept, _ = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert len(kept) == new + unchanged


@pytest.mark.parametrize("kind", DEEP)
def test_deep_lines(shared: Path, tmp_path: Path, kind: str) -> None:
    """100,000 brackets before, between and after lines that can be read."""
    case = shared / "cases" / "damaged-labels"
    first, second = (case / "variants" / "intact" / NAME).read_bytes().splitlines(keepends=True)
    before = DEEP[kind] + b"\n" + first + DEEP[kind] + b"\n" + second + DEEP[kind]
    done, path = bring(case, tmp_path / "c", before)
    assert (done.annotations, done.unchanged, path.read_bytes()) == (0, 2, before)
    assert [one.line for one in done.rejected] == [1, 3, 5]
    assert all("nested too deeply" in one.reason for one in done.rejected)


def test_the_command(shared: Path, tmp_path: Path) -> None:
    """Status 1, file and line on stderr, an entry in rejected.jsonl."""
    case = shared / "cases" / "damaged-labels"
    folder = shutil.copytree(case / "corpus", tmp_path / "c")
    shutil.copytree(case / "variants" / "cut-in-the-last-line", folder / "labels")
    done = cli("studio", "import", folder, case / "export.json")
    assert (done.returncode, f"labels/{NAME}:2: " in done.stderr) == (1, True), done.stderr
    assert f'"labels/{NAME}"' in (folder / "rejected.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["fifo", "folder", "dangling"])
def test_labels_that_are_no_file(shared: Path, tmp_path: Path, kind: str) -> None:
    """The command fails and names the file, without waiting for it."""
    case = shared / "cases" / "damaged-labels"
    folder = shutil.copytree(case / "corpus", tmp_path / "c")
    path = folder / "labels" / NAME
    path.parent.mkdir()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    done = cli("studio", "import", folder, case / "export.json", timeout=60)
    assert (done.returncode, f"labels/{NAME}: " in done.stderr) == (1, True), done.stderr
    assert [one.name for one in (folder / "labels").iterdir()] == [NAME]


def test_an_edit_keeps_what_cannot_be_read(shared: Path, tmp_path: Path) -> None:
    """A changed annotation replaces its own line alone, also in a file with Windows line ends."""
    case = shared / "cases" / "damaged-labels"
    first, second = (case / "variants" / "intact" / NAME).read_bytes().splitlines()
    junk = b'{"annotation_id": "a28b71b6:a1:1", \xff\x00'
    old = first.replace(b'"stance": "against"', b'"stance": "favor"')
    before = b"\r\n".join([b"", junk, old, b"", second, b""])
    done, path = bring(case, tmp_path / "c", before)
    assert (done.annotations, done.unchanged) == (1, 1)
    new = next(line for line in path.read_bytes().splitlines() if line.startswith(first[:80]))
    assert json.loads(new) == json.loads(first)
    assert path.read_bytes() == before.replace(old + b"\r\n", new + b"\n")


def test_the_kind_of_an_annotator(tmp_path: Path) -> None:
    """It is read from the first line that can be read; a deep one is no bug."""
    (tmp_path / "a.jsonl").write_bytes(DEEP["list"] + b'\n\xef\xbb\xbf{"annotator_kind": "model"}\n')
    os.mkfifo(tmp_path / "b.jsonl")
    assert recorded_kinds(tmp_path) == {"a": "model"}


@pytest.fixture
def small(tmp_path: Path) -> Made:
    """One article."""
    return again(write_corpus(tmp_path / "c", {"a": "Ein Satz steht hier. Noch einer."}))


def task_of(made: Made, *annotations: Any) -> dict[str, Any]:
    """A task of an export."""
    return {"id": 1, "project": 1, **article_tasks(made[0], made[1])[0], "annotations": list(annotations)}


def annotation(number: int = 1, **other: Any) -> dict[str, Any]:
    """An annotation of an export."""
    return {"id": number, "completed_by": number, "result": [span(0, 3)], **other}


@pytest.mark.parametrize("data", [*DEEP.values(), b"\xff\xfe", b'[{"data": {}, "data": {}}]', b"[", b"7", b"null", b""])
def test_an_export_that_cannot_be_read(small: Made, tmp_path: Path, data: bytes) -> None:
    """One line that names the file."""
    (tmp_path / "e.json").write_bytes(data)
    with pytest.raises(CorpusError, match="format JSON") as caught:
        import_annotations(small[0], small[2], tmp_path / "e.json")
    assert str(tmp_path / "e.json") in str(caught.value)
    os.mkfifo(tmp_path / "fifo.json")
    with pytest.raises(CorpusError, match="not a regular file"):
        import_annotations(small[0], small[2], tmp_path / "fifo.json")


JUNK: list[Any] = [
    None,
    7,
    -1,
    10**4000,
    1.5,
    float("nan"),
    True,
    "x",
    "2026-13-45",
    "\u0000",
    [],
    [[]],
    {},
    {"id": []},
    ["x"],
]
FIELDS = "id completed_by updated_by was_cancelled created_at updated_at lead_time result parent_prediction draft_created_at".split()


@pytest.mark.parametrize("field", FIELDS)
def test_a_malformed_annotation(small: Made, tmp_path: Path, field: str) -> None:
    """Whatever is in one of its fields, the annotation of another person comes in, and labels/ can be read."""
    for junk in JUNK:
        corpus, _, facts = small
        task = {**task_of(small, annotation(5), annotation(1) | {field: junk}), "predictions": [junk, {"id": junk}]}
        (tmp_path / "e.json").write_text(json.dumps([task, junk, {**task, "data": junk}]), encoding="utf-8")
        done = import_annotations(corpus, facts, tmp_path / "e.json")
        assert done.annotations + done.unchanged in (1, 2), junk
        assert sum("of the file" in one.id for one in done.rejected) == 2 - isinstance(junk, dict)
        kept, rejected = read_labels(corpus.path / "labels", corpus.scheme, facts)
        assert ("studio-5" in {one.annotator for one in kept}, rejected) == (True, [])
        shutil.rmtree(corpus.path / "labels")


@pytest.mark.parametrize("field", ["id", "project", "data", "annotations", "predictions"])
def test_a_malformed_task(small: Made, tmp_path: Path, field: str) -> None:
    """Whatever is in one of its fields, the other task comes in."""
    data_fields = ("key", "text", "text_sha256", "shown_sha256", "article_id", "claim_id", "layer", "server", "start")
    for junk in JUNK:
        bad = [task_of(small, annotation(1)) | {field: junk}]
        if field == "data":
            bad += [task_of(small, annotation(1)) for _ in data_fields]
            for one, name in zip(bad[1:], data_fields, strict=True):
                one["data"] = {**one["data"], name: junk}
        corpus, _, facts = small
        (tmp_path / "e.json").write_text(json.dumps([*bad, task_of(small, annotation(5))]), encoding="utf-8")
        import_annotations(corpus, facts, tmp_path / "e.json")
        kept, _ = read_labels(corpus.path / "labels", corpus.scheme, facts)
        assert "studio-5" in {one.annotator for one in kept}, junk
        shutil.rmtree(corpus.path / "labels")


def test_many_annotators(small: Made, tmp_path: Path) -> None:
    """More than a process may have files open."""
    corpus, _, facts = small
    task = task_of(small, *(annotation(number) for number in range(1, 201)))
    (tmp_path / "e.json").write_text(json.dumps([task]), encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (150, hard))
    try:
        assert import_annotations(corpus, facts, tmp_path / "e.json").annotations == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_names_with_colons_are_no_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    """The id of an annotation is printed as it is, whatever its article is called."""
    say("label f4ae2eb5:a:1001 of :bug:")
    assert capsys.readouterr().err == "standpunkt: label f4ae2eb5:a:1001 of :bug:\n"


@pytest.mark.parametrize("there", [True, False], ids=["changed", "made"])
def test_a_file_that_an_editor_saves_meanwhile(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """A change that was saved while an import copied the file is not overwritten; the same import again brings all."""
    case = shared / "cases" / "damaged-labels"
    _, path = bring(case, tmp_path / "c", b"")
    lines = path.read_bytes().splitlines(keepends=True)
    if there:
        path.write_bytes(lines[0])
    else:
        path.unlink()
    saved = b'{"annotation_id": "x"}\n' + lines[0]
    corpus, _, facts = again(tmp_path / "c")
    line_of = merge.Staging.line

    def line(staged: merge.Staging, annotator: str, annotation: str) -> bytes | None:
        path.write_bytes(saved)
        return line_of(staged, annotator, annotation)

    with monkeypatch.context() as patch:
        patch.setattr(merge.Staging, "line", line)
        with pytest.raises(CorpusError, match="changed by another program meanwhile"):
            import_annotations(corpus, facts, case / "export.json")
    assert path.read_bytes() == saved
    import_annotations(corpus, facts, case / "export.json")
    assert path.read_bytes() == saved + lines[1]
