"""Gold: majority, ties, medoids, ids that stay, people before models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation.agreement import agreement_report
from annotation.gold import Summary, write_gold
from annotation.items import majority
from dataset.build import text_facts
from dataset.corpus import read_corpus
from dataset.errors import CorpusError
from dataset.labels import LAYERS, read_labels
from dataset.records.record import plain
from tests.make import article, claim, label_line, write_corpus, write_labels

TEXT = article(1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One article."""
    return write_corpus(tmp_path / "c", {"a": TEXT})


def gold(corpus: Path, lines: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], Summary]:
    """gold.jsonl from these label lines."""
    write_labels(corpus, lines)
    read = read_corpus(corpus)
    facts, _ = text_facts(read)
    summary = write_gold(read, facts)
    return [json.loads(line) for line in (corpus / "gold.jsonl").read_text(encoding="utf-8").splitlines()], summary


def test_majority_and_distribution() -> None:
    """Ties and silence are open."""
    assert majority(["a", "b", "a"]) == "a"
    assert majority(["a", "b"]) is None
    assert majority([]) is None


def test_a_span_needs_more_than_half(corpus: Path) -> None:
    """Two of three are enough, two of four are not."""
    marked = [label_line("a", TEXT, [claim(0, 20)], f"a{i}") for i in range(2)]
    silent = [label_line("a", TEXT, [], f"b{i}") for i in range(2)]
    assert len(gold(corpus, marked + silent[:1])[0][0]["claims"]) == 1
    assert gold(corpus, marked + silent)[0][0]["claims"] == []


def test_boundaries_and_labels(corpus: Path) -> None:
    """Medoid span, majority kind, tied stance open, all votes kept."""
    rows, summary = gold(
        corpus,
        [
            label_line("a", TEXT, [claim(0, 20, stance="favor")], "x"),
            label_line("a", TEXT, [claim(0, 22, stance="against", kind="policy")], "y"),
            label_line("a", TEXT, [claim(0, 30, stance="none")], "z"),
        ],
    )
    found = rows[0]["claims"][0]
    assert (found["start"], found["end"], found["kind"], found["stance"]) == (0, 22, "fact", None)
    assert found["label_distribution"]["stance"] == pytest.approx({"favor": 1 / 3, "against": 1 / 3, "none": 1 / 3})
    assert [vote["annotator"] for vote in found["votes"]] == ["x", "y", "z"]
    assert summary.undecided == 1
    assert summary.silver


def test_people_outvote_models(corpus: Path) -> None:
    """One person's labels are gold where two models disagree with them."""
    rows, summary = gold(
        corpus,
        [
            label_line("a", TEXT, [claim(0, 20, kind="fact")], "m1"),
            label_line("a", TEXT, [claim(0, 20, kind="fact")], "m2"),
            label_line("a", TEXT, [claim(0, 20, kind="policy")], "p", annotator_kind="human"),
        ],
    )
    assert rows[0]["annotator_kind"] == "human"
    assert rows[0]["claims"][0]["kind"] == "policy"
    assert not summary.silver


def test_ids_stay_with_their_claims(corpus: Path) -> None:
    """A moved boundary keeps its id, a claim that comes back too; the number of one that is gone is given to no other."""
    rows, _ = gold(corpus, [label_line("a", TEXT, [claim(0, 20), claim(30, 50), claim(60, 80)])])
    assert [one["id"] for one in rows[0]["claims"]] == ["a-c01", "a-c02", "a-c03"]
    rows, _ = gold(corpus, [label_line("a", TEXT, [claim(0, 22), claim(30, 50)])])
    assert [one["id"] for one in rows[0]["claims"]] == ["a-c01", "a-c02"]
    rows, _ = gold(corpus, [label_line("a", TEXT, [claim(0, 22), claim(30, 50), claim(72, 89), claim(90, 99)])])
    assert [one["id"] for one in rows[0]["claims"]] == ["a-c01", "a-c02", "a-c04", "a-c05"]
    gold(corpus, [label_line("a", TEXT, [], status="skipped")])
    rows, _ = gold(corpus, [label_line("a", TEXT, [claim(0, 22), claim(60, 80), claim(90, 99)])])
    assert [one["id"] for one in rows[0]["claims"]] == ["a-c01", "a-c03", "a-c05"]
    rows, _ = gold(corpus, [label_line("a", TEXT, [claim(0, 22)])])
    rows, _ = gold(corpus, [label_line("a", TEXT, [claim(0, 22), claim(40, 60), claim(90, 99)])])
    assert [one["id"] for one in rows[0]["claims"]] == ["a-c01", "a-c06", "a-c05"]


def test_skipped_and_repeated_work_makes_no_gold(corpus: Path) -> None:
    """Neither a skip nor a blind repeat."""
    rows, _ = gold(
        corpus,
        [
            label_line("a", TEXT, [claim(0, 20)], "x", status="skipped"),
            label_line("a#2", TEXT, [claim(0, 20)], "y"),
        ],
    )
    assert rows == []


def test_an_empty_annotation_is_work_too(corpus: Path) -> None:
    """An article without claims has gold without claims."""
    rows, _ = gold(corpus, [label_line("a", TEXT, [])])
    assert rows[0]["claims"] == []
    assert rows[0]["article_stance"]["bridge"]["label"] == "discuss"


def test_the_three_passes_of_the_seeds(root: Path) -> None:
    """The agreement published with them, to three digits."""
    report = json.loads((root / "seeds" / "nordkorea-2024" / "agreement.json").read_text(encoding="utf-8"))
    assert report["silver"] is True
    read = read_corpus(root / "seeds" / "nordkorea-2024")
    facts, _ = text_facts(read)
    annotations, rejected = read_labels(read.path / "labels", read.scheme, facts)
    assert not rejected
    made = plain(agreement_report(read.scheme, annotations, {id_: known.length for id_, known in facts.items()}))
    pairs = made["pairs"]
    found = [
        [
            round(pair["span_f1"], 3),
            round(pair["span_f1_exact"], 3),
            *(round(pair["kappa"][layer], 3) for layer in LAYERS),
        ]
        for pair in pairs.values()
    ]
    assert found == [
        [0.974, 0.803, 0.905, 0.847, 0.891],
        [0.975, 0.814, 0.986, 0.986, 0.959],
        [0.992, 0.958, 0.894, 0.866, 0.933],
    ]
    assert report["pairs"] == pairs
    assert report["alpha"] == made["alpha"]


def test_stances_count_toward_their_target(corpus: Path) -> None:
    """Two for the bridge, one in favour and one against: open, whatever the one who meant another target thought."""
    rows, _ = gold(
        corpus,
        [
            label_line("a", TEXT, [claim(0, 20, stance="favor")], "x"),
            label_line("a", TEXT, [claim(0, 20, stance="against")], "y"),
            label_line("a", TEXT, [claim(0, 20, target="other", stance="against")], "z"),
        ],
    )
    found = rows[0]["claims"][0]
    assert (found["target"], found["stance"]) == ("bridge", None)
    assert found["label_distribution"]["stance"] == {"favor": 0.5, "against": 0.5, "none": 0.0}


def test_a_claim_set_aside_is_no_absence(corpus: Path) -> None:
    """Its sentence is not "none", it is unknown."""
    from dataset.build import build_release

    end = TEXT.index(".")
    gold(corpus, [label_line("a", TEXT, [claim(0, end, kind="rumour")])])
    built = build_release(corpus, out=corpus.parent / "dist")
    labels = [row["claim"] for row in built.facts.of("sentences")]
    assert labels[0] is None
    assert set(labels[1:]) == {"none"}


def test_gold_edited_by_hand_is_kept(corpus: Path) -> None:
    """Until somebody says --replace; and numbers given by hand are not given again."""
    line = label_line("a", TEXT, [claim(0, 20)])
    gold(corpus, [line])
    path = corpus / "gold.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    row["claims"].append({**row["claims"][0], "id": "a-c07", "start": 30, "end": 50})
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="edited by hand"):
        gold(corpus, [line, label_line("a", TEXT, [claim(60, 80)], "b")])
    read = read_corpus(corpus)
    write_labels(corpus, [label_line("a", TEXT, [claim(0, 20), claim(60, 80)])])
    write_gold(read, text_facts(read)[0], replace=True)
    found = json.loads(path.read_text(encoding="utf-8"))["claims"]
    assert [one["id"] for one in found] == ["a-c01", "a-c08"]


def test_an_id_given_back_by_hand_is_given_once(corpus: Path) -> None:
    """Somebody gives the id of a claim that is gone to another: the claim that comes back gets a new one."""
    gold(corpus, [label_line("a", TEXT, [claim(0, 20), claim(30, 50)])])
    gold(corpus, [label_line("a", TEXT, [claim(0, 20)])])
    path = corpus / "gold.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("a-c01", "a-c02"), encoding="utf-8")
    write_labels(corpus, [label_line("a", TEXT, [claim(0, 20), claim(30, 50)])])
    read = read_corpus(corpus)
    summary = write_gold(read, text_facts(read)[0], replace=True)
    assert [one.id for one in summary.rows[0].claims] == ["a-c02", "a-c03"]


def test_no_labels_leave_gold_alone(corpus: Path) -> None:
    """Nothing is overwritten by nothing."""
    gold(corpus, [label_line("a", TEXT, [claim(0, 20)])])
    before = (corpus / "gold.jsonl").read_bytes()
    (corpus / "labels" / "a1.jsonl").unlink()
    with pytest.raises(CorpusError, match="no labels"):
        write_gold(read_corpus(corpus), {})
    assert (corpus / "gold.jsonl").read_bytes() == before


def test_no_target_no_stance(corpus: Path) -> None:
    """Three targets for three annotators: neither target nor stance."""
    rows, _ = gold(
        corpus,
        [
            label_line("a", TEXT, [claim(0, 20, target="bridge")], "x"),
            label_line("a", TEXT, [claim(0, 20, target="other")], "y"),
            label_line("a", TEXT, [claim(0, 20, target=None)], "z"),
        ],
    )
    assert (rows[0]["claims"][0]["target"], rows[0]["claims"][0]["stance"]) == (None, None)


def test_half_a_majority_is_undecided(corpus: Path) -> None:
    """One of two sees a claim, or both see different ones: no claim, and no "none" either; one of three is outvoted."""
    far = [label_line("a", TEXT, [claim(0, 20)], "x"), label_line("a", TEXT, [claim(15, 60)], "y")]
    assert gold(corpus, far)[0][0]["lost"] == [{"start": 0, "end": 20}, {"start": 15, "end": 60}]
    half = [label_line("a", TEXT, [claim(0, 20)], "x"), label_line("a", TEXT, [], "y")]
    assert gold(corpus, half)[0][0]["lost"] == [{"start": 0, "end": 20}]
    assert gold(corpus, [*half, label_line("a", TEXT, [], "z")])[0][0]["lost"] == []


@pytest.mark.parametrize(
    "report",
    ["[]", "null", "{", '{"claims_numbered": 3}', '{"claims_numbered": {"a": "x"}}', '{"claims_numbered": {"a": -7}}'],
)
def test_a_broken_report_is_no_crash(corpus: Path, report: str) -> None:
    """A line that says so, and --replace as the way out."""
    line = label_line("a", TEXT, [claim(0, 20)])
    gold(corpus, [line])
    (corpus / "agreement.json").write_text(report, encoding="utf-8")
    (corpus / "gold.jsonl").write_text(
        '{"article_id": "a", "claims": [3, {"id": "a-c04", "start": "x"}]}\n{\n', encoding="utf-8"
    )
    with pytest.raises(CorpusError):
        gold(corpus, [line])
    read = read_corpus(corpus)
    assert write_gold(read, text_facts(read)[0], replace=True).claims == 1


@pytest.mark.parametrize(
    "earlier",
    [
        {"start": 10**30, "end": 10**31},
        {"start": 9, "end": 9},
        {"start": 9, "end": 2},
        {"id": "a-c" + "9" * 5000},
        {"votes": [3, {"kind": []}]},
    ],
)
def test_impossible_claims_of_earlier_gold_carry_nothing_on(corpus: Path, earlier: dict[str, Any]) -> None:
    """Places and numbers that no gold has: gold is made all the same."""
    line = label_line("a", TEXT, [claim(0, 20)])
    gold(corpus, [line])
    row = json.loads((corpus / "gold.jsonl").read_text(encoding="utf-8"))
    row["claims"][0] |= earlier
    (corpus / "gold.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    read = read_corpus(corpus)
    summary = write_gold(read, text_facts(read)[0], replace=True)
    assert [(one.start, one.end) for one in summary.rows[0].claims] == [(0, 20)]
    assert summary.rows[0].claims[0].id in ("a-c01", "a-c02")
