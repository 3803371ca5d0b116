"""Releases that are not published: with articles that were taken down since, unknown rights, or questions of the template."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dataset.build import build_release
from dataset.errors import CorpusError, ReleaseError
from dataset.files import read_jsonl, write_jsonl
from dataset.new import new_corpus
from dataset.publish.transfer import publish_release
from dataset.takedown.removal import take_down
from tests.make import article, claim, label_line, write_corpus, write_labels
from tests.make import cli as command

TEXTS = {f"a{i}": article(i) for i in range(8)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with corpus ``c``, released whole and in part as 1.0.0, after a takedown of a2 as 2.0.0; its stand-off 1.0.0 in ``bare``."""
    folder = tmp_path_factory.mktemp("made")
    corpus = write_corpus(folder / "c", TEXTS)
    write_labels(corpus, [label_line(id_, text, [claim(0, 9)]) for id_, text in TEXTS.items()])
    lines = [
        {"id": id_, "file": f"{id_}.txt", "license": "CC0-1.0" if id_ in ("a2", "a3", "a4") else "CC-BY-4.0"}
        for id_ in TEXTS
    ]
    write_jsonl(corpus / "manifest.jsonl", lines)
    for options in ({}, {"only_licenses": ("CC0-1.0",)}, {"only_licenses": ("CC-BY-4.0",)}):
        build_release(corpus, out=folder / "dist", **options)  # type: ignore[arg-type]
    build_release(corpus, out=folder / "bare", profile="standoff")
    take_down(corpus, "a2", "asked for", out=folder / "dist")
    build_release(corpus, out=folder / "dist")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    shutil.copytree(made, tmp_path / "f")
    return tmp_path / "f"


def refused(release: Path, tmp_path: Path, corpus: Path | None = None) -> str:
    """Return why a release is not published; a dry run gives the same message, and nothing arrives."""
    target = f"file://{tmp_path}/there"
    with pytest.raises(ReleaseError) as dry:
        publish_release(release, target, dry_run=True, corpus=corpus)
    with pytest.raises(ReleaseError) as wet:
        publish_release(release, target, corpus=corpus)
    assert dry.value.lines == wet.value.lines
    assert not (tmp_path / "there").exists()
    return "\n".join(wet.value.lines)


def test_an_older_version_beside_its_corpus(folder: Path, tmp_path: Path) -> None:
    """Article, tombstone, since when, and what to do; the later version is published."""
    said = refused(folder / "dist" / "c" / "1.0.0", tmp_path)
    assert "article a2 was taken down on " in said
    assert str(folder / "c" / "tombstones.jsonl") in said
    assert "releases from 2.0.0 on are without it" in said
    assert "publish a version that was built after the takedown" in said
    assert publish_release(folder / "dist" / "c" / "2.0.0", f"file://{tmp_path}/there").upload


def test_beside_a_later_release_alone(folder: Path, tmp_path: Path) -> None:
    """Its list of tombstones suffices; and where that is gone, the hash in its ledger. The folders may have other names."""
    shutil.rmtree(folder / "c")
    later = folder / "dist" / "c" / "2.0.0"
    assert f"({later / 'tombstones.jsonl'})" in refused(folder / "dist" / "c" / "1.0.0", tmp_path)
    (folder / "dist" / "c").rename(folder / "dist" / "renamed")
    (folder / "dist" / "renamed" / "2.0.0").rename(folder / "dist" / "renamed" / "new")
    assert "article a2 was taken down" in refused(folder / "dist" / "renamed" / "1.0.0", tmp_path)
    (folder / "dist" / "renamed" / "new" / "tombstones.jsonl").unlink()
    assert "by the hash of its id" in refused(folder / "dist" / "renamed" / "1.0.0", tmp_path)
    (folder / "dist" / "renamed" / "1.0.0").rename(folder / "dist" / "1.0.0")
    assert "article a2 was taken down" in refused(folder / "dist" / "1.0.0", tmp_path)


def test_a_takedown_that_was_only_begun(folder: Path, tmp_path: Path) -> None:
    """The tombstone is written first, and counts."""
    shutil.rmtree(folder / "dist" / "c" / "2.0.0")
    write_jsonl(folder / "c" / "tombstones.jsonl", [{"article_id": "a5"}])
    assert "article a5 was taken down (" in refused(folder / "dist" / "c" / "1.0.0", tmp_path)


def test_parts_and_releases_without_text(folder: Path, tmp_path: Path) -> None:
    """Of the part that holds it, and of a stand-off release; a part without it is published."""
    parts = {path.name: path / "1.0.0" for path in (folder / "dist").iterdir()}
    assert "article a2 was taken down" in refused(parts["c.only-cc0-1.0"], tmp_path)
    assert "article a2 was taken down" in refused(folder / "bare" / "c" / "1.0.0", tmp_path)
    assert publish_release(parts["c.only-cc-by-4.0"], f"file://{tmp_path}/there").upload


def test_the_same_text_under_another_id(folder: Path, tmp_path: Path) -> None:
    """In a release of another corpus; the same id in that corpus means nothing."""
    other = write_corpus(folder / "other", {"x": TEXTS["a2"], "a3": article(77)})
    release = build_release(other, out=folder / "dist").path
    assert "article x was taken down as a2 on" in refused(release, tmp_path)
    write_jsonl(folder / "c" / "tombstones.jsonl", [{"article_id": "a3", "text_sha256": "0" * 64}])
    shutil.rmtree(folder / "dist" / "c")
    assert publish_release(release, f"file://{tmp_path}/there").upload


def test_the_same_text_in_other_typography(folder: Path, tmp_path: Path) -> None:
    """Under another id: by the corpus's tombstones, by those of a later release, and by those at the destination."""
    copy = TEXTS["a2"].upper().replace(" ", "\u200b \u00ad")
    other = write_corpus(folder / "other", {"x": copy, "y": article(77)})
    release = build_release(other, out=folder / "dist").path
    assert "article x was taken down as a2 on" in refused(release, tmp_path)
    shutil.rmtree(folder / "c")
    assert "article x was taken down as a2 on" in refused(release, tmp_path)
    newest = folder / "dist" / "c" / "2.0.0"
    place = folder / "far" / "away" / "from" / "all" / "of" / "it" / "c"
    shutil.copytree(newest, place / "2.0.0")
    shutil.rmtree(folder / "dist" / "c")
    write_corpus(folder / "new" / "c", {"x": copy, "y": article(77)}, version="1.5.0")
    older = build_release(folder / "new" / "c", out=folder / "new" / "dist").path
    with pytest.raises(ReleaseError, match=r"article x was taken down as a2 .*at the destination"):
        publish_release(older, f"file://{place}")
    assert publish_release(release, f"file://{tmp_path}/there").upload


def test_a_corpus_elsewhere(folder: Path, tmp_path: Path) -> None:
    """Found by an option; another corpus there is named."""
    away = tmp_path / "p" / "q" / "r" / "s"
    shutil.copytree(folder / "dist" / "c" / "1.0.0", away / "c" / "1.0.0")
    target = f"file://{tmp_path}/there"
    assert "article a2 was taken down" in refused(away / "c" / "1.0.0", tmp_path, corpus=folder / "c")
    write_corpus(folder / "other", {"x": article(50)})
    with pytest.raises(CorpusError, match="is the corpus 'other', and the release is of 'c'"):
        publish_release(away / "c" / "1.0.0", target, corpus=folder / "other")
    with pytest.raises(CorpusError, match=r"corpus\.toml"):
        publish_release(away / "c" / "1.0.0", target, corpus=folder / "nowhere")
    assert publish_release(away / "c" / "1.0.0", target).upload


def test_the_destination_knows(folder: Path, tmp_path: Path) -> None:
    """From a machine that has the old release only: what is published already has the tombstone, or the hash in its ledger."""
    target, away = f"file://{tmp_path}/there", tmp_path / "p" / "q" / "r" / "s" / "c"
    publish_release(folder / "dist" / "c" / "2.0.0", target)
    shutil.copytree(folder / "dist" / "c" / "1.0.0", away / "1.0.0")
    for remove in ((), ("tombstones.jsonl",)):
        for name in remove:
            (tmp_path / "there" / "2.0.0" / name).unlink()
        for dry_run in (True, False):
            with pytest.raises(ReleaseError, match=r"article a2 was taken down .*at the destination"):
                publish_release(away / "1.0.0", target, dry_run=dry_run)
        assert not (tmp_path / "there" / "1.0.0").exists()


def test_a_list_that_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    """It may name an article of this release."""
    (folder / "c" / "tombstones.jsonl").write_text('{"article_id": 3}\n', encoding="utf-8")
    said = refused(folder / "dist" / "c" / "2.0.0", tmp_path)
    assert "tombstones.jsonl:1" in said
    assert "fix or move it" in said


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus as ``new`` makes it, and nothing changed in it; released."""
    folder = tmp_path_factory.mktemp("fresh")
    for id_ in ("a1", "a2", "a3", "a4"):
        (folder / f"{id_}.txt").write_text(TEXTS[id_], encoding="utf-8")
    new_corpus(folder / "news", [folder])
    return folder / "news"


def released(corpus: Path, tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """The release of a copy with changed settings."""
    copy = shutil.copytree(corpus, tmp_path / "news")
    for file, old, new in changes:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    return build_release(copy, out=tmp_path / "dist").path


RIGHTS = ("corpus.toml", "LicenseRef-unknown", "CC-BY-4.0")
QUESTION = ("scheme.toml", "Soll … ?", "Soll die Brücke gebaut werden?")


def test_as_new_made_it(fresh: Path, tmp_path: Path) -> None:
    """Both are named one after the other with the option that accepts it, and with both options it is published."""
    release, target = released(fresh, tmp_path), f"file://{tmp_path}/there"
    done = command("publish", release, target, "--dry-run")
    assert (done.returncode, "license is 'LicenseRef-unknown'" in done.stderr) == (1, True)
    assert "--accept-unknown-rights" in done.stderr
    done = command("publish", release, target, "--accept-unknown-rights")
    assert (done.returncode, "question 'Soll … ?' is left as in the template" in done.stderr) == (1, True)
    assert "--accept-template-questions" in done.stderr
    assert not (tmp_path / "there").exists()
    done = command("publish", release, target, "--accept-unknown-rights", "--accept-template-questions")
    assert done.returncode == 0, done.stderr


def test_when_both_are_settled(fresh: Path, tmp_path: Path) -> None:
    """Then no option is needed."""
    assert publish_release(released(fresh, tmp_path, RIGHTS, QUESTION), f"file://{tmp_path}/there").upload


@pytest.mark.parametrize(
    "license_",
    ["licenseref-UNKNOWN", "NOASSERTION", "LicenseRef-unspecified", "CC-BY-4.0 AND LicenseRef-unknown", "(unknown)"],
)
def test_rights_of_single_articles(fresh: Path, tmp_path: Path, license_: str) -> None:
    """An article's own licence, in any spelling, alone or with others."""
    rows = [row for _, row in read_jsonl(fresh / "manifest.jsonl")]
    copy = shutil.copytree(fresh, tmp_path / "copy" / "news")
    write_jsonl(copy / "manifest.jsonl", [{**row, "license": license_ if row["id"] == "a3" else None} for row in rows])
    release = released(copy, tmp_path, RIGHTS, QUESTION)
    assert "rights of 1 articles are unknown (a3)" in refused(release, tmp_path)
    assert publish_release(release, f"file://{tmp_path}/there", accept_unknown_rights=True).upload


@pytest.mark.parametrize("question", ["Soll ... ?", "Soll …?", " soll  … ? "])
def test_a_question_of_the_template_in_other_dress(fresh: Path, tmp_path: Path, question: str) -> None:
    """Labelled or not: the card has it, and so have the rows."""
    corpus = shutil.copytree(fresh, tmp_path / "copy" / "news")
    release = released(corpus, tmp_path, RIGHTS, ("scheme.toml", "Soll … ?", question))
    assert "left as in the template" in refused(release, tmp_path)


def test_labels_license(fresh: Path, tmp_path: Path) -> None:
    """That of the labels counts too."""
    release = released(
        fresh,
        tmp_path,
        QUESTION,
        ("corpus.toml", 'license = "LicenseRef-unknown"', 'labels_license = "LicenseRef-unknown"\nlicense = "CC0-1.0"'),
    )
    assert "labels_license is 'LicenseRef-unknown'" in refused(release, tmp_path)
