"""The diff in a release: the number it forces, the card, the same bytes every time, and what verify says of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dataset.build import build_release
from dataset.errors import ReleaseError
from dataset.release.verify import verify_release
from tests.dataset.diff.make import edit_gold, first_corpus, rehash, set_version
from tests.make import article, cli, snapshot


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus ``c``, and in ``dist`` 1.0.0 and, with two articles more, 1.1.0."""
    folder = tmp_path_factory.mktemp("built")
    corpus = first_corpus(folder)
    build_release(corpus, out=folder / "dist")
    for seed in (50, 51):
        (corpus / "articles" / f"b{seed}.txt").write_text(article(seed), encoding="utf-8")
    set_version(corpus, "1.1.0")
    build_release(corpus, out=folder / "dist")
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    shutil.copytree(built, tmp_path / "x")
    return tmp_path / "x"


def correct_a_label(corpus: Path) -> None:
    """One stance."""
    edit_gold(corpus, "a01", lambda row: row["claims"][0].update(stance="against"))


def test_it_lies_in_the_release(folder: Path) -> None:
    """As JSON lines, the same that the command prints; counted in the card; the first release has none."""
    first, second = (folder / "dist" / "c" / version for version in ("1.0.0", "1.1.0"))
    assert not (first / "diffs").exists()
    assert "Changes since" not in (first / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (second / "diffs").iterdir()] == ["1.0.0.jsonl"]
    text = (second / "diffs" / "1.0.0.jsonl").read_text(encoding="utf-8")
    done = cli("diff", first, second, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == text
    head, *changes, summary = map(json.loads, text.splitlines())
    assert (head["type"], head["old"]["version"], head["new"]["version"]) == ("diff", "1.0.0", "1.1.0")
    assert [change["id"] for change in changes] == ["b50", "b51"]
    assert summary == {"type": "summary", "level": "minor", "needed": "1.1.0", "counts": {"minor/article_added": 2}}
    card = (second / "README.md").read_text(encoding="utf-8")
    assert "## Changes since 1.0.0" in card
    assert "| `article_added` | an article with all its rows | minor | 2 |" in card
    assert "diffs/1.0.0.jsonl" in json.loads((second / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert verify_release(second) == []


def test_the_command_as_text(folder: Path) -> None:
    """A line a change, then what they amount to; nothing at all is said too."""
    first, second = (folder / "dist" / "c" / version for version in ("1.0.0", "1.1.0"))
    lines = cli("diff", first, second).stdout.splitlines()
    assert lines[0] == "c 1.0.0 → 1.1.0"
    assert [line.split(":")[0] for line in lines[1:3]] == ["minor  article added b50", "minor  article added b51"]
    assert lines[-1] == "a release with these changes after 1.0.0 needs version 1.1.0 or higher"
    assert cli("diff", second, second).stdout.splitlines()[1:] == ["nothing changed"]
    back = cli("diff", second, first).stdout
    assert "major  article removed b50" in back
    assert "needs version 2.0.0 or higher" in back


def test_a_number_that_is_too_low(folder: Path) -> None:
    """One line that says which is needed and why; nothing is there that was not there before."""
    corpus = folder / "c"
    correct_a_label(corpus)
    set_version(corpus, "1.2.0")
    before = snapshot(folder)
    done = cli("build", corpus, "--out", folder / "dist")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "major changes since 1.1.0 need version 2.0.0 or higher" in done.stderr
    assert "label changed claims a01-c01: stance, favor → against" in done.stderr
    assert {name: data for name, data in snapshot(folder).items() if name != "c/rejected.jsonl"} == before
    set_version(corpus, "2.0.0")
    done = cli("build", corpus, "--out", folder / "dist", "--json")
    assert done.returncode == 0, done.stderr
    assert {key: json.loads(done.stdout)[key] for key in ("since", "changes")} == {"since": "1.1.0", "changes": "major"}


@pytest.mark.parametrize("version", ["1.1.1", "1.7.3", "4.0.0"])
def test_a_number_that_is_higher_than_needed(folder: Path, version: str) -> None:
    """Is the owner's to give: it promises less than it could, never more. Here no row changed at all."""
    set_version(folder / "c", version)
    path = build_release(folder / "c", out=folder / "dist").path
    assert "## Changes since 1.1.0\n\nNo row changed." in (path / "README.md").read_text(encoding="utf-8")
    assert verify_release(path) == []


def test_a_number_that_is_taken(folder: Path) -> None:
    """The one that the changes need is proposed, from the newest release on."""
    corpus = folder / "c"
    correct_a_label(corpus)
    for version in ("1.0.0", "1.1.0"):
        set_version(corpus, version)
        before = snapshot(folder / "dist")
        with pytest.raises(
            ReleaseError, match=r"to 2\.0\.0 \(since 1\.1\.0: label changed .* replace it with --replace"
        ):
            build_release(corpus, out=folder / "dist")
        assert snapshot(folder / "dist") == before
    (folder / "dist" / "c" / "1.1.0" / "manifest.json").unlink()
    with pytest.raises(ReleaseError, match=r"raise the version in corpus\.toml, replace it with --replace"):
        build_release(corpus, out=folder / "dist")


def test_replaced_within_its_number(folder: Path) -> None:
    """--replace does not get round the number: against the release before it still has to fit."""
    corpus = folder / "c"
    correct_a_label(corpus)
    before = snapshot(folder / "dist")
    with pytest.raises(ReleaseError, match=r"need version 2\.0\.0 or higher"):
        build_release(corpus, out=folder / "dist", replace=True)
    assert snapshot(folder / "dist") == before


def test_the_same_bytes_by_every_route(folder: Path, tmp_path: Path) -> None:
    """With one worker and with two, anew and in the place of a damaged one."""
    corpus, target = folder / "c", folder / "dist" / "c" / "1.1.0"
    before = snapshot(target)
    for workers in (1, 2):
        shutil.rmtree(target)
        assert build_release(corpus, out=folder / "dist", workers=workers).written
        assert snapshot(target) == before
    (target / "diffs" / "1.0.0.jsonl").write_text("x", encoding="utf-8")
    assert build_release(corpus, out=folder / "dist").written
    assert snapshot(target) == before
    assert not build_release(corpus, out=folder / "dist").written


def test_without_the_release_before(folder: Path, tmp_path: Path) -> None:
    """What the release says is the same, so that one stands as it is where the other would be built; --replace brings the diff in."""
    corpus, target = folder / "c", folder / "dist" / "c" / "1.1.0"
    with_diff = snapshot(target)
    alone = build_release(corpus, out=tmp_path / "alone")
    assert alone.changes is None
    assert alone.digest == json.loads(with_diff["manifest.json"])["digest"]
    differing = {
        name
        for name in with_diff.keys() | snapshot(alone.path)
        if with_diff.get(name) != snapshot(alone.path).get(name)
    }
    assert differing == {"README.md", "manifest.json", "diffs/1.0.0.jsonl"}
    assert verify_release(alone.path) == []
    shutil.rmtree(target)
    shutil.copytree(alone.path, target)
    assert not build_release(corpus, out=folder / "dist").written
    assert verify_release(target) == []
    assert build_release(corpus, out=folder / "dist", replace=True).written
    assert snapshot(target) == with_diff
    assert not build_release(corpus, out=folder / "dist", replace=True).written


def test_verify_makes_the_diff_again(folder: Path) -> None:
    """One byte, a line taken out and hashed anew, a diff of other releases, no diff at all."""
    target = folder / "dist" / "c" / "1.1.0"
    path = target / "diffs" / "1.0.0.jsonl"
    good = path.read_text(encoding="utf-8")
    name = "diffs/1.0.0.jsonl"

    def said(text: str, *, digest: str) -> list[str]:
        path.write_text(text, encoding="utf-8")
        rehash(target, digest=digest)
        return [problem for problem in verify_release(target) if problem.startswith("diffs")]

    digest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["digest"]
    path.write_text(good.replace("train", "xrain", 1), encoding="utf-8")
    assert f"{name}: changed since it was built" in verify_release(target)
    lines = good.splitlines(keepends=True)
    assert said(good, digest=digest) == []
    for text in ("".join(lines[:1] + lines[2:]), "".join(lines[:-1]), good + lines[1]):
        assert said(text, digest=digest) == [f"{name}: not what {target.parent / '1.0.0'} and the rows here give"]
    assert said(good, digest="another") == [f"{name}: made for another release than this one"]
    for text in (
        "",
        "{}\n",
        "[]\n",
        "no JSON\n",
        good.replace('"format": 1', '"format": 9'),
        good.replace('"version": "1.0.0"', '"version": "../x"', 1),
    ):
        assert said(text, digest=digest) == [f"{name}: not a diff of format 1"]
    path.unlink()
    (target / "diffs" / "0.9.0.jsonl").write_text(good, encoding="utf-8")
    rehash(target, digest=digest)
    assert "diffs/0.9.0.jsonl: a diff to 1.0.0" in verify_release(target)


def test_the_release_before_was_replaced(folder: Path) -> None:
    """verify says so; --replace writes the later one anew, with the same digest."""
    corpus, dist = folder / "c", folder / "dist" / "c"
    settings = corpus / "corpus.toml"
    text = settings.read_text(encoding="utf-8")
    set_version(corpus, "1.0.0")
    build_release(corpus, out=folder / "dist", replace=True)
    (problem,) = verify_release(dist / "1.1.0")
    assert "made against another 1.0.0" in problem
    settings.write_text(text, encoding="utf-8")
    assert not build_release(corpus, out=folder / "dist").written
    assert build_release(corpus, out=folder / "dist", replace=True).written
    assert verify_release(dist / "1.1.0") == []


def test_the_release_before_is_damaged(folder: Path) -> None:
    """The next one cannot be told from it, so that nothing is built; what is not compared does not matter."""
    corpus, first = folder / "c", folder / "dist" / "c" / "1.1.0"
    set_version(corpus, "1.2.0")
    (first / "README.md").write_text("x", encoding="utf-8")
    assert build_release(corpus, out=folder / "dist").written
    (first / "claims" / "test-00000-of-00001.parquet").write_bytes(b"x")
    set_version(corpus, "1.1.5")
    done = cli("build", corpus, "--out", folder / "dist")
    assert done.returncode == 1
    assert (
        f"{first}: damaged, so that it cannot be compared (claims/test-00000-of-00001.parquet: changed" in done.stderr
    )
    assert verify_release(folder / "dist" / "c" / "1.2.0")[0].startswith("diffs/1.1.0.jsonl: cannot be checked")
    shutil.rmtree(first)
    assert build_release(corpus, out=folder / "dist").since == "1.0.0"
