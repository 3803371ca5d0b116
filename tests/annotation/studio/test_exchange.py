"""Tasks out and labels in by file, through a real server: what went in comes out, and what is doubtful is named."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotation.studio.convert import from_results, to_results
from annotation.studio.exchange import export_tasks, import_annotations
from annotation.studio.interface import article_page, claim_page
from annotation.studio.server import Server
from annotation.studio.tasks import article_tasks
from dataset.build import read_articles
from dataset.corpus import Corpus, read_corpus
from dataset.errors import CorpusError, SchemeError
from dataset.labels import Facts, read_labels
from dataset.prepare import Prepared
from dataset.records.labels import Annotation
from dataset.scheme import read_scheme
from tests.annotation.studio.conftest import Call
from tests.make import SCHEME, cli, snapshot, write_corpus

# Everything that has ever moved an offset.
MESSY = "Erste Zeile 👩‍🚒 sagt: „Größe“ und »Maß«.\r\n\r\nTab\there, fest\u00a0verbunden, zerlegt: u\u0308ber ‚uns‘ und 🚡 hinweg.\r\n"


def plain(annotation: Annotation) -> tuple[Any, ...]:
    """What an annotation says, apart from who made it and when."""
    claims = sorted(
        (one.span, one.claimant, one.actor, one.kind, one.target, one.stance, one.unclear) for one in annotation.claims
    )
    return annotation.article_id, [tuple(map(str, one)) for one in claims], annotation.article_stance


def prepared(path: Path, texts: Path | None = None) -> tuple[Corpus, list[Prepared], dict[str, Facts]]:
    """A corpus with its articles."""
    corpus = read_corpus(path, texts)
    articles, _ = read_articles(corpus)
    return corpus, articles, {one.source.id: one.facts for one in articles}


def through_server(call: Call, corpus: Corpus, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Import tasks with annotations into a new project, and export it."""
    project = call("POST", "/api/projects", {"title": "exchange", "label_config": article_page(corpus.scheme)})["id"]
    call("POST", f"/api/projects/{project}/import", tasks)
    exported: list[dict[str, Any]] = call("GET", f"/api/projects/{project}/export?exportType=JSON")
    return exported


def test_the_passes_of_the_seeds_come_back(root: Path, shared: Path, tmp_path: Path, call: Call) -> None:
    """Each of the three into a project of its own, out by export, in by import: equal in everything."""
    corpus, articles, facts = prepared(root / "seeds" / "nordkorea-2024", shared / "seeds")
    annotations, _ = read_labels(corpus.path / "labels", corpus.scheme, facts)
    tasks = {task["data"]["key"]: task for task in article_tasks(corpus, articles)}
    copied = write_corpus(tmp_path / "c", {})
    for name in ("pass-1", "pass-2", "pass-3"):
        went_in = [one for one in annotations if one.annotator == name]
        filled = []
        for one in went_in:
            results = to_results(tasks[one.article_id]["data"]["text"], one.claims, one.article_stance)
            filled.append({**tasks[one.article_id], "annotations": [{"result": results}]})
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(through_server(call, corpus, filled)), encoding="utf-8")
        target = replace(corpus, path=copied)
        done = import_annotations(target, facts, file, annotator_kind="model")
        assert (done.annotations, done.rejected) == (5, [])
        came_out, rejected = read_labels(copied / "labels", corpus.scheme, facts)
        assert not rejected
        assert sorted(map(plain, came_out), key=str) == sorted(map(plain, went_in), key=str)
        assert {one.annotator_kind for one in came_out} == {"model"}
        raw = "".join(path.read_text(encoding="utf-8") for path in (copied / "labels").iterdir())
        assert articles[0].text[50:90] not in raw
        for path in (copied / "labels").iterdir():
            path.unlink()


def test_every_offset_survives_the_server(tmp_path: Path, call: Call) -> None:
    """A span on every single character of a text with all that is difficult."""
    folder = write_corpus(tmp_path / "c", {"messy": MESSY})
    corpus, articles, facts = prepared(folder)
    text = articles[0].text
    marked = [
        {"id": f"r{i}", "from_name": "span", "to_name": "text", "type": "labels"}
        | {"value": {"start": i, "end": i + 1, "text": text[i], "labels": ["claim"]}}
        for i in range(len(text))
    ]
    exported = through_server(
        call, corpus, [{**article_tasks(corpus, articles)[0], "annotations": [{"result": marked}]}]
    )
    found = from_results(exported[0]["annotations"][0]["result"], corpus.scheme, facts["messy"])
    assert found.problems == []
    assert exported[0]["data"]["text"] == text
    assert [(one.start, one.end) for one in found.claims] == [(i, i + 1) for i in range(len(text))]


def test_the_server_takes_both_pages(root: Path, call: Call) -> None:
    """Stable values behind German names, for both corpora."""
    for name in ("sample", "nordkorea-2024"):
        scheme = read_scheme(root / "seeds" / name / "scheme.toml")
        for page in (article_page(scheme), claim_page(scheme)):
            parsed = call("POST", "/api/projects", {"title": "pages", "label_config": page})["parsed_label_config"]
            assert parsed["stance"]["labels"] == scheme.stance_ids
            assert parsed["stance"]["labels_attrs"]["favor"]["value"] == "dafür"


def test_files_for_a_server_out_of_reach(tmp_path: Path) -> None:
    """Interface and tasks in a folder; called again, only what is new, under the same server's name."""
    corpus, articles, _ = prepared(write_corpus(tmp_path / "c", {"a": "Ein Satz steht hier. Noch einer."}))
    assert export_tasks(corpus, articles, tmp_path / "out") == {"tasks.json": 1}
    assert set(snapshot(tmp_path / "out")) == {"article-page.xml", "claim-page.xml", "tasks.json"}
    task = json.loads((tmp_path / "out" / "tasks.json").read_text(encoding="utf-8"))[0]["data"]
    assert (task["key"], task["text_sha256"]) == ("a", articles[0].text_sha256)
    (corpus.path / "articles" / "b.txt").write_text("Ein dritter Satz.", encoding="utf-8")
    corpus, articles, _ = prepared(corpus.path)
    assert export_tasks(corpus, articles, tmp_path / "out") == {"tasks-2.json": 1}
    (new,) = json.loads((tmp_path / "out" / "tasks-2.json").read_text(encoding="utf-8"))
    assert (new["data"]["key"], new["data"]["server"]) == ("b", task["server"])
    assert export_tasks(corpus, articles, tmp_path / "out") == {}
    # A text that changed is labelled anew; and where a file was imported and removed, no other is written over.
    (corpus.path / "articles" / "b.txt").write_text("Ein anderer Satz.", encoding="utf-8")
    corpus, articles, _ = prepared(corpus.path)
    (tmp_path / "out" / "tasks.json").rename(tmp_path / "imported.json")
    before = (tmp_path / "out" / "tasks-2.json").read_bytes()
    assert export_tasks(corpus, articles, tmp_path / "out") == {"tasks.json": 2}
    assert (tmp_path / "out" / "tasks-2.json").read_bytes() == before
    anew = json.loads((tmp_path / "out" / "tasks.json").read_bytes())
    assert {one["data"]["server"] for one in anew} == {task["server"]}
    (tmp_path / "out" / "tasks.json").write_text("[{}]", encoding="utf-8")
    with pytest.raises(CorpusError, match="another folder"):
        export_tasks(corpus, articles, tmp_path / "out")


TEXT = "Die Brücke komme bald, sagte Meier. Alle nickten."


def exported_task(corpus: Corpus, articles: list[Prepared]) -> dict[str, Any]:
    """What Label Studio exports of one task with one good annotation."""
    span = {"id": "x", "from_name": "span", "to_name": "text", "type": "labels"}
    kind = {"id": "x", "from_name": "kind", "to_name": "text", "type": "choices"}
    value = {"start": 0, "end": 21, "text": TEXT[:21]}
    result = [span | {"value": value | {"labels": ["claim"]}}, kind | {"value": value | {"choices": ["fact"]}}]
    annotation = {"id": 7, "completed_by": 3, "updated_by": None, "was_cancelled": False, "result": result}
    return {"id": 1, "project": 5, **article_tasks(corpus, articles)[0], "annotations": [annotation]}


@pytest.mark.parametrize(
    ("change", "reason", "kept"),
    [
        (lambda task: task["annotations"][0].update(updated_by=9), "studio-9 changed it", 0),
        (lambda task: task["annotations"].append(copy.deepcopy(task["annotations"][0])), "2 times", 0),
        (lambda task: task["annotations"][0].update(completed_by=None), "nobody is named", 0),
        (lambda task: task["data"].update(text="Anderer Text."), "not the article's", 0),
        (lambda task: task["data"].update(key="zzz"), "no article", 0),
        (lambda task: task["annotations"][0]["result"][0]["value"].update(end=10**6), "out of bounds", 0),
        (lambda task: task["annotations"][0]["result"][0]["value"].update(end=10**6, text=""), "out of bounds", 1),
        (lambda task: task["annotations"][0]["result"][1]["value"].update(choices=["rumour"]), "'rumour'", 1),
        (lambda task: task["annotations"][0]["result"][0]["value"].update(labels=["moon"]), "'moon'", 1),
        (lambda task: task["annotations"][0]["result"].append({"type": "relation"}), "not of the page", 1),
        (lambda task: task["annotations"][0]["result"].append("x"), "not of the page", 1),
        (lambda task: task["annotations"][0]["result"][1].update(from_name=[3]), "not of the page", 1),
        (lambda task: (task.update(predictions=3), task["annotations"][0]["result"].append("x")), "not of the page", 1),
        (lambda task: task["annotations"][0].update(result=None), "no result list", 0),
    ],
)
def test_what_is_doubtful_is_set_aside(tmp_path: Path, change: Any, reason: str, kept: int) -> None:
    """With its reason; the annotation stays where only a part of it is doubtful."""
    corpus, articles, facts = prepared(write_corpus(tmp_path / "c", {"a": TEXT}))
    task = exported_task(corpus, articles)
    change(task)
    file = tmp_path / "export.json"
    file.write_text(json.dumps([task]), encoding="utf-8")
    done = import_annotations(corpus, facts, file)
    assert any(reason in one.reason for one in done.rejected), done.rejected
    assert done.annotations == kept


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    """An edit replaces its line, a skip is recorded, and what stood in labels/ stays."""
    corpus, articles, facts = prepared(write_corpus(tmp_path / "c", {"a": TEXT}))
    file, task = tmp_path / "export.json", exported_task(corpus, articles)
    file.write_text(json.dumps([task]), encoding="utf-8")
    assert import_annotations(corpus, facts, file).annotations == 1
    before = snapshot(corpus.path)
    again = import_annotations(corpus, facts, file)
    assert (again.annotations, again.unchanged) == (0, 1)
    assert snapshot(corpus.path) == before
    task["annotations"][0].update(was_cancelled=True, updated_at="2026-01-01T00:00:00Z")
    file.write_text(json.dumps([task]), encoding="utf-8")
    done = import_annotations(corpus, facts, file)
    assert (done.annotations, done.skipped) == (1, 1)
    kept, _ = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert [(one.annotator, one.annotator_kind, one.status) for one in kept] == [("studio-3", "human", "skipped")]


def test_the_commands(tmp_path: Path) -> None:
    """Out, and home again; the raw export stays in .raw/."""
    folder = write_corpus(tmp_path / "c", {"a": TEXT})
    out = cli("studio", "export", folder, "--out", tmp_path / "out")
    assert (out.returncode, "1 tasks" in out.stdout) == (0, True), out.stderr
    corpus, articles, _ = prepared(folder)
    file = tmp_path / "export.json"
    file.write_text(json.dumps([exported_task(corpus, articles)]), encoding="utf-8")
    home = cli("studio", "import", folder, file, "--annotator-kind", "model", "--json")
    assert (home.returncode, json.loads(home.stdout)["annotations"]) == (0, 1), home.stderr
    assert len(list((folder / ".raw").glob("import-*.json"))) == 1
    assert '"annotator_kind": "model"' in (folder / "labels" / "studio-3.jsonl").read_text(encoding="utf-8")
    assert cli("studio", "import", folder, tmp_path / "nowhere.json").returncode == 1
    assert cli("studio", "import", folder, file, "--annotator-kind", "robot").returncode == 2


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}', '[{"data": {}}]', '["\\ud800"]'])
def test_a_file_that_is_no_export(tmp_path: Path, text: str) -> None:
    """One line that says which format to export."""
    corpus, _, facts = prepared(write_corpus(tmp_path / "c", {"a": TEXT}))
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="format JSON"):
        import_annotations(corpus, facts, tmp_path / "x.json")


def test_hotkeys_of_the_page_are_taken(tmp_path: Path) -> None:
    """A scheme that uses one of them is told so."""
    folder = write_corpus(
        tmp_path / "c", {"a": TEXT}, scheme=SCHEME.replace('id = "fact"', 'id = "fact"\nhotkey = "c"')
    )
    with pytest.raises(SchemeError, match="hotkey 'c'"):
        article_page(read_corpus(folder).scheme)


def test_no_secret_is_shown(server: Server) -> None:
    """Neither token nor password stands in what a log would print."""
    assert server.token not in repr(server)
    assert server.password not in repr(server)
