"""Labels that must not be lost, mixed up or given away: what a review with fresh eyes found, and what now happens."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotation.studio.accounts import FILE, make_accounts
from annotation.studio.client import Studio
from annotation.studio.exchange import import_annotations
from annotation.studio.predictions import from_rules
from annotation.studio.project import find_projects
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.server import Server, StudioError
from annotation.studio.tasks import article_tasks
from dataset.corpus import list_rejected
from dataset.labels import read_labels
from tests.annotation.studio.conftest import token_of
from tests.annotation.studio.test_push_pull import again, annotate, choice, keys, lines, made, span
from tests.annotation.studio.test_scheme_change import changed
from tests.make import article, cli, write_corpus


def test_a_scheme_that_is_half_changed(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> None:
    """Pulling under it takes nothing out of labels/: the claims are set aside, and there again once the scheme is mended."""
    corpus, articles, facts = made(tmp_path / "c", 1)
    push_tasks(studio, corpus, articles)
    annotate(annotators[0], keys(studio, corpus)["a00"], span(0, 4), choice("stance", "favor"))
    pull_labels(studio, corpus, facts)
    before = lines(corpus)
    broken, _, _ = changed(corpus, ('[[stances]]\nid = "favor"', '[[stances]]\nid = "pro"'))
    done = pull_labels(studio, broken, facts, full=True)
    assert "'favor'" in done.rejected[0].reason
    assert lines(corpus) == before
    mended, _, _ = changed(
        corpus,
        ('[[stances]]\nid = "favor"', '[[stances]]\nid = "pro"'),
        more='\n[[renamed]]\nlist = "stances"\nfrom = "favor"\nto = "pro"\n',
    )
    assert pull_labels(studio, mended, facts).rejected == []
    (one,), rejected = read_labels(corpus.path / "labels", mended.scheme, facts)
    assert (one.claims[0].stance, rejected) == ("pro", [])


def export(studio: Studio, project: int, path: Path) -> Path:
    """Label Studio's JSON export."""
    data = studio.ask("GET", f"/api/projects/{project}/export", exportType="JSON")
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_an_annotator_who_left(tmp_path: Path, server: Server, studio: Studio) -> None:
    """Deleting the account takes no label back: what came home stays as it is, and is named."""
    make_accounts(studio, 4, tmp_path)
    email, password = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()[-1].split("\t")
    corpus, articles, facts = made(tmp_path / "c", 1)
    push_tasks(studio, corpus, articles)
    annotate(Studio(server.url, token_of(server, email, password)), keys(studio, corpus)["a00"], span(0, 4))
    pull_labels(studio, corpus, facts)
    before = lines(corpus)
    (number,) = [user["id"] for user in studio.ask("GET", "/api/users") if user["email"] == email]
    studio.ask("DELETE", f"/api/users/{number}")
    for full in (False, True):
        done = pull_labels(studio, corpus, facts, full=full)
        assert (done.deleted, "an account that was deleted" in done.rejected[0].reason) == (0, True)
        assert lines(corpus) == before


def test_pull_and_import_are_one(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> None:
    """The same annotation has the same name by either way: importing what was pulled changes nothing."""
    corpus, articles, facts = made(tmp_path / "c", 2)
    push_tasks(studio, corpus, articles)
    annotate(annotators[0], keys(studio, corpus)["a00"], span(0, 4))
    pull_labels(studio, corpus, facts)
    names = set(lines(corpus))
    project = find_projects(studio, corpus)["article"].id
    import_annotations(corpus, facts, export(studio, project, tmp_path / "e.json"))
    assert set(lines(corpus)) == names
    assert len(list((corpus.path / "labels").glob("*.jsonl"))) == 1


def test_exports_of_two_servers(tmp_path: Path) -> None:
    """Same numbers, other annotations: the second does not overwrite the first."""
    corpus, articles, facts = made(tmp_path / "c", 1)
    annotation = {"id": 1, "completed_by": 2, "result": [span(0, 4)]}
    task = {"id": 1, "project": 1, **article_tasks(corpus, articles)[0]}
    for day, end in ((1, 4), (2, 9)):
        made_then = {**annotation, "created_at": f"2026-01-0{day}T00:00:00Z", "result": [span(0, end)]}
        (tmp_path / "e.json").write_text(json.dumps([{**task, "annotations": [made_then]}]), encoding="utf-8")
        done = import_annotations(corpus, facts, tmp_path / "e.json")
    assert ["another server" in one.reason for one in done.rejected] == [True]
    (line,) = lines(corpus).values()
    assert line["claims"][0]["end"] == 4


def test_two_corpora_of_one_name(tmp_path: Path, studio: Studio) -> None:
    """The second is refused before anything of the first one's project changes."""
    corpus, articles, _ = made(tmp_path / "c", 3)
    push_tasks(studio, corpus, articles)
    before = find_projects(studio, corpus)["article"]
    other = write_corpus(tmp_path / "d" / corpus.name, {"zzz": article(50)})
    with pytest.raises(StudioError, match="another corpus of the same name"):
        push_tasks(studio, *again(other)[:2])
    assert find_projects(studio, corpus)["article"] == before


def test_blind_repeats_look_like_the_first_showing(tmp_path: Path, studio: Studio) -> None:
    """With the same suggestions."""
    text = "Titel\n\n„Die Brücke muss bald kommen und sie wird gut“, sagte Meier am Abend im Rat.\n"
    folder = write_corpus(tmp_path / tmp_path.name.replace("_", "-").lower(), {"a": text})
    with (folder / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write("[annotation]\nrepeat_share = 1.0\n")
    corpus, articles, _ = again(folder)
    done = push_tasks(studio, corpus, articles, predictions=from_rules(articles))
    assert (done.new, done.repeats, done.predictions) == (1, 1, 2)


@pytest.mark.parametrize("where", ["actor", "region", "choice"])
def test_pasted_text_stays_out_of_labels(tmp_path: Path, where: str) -> None:
    """A paragraph in the actor field, a sentence for an id or a label: named, and not stored."""
    corpus, articles, facts = made(tmp_path / "c", 1)
    text = articles[0].text[:400]
    region = text if where == "region" else "r"
    result = [span(0, 4, region), choice("stance", text if where == "choice" else "favor", region)]
    if where == "actor":
        result.append({"id": region, "from_name": "actor", "type": "textarea", "value": {"text": [text]}})
    annotation = {"id": 1, "completed_by": 2, "created_at": "2026-01-01T00:00:00Z", "result": result}
    task = {"id": 1, "project": 1, **article_tasks(corpus, articles)[0], "annotations": [annotation]}
    (tmp_path / "e.json").write_text(json.dumps([task]), encoding="utf-8")
    done = import_annotations(corpus, facts, tmp_path / "e.json")
    assert bool(done.rejected) == (where != "region")
    stored = next((corpus.path / "labels").glob("*.jsonl")).read_text(encoding="utf-8")
    assert text[100:140] not in stored
    assert '"start": 0, "end": 4' in stored


def test_the_list_stays_until_the_server_is_looked_at_again(tmp_path: Path, studio: Studio) -> None:
    """Another command does not wipe what pull set aside."""
    corpus, articles, facts = made(tmp_path / "c", 1)
    push_tasks(studio, corpus, articles)
    number = keys(studio, corpus)["a00"]
    studio.ask("POST", f"/api/tasks/{number}/drafts", body={"result": [span(0, 4)], "lead_time": 1})
    done = pull_labels(studio, corpus, facts)
    path = list_rejected(corpus.path, done.rejected, studio="label")
    list_rejected(corpus.path, [])
    assert "begun, but not submitted" in path.read_text(encoding="utf-8")
    list_rejected(corpus.path, [], studio="label")
    assert not path.exists()


def test_push_sees_a_text_that_was_edited(tmp_path: Path, studio: Studio) -> None:
    """Before people label it in vain."""
    corpus, articles, _ = made(tmp_path / "c", 1)
    push_tasks(studio, corpus, articles)
    number = keys(studio, corpus)["a00"]
    data = studio.ask("GET", f"/api/tasks/{number}")["data"]
    studio.ask("PATCH", f"/api/tasks/{number}", body={"data": {**data, "text": data["text"] + "!"}})
    assert ["edited on the server" in one.reason for one in push_tasks(studio, corpus, articles).rejected] == [True]


class _Echo(http.server.BaseHTTPRequestHandler):
    """Says what it was told; or, if so set, something that no Label Studio says."""

    says: Any = None

    def do_GET(self) -> None:
        said = self.says if self.says is not None else {"detail": f"unknown: {self.headers['Authorization']}"}
        self.send_response(200 if self.says is not None else 401)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of a server that repeats the token."""
    _Echo.says = None
    server = http.server.HTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_repeats_the_token(tmp_path: Path, echo: str) -> None:
    """It is not repeated."""
    corpus, _, _ = made(tmp_path / "c", 1)
    with pytest.raises(StudioError, match="refuses the token") as caught:
        find_projects(Studio(echo, "secretsecret1234567890"), corpus)
    assert "secretsecret" not in str(caught.value)


@pytest.mark.parametrize("says", [[], {}, {"results": 5}, {"results": ["x"]}, {"results": [{"description": 5}]}])
def test_json_of_another_server(tmp_path: Path, echo: str, says: Any) -> None:
    """One line, or a server without a project; never a bug."""
    corpus, _, _ = made(tmp_path / "c", 1)
    _Echo.says = says
    if says == {"results": [{"description": 5}]}:
        assert find_projects(Studio(echo, "t" * 40), corpus) == {}
    else:
        with pytest.raises(StudioError, match="address of a Label Studio server"):
            find_projects(Studio(echo, "t" * 40), corpus)


@pytest.mark.parametrize("url", ["http://127.0.0.1:abc", "http://[::1", "http://127.0.0.1:99999", "http://"])
def test_addresses_with_a_slip(tmp_path: Path, url: str) -> None:
    """The setting is named."""
    corpus = write_corpus(tmp_path / "c", {"a": "Ein Satz."})
    done = cli("studio", "push", corpus, env={**os.environ, "LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": "x"})
    assert (done.returncode, "LABEL_STUDIO_URL" in done.stderr) == (1, True), done.stderr


def test_a_proxy_in_the_environment(tmp_path: Path, server: Server) -> None:
    """What runs on this machine is asked directly."""
    corpus, _, _ = made(tmp_path / "c", 1)
    proxies = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    here = {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    done = cli("studio", "push", corpus.path, env={**os.environ, **proxies, **here})
    assert (done.returncode, "1 new tasks" in done.stdout) == (0, True), done.stderr
