"""Releases to publish, and a hub to publish them to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from dataset.build import build_release
from tests.hub import TOKEN, Hub, running
from tests.make import article, claim, cli, label_line, write_corpus, write_labels

Cli = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two versions of a corpus in a row; the second has more articles."""
    folder, found = tmp_path_factory.mktemp("publish"), {}
    for version, number in (("1.0.0", 12), ("1.1.0", 16)):
        texts = {f"a{i:02d}": article(i) for i in range(number)}
        corpus = write_corpus(folder / "news", texts, version=version)
        write_labels(corpus, [label_line(id_, text, [claim(0, 9)]) for id_, text in texts.items()])
        found[version] = build_release(corpus, out=folder / "dist").path
    return found


@pytest.fixture
def hub() -> Iterator[Hub]:
    """An empty hub."""
    with running() as hub:
        yield hub


def hub_environment(hub: Hub | None, home: Path, **more: str) -> dict[str, str]:
    """The environment of a user of this hub; without one, of a user without network."""
    settings = {"HF_HUB_DISABLE_XET": "1", "HF_HOME": str(home), "HF_DATASETS_CACHE": str(home / "datasets")}
    settings |= {"HF_ENDPOINT": hub.url if hub else "http://127.0.0.1:9", "HF_TOKEN": TOKEN, "HF_HUB_OFFLINE": "0"}
    return {**os.environ, **settings, **more}


@pytest.fixture
def command(hub: Hub, tmp_path: Path) -> Cli:
    """The command line, as a user of the hub runs it."""

    def run(*arguments: object, at: Hub | None = hub, **more: str) -> CompletedProcess[str]:
        return cli(*arguments, env=hub_environment(at, tmp_path / "home", **more))

    return run
