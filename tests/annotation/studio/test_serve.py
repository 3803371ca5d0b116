"""One command from a corpus to people labelling it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotation.studio.client import Studio
from annotation.studio.server import ADMIN, Server, running_server
from tests.annotation.studio.conftest import token_of
from tests.annotation.studio.test_push_pull import annotate, keys, made, span
from tests.make import cli

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("LABEL_STUDIO")}


@contextmanager
def serve(corpus: Path, *arguments: str) -> Iterator[tuple[Server, str]]:
    """``standpunkt studio serve`` in a process of its own; ended as a service manager ends it."""
    command = [sys.executable, "-m", "standpunkt", "studio", "serve", str(corpus), *arguments]
    with (corpus.parent / "said").open("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=CLEAN)
        text = Path(said.name)
        while "Ctrl-C stops it" not in text.read_text(encoding="utf-8"):
            assert process.poll() is None, text.read_text(encoding="utf-8")
            time.sleep(0.1)
        server = running_server(corpus / ".studio")
        assert server is not None
        yield server, text.read_text(encoding="utf-8")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert "Traceback" not in text.read_text(encoding="utf-8")


def test_serve(tmp_path: Path, server: Server) -> None:
    """Projects, tasks, accounts that can log in, a pull without any setting; all of it there again the next time."""
    assert server  # where there can be one, there can be two
    corpus, _, _ = made(tmp_path / "c", 2, "overlap = 2")
    with serve(corpus.path, "--annotators", "2") as (own, said):
        assert f"{own.url}/projects/" in said
        assert "2 new tasks" in said
        accounts = corpus.path / ".studio" / "accounts.txt"
        assert accounts.stat().st_mode & 0o777 == 0o600
        assert (corpus.path / ".studio").stat().st_mode & 0o777 == 0o700
        lines = [line.split("\t")[:2] for line in accounts.read_text(encoding="utf-8").splitlines()]
        assert len(lines) == 2
        assert not any(password in said for _, password in lines)
        assert own.token not in said
        assert own.password not in said
        assert str(corpus.path / ".studio" / "credentials.json") in said
        assert token_of(own, ADMIN, own.password) == own.token  # the leader can log in
        people = [Studio(own.url, token_of(own, email, password)) for email, password in lines]
        for who in people:
            annotate(who, keys(Studio(own.url, own.token), corpus)["a00"], span(0, 4))
        pulled = cli("studio", "pull", corpus.path, env=CLEAN)
        assert (pulled.returncode, "2 new or changed" in pulled.stdout) == (0, True), pulled.stderr
        second = cli("studio", "serve", corpus.path, env=CLEAN)
        assert (second.returncode, "starting or running already" in second.stderr) == (1, True)
    assert running_server(corpus.path / ".studio") is None
    assert cli("studio", "push", corpus.path, env=CLEAN).returncode == 1
    with serve(corpus.path, "--annotators", "3") as (own, said):
        assert "0 new tasks, 0 blind repeats, 2 exist already" in said
        assert len(accounts.read_text(encoding="utf-8").splitlines()) == 3
        assert "0 new or changed" in cli("studio", "pull", corpus.path, env=CLEAN).stdout
    for folder in (".studio", ".raw"):
        assert (corpus.path / folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
