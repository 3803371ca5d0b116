"""The commands against a server as a coordinator types them: suggestions from a file, the claim page, adjudication."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from annotation.studio.client import Studio
from annotation.studio.project import find_projects
from annotation.studio.server import Server
from tests.annotation.studio.test_push_pull import annotate, choice, keys, made, span
from tests.make import claim, cli


def test_a_file_of_predictions(tmp_path: Path, server: Server, studio: Studio) -> None:
    """Shown with their version; a line that does not fit is named, and the rest is pushed."""
    corpus, articles, _ = made(tmp_path / "c", 2)
    line = {
        "article_id": "a00",
        "text_sha256": articles[0].text_sha256,
        "model_version": "m-7",
        "claims": [claim(0, 9)],
    }
    wrong = {**line, "article_id": "a01"}
    file = tmp_path / "predictions.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in (line, wrong)), encoding="utf-8")
    done = ask(server, "push", corpus.path, "--suggest", file, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["new"], answer["predictions"], answer["rejected"]) == (1, 2, 1, 1)
    assert "predictions.jsonl:2" in done.stderr
    project = find_projects(studio, corpus)["article"]
    (shown,) = [
        prediction for task in studio.tasks(project.id, "predictions", full=True) for prediction in task["predictions"]
    ]
    assert shown["model_version"] == project.model_version == "m-7"
    assert {result["from_name"] for result in shown["result"]} >= {"span", "kind", "stance"}


def test_the_claim_page_and_adjudication(
    tmp_path: Path, server: Server, studio: Studio, annotators: list[Studio]
) -> None:
    """Two who disagree: gold, the claim page, what is open; each command says what it did and what comes next."""
    corpus, _, _ = made(tmp_path / "c", 1)
    assert ask(server, "push", corpus.path).returncode == 0
    task = keys(studio, corpus)["a00"]
    for who, kind in zip(annotators, ("fact", "policy"), strict=False):
        given = [choice("kind", kind), choice("target", "bridge"), choice("stance", "favor")]
        annotate(who, task, span(0, 9), *given)
    assert ask(server, "pull", corpus.path).returncode == 0
    early = ask(server, "push", corpus.path, "--page", "claim")
    assert (early.returncode, "run standpunkt gold" in early.stderr) == (1, True)
    assert cli("gold", corpus.path).returncode == 0
    asked = ask(server, "push", corpus.path, "--page", "claim")
    assert (asked.returncode, "1 new tasks" in asked.stdout) == (0, True), asked.stderr
    dry = ask(server, "adjudicate", corpus.path, "--dry-run")
    assert (dry.returncode, "would push: 1 open items" in dry.stdout) == (0, True), dry.stderr
    assert "adjudication" not in find_projects(studio, corpus)
    done = ask(server, "adjudicate", corpus.path)
    assert (done.returncode, "pushed: 1 open items" in done.stdout, "decide them here" in done.stdout) == (
        0,
        True,
        True,
    )
    assert set(keys(studio, corpus, "adjudication")) == {"kind@a00-c01"}


def ask(server: Server, *arguments: object) -> Any:
    """A command with the server in its environment."""
    here = {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    return cli("studio", *arguments, env={**os.environ, **here})
