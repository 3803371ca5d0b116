"""Connections: both kinds of tokens, and every way in which there is no server behind an address."""

from __future__ import annotations

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation.studio.client import Studio
from annotation.studio.project import find_projects
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.server import Server, StudioError
from tests.annotation.studio.test_push_pull import annotate, keys, made, span
from tests.make import cli, write_corpus


def test_a_personal_token(tmp_path: Path, server: Server, studio: Studio) -> None:
    """It is exchanged for short-lived ones; a wrong one is refused in one line that does not repeat it."""
    personal = studio.ask("POST", "/api/token/", body={})["token"]
    corpus, articles, _ = made(tmp_path / "c", 1)
    assert push_tasks(Studio(server.url, personal), corpus, articles).new == 1
    for wrong in (personal[:-4] + "AAAA", "0" * 40):
        with pytest.raises(StudioError, match="refuses the token") as caught:
            find_projects(Studio(server.url, wrong), corpus)
        assert wrong not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "token", "said"),
    [
        ("ftp://x", "t" * 40, "LABEL_STUDIO_URL"),
        ("http://name:secret@127.0.0.1", "t" * 40, "without a name or a password"),
        ("http://127.0.0.1/projects/1/data?labeling=1", "t" * 40, "what follows it in a link"),
        ("http://127.0.0.1", "two\nlines", "not a token"),
        ("http://127.0.0.1", " ", "not a token"),
    ],
)
def test_addresses_and_tokens_that_are_none(url: str, token: str, said: str) -> None:
    """Neither is repeated: it may hold a secret."""
    with pytest.raises(StudioError, match=said) as caught:
        Studio(url, token)
    assert "secret" not in str(caught.value)
    assert not token.strip() or token not in str(caught.value)


def test_nobody_there(tmp_path: Path) -> None:
    """No server at the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    corpus, _, _ = made(tmp_path / "c", 1)
    with pytest.raises(StudioError, match="does not answer"):
        find_projects(Studio(f"http://127.0.0.1:{port}", "t" * 40), corpus)


class _Stranger(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "moved" in self.server.__dict__:
            self.send_response(301)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        self.send_response(404 if "lost" in self.server.__dict__ else 200)
        self.end_headers()
        self.wfile.write(b"<html>Welcome</html>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[http.server.HTTPServer]:
    """Some other web server."""
    server = http.server.HTTPServer(("127.0.0.1", 0), _Stranger)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_server_there(stranger: http.server.HTTPServer, tmp_path: Path) -> None:
    """One that is no Label Studio, one that redirects: the token is sent nowhere else."""
    corpus, _, _ = made(tmp_path / "c", 1)
    address = f"http://127.0.0.1:{stranger.server_port}"
    with pytest.raises(StudioError, match="no JSON"):
        find_projects(Studio(address, "t" * 40), corpus)
    stranger.__dict__["lost"] = True
    with pytest.raises(StudioError, match="without that of a page on it"):
        find_projects(Studio(f"{address}/projects/1", "t" * 40), corpus)
    stranger.__dict__["moved"] = True
    with pytest.raises(StudioError, match="redirects"):
        find_projects(Studio(address, "t" * 40), corpus)


def test_no_server_named(tmp_path: Path) -> None:
    """What to do is said; half a setting is named."""
    folder = write_corpus(tmp_path / "c", {"a": "Ein Satz."})
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LABEL_STUDIO")}
    for command in ("push", "pull"):
        done = cli("studio", command, folder, env=clean)
        assert (done.returncode, "studio serve" in done.stderr, len(done.stderr.splitlines())) == (1, True, 1)
        mistyped = cli("studio", command, folder.with_name("cc"), env=clean)
        assert (mistyped.returncode, "no such corpus folder" in mistyped.stderr) == (1, True)
        done = cli("studio", command, folder, env={**clean, "LABEL_STUDIO_URL": "http://127.0.0.1:1"})
        assert (done.returncode, "LABEL_STUDIO_API_KEY is not set" in done.stderr) == (1, True)


def test_secrets_stay_where_they_are(tmp_path: Path, server: Server, studio: Studio, accounts: dict[str, str]) -> None:
    """No token and no password in tasks, labels, raw annotations, or in what commands print."""
    corpus, articles, facts = made(tmp_path / "c", 2)
    push_tasks(studio, corpus, articles)
    for number in keys(studio, corpus).values():
        annotate(studio, number, span(0, 4))
    pull_labels(studio, corpus, facts)
    environment = {**os.environ, "LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    said = [cli("studio", command, corpus.path, env=environment) for command in ("push", "pull")]
    project = find_projects(studio, corpus)["article"]
    everything = [done.stdout + done.stderr for done in said]
    everything += [str(task) for task in studio.tasks(project.id, "data,annotations,result", full=True)]
    everything += [path.read_text(encoding="utf-8") for path in corpus.path.rglob("*") if path.is_file()]
    assert any('"annotation_id"' in text for text in everything)
    for secret in (server.token, server.password, *accounts.values()):
        assert not any(secret in text for text in everything)
    # Nor who annotators are: their addresses are the server's business.
    labels = "".join(path.read_text(encoding="utf-8") for path in (corpus.path / "labels").iterdir())
    assert "@" not in labels
