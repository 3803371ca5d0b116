"""gold.jsonl edited by hand: every field is checked, and what does not fit is set aside, never a crash, never a broken release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataset.build import build_release
from dataset.corpus import read_corpus
from dataset.errors import CorpusError
from dataset.gold import is_stale
from dataset.release.verify import verify_release
from dataset.text import text_sha256
from tests.make import article, write_corpus, write_labels

TEXT = article(1)
SHARES = {
    "kind": {"fact": 1, "policy": 0.0},
    "target": {"bridge": 1.0, "other": 0.0},
    "stance": {"favor": 1.0, "against": 0.0, "none": 0.0},
}
VOTE = {
    "annotator": "a1",
    "annotator_kind": "human",
    "start": 0,
    "end": 9,
    "kind": "fact",
    "target": "bridge",
    "stance": "favor",
}
CLAIM = {
    "id": "a-c01",
    "start": 0,
    "end": 9,
    "kind": "fact",
    "target": "bridge",
    "stance": "favor",
    "label_distribution": SHARES,
    "votes": [VOTE],
}
ROW = {
    "article_id": "a",
    "text_sha256": text_sha256(TEXT),
    "annotators": ["a1"],
    "annotator_kind": "human",
    "claims": [CLAIM],
    "article_stance": {"bridge": {"label": "discuss"}},
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two articles; gold for the first."""
    return write_corpus(tmp_path / "c", {"a": TEXT, "b": article(2)})


def built(corpus: Path, *rows: Any) -> tuple[Any, list[str]]:
    """A build with these gold lines, and what verify says of it."""
    (corpus / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    release = build_release(corpus, out=corpus.parent / "dist")
    return release, verify_release(release.path)


def test_gold_without_labels_is_released(corpus: Path) -> None:
    """Gold may come from elsewhere."""
    release, problems = built(corpus, ROW)
    assert (release.rejected, problems) == ([], [])
    assert release.facts.of("claims")[0]["label_distribution"]["kind"] == {"fact": 1.0, "policy": 0.0}


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": 3},
        {"id": "b-c01"},
        {"kind": "rumour"},
        {"start": 1.5},
        {"votes": "x"},
        {"votes": [{**VOTE, "start": 1.5}]},
        {"votes": [{**VOTE, "kind": 3}]},
        {"votes": [{"annotator": "a1"}]},
        {"votes": [{**VOTE, "stance": "maybe"}]},
        {"label_distribution": [1]},
        {"label_distribution": {**SHARES, "kind": {"fact": 1.0}}},
        {"label_distribution": {**SHARES, "kind": {"fact": "1", "policy": 0}}},
        {"reason": 5},
        {"adjudicated": "yes"},
        {"adjudication": 1.5},
        {"claim_group": 7},
        {"claimant": "x"},
    ],
)
def test_a_bad_claim_is_set_aside(corpus: Path, change: dict[str, Any]) -> None:
    """And the release is in order."""
    release, problems = built(corpus, {**ROW, "claims": [{**CLAIM, **change}]})
    assert len(release.rejected) == 1
    assert problems == []
    assert release.facts.of("claims") == []
    assert release.facts.of("sentences")[0]["claim"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"annotators": None},
        {"annotators": [1]},
        {"annotator_kind": "robot"},
        {"guidelines_version": 2},
        {"claims": {}},
        {"article_stance": []},
        {"text_sha256": "0"},
        {"article_id": "zzz"},
        {"article_id": 4},
    ],
)
def test_a_bad_line_is_set_aside(corpus: Path, change: dict[str, Any]) -> None:
    """The article is released as one that nobody labelled."""
    if change == {"article_stance": []}:
        change = {"article_stance": [1]}
    release, problems = built(corpus, {**ROW, **change})
    assert len(release.rejected) == 1
    assert problems == []


def test_a_missing_kind_is_undecided(corpus: Path) -> None:
    """Left out is null."""
    release, problems = built(
        corpus, {**ROW, "claims": [{key: value for key, value in CLAIM.items() if key != "kind"}]}
    )
    assert (release.facts.of("claims")[0]["kind"], problems) == (None, [])


def test_ids_and_lines_stand_once(corpus: Path) -> None:
    """A second claim of an id, a second line of an article."""
    release, problems = built(corpus, {**ROW, "claims": [CLAIM, {**CLAIM, "start": 20, "end": 30}]}, ROW)
    assert len(release.rejected) == 2
    assert problems == []


def test_a_bad_article_stance_is_set_aside(corpus: Path) -> None:
    """Alone."""
    release, problems = built(corpus, {**ROW, "article_stance": {"bridge": "favor", "moon": {"label": "favor"}}})
    assert len(release.rejected) == 2
    assert problems == []
    assert len(release.facts.of("claims")) == 1


def test_vanished_labels_are_noticed(corpus: Path) -> None:
    """Gold made from labels that are gone is not released without a word."""
    (corpus / "agreement.json").write_text(json.dumps({"inputs_sha256": "x"}), encoding="utf-8")
    with pytest.raises(CorpusError, match="made from labels"):
        is_stale(read_corpus(corpus))
    (corpus / "agreement.json").write_text("[]", encoding="utf-8")
    with pytest.raises(CorpusError, match="JSON object"):
        is_stale(read_corpus(corpus))
    (corpus / "agreement.json").unlink()
    assert not is_stale(read_corpus(corpus))
    write_labels(corpus, [])
    assert is_stale(read_corpus(corpus))


def test_gold_is_stale_when_anything_it_is_made_from_changed(corpus: Path) -> None:
    """Labels, scheme, articles: a label may come before its article."""
    from annotation.gold import write_gold
    from dataset.build import text_facts

    def make() -> None:
        read = read_corpus(corpus)
        write_gold(read, text_facts(read)[0])
        assert not is_stale(read_corpus(corpus))

    write_labels(corpus, [])
    make()
    (corpus / "articles" / "new.txt").write_text(article(3), encoding="utf-8")
    assert is_stale(read_corpus(corpus))
    make()
    scheme = corpus / "scheme.toml"
    scheme.write_text(scheme.read_text(encoding="utf-8") + '[[stances]]\nid = "unsure"\n', encoding="utf-8")
    assert is_stale(read_corpus(corpus))
