"""A slip in a file of a corpus never releases more, or under weaker terms, than the file without it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dataset.build import Built, build_release
from dataset.corpus import read_corpus
from dataset.errors import CorpusError
from dataset.new import new_corpus
from tests.make import article, claim, cli, label_line, write_corpus, write_labels

CLOSED = "LicenseRef-all-rights-reserved"
LINE = {"id": "closed", "file": "closed.txt", "license": CLOSED, "rights_holder": "Verlag X"}
TEXTS = {"open": article(1), "closed": article(2), "more": article(3)}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A CC-BY-4.0 corpus; one article has terms of its own, and one has no line in the manifest yet."""
    folder = write_corpus(tmp_path / "c", TEXTS)
    write_manifest(folder, json.dumps({"id": "open", "file": "open.txt"}), json.dumps(LINE))
    return folder


def write_manifest(corpus: Path, *lines: str) -> None:
    """``manifest.jsonl`` with these lines."""
    (corpus / "manifest.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def released(built: Built) -> dict[str, tuple[str, str | None]]:
    """Licence and rights holder by article."""
    return {row["id"]: (row["license"], row["rights_holder"]) for row in built.facts.of("articles")}


def test_the_case_of_the_licence_line(shared: Path, tmp_path: Path) -> None:
    """An address without https:// in the line of an article under another licence: that article is in no release."""
    corpus = shutil.copytree(shared / "cases" / "licence-line", tmp_path / "licence-line")
    for only in ([], ["--only-licenses", "CC-BY-4.0"]):
        done = cli("build", corpus, "--out", tmp_path / "dist", *only)
        assert done.returncode == 1
        assert "manifest.jsonl:2: article gesperrt rejected: url: an address" in done.stderr
    for release in (tmp_path / "dist").glob("*/1.0.0"):
        assert set(json.loads((release / "manifest.json").read_text(encoding="utf-8"))["articles"]) == {"frei"}
    assert len(list((tmp_path / "dist").glob("*/1.0.0"))) == 2


SLIPS: list[tuple[str, set[str]]] = [
    # What the line is about is known: it alone is withheld.
    (json.dumps({**LINE, "url": "www.zeitung.example"}), {"open", "more"}),
    (json.dumps({**LINE, "agencies": "dpa"}), {"open", "more"}),
    (json.dumps({**LINE, "published": "2024-10-31 12:00"}), {"open", "more"}),
    (json.dumps({**LINE, "id": 5}), {"open", "more"}),
    (json.dumps({**LINE, "id": ""}), {"open", "more"}),
    (json.dumps({**LINE, "license": ""}), {"open", "more"}),
    (json.dumps({**LINE, "license": f"{CLOSED} "}), {"open", "more"}),
    (json.dumps({**LINE, "license": [CLOSED]}), {"open", "more"}),
    (json.dumps({**LINE, "license": 4}), {"open", "more"}),
    (json.dumps({**LINE, "rights_holder": " "}), {"open", "more"}),
    (json.dumps({"licence" if key == "license" else key: LINE[key] for key in LINE}), {"open", "more"}),
    (json.dumps({**LINE, "length": "12"}), {"open", "more"}),
    (json.dumps({**LINE, "bytes_sha256": 5}), {"open", "more"}),
    (json.dumps({**LINE, "language": "en"}), {"open", "more"}),
    # The line may be about any file that no line lists: all of those are withheld.
    (json.dumps({**LINE, "file": None}), {"open"}),
    (json.dumps({**LINE, "file": "Closed.txt", "id": "x"}), {"open"}),
    (json.dumps({**LINE, "file": "x.txt", "id": "x"}), {"open"}),
    (json.dumps(LINE)[:40], {"open"}),
    (json.dumps(LINE) + json.dumps(LINE), {"open"}),
    ("[" * 100_000, {"open"}),
    (json.dumps([LINE]), {"open"}),
    (f"{json.dumps(LINE)}\n{json.dumps({**LINE, 'license': 'CC0-1.0'})}", {"open"}),
    (f"{json.dumps(LINE)}\n{json.dumps({**LINE, 'id': 'other'})}", {"open"}),
]


@pytest.mark.parametrize(("line", "kept"), SLIPS)
def test_a_slip_withholds_what_its_line_is_about(corpus: Path, tmp_path: Path, line: str, kept: set[str]) -> None:
    """Named, never released under the corpus's own licence; and a file that the line may be about is withheld as well."""
    write_manifest(corpus, json.dumps({"id": "open", "file": "open.txt"}), line)
    built = build_release(corpus, out=tmp_path / "dist")
    assert released(built) == dict.fromkeys(kept, ("CC-BY-4.0", None))
    assert any(one.file == "manifest.jsonl" or one.id == "x" for one in built.rejected)
    part = build_release(corpus, out=tmp_path / "part", only_licenses=["CC-BY-4.0"])
    assert set(released(part)) == kept
    assert line.splitlines()[0].encode() in (corpus / "manifest.jsonl").read_bytes()


@pytest.mark.parametrize(("line", "kept"), SLIPS[::3])
def test_a_slip_in_the_line_of_a_released_article(corpus: Path, tmp_path: Path, line: str, kept: set[str]) -> None:
    """The build fails, as where its text is missing."""
    assert kept
    build_release(corpus, out=tmp_path / "dist")
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    write_manifest(corpus, lines[0], line, *lines[2:])
    with pytest.raises(CorpusError, match="nothing is released"):
        build_release(corpus, out=tmp_path / "other")
    assert not list((tmp_path / "other").glob("*/*.*.*"))


def test_swapped_files(tmp_path: Path) -> None:
    """The hash of its text ties a line to its file: neither is released under the terms of the other, nor without any."""
    (tmp_path / "texts").mkdir()
    for id_, text in TEXTS.items():
        (tmp_path / "texts" / f"{id_}.txt").write_text(text, encoding="utf-8")
    made = tmp_path / "c"
    new_corpus(made, [tmp_path / "texts"])
    lines = {row["id"]: row for row in map(json.loads, (made / "manifest.jsonl").read_text("utf-8").splitlines())}
    lines["closed"] |= {"license": CLOSED, "file": "more.txt"}
    write_manifest(made, *(json.dumps(lines[id_]) for id_ in ("closed", "open")))
    assert set(released(build_release(made, out=tmp_path / "dist"))) == {"open"}


def test_valid_values_are_released(corpus: Path, tmp_path: Path) -> None:
    """Times with a zone, addresses of any script, a German of a region; as they are in the manifest."""
    fine = {"published": "2024-10-31T12:00:00+01:00", "url": "https://müller.example/straße?ä=ü", "language": "de-AT"}
    line = {**LINE, **fine, "notes": ["anything"], "genre": "report"}
    write_manifest(corpus, json.dumps({"id": "open", "file": "open.txt", "published": "2025"}), json.dumps(line))
    built = build_release(corpus, out=tmp_path / "dist")
    row = next(row for row in built.facts.of("articles") if row["id"] == "closed")
    assert (row["license"], *(row[key] for key in fine)) == (CLOSED, *fine.values())
    croissant = json.loads((built.path / "croissant.json").read_text(encoding="utf-8"))
    assert croissant["temporalCoverage"] == "2024-10-31/2025"
    assert built.facts.months == {"2024-10": 1, "2025": 1, "unknown": 1}


@pytest.mark.parametrize("damage", ["missing", "empty", "dangling", "folder", "pipe", "outside"])
@pytest.mark.parametrize("known", ["ledger", "labels"])
def test_a_lost_manifest(corpus: Path, tmp_path: Path, damage: str, known: str) -> None:
    """The build fails while ledger or labels name articles: the licence of each is unknown."""
    if known == "ledger":
        build_release(corpus, out=tmp_path / "dist")
    else:
        write_labels(corpus, [label_line("open", TEXTS["open"], [claim(0, 9)])])
    broken(corpus / "manifest.jsonl", damage)
    done = cli("build", corpus, "--out", tmp_path / "other", timeout=120)
    assert (done.returncode, "manifest.jsonl: " in done.stderr) == (1, True), done.stderr
    assert not list((tmp_path / "other").glob("*/*.*.*"))


@pytest.mark.parametrize("damage", ["empty", "dangling", "folder", "pipe", "outside"])
def test_lost_gold(corpus: Path, tmp_path: Path, damage: str) -> None:
    """The build fails while the labels name articles: a release without their labels is never made with status 0."""
    write_labels(corpus, [label_line("open", TEXTS["open"], [claim(0, 9)])])
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0
    broken(corpus / "gold.jsonl", damage)
    done = cli("build", corpus, "--out", tmp_path / "other", timeout=120)
    assert (done.returncode, "gold.jsonl: " in done.stderr) == (1, True), done.stderr
    assert not list((tmp_path / "other").glob("*/*.*.*"))


def broken(path: Path, damage: str) -> None:
    """Damage a file."""
    data = path.read_bytes()
    path.unlink()
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.write_bytes(data)
    actions: dict[str, Callable[[], Any]] = {
        "missing": lambda: None,
        "empty": lambda: path.write_bytes(b"\n"),
        "dangling": lambda: path.symlink_to("nothing"),
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "outside": lambda: path.symlink_to(elsewhere),
    }
    actions[damage]()


def test_links_that_leave_the_articles(corpus: Path, tmp_path: Path) -> None:
    """Files and folders outside are named and not read; a link inside is a file like any other."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.txt").write_text(article(9), encoding="utf-8")
    articles = corpus / "articles"
    (articles / "s.txt").symlink_to(tmp_path / "secret" / "s.txt")
    (articles / "folder").symlink_to(tmp_path / "secret")
    (articles / "circle.txt").symlink_to("circle.txt")
    (articles / "back").symlink_to(articles)
    (articles / "settings.txt").symlink_to("../corpus.toml")
    built = build_release(corpus, out=tmp_path / "dist")
    assert set(released(built)) == {"open", "closed", "more"}
    assert {one.id for one in built.rejected} == {"s", "folder", "circle", "settings"}
    assert all("symbolic link" in one.reason for one in built.rejected)
    shutil.rmtree(articles)
    articles.symlink_to(tmp_path / "secret")
    with pytest.raises(CorpusError, match="articles: symbolic link to a place outside"):
        read_corpus(corpus)


def test_hidden_folders_are_not_read(corpus: Path, tmp_path: Path) -> None:
    """Files that a program keeps in one, such as a bin of deleted files, are neither copied nor released."""
    (corpus / "articles" / ".trash" / "deep").mkdir(parents=True)
    (corpus / "articles" / ".trash" / "deep" / "old.txt").write_text(article(9), encoding="utf-8")
    assert set(released(build_release(corpus, out=tmp_path / "dist"))) == {"open", "closed", "more"}
    assert new_corpus(tmp_path / "n", [corpus / "articles"]).articles == 3


def test_new_takes_no_links_out_of_a_source(tmp_path: Path) -> None:
    """Each is named; a source that is a link itself was asked for."""
    source, secret = tmp_path / "pages", tmp_path / "secret"
    for folder in (source, secret):
        folder.mkdir()
        (folder / f"{folder.name}.txt").write_text(article(len(folder.name)), encoding="utf-8")
    (source / "link.txt").symlink_to(secret / "secret.txt")
    (source / "folder").symlink_to(secret)
    (source / "circle.txt").symlink_to("circle.txt")
    (source / "loop").symlink_to(source)
    asked = tmp_path / "asked"
    asked.symlink_to(source)
    made = new_corpus(tmp_path / "c", [asked])
    assert made.articles == 1
    assert {one.id for one in made.rejected} == {"link", "folder", "circle"}
    assert [path.name for path in (tmp_path / "c" / "articles").iterdir()] == ["pages.txt"]


def test_only_german_is_supported(corpus: Path, tmp_path: Path) -> None:
    """Another language is named by ``new`` and ``build``, and gets no German rules."""
    done = cli("new", tmp_path / "n", "--from", corpus / "articles", "--language", "en")
    assert (done.returncode, "language: 'en' is not supported" in done.stderr) == (1, True)
    assert not (tmp_path / "n").exists()
    assert cli("new", tmp_path / "n", "--from", corpus / "articles", "--language", "de-CH").returncode == 0
    settings = corpus / "corpus.toml"
    text = settings.read_text(encoding="utf-8")
    for language in ("en", "den", "fr-CA"):
        settings.write_text(text.replace('language = "de"', f'language = "{language}"'), encoding="utf-8")
        with pytest.raises(CorpusError, match=rf"corpus\.toml: language: '{language}' is not supported"):
            build_release(corpus, out=tmp_path / "dist")


def test_a_misspelt_tombstone(corpus: Path, tmp_path: Path) -> None:
    """It would let its text come back under another name."""
    path = corpus / "tombstones.jsonl"
    for line in (
        {"text_sha265": "0" * 64},
        {"text_sha256": "0"},
        {"fingerprints": [-1]},
        {"fingerprints": ""},
        {"fingerprint_version": 3},
    ):
        path.write_text(json.dumps({"article_id": "more", **line}) + "\n", encoding="utf-8")
        with pytest.raises(CorpusError, match=r"tombstones\.jsonl:1: .*nothing is released"):
            build_release(corpus, out=tmp_path / "dist")


def test_unknown_fields_are_named_with_the_nearest(corpus: Path) -> None:
    """In every file that has fields."""
    write_manifest(corpus, json.dumps({"id": "open", "file": "open.txt", "lisence": "MIT"}))
    assert 'did you mean "license"?' in read_corpus(corpus).rejected[0].reason
    settings = corpus / "corpus.toml"
    settings.write_text('rights_older = "X"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CorpusError, match='did you mean "rights_holder"'):
        read_corpus(corpus)


def as_is(text: str) -> str:
    """The text itself."""
    return text


def set_hyphens(text: str) -> str:
    """The text as web pages set it."""
    return text.replace("ba", "b\u00ada")


def one_word_less(text: str) -> str:
    """The text with a correction."""
    return text.replace(" ", " und ", 1)


@pytest.mark.parametrize("change", [as_is, set_hyphens, one_word_less])
@pytest.mark.parametrize("state", ["listed", "rejected", "withheld", "same terms"])
def test_a_copy_under_a_second_name(corpus: Path, tmp_path: Path, change: Callable[[str], str], state: str) -> None:
    """A file without a line is released under the corpus's licence only if it is no copy of an article with other terms."""
    line = {"listed": LINE, "rejected": {**LINE, "url": "www.zeitung.example"}}.get(state, {"id": "closed"})
    write_manifest(corpus, json.dumps({"id": "open", "file": "open.txt"}), json.dumps({"file": "closed.txt", **line}))
    if state == "withheld":
        settings = corpus / "corpus.toml"
        settings.write_text('withhold = ["closed"]\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    (corpus / "articles" / "closed (1).txt").write_text(change(TEXTS["closed"]), encoding="utf-8")
    built = build_release(corpus, out=tmp_path / "dist", only_licenses=["CC-BY-4.0"])
    assert set(released(built)) - {"open", "more"} == ({"closed", "closed (1)"} if state == "same terms" else set())
    named = {one.id: one.reason for one in built.rejected}
    assert state == "same terms" or "the text of closed, wh" in named["closed (1)"]


@pytest.mark.parametrize("nothing", ["", " ", ",", " , "])
def test_only_licenses_without_a_licence(corpus: Path, tmp_path: Path, nothing: str) -> None:
    """An empty variable of a shell does not release the whole."""
    with pytest.raises(CorpusError, match="--only-licenses names no licence"):
        build_release(corpus, out=tmp_path / "dist", only_licenses=[nothing])
    assert not list((tmp_path / "dist").glob("*/*.*.*"))


@pytest.mark.parametrize("file", ["corpus.toml", "scheme.toml"])
def test_settings_in_another_encoding(corpus: Path, file: str) -> None:
    """Named in words of ours, with the byte."""
    path = corpus / file
    path.write_bytes(path.read_bytes() + "# Straße\n".encode("latin-1"))
    with pytest.raises(CorpusError, match=rf"{file}: not UTF-8 \(byte \d+\): fix it"):
        read_corpus(corpus)


def test_a_licence_that_rejected_lines_hide(corpus: Path, tmp_path: Path) -> None:
    """If no article is left under a requested licence, the rejected lines are named."""
    (corpus / "manifest.jsonl").write_bytes(json.dumps(LINE).encode("utf-16"))
    done = cli("build", corpus, "--only-licenses", "CC-BY-4.0", "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert "no article is under CC-BY-4.0; there are no articles" in done.stderr
    assert "manifest.jsonl:1: article" in done.stderr
