"""Releases without text in a row, beside those with it: the same numbers, the same diffs, and the same way back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import yaml

from dataset.build import build_release
from dataset.diff.compare import diff_releases
from dataset.errors import CorpusError, ReleaseError
from dataset.release.verify import verify_release
from dataset.release.writer import read_all
from dataset.standoff.hydrate import hydrate_release
from tests.dataset.diff.make import TEXTS, Row, edit_gold, first_corpus, keys, set_version
from tests.make import cli, snapshot

T = TypeVar("T")

TEXT = TEXTS["a00"]
QUOTE = " ".join(TEXT.split()[3:10])


def quoting(row: Row) -> None:
    """An actor and an adjudicator's reason that hold words of the article in a row."""
    row["claims"][0] |= {"actor": f"Amt für {QUOTE}", "adjudicated": True, "reason": f"Dort steht: {QUOTE}."}


def both(corpus: Path, folder: Path, version: str) -> tuple[Path, Path]:
    """A version with its text, and without."""
    set_version(corpus, version)
    return build_release(corpus, out=folder / "full").path, build_release(
        corpus, out=folder / "public", profile="standoff"
    ).path


def test_what_quotes_the_article_is_no_change(tmp_path: Path) -> None:
    """A quote in free text stands by its place in one kind of release and in words in the other: it says the same."""
    corpus = first_corpus(tmp_path)
    edit_gold(corpus, "a00", quoting)
    firsts = both(corpus, tmp_path, "1.0.0")
    settings = corpus / "corpus.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + 'description = "Other words."\n', encoding="utf-8")
    seconds = both(corpus, tmp_path, "1.0.1")
    edit_gold(corpus, "a00", lambda row: row["claims"][0].update(reason=f"Hier steht: {QUOTE}."))
    thirds = both(corpus, tmp_path, "1.0.2")
    edit_gold(corpus, "a00", lambda row: row["claims"][0].update(actor=f"Amt für {QUOTE} und mehr"))
    for name, profile in (("full", "full"), ("public", "standoff")):
        set_version(corpus, "1.1.0")
        with pytest.raises(ReleaseError, match=r"need version 2\.0\.0.*actor"):
            build_release(corpus, out=tmp_path / name, profile=profile)
    fourths = both(corpus, tmp_path, "2.0.0")
    for pair in zip(firsts, seconds, thirds, fourths, strict=True):
        for release in pair:
            assert verify_release(release) == []
    for before, after in ((firsts, seconds), (seconds, thirds), (thirds, fourths)):
        said = {str(list(diff_releases(old, new))) for old in before for new in after}
        assert len(said) == 1
    assert [key[0] for key in keys(list(diff_releases(firsts[1], seconds[0])))] == ["release_changed"]
    assert (fourths[0] / "diffs/1.0.2.jsonl").read_bytes() == (fourths[1] / "diffs/1.0.2.jsonl").read_bytes()
    for full, bare in zip(*zip(seconds, thirds, fourths, strict=True), strict=True):
        done = hydrate_release(bare, corpus / "articles", out=tmp_path / "back")
        assert done.identical
        assert snapshot(done.path) == snapshot(full)


def test_no_text_lies_beside_them_while_they_are_built(tmp_path: Path) -> None:
    """What a process that is killed leaves in the folder of releases without text holds none: not even where it only proposes a number."""
    corpus, seen = first_corpus(tmp_path), []

    def track(items: Iterable[T], what: str, _total: int) -> Iterator[T]:
        for item in items:
            yield item
            if what == "writing":
                seen.append(
                    [path.name for path in (tmp_path / "public").rglob("*.parquet") if "1.0.0" not in path.parts]
                )

    build_release(corpus, out=tmp_path / "public", profile="standoff", track=track)
    edit_gold(corpus, "a00", quoting)
    with pytest.raises(ReleaseError, match=r"raise the version in corpus\.toml to 2\.0\.0"):
        build_release(corpus, out=tmp_path / "public", profile="standoff", track=track)
    assert len(seen) == 10
    assert not any(seen)


def test_one_folder_for_both_kinds(tmp_path: Path) -> None:
    """Where the other kind of the same release stands, no number would help: it says so."""
    corpus = first_corpus(tmp_path)
    build_release(corpus, out=tmp_path, profile="standoff")
    with pytest.raises(
        ReleaseError, match="one with text and one without, replace it with --replace, or take another --out"
    ):
        build_release(corpus, out=tmp_path)


@pytest.mark.parametrize(("first", "then"), [("standoff", "full"), ("full", "standoff")])
def test_a_folder_keeps_to_one_kind(first: str, then: str, tmp_path: Path) -> None:
    """The next version of the other kind is refused before anything is written, with ``--replace`` too; one of the same kind follows."""
    corpus = first_corpus(tmp_path)
    build_release(corpus, out=tmp_path / "dist", profile=first)
    set_version(corpus, "1.0.1")
    before = snapshot(corpus), snapshot(tmp_path / "dist")
    has, this = ("without", "with") if first == "standoff" else ("with", "without")
    for more in ((), ("--replace",)):
        done = cli("build", corpus, "--out", tmp_path / "dist", "--profile", then, *more)
        said = f"c: holds releases {has} text (1.0.0), and this one is {this} text: take another --out; nothing is released"
        assert (done.returncode, done.stdout, said in done.stderr, done.stderr.count("\n")) == (1, "", True, 1)
    assert (snapshot(corpus), snapshot(tmp_path / "dist")) == before
    assert build_release(corpus, out=tmp_path / "dist", profile=first).path.name == "1.0.1"


def test_nothing_is_hydrated_beside_releases_without_text(tmp_path: Path) -> None:
    """Neither from exact copies nor from some: that folder is passed on as it is."""
    corpus = first_corpus(tmp_path)
    _, bare = both(corpus, tmp_path, "1.0.0")
    set_version(corpus, "1.0.1")
    _, after = both(corpus, tmp_path, "1.0.1")
    shutil.rmtree(bare)
    before = snapshot(tmp_path / "public")
    shutil.copytree(corpus / "articles", tmp_path / "some")
    (tmp_path / "some" / "a00.txt").unlink()
    for release in (after, both(corpus, tmp_path / "elsewhere", "1.0.0")[1]):
        for texts in (corpus / "articles", tmp_path / "some"):
            with pytest.raises(ReleaseError, match=r"holds releases without text|is the stand-off release itself"):
                hydrate_release(release, texts, out=tmp_path / "public", replace=True)
    assert snapshot(tmp_path / "public") == before


def test_what_cannot_be_compared_says_only_so(tmp_path: Path) -> None:
    """A part and its whole are releases of different names: nothing on stdout that looks like an answer."""
    corpus = first_corpus(tmp_path)
    whole, part = (build_release(corpus, out=tmp_path, only_licenses=only).path for only in ((), ("CC-BY-4.0",)))
    for as_json in ((), ("--json",)):
        done = cli("diff", whole, part, *as_json)
        assert (done.returncode, done.stdout) == (1, "")
        assert "only releases of one corpus can be compared" in done.stderr


def test_a_hydrated_release_is_compared_too(tmp_path: Path) -> None:
    """With the full one, in both directions: it has no number of its own, so that none is asked for; what stands in full says why."""
    corpus = first_corpus(tmp_path)
    full, bare = both(corpus, tmp_path, "1.0.0")
    (tmp_path / "some").mkdir()
    for id_ in sorted(TEXTS)[1:]:
        (tmp_path / "some" / f"{id_}.txt").write_text(TEXTS[id_], encoding="utf-8")
    some = hydrate_release(bare, tmp_path / "some", out=tmp_path / "back").path
    for old, new, what in ((some, full, "added"), (full, some, "removed")):
        done = cli("diff", old, new)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"article {what} a00" in done.stdout
        assert "needs version" not in done.stdout
        summary = json.loads(cli("diff", old, new, "--json").stdout.splitlines()[-1])
        assert summary["needed"] == (None if old is some else "2.0.0")
    set_version(corpus, "1.0.1")
    build_release(corpus, out=tmp_path / "full")
    alone = build_release(corpus, out=tmp_path / "alone", profile="standoff").path
    done = cli("hydrate", alone, "--texts", corpus / "articles", "--out", tmp_path / "full")
    assert (done.returncode, "differ in bytes: written by" in done.stdout) == (0, True), done.stdout


def said(release: Path) -> tuple[str, str, str | None, object]:
    """The licence by card, CITATION.cff and croissant.json."""
    card = yaml.safe_load((release / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    cited = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    croissant = release / "croissant.json"  # one that was hydrated from some copies has none
    known = json.loads(croissant.read_text(encoding="utf-8"))["license"] if croissant.exists() else None
    return card["license"], card.get("license_name", ""), cited.get("license"), known


def test_labels_under_a_licence_of_their_own(tmp_path: Path) -> None:
    """Without text a release is under it alone, with text under both; it comes and goes with the text, byte for byte."""
    corpus = first_corpus(tmp_path)
    settings = corpus / "corpus.toml"
    plain = settings.read_text(encoding="utf-8").replace('"CC-BY-4.0"', '"LicenseRef-proprietary"')
    settings.write_text(f'labels_license = "CC-BY-4.0"\n{plain}', encoding="utf-8")
    full, bare = both(corpus, tmp_path, "1.0.0")
    url = "https://spdx.org/licenses/CC-BY-4.0.html"
    texts = {"@type": "sc:CreativeWork", "name": "LicenseRef-proprietary"}
    of_all = ("other", "cc-by-4.0-and-licenseref-proprietary", None, [url, texts])
    assert said(bare) == ("cc-by-4.0", "", "CC-BY-4.0", url)
    assert said(full) == of_all
    words = "Licence of labels and offsets: CC-BY-4.0. Licence of the texts: LicenseRef-proprietary;"
    for release in (full, bare):
        assert verify_release(release) == []
        assert words in (release / "README.md").read_text(encoding="utf-8")
        assert "Labels and offsets: CC-BY-4.0." in (release / "DATASHEET.md").read_text(encoding="utf-8")
        assert {row["license"] for row in read_all(release)["articles"]["train"]} == {"LicenseRef-proprietary"}
    assert hydrate_release(bare, corpus / "articles", out=tmp_path / "back").identical
    (corpus / "articles" / "a00.txt").rename(tmp_path / "a00.txt")
    some = hydrate_release(bare, corpus / "articles", out=tmp_path / "some").path
    assert said(some) == (*of_all[:3], None)
    (tmp_path / "a00.txt").rename(corpus / "articles" / "a00.txt")
    settings.write_text(plain, encoding="utf-8")
    after = both(corpus, tmp_path, "1.0.1")
    for release in after:
        assert said(release) == ("other", "licenseref-proprietary", None, texts)
        assert ("release_changed", "labels_license") in [(one.type, one.id) for one in diff_releases(bare, release)]


def test_a_licence_of_labels_is_a_name(tmp_path: Path) -> None:
    """As every licence."""
    corpus = first_corpus(tmp_path)
    settings = corpus / "corpus.toml"
    settings.write_text(f"labels_license = 5\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(
        CorpusError,
        match=r"corpus\.toml: labels_license: a text of one line without blanks around it is expected, not 5",
    ):
        build_release(corpus, out=tmp_path)
