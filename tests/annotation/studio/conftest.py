"""A real Label Studio server for the tests of the bridge."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from annotation.studio.accounts import FILE, make_accounts
from annotation.studio.client import Studio
from annotation.studio.server import Server, StudioError, serving

Call = Callable[..., Any]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Installed, started and stopped by itself."""
    try:
        with serving(tmp_path_factory.mktemp("studio") / "data") as running:
            yield running
    except StudioError as error:
        pytest.skip(f"no Label Studio server here: {error}")


@pytest.fixture(scope="session")
def call(server: Server) -> Call:
    """Ask the server's API: method, path, body; gives the answer's JSON."""

    def ask(method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Token {server.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(server.url + path, data, headers, method=method)  # noqa: S310 - our own loopback address
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    return ask


@pytest.fixture(scope="session")
def studio(server: Server) -> Studio:
    """A connection to it, as its owner."""
    return Studio(server.url, server.token)


@pytest.fixture(scope="session")
def accounts(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Three annotators' accounts: password by address."""
    folder = tmp_path_factory.mktemp("accounts")
    make_accounts(studio, 3, folder)
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t")[:2] for line in lines)


@pytest.fixture(scope="session")
def annotators(server: Server, accounts: dict[str, str]) -> list[Studio]:
    """The three annotators' own connections, by the tokens of their accounts."""
    return [Studio(server.url, token_of(server, email, password)) for email, password in sorted(accounts.items())]


def token_of(server: Server, email: str, password: str) -> str:
    """The legacy token of an account, got as its owner gets it."""
    with httpx.Client(base_url=server.url, timeout=60) as person:
        person.get("/user/login/")
        fields = {"email": email, "password": password, "csrfmiddlewaretoken": person.cookies["csrftoken"]}
        assert person.post("/user/login/", data=fields, headers={"Referer": server.url}).status_code == 302
        return str(person.get("/api/current-user/token").json()["token"])
