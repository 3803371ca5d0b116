"""Corpus settings, schemes and manifests: what is broken is named with its file and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataset.corpus import read_corpus
from dataset.errors import CorpusError, SchemeError
from dataset.records.articles import check_id
from tests.make import SCHEME, article, write_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A good one."""
    return write_corpus(tmp_path / "c", {"a": article(1), "b": article(2)})


def test_a_good_corpus(corpus: Path) -> None:
    """Articles in order, scheme read."""
    read = read_corpus(corpus)
    assert [source.id for source in read.sources] == ["a", "b"]
    assert read.scheme.questions == {"bridge": "Soll die Brücke gebaut werden?"}
    assert read.scheme.target_ids == ["bridge", "other"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "c"', 'name = "C/../x"', "name: "),
        ('version = "1.0.0"', 'version = "1.0"', "version: "),
        ('version = "1.0.0"', "version = 1", "version: "),
        ("train = 0.7", "train = 0.9", "splits: "),
        ("train = 0.7", "dev = 0.7", "splits: "),
        ('text = "included"', 'text = "inside"', "text: "),
        ('language = "de"', 'lang = "de"', "unknown field 'lang'"),
        ('language = "de"', "language = ", "not valid TOML"),
        ('language = "de"', 'language = "German"', 'language: a code such as "de"'),
    ],
)
def test_broken_settings(corpus: Path, old: str, new: str, message: str) -> None:
    """corpus.toml, and the field."""
    path = corpus / "corpus.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"corpus\.toml: .*") as error:
        read_corpus(corpus)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('question = "Soll die Brücke gebaut werden?"', "", "at least one needs a question"),
        ('id = "fact"', 'id = "none"', "choose another id"),
        ('id = "fact"', 'id = "policy"', "stands twice"),
        ('id = "fact"', 'id = "Fact!"', "kinds[0].id"),
        ('version = "1.0.0"', "version = 1", "version"),
        ("[[stances]]", '[[renamed]]\nlist = ["kinds"]\nfrom = "x"\n[[stances]]', "renamed[0].list: one of"),
        ("[[stances]]", "[[stance]]", "unknown field 'stance'"),
        ('id = "fact"', 'id = "fact"\nhotkey = ["a"]', "kinds[0].hotkey"),
        ("question =", "qeustion =", "unknown field 'qeustion'"),
        ('id = "policy"', 'id = "null"', "undecided"),
        ('id = "policy"', 'id = "policy"\nordered = "yes"', "ordered"),
        ('id = "other"', 'id = "other"\nhotkey = "1"\n[[targets]]\nid = "third"\nhotkey = "1"', "hotkey '1'"),
        ('id = "policy"', 'id = "policy"\ncolor = "blue"', "color"),
        ('id = "policy"', 'id = "policy"\nname = "x"', "name"),
    ],
)
def test_broken_schemes(corpus: Path, old: str, new: str, message: str) -> None:
    """scheme.toml, and the field."""
    (corpus / "scheme.toml").write_text(SCHEME.replace(old, new), encoding="utf-8")
    with pytest.raises(SchemeError, match=r"scheme\.toml") as error:
        read_corpus(corpus)
    assert message in str(error.value)


def test_a_list_can_be_an_order(corpus: Path) -> None:
    """``ordered = true`` on an entry of it."""
    (corpus / "scheme.toml").write_text(
        SCHEME.replace('id = "favor"', 'id = "favor"\nordered = true', 1), encoding="utf-8"
    )
    assert read_corpus(corpus).scheme.ordered == {"stances"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"id": "a", "file": "../../etc/passwd"}, "file: a file name"),
        ({"id": "a", "file": ".."}, "file: a file name"),
        ({"id": "x/y", "file": "a.txt"}, "no slash"),
        ({"file": "a.txt"}, "id: missing: a text"),
        ({"id": "a", "file": "a.txt", "published": "gestern"}, "published"),
        ({"id": "a", "file": "a.txt", "published": "2024-13"}, "published"),
        ({"id": "a", "file": "a.txt", "language": "deutsch"}, "language"),
        ({"id": "a", "file": "a.txt", "published": "2024-02-30"}, "published"),
        ({"id": "a", "file": "a.txt", "text_sha256": "abc"}, "text_sha256"),
        ({"id": "a", "file": "a.txt", "agencies": "dpa"}, "agencies"),
        ({"id": "a", "file": "a.txt", "url": "javascript:alert(1)"}, "url: an address"),
    ],
)
def test_broken_manifest_lines_are_set_aside(corpus: Path, line: dict[str, str], message: str) -> None:
    """A path in data leads nowhere, and what the line is about is withheld with it."""
    (corpus / "manifest.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    read = read_corpus(corpus)
    (named,) = [one for one in read.rejected if one.file == "manifest.jsonl"]
    assert message in named.reason
    assert named.line == 1
    assert "a" not in {source.id for source in read.sources}


def test_duplicate_ids_are_set_aside(corpus: Path) -> None:
    """The first in order of paths stays."""
    (corpus / "articles" / "more").mkdir()
    (corpus / "articles" / "more" / "a.txt").write_text(article(3), encoding="utf-8")
    read = read_corpus(corpus)
    assert [source.file for source in read.sources] == ["a.txt", "b.txt"]
    assert "duplicate id" in read.rejected[0].reason


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "ledger.jsonl:1: not valid JSON .*: the ledger is append-only: restore it"),
        ('{"article_id": "a"}', "ledger.jsonl:1"),
        ('{"article_id": "a", "split": "dev", "cluster_id": "c", "since_version": "1.0.0"}', "split: one of"),
        (
            '{"article_id": 5, "split": "train", "cluster_id": "c", "since_version": "1.0.0"}',
            "article_id: an article's id",
        ),
        ('{"article_id": "a", "split": "train", "cluster_id": null, "since_version": "1.0.0"}', "cluster_id: a text"),
        ('{"article_id": "a", "split": "train", "cluster_id": "c", "since_version": "1"}', "since_version: a version"),
    ],
)
def test_a_broken_ledger(corpus: Path, line: str, message: str) -> None:
    """File and line."""
    (corpus / "ledger.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_corpus(corpus)


def test_ids() -> None:
    """What no id may hold."""
    assert check_id("Ein Artikel vom 3. Mai – gut") is None
    assert all(check_id(bad) for bad in ("", "a/b", "a\\b", "a#2", "a\nb", "x" * 201))


def test_dates_and_a_byte_order_mark(corpus: Path) -> None:
    """A year, a month, a day; and a settings file as Windows writes it."""
    for published in ("2024", "2024-10", "2024-10-31"):
        line = {"id": "a", "file": "a.txt", "published": published}
        (corpus / "manifest.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
        assert read_corpus(corpus).sources[0].published == published
    settings = corpus / "corpus.toml"
    settings.write_bytes(b"\xef\xbb\xbf" + settings.read_bytes())
    assert read_corpus(corpus).name == "c"


@pytest.mark.parametrize(
    "line",
    [
        "description = 5",
        "[annotation]\noverlapp = 3",
        "[annotation]\noverlap = 'viele'",
        "[annotation]\nrepeat_share = 77",
    ],
)
def test_settings_of_the_wrong_type(corpus: Path, line: str) -> None:
    """Named, not used."""
    path = corpus / "corpus.toml"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"corpus\.toml"):
        read_corpus(corpus)
