"""The rows of every task, out of a small release."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation.gold import write_gold
from baselines.tasks import TASKS, Data, Span, load
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from tests.baselines.small import built
from tests.make import article, claim, label_line, write_corpus, write_labels


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    """Ten articles: eight with a claim, one with none, one that nobody labelled."""
    texts = {f"a{i}": article(i) for i in range(10)}
    corpus = write_corpus(tmp_path_factory.mktemp("tasks") / "c", texts)
    lines = []
    for i, (id_, text) in enumerate(list(texts.items())[:9]):
        said = {"kind": "policy" if i % 2 else "fact", "claimant": {"start": 0, "end": 4} if i % 2 else None}
        lines.append(label_line(id_, text, [claim(5, text.index("."), **said)] if i < 8 else []))
    write_labels(corpus, lines)
    read = read_corpus(corpus)
    write_gold(read, text_facts(read)[0])
    path: Path = build_release(corpus, out=corpus.parent / "dist").path
    return {name: load(task, path) for name, task in TASKS.items()}


@pytest.mark.parametrize("name", TASKS)
def test_columns_and_labels(data: dict[str, Data], name: str) -> None:
    """Every input is there, and every label is one of the classes."""
    rows = data[name].all_rows()
    assert {"id", "article_id", "cluster_id", "outlet", "published", "text", "target", "label"} <= set(rows)
    assert set(TASKS[name].inputs) <= set(rows)
    assert rows["id"].is_unique
    for label in rows["label"]:
        labels = [label] if isinstance(label, str) else [span.label for span in label]
        assert set(labels) <= set(data[name].classes)


def test_what_nobody_labelled_is_counted(data: dict[str, Data]) -> None:
    """And an article without a claim is not one that nobody labelled."""
    assert data["claim_spans"].unlabelled == 1
    spans = data["claim_spans"].all_rows()
    assert sorted(map(len, spans["label"])) == [0] + [1] * 8
    assert data["claim_detection"].unlabelled == 12
    assert set(data["claim_detection_binary"].all_rows()["label"]) == {"none", "claim"}


def test_spans_are_offsets_of_the_text(data: dict[str, Data]) -> None:
    """Claims and claimants; none where there is none."""
    for _, row in data["claim_spans"].all_rows().iterrows():
        for span in row["label"]:
            assert row["text"][span.end] == "."
    claimants = [tuple(label) for label in data["claimant"].all_rows()["label"]]
    assert sorted(claimants) == [()] * 4 + [(Span(0, 4, "claimant"),)] * 4


def test_two_claims_at_one_place_are_one_span(tmp_path: Path) -> None:
    """Whoever finds it has found all; another kind at the same place is another span, and claimants are asked of every claim."""
    texts = {f"a{i}": article(i) for i in range(4)}
    lines = []
    for id_, text in texts.items():
        end = text.index(".")
        claims = [claim(0, end), claim(0, end, target="other", stance=None), claim(0, end, kind="policy")]
        lines.append(label_line(id_, text, claims))
    path = built(write_corpus(tmp_path / "c", texts), lines)
    for label in load(TASKS["claim_spans"], path).all_rows()["label"]:
        assert [span.label for span in label] == ["fact", "policy"]
    assert len(load(TASKS["claimant"], path).all_rows()) == 12


def test_distributions_sum_to_one(data: dict[str, Data]) -> None:
    """Where somebody voted."""
    shares = data["stance"].all_rows()["label_distribution"]
    assert len(shares) == 8
    assert all(sum(one.values()) == pytest.approx(1) for one in shares)
