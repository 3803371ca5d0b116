"""Environment of our own server, and the time limit for finding it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation.studio import server
from annotation.studio.limits import within
from tests.annotation.studio.hostile import answering, drip
from tests.annotation.studio.test_damaged import DEEP

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - invented


def test_a_slow_server_on_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for a server ends, whatever answers there."""
    with answering(lambda *_: drip(head=True)) as (url, _):
        began = time.monotonic()
        monkeypatch.setattr(server, "LOOK_SECONDS", 1)
        assert not server._is_ours(url, TOKEN)
        assert time.monotonic() - began < 5


def test_what_the_server_process_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    """It contains the search path and the locale, but no secret and no setting of ours; pip's also how it reaches an index."""
    secrets = "HF_TOKEN AWS_SECRET_ACCESS_KEY LABEL_STUDIO_API_KEY GITHUB_PAT DATABASE_URL KUBECONFIG PYTHONPATH SSH_AUTH_SOCK DJANGO_DB"
    for name in secrets.split():
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1/simple")
    environment = server._environment()
    assert "secret" not in environment.values()
    assert (environment["PATH"], environment["LC_ALL"]) == (os.environ["PATH"], "C.UTF-8")
    assert not {"https_proxy", "PIP_INDEX_URL"} & set(environment)
    assert {"https_proxy", "PIP_INDEX_URL"} <= set(server._environment(pip=True))
    assert "secret" not in server._environment(pip=True).values()


def test_within() -> None:
    """The result, the error, or no more waiting."""

    def fail() -> Iterator[None]:
        raise KeyError("x")

    assert within(5, lambda: 7) == 7
    with pytest.raises(KeyError):
        within(5, fail)
    with pytest.raises(TimeoutError):
        within(0.05, lambda: time.sleep(1))


@pytest.mark.parametrize("name", ["running.json", "credentials.json"])
def test_what_is_kept_of_a_server(tmp_path: Path, name: str) -> None:
    """Damaged, of another type, or naming a place that is not ours: no server runs, and none is asked."""
    running, own = {"url": "http://127.0.0.1:1", "pid": os.getpid()}, {"token": TOKEN, "password": "p"}
    with answering(lambda *_: {}) as (url, asked):
        place = url.replace("127.0.0.1", "localhost")
        junk = [
            {},
            [],
            {"url": 5},
            {"token": 5, "password": None},
            {**running, "pid": 10**300},
            {**running, "pid": float("inf")},
        ]
        bodies = [
            json.dumps(one).encode() for one in [*junk, {**running, "url": place}, {**running, "url": f"{url}@x.org"}]
        ]
        for body in [*bodies, *DEEP.values(), b"\xff", b""]:
            (tmp_path / "running.json").write_text(json.dumps({**running, "url": url}), encoding="utf-8")
            (tmp_path / "credentials.json").write_text(json.dumps(own), encoding="utf-8")
            assert server.running_server(tmp_path) is not None
            (tmp_path / name).write_bytes(body)
            asked.clear()
            assert server.running_server(tmp_path) is None
            assert asked == []


def test_damaged_credentials(tmp_path: Path) -> None:
    """Named with the file, before anything is started."""
    (tmp_path / "credentials.json").write_bytes(DEEP["object"])
    with pytest.raises(server.StudioError, match=r"credentials\.json"):
        server._credentials(tmp_path)
