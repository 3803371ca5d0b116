"""Links that appear between frozen articles of different splits: named, and one of each pair can be withheld."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dataset import splits
from dataset.build import build_release
from dataset.corpus import read_corpus
from dataset.errors import CorpusError, LeakError, ReleaseError
from dataset.files import dump_line
from dataset.records.ledger import LedgerEntry, LedgerSplit
from dataset.release.manifest import read_manifest, read_raw, seal
from dataset.release.verify import verify_release
from dataset.reuse import Link
from dataset.text import text_sha256
from dataset.withheld import leak_error
from tests.make import article, claim, cli, label_line, snapshot, write_corpus, write_labels


def hidden(text: str) -> str:
    """The text with a soft hyphen between any two letters."""
    return re.sub(r"(?<=\w)(?=\w)", "\u00ad", text)


def settings(corpus: Path, version: str, *withheld: str) -> None:
    """Give the corpus another version and other withheld articles."""
    file = corpus / "corpus.toml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("withhold")]
    text = re.sub("(?m)^version = .*$", f'version = "{version}"', "\n".join(lines))
    file.write_text(f"withhold = {json.dumps(withheld)}\n{text}\n", encoding="utf-8")


def lines_of(file: Path) -> list[dict[str, Any]]:
    """The lines of a file as objects."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Ten articles; a1 (train) and a2 (test) were frozen before their soft hyphens were seen through."""
    texts = {f"a{i}": article(i) for i in range(10)}
    texts["a2"] = hidden(texts["a1"])
    folder = write_corpus(tmp_path / "mine", texts)
    split_of: dict[str, LedgerSplit] = {"a2": "test", "a3": "validation"}
    entries = [LedgerEntry(id_, split_of.get(id_, "train"), f"cluster-{id_}", "1.0.0") for id_ in texts]
    (folder / "ledger.jsonl").write_text("".join(dump_line(one) for one in entries), encoding="utf-8")
    write_labels(folder, [label_line("a2", texts["a2"], [claim(0, 20)])])
    return folder


def test_the_pair_is_named_with_the_way_out(corpus: Path, tmp_path: Path) -> None:
    """One line per pair with both splits, then what to write into corpus.toml; nothing is released and no split changes."""
    before = snapshot(corpus)
    answer = cli("build", corpus, "--out", tmp_path / "dist")
    assert answer.returncode == 1
    assert "leak: a1 (train) and a2 (test) share 12 sentences" in answer.stderr
    assert 'withhold = ["a1"]' in answer.stderr
    assert str(corpus / "corpus.toml") in answer.stderr
    assert not list((tmp_path / "dist").rglob("manifest.json"))
    after = snapshot(corpus)
    assert after["ledger.jsonl"] == before["ledger.jsonl"]


def test_a_withheld_article_stays_out_and_keeps_its_place(corpus: Path, tmp_path: Path) -> None:
    """No row, no link; its ledger line and its labels stay; a further reprint goes where the released one is."""
    settings(corpus, "1.0.0", "a2")
    write_corpus(corpus, {"b1": hidden(article(1)), "b2": article(5)[: len(article(5)) // 2]}, version="1.0.0")
    settings(corpus, "1.0.0", "a2")
    before = snapshot(corpus)
    answer = cli("build", corpus, "--out", tmp_path / "dist")
    assert answer.returncode == 0, answer.stderr
    assert f"{corpus / 'corpus.toml'}: withheld: a2" in answer.stderr
    release = tmp_path / "dist" / "mine" / "1.0.0"
    assert verify_release(release) == []
    assert "a2" not in read_manifest(release).articles
    assert not [row for row in lines_of(release / "splits" / "reuse.jsonl") if "a2" in (row["a"], row["b"])]
    ledger = {row["article_id"]: row["split"] for row in lines_of(corpus / "ledger.jsonl")}
    assert ledger["a2"] == "test"
    assert ledger["b1"] == ledger["b2"] == "train"
    assert snapshot(corpus)["labels/a1.jsonl"] == before["labels/a1.jsonl"]
    # It cannot come back as long as it shares text with another split.
    settings(corpus, "2.0.0")
    with pytest.raises(LeakError, match=r"a1 \(train\) and a2 \(test\)"):
        build_release(corpus, out=tmp_path / "dist")


def test_what_is_linked_to_withheld_articles_alone_goes_with_them(corpus: Path, tmp_path: Path) -> None:
    """So that they can come back together."""
    settings(corpus, "1.0.0", "a3")
    write_corpus(corpus, {"b1": hidden(article(3))})
    settings(corpus, "1.0.0", "a3", "a1")
    build_release(corpus, out=tmp_path / "dist")
    ledger = {row["article_id"]: row["split"] for row in lines_of(corpus / "ledger.jsonl")}
    assert ledger["b1"] == "validation"


def test_it_leaves_by_a_major_version_and_comes_back(tmp_path: Path) -> None:
    """An edit links two released articles; one is withheld until its text is as it was, and is in its own split again."""
    texts = {f"a{i:02d}": article(i) for i in range(20)}
    corpus, out = write_corpus(tmp_path / "mine", texts), tmp_path / "dist"
    build_release(corpus, out=out)
    split_of = {row["article_id"]: row["split"] for row in lines_of(corpus / "ledger.jsonl")}
    one = next(id_ for id_, split in split_of.items() if split == "train")
    other = next(id_ for id_, split in split_of.items() if split == "test")
    manifest = (corpus / "manifest.jsonl").read_text(encoding="utf-8")

    def correct(text: str) -> None:
        (corpus / "articles" / f"{other}.txt").write_text(text, encoding="utf-8")
        rows = lines_of(corpus / "manifest.jsonl")
        rows = [
            {**row, "text_sha256": text_sha256(text), "length": len(text)} if row["id"] == other else row
            for row in rows
        ]
        (corpus / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    correct(hidden(texts[one]))
    settings(corpus, "1.1.0")
    with pytest.raises(LeakError, match=rf"{one} \(train\)|{other} \(test\)"):
        build_release(corpus, out=out)
    settings(corpus, "1.1.0", other)
    with pytest.raises(ReleaseError, match=r"2\.0\.0"):
        build_release(corpus, out=out)
    settings(corpus, "2.0.0", other)
    built = build_release(corpus, out=out)
    assert built.changes is not None
    assert built.changes.rows()[0] == ("major", "article_removed", 1)
    correct(texts[other])
    assert (corpus / "manifest.jsonl").read_text(encoding="utf-8") == manifest
    settings(corpus, "2.1.0")
    back = build_release(corpus, out=out)
    assert other in {row["id"] for row in back.facts.rows["articles"]["test"]}
    assert verify_release(back.path) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('withhold = "a1"', "a list of article ids"),
        ("withhold = [1]", "withhold[0]: an article's id is expected, not 1"),
        ('withhold = ["a11"]', "no article 'a11' in this corpus; did you mean 'a1'?"),
    ],
)
def test_a_slip_in_the_list_is_named(corpus: Path, line: str, message: str) -> None:
    """An article that should have stayed out is never released because its id was misspelt."""
    file = corpus / "corpus.toml"
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(CorpusError, match=re.escape(message)):
        read_corpus(corpus)


def test_fifty_pairs_and_how_many_more() -> None:
    """All are named as far as a terminal helps; the articles to withhold are few, and take part in every pair."""
    hub = [Link("hub", f"x{i:02d}", 2, 0.5, 0.5) for i in range(60)]
    split_of = {"hub": "test", **{f"x{i:02d}": "train" for i in range(60)}}
    error = leak_error(Path("corpus.toml"), splits.find_leaks(split_of, hub), {"y"})
    assert len(error.lines) == 52
    assert error.lines[50] == "leak: and 10 more such pairs"
    assert 'withhold = ["hub", "y"]' in error.lines[51]


def test_a_release_from_before_is_verified_the_old_way(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the promise that it made; the same one of today does not."""
    with monkeypatch.context() as patch:
        patch.setattr(splits, "find_leaks", lambda *_: [])
        release = build_release(corpus, out=tmp_path / "dist").path
    assert [line for line in verify_release(release) if "leak: a1 (train) and a2 (test)" in line]
    manifest = read_raw(release)[1]
    seal(release, {name: value for name, value in manifest.items() if name != "fingerprint_version"})
    assert verify_release(release) == []


def test_a_copy_in_other_dress_is_found_from_end_to_end(tmp_path: Path) -> None:
    """In the cluster and split of its original; after a takedown of that it is rejected by name, also in another corpus."""
    texts = {f"a{i}": article(i) for i in range(8)}
    copies = {f"b{i}": hidden(texts[f"a{i}"]) for i in range(4)}
    corpus, out = write_corpus(tmp_path / "mine", {**texts, **copies}), tmp_path / "dist"
    built = build_release(corpus, out=out)
    place = {
        row["id"]: (row["cluster_id"], split) for split, rows in built.facts.rows["articles"].items() for row in rows
    }
    assert all(place[f"a{i}"] == place[f"b{i}"] for i in range(4))
    row = next(row for rows in built.facts.rows["articles"].values() for row in rows if row["id"] == "b0")
    assert row["text"] == copies["b0"]
    taken = cli("takedown", corpus, "a7", "--reason", "asked for", "--out", out)
    assert taken.returncode == 0, taken.stderr
    stone = lines_of(corpus / "tombstones.jsonl")[0]
    assert stone["fingerprint_version"] == 2
    assert re.fullmatch("[0-9a-f]{64}", stone["folded_sha256"])
    (corpus / "articles" / "again.txt").write_text(hidden(texts["a7"]), encoding="utf-8")
    answer = cli("build", corpus, "--out", out)
    assert answer.returncode == 1
    assert "again rejected: the text of a7, which was taken down" in answer.stderr
    assert verify_release(out / "mine" / "2.0.0") == []
    assert "fingerprints" not in lines_of(out / "mine" / "2.0.0" / "tombstones.jsonl")[0]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.txt").write_text(texts["a7"].replace(" ", "\u200b \u200b"), encoding="utf-8")
    assert "the text of a7, which was taken down" in cli("new", tmp_path / "yours", "--from", tmp_path / "in").stderr
