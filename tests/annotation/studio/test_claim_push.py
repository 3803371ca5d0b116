"""Gold claims that the claim page cannot show, and suggestions of several model versions: named, counted, kept apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation.studio.client import Studio
from annotation.studio.predictions import from_file
from annotation.studio.project import find_projects
from annotation.studio.push import push_tasks
from annotation.studio.tasks import claim_tasks, gold_claims
from dataset.errors import CorpusError
from dataset.gold import read_gold
from tests.annotation.studio.test_push_pull import Made, again, made
from tests.make import cli, write_corpus


def gold_row(made: Made, article: str, *targets: str | None, **other: Any) -> dict[str, Any]:
    """A line of gold with one claim per target."""
    facts = made[2][article]
    claims = [
        {"id": f"{article}-c{i:02d}", "start": i, "end": i + 3, "claimant": None, "kind": "fact", "target": target}
        for i, target in enumerate(targets, 1)
    ]
    row = {"article_id": article, "text_sha256": facts.text_sha256, "annotators": ["x"], "annotator_kind": "human"}
    return {**row, "guidelines_version": "1.1.0", "claims": claims, "article_stance": {}, **other}


def write_gold(made: Made, *rows: dict[str, Any]) -> None:
    """``gold.jsonl``."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (made[0].path / "gold.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def small(tmp_path: Path) -> Made:
    """Two articles."""
    return again(write_corpus(tmp_path / "c", {name: f"Ein Satz in {name}. Noch einer." for name in ("a", "b")}))


def test_claims_that_cannot_be_shown(small: Made) -> None:
    """Without a target: rejected by name; a target without a question: listed; broken or of an unknown article: rejected."""
    broken = gold_row(small, "b", "bridge", "bridge")
    broken["claims"][1]["end"] = 10**6
    write_gold(
        small,
        gold_row(small, "a", "bridge", None, "other", "bridge", None),
        broken,
        {**broken, "article_id": "z", "claims": [{}]},
    )
    found = gold_claims(small[0], small[1])
    assert (found.number, found.shown, found.unasked) == (8, 3, ["a-c03"])
    assert [(one.id, one.file, one.line) for one in found.rejected if "adjudicate" in one.reason] == [
        ("a-c02", "gold.jsonl", 1),
        ("a-c05", "gold.jsonl", 1),
    ]
    assert {one.id for one in found.rejected} >= {"a-c02", "a-c05", "b-c02"}
    assert len(claim_tasks(small[0], small[1], found.rows)) == found.shown


@pytest.mark.parametrize("where", ["one line", "two lines", "two lines of one article"])
def test_equal_claim_ids(small: Made, where: str) -> None:
    """Refused by name: an answer would count for the wrong claim."""
    first, second = gold_row(small, "a", "bridge", "bridge"), gold_row(small, "b", "bridge")
    if where == "one line":
        first["claims"][1]["id"] = "a-c01"
    elif where == "two lines":
        second["claims"][0]["id"] = "a-c01"
    write_gold(small, first, second, *([first] if where.endswith("article") else []))
    with pytest.raises(CorpusError, match="claim id 'a-c01'") as raised:
        gold_claims(small[0], small[1])
    assert f"{small[0].path / 'gold.jsonl'}:" in str(raised.value)


def test_the_sample(sample: Path) -> None:
    """Every claim of the corpus that we ship is shown or counted."""
    corpus, articles, facts = again(sample)
    found = gold_claims(corpus, articles)
    claims = [
        claim for row in read_gold(corpus.path / "gold.jsonl", corpus.scheme, facts)[0].values() for claim in row.claims
    ]
    assert (found.number, found.rejected) == (len(claims), [])
    assert (found.shown, len(found.unasked)) == (found.number - 29, 29)


def test_suggestions_for_the_claim_page(small: Made) -> None:
    """A wrong call, named by its option before any server is asked."""
    done = cli("studio", "push", small[0].path, "--page", "claim", "--suggest", "rules")
    assert (done.returncode, "--suggest" in done.stderr, "--page claim" in done.stderr) == (2, True, True), done.stderr


def test_the_claim_page_on_a_server(tmp_path: Path, studio: Studio) -> None:
    """Pushed and skipped claims add up; equal ids leave the server as it was."""
    corpus, articles, facts = made(tmp_path / "c", 2)
    write_gold((corpus, articles, facts), gold_row((corpus, articles, facts), "a00", "bridge", None, "other"))
    done = push_tasks(studio, corpus, articles, page="claim")
    assert (done.new, done.claims, done.not_shown, done.unasked) == (1, 3, 2, ["a00-c03"])
    assert [one.id for one in done.rejected] == ["a00-c02"]
    row = gold_row((corpus, articles, facts), "a01", "bridge", "bridge")
    row["claims"][1]["id"] = "a01-c01"
    write_gold((corpus, articles, facts), row)
    with pytest.raises(CorpusError, match="nothing was pushed"):
        push_tasks(studio, corpus, articles, page="claim")
    assert find_projects(studio, corpus)["claim"].tasks == 1


def test_several_model_versions(tmp_path: Path, studio: Studio) -> None:
    """Each is attached under its own name, annotators see one of them, and a later version is added to the earlier ones."""
    corpus, articles, _ = made(tmp_path / "c", 2)
    file = tmp_path / "suggestions.jsonl"

    def push(*pairs: tuple[str, str]) -> Any:
        facts = {article.source.id: article.text_sha256 for article in articles}
        rows = [
            {"article_id": id_, "text_sha256": facts[id_], "model_version": version, "claims": [{"start": 0, "end": 4}]}
            for id_, version in pairs
        ]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        predictions, rejected = from_file(corpus, articles, file)
        assert rejected == []
        return push_tasks(studio, corpus, articles, predictions=predictions)

    def there() -> dict[str, list[str]]:
        project = find_projects(studio, corpus)["article"].id
        tasks = studio.tasks(project, "data,predictions", full=True)
        return {task["data"]["key"]: sorted(one["model_version"] for one in task["predictions"]) for task in tasks}

    done = push(("a00", "m,1"), ("a00", "m-2"), ("a01", "m-2"))
    assert (done.new, done.predictions, done.shown) == (2, 3, "m,1")
    assert there() == {"a00": ["m,1", "m-2"], "a01": ["m-2"]}
    assert find_projects(studio, corpus)["article"].model_version == "m,1"
    assert push(("a00", "m,1"), ("a00", "m-2"), ("a01", "m-2")).predictions == 0
    done = push(("a00", "m-3"), ("a01", "m,1"), ("a01", "m-2"))
    assert (done.predictions, done.shown) == (2, "m,1")
    assert there() == {"a00": ["m,1", "m-2", "m-3"], "a01": ["m,1", "m-2"]}
    assert push(("a00", "m-3")).predictions == 0
    assert find_projects(studio, corpus)["article"].model_version == "m-3"
