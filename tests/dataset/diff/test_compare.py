"""Every kind of change, planted alone: it is found, with its level, and nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dataset.build import build_release
from dataset.diff.changes import summarise
from dataset.diff.compare import diff_releases
from dataset.diff.versions import needed_version
from dataset.errors import ReleaseError
from dataset.takedown.traces import find_traces, remove_trace
from tests.dataset.diff.make import (
    TEXTS,
    Row,
    edit_gold,
    first_corpus,
    keys,
    read_lines,
    set_version,
    vote,
    write_lines,
)
from tests.make import article

Found = list[tuple[str, str, str | None, str]]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus ``c`` and its release ``dist/c/1.0.0``."""
    folder = tmp_path_factory.mktemp("first")
    built = build_release(first_corpus(folder), out=folder / "dist")
    assert not built.rejected
    return folder


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    shutil.copytree(first, tmp_path / "x")
    return tmp_path / "x"


def claim(corpus: Path, change: Callable[[Row], None], number: int = 0) -> None:
    """Change a claim of a01."""
    edit_gold(corpus, "a01", lambda row: change(row["claims"][number]))


def article_added(corpus: Path) -> Found:
    """With all its rows, which are not listed one by one."""
    (corpus / "articles" / "new.txt").write_text(article(50), encoding="utf-8")
    return [("article_added", "minor", None, "new")]


def text_fixed(corpus: Path) -> Found:
    """One letter of an article without labels; what the sentence that holds it reads follows."""
    path = corpus / "articles" / "a09.txt"
    path.write_text("X" + path.read_text(encoding="utf-8")[1:], encoding="utf-8")
    rows = read_lines(corpus / "manifest.jsonl")
    next(row for row in rows if row["id"] == "a09")["text_sha256"] = None
    write_lines(corpus / "manifest.jsonl", rows)
    return [("text_fixed", "major", None, "a09")]


def label_changed(corpus: Path) -> Found:
    """In the claim, and in its row of the config stance."""
    claim(corpus, lambda one: one.update(stance="against"))
    return [
        ("label_changed", "major", "claims", "a01-c01"),
        ("label_changed", "major", "stance", "a01-c01:bridge"),
    ]


def label_withdrawn(corpus: Path) -> Found:
    """To null is a change as well."""
    edit_gold(corpus, "a02", lambda row: row["article_stance"]["bridge"].update(label=None))
    return [("label_changed", "major", "article_stance", "a02:bridge")]


def label_filled(corpus: Path) -> Found:
    """Where there was none."""
    claim(corpus, lambda one: one.update(stance="none"), 1)
    return [("label_filled", "minor", "claims", "a01-c02"), ("label_filled", "minor", "stance", "a01-c02:bridge")]


def votes_added(corpus: Path) -> Found:
    """One for the other side: the shares of the stance row follow, the label stands."""

    def change(one: Row) -> None:
        one["votes"].append(vote("p3", "against"))
        one["label_distribution"]["stance"] = {"favor": 0.6, "against": 0.4, "none": 0.0}

    claim(corpus, change)
    return [
        ("votes_added", "minor", "claims", "a01-c01"),
        ("distribution_changed", "minor", "stance", "a01-c01:bridge"),
    ]


def votes_changed(corpus: Path) -> Found:
    """Somebody thought again."""
    claim(corpus, lambda one: one.update(votes=[vote("p1"), vote("p2", kind="policy")]))
    return [("votes_changed", "major", "claims", "a01-c01")]


def shares_changed(corpus: Path) -> Found:
    """By hand: no vote says so."""
    claim(corpus, lambda one: one["label_distribution"].update(kind={"fact": 0.5, "policy": 0.5}))
    return [("distribution_changed", "major", "claims", "a01-c01")]


def adjudicated(corpus: Path) -> Found:
    """The label stands, and who says so is new."""
    claim(corpus, lambda one: one.update(adjudicated=True, adjudicator="p9", reason="Ein Grund"))
    return [("provenance_changed", "minor", "claims", "a01-c01")]


def reason_changed(corpus: Path) -> Found:
    """Metadata of a label."""
    claim(corpus, lambda one: one.update(reason="Ein Grund"))
    return [("provenance_changed", "patch", "claims", "a01-c01")]


def span_moved(corpus: Path) -> Found:
    """Offsets of the claim, and of its stance row."""
    claim(corpus, lambda one: one.update(end=10))
    return [("span_changed", "major", "claims", "a01-c01"), ("span_changed", "major", "stance", "a01-c01:bridge")]


def actor_corrected(corpus: Path) -> Found:
    """Filled in one claim, corrected in another."""
    claim(corpus, lambda one: one.update(actor="Bo"))
    claim(corpus, lambda one: one.update(actor="Bo"), 1)
    return [
        ("text_changed", "major", "claims", "a01-c01"),
        ("text_filled", "minor", "claims", "a01-c02"),
        ("text_changed", "major", "stance", "a01-c01:bridge"),
        ("text_filled", "minor", "stance", "a01-c02:bridge"),
    ]


def claim_removed(corpus: Path) -> Found:
    """The sentence has one claim less and keeps its label."""
    edit_gold(corpus, "a01", lambda row: row["claims"].pop())
    return [
        ("claim_ids_changed", "major", "sentences", "a01-s001"),
        ("row_removed", "major", "claims", "a01-c02"),
        ("row_removed", "major", "stance", "a01-c02:bridge"),
    ]


def split_changed(corpus: Path) -> Found:
    """Once an article, not once a row."""
    rows = read_lines(corpus / "ledger.jsonl")
    rows[1]["split"] = "test" if rows[1]["split"] != "test" else "train"
    write_lines(corpus / "ledger.jsonl", rows)
    return [("split_changed", "major", None, rows[1]["article_id"])]


def metadata_changed(corpus: Path) -> Found:
    """Outlet, date, licence and agencies of one article."""
    rows = read_lines(corpus / "manifest.jsonl")
    rows[3].update(outlet="Bote", published="2025-02-01", license="CC0-1.0", agencies=["tpd"])
    write_lines(corpus / "manifest.jsonl", rows)
    return [("metadata_changed", "patch", "articles", "a03")] * 4


def taken_down(corpus: Path) -> Found:
    """With a tombstone, and nothing of it left."""
    write_lines(corpus / "tombstones.jsonl", [{"article_id": "a05", "text_sha256": None, "reason": "Ein Grund"}])
    for trace in find_traces(corpus, "a05", None):
        remove_trace(corpus, trace, "a05")
    return [("article_taken_down", "major", None, "a05")]


def description_changed(corpus: Path) -> Found:
    """Of the whole release."""
    with (corpus / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write('description = "Anders."\n')
    return [("release_changed", "patch", None, "description")]


def labels_added(corpus: Path) -> Found:
    """Behind the others: their numbers stay, and no share of a vote is another."""
    _scheme(corpus, '[[article_stances]]\nid = "discuss"\n', "\\g<0>", '[[article_stances]]\nid = "unrelated"\n')
    for id_ in ("a00", "a01", "a02", "a03"):
        edit_gold(corpus, id_, lambda row: row["article_stance"]["bridge"]["label_distribution"].update(unrelated=0.0))
    return [("scheme_changed", "patch", None, "scheme"), ("label_added", "minor", None, "unrelated")]


def labels_renumbered(corpus: Path) -> Found:
    """Turned round."""
    _scheme(corpus, '[[kinds]]\nid = "fact"\n[[kinds]]\nid = "policy"\n', "", "")
    _scheme(corpus, "[[stances]]", '[[kinds]]\nid = "policy"\n[[kinds]]\nid = "fact"\n', "[[stances]]")
    return [("scheme_changed", "patch", None, "scheme"), ("labels_renumbered", "major", None, "kinds")]


def label_renamed(corpus: Path) -> Found:
    """One goes, one comes; no row had it."""
    _scheme(corpus, 'id = "policy"', 'id = "demand"', "")
    rows = read_lines(corpus / "gold.jsonl")
    for one in (one for row in rows for one in row["claims"] if one["label_distribution"]):
        one["label_distribution"]["kind"] = {"fact": 1.0, "demand": 0.0}
    write_lines(corpus / "gold.jsonl", rows)
    return [
        ("scheme_changed", "patch", None, "scheme"),
        ("label_removed", "major", None, "policy"),
        ("label_added", "minor", None, "demand"),
    ]


def question_changed(corpus: Path) -> Found:
    """Once a target, not once a row."""
    _scheme(corpus, "Soll die Brücke gebaut werden", "Braucht es die Brücke", "")
    return [("scheme_changed", "patch", None, "scheme"), ("question_changed", "major", None, "bridge")]


def _scheme(corpus: Path, old: str, new: str, behind: str) -> None:
    path = corpus / "scheme.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    new = old if new == "\\g<0>" else new
    path.write_text(text.replace(old, new + behind, 1).replace('"1.0.0"', '"1.1.0"', 1), encoding="utf-8")


CASES: list[Callable[[Path], Found]] = [
    *(article_added, text_fixed, label_changed, label_withdrawn, label_filled, votes_added, votes_changed),
    *(shares_changed, adjudicated, reason_changed, span_moved, actor_corrected, claim_removed, split_changed),
    *(metadata_changed, taken_down, description_changed, labels_added, labels_renumbered, label_renamed),
    question_changed,
]


@pytest.mark.parametrize("plant", CASES, ids=lambda case: case.__name__)
def test_a_planted_change_is_found_and_nothing_else(folder: Path, plant: Callable[[Path], Found]) -> None:
    """Its number is forced: the one below is refused, the one that is needed is built, with the diff in it and verified."""
    corpus, dist = folder / "c", folder / "dist" / "c"
    expected = plant(corpus)
    levels = {level for _, level, _, _ in expected}
    level = next(one for one in ("major", "minor", "patch") if one in levels)
    needed = needed_version(level, "1.0.0")
    if level != "patch":
        set_version(corpus, needed_version("patch" if level == "minor" else "minor", "1.0.0"))
        with pytest.raises(ReleaseError, match=f"need version {needed} or higher") as refused:
            build_release(corpus, out=folder / "dist")
        assert len(refused.value.lines) == 1
        assert [path.name for path in dist.iterdir() if path.name != ".lock"] == ["1.0.0"]
    set_version(corpus, needed)
    built = build_release(corpus, out=folder / "dist")
    assert not built.rejected
    changes = list(diff_releases(dist / "1.0.0", built.path))
    assert keys(changes) == expected
    assert built.since == "1.0.0"
    assert built.changes is not None
    assert built.changes.counts == summarise(changes).counts
    back = list(diff_releases(built.path, dist / "1.0.0"))
    assert back
    lines = (built.path / "diffs" / "1.0.0.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line) for line in lines.splitlines()[1:-1]] == [change.to_json() for change in changes]
    for word in ("Ölmann", "Bo", "Ein Grund", "Anders", "Braucht", *(text[:20] for text in TEXTS.values())):
        assert word not in lines.replace("Bote", "")


def test_who_changed_a_label(folder: Path) -> None:
    """From what to what, by whom, and who had said otherwise."""
    corpus = folder / "c"

    def decide(one: Row) -> None:
        one.update(stance="against", adjudicated=True, adjudicator="p9", votes=[vote("p1"), vote("p2", "against")])
        one["adjudication"] = {"stance": {"label": "against"}}

    claim(corpus, decide)
    set_version(corpus, "2.0.0")
    changes = list(diff_releases(folder / "dist" / "c" / "1.0.0", build_release(corpus, out=folder / "dist").path))
    change: dict[str, Any] = next(one.to_json() for one in changes if one.type == "label_changed")
    assert (change["config"], change["id"], change["article_id"]) == ("claims", "a01-c01", "a01")
    assert (change["field"], change["from"], change["to"]) == ("stance", "favor", "against")
    assert change["by"] == {
        **{"annotator_kind": "human", "adjudicated": True, "adjudicator": "p9"},
        "votes": [
            {"annotator": "p1", "annotator_kind": "human", "label": "favor"},
            {"annotator": "p2", "annotator_kind": "human", "label": "against"},
        ],
    }
    assert change["was_by"]["adjudicated"] is False
    # Who decided is told with the label, and not once more.
    assert "provenance_changed" not in {one.type for one in changes}


def test_what_an_added_article_brings_along(folder: Path) -> None:
    """Its rows are counted."""
    corpus = folder / "c"
    article_added(corpus)
    set_version(corpus, "1.1.0")
    built = build_release(corpus, out=folder / "dist")
    (change,) = diff_releases(folder / "dist" / "c" / "1.0.0", built.path)
    assert change.details["rows"] == {"sentences": 12}
    (back,) = diff_releases(built.path, folder / "dist" / "c" / "1.0.0")
    assert (back.type, back.details["rows"]) == ("article_removed", {"sentences": 12})


def test_many_things_at_once(folder: Path) -> None:
    """All of what was planted alone, together: the same changes, in one order."""
    corpus = folder / "c"
    together = [article_added, text_fixed, metadata_changed, taken_down, label_filled, adjudicated, description_changed]
    expected = [one for plant in together for one in plant(corpus)]
    set_version(corpus, "3.0.0")
    built = build_release(corpus, out=folder / "dist")
    changes = list(diff_releases(folder / "dist" / "c" / "1.0.0", built.path))
    assert sorted(keys(changes), key=str) == sorted(expected, key=str)
    assert changes == list(diff_releases(folder / "dist" / "c" / "1.0.0", built.path))
