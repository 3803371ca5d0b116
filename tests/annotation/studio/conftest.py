"""A real Label Studio server for the tests of the bridge."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

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
