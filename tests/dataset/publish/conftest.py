"""Releases to publish, and a hub to publish them to."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest

from tests.hub import TOKEN, Hub, running
from tests.make import Cli, article, claim, cli, label_line, write_corpus, write_labels

S3_SECRET = "s3cr3t/" + "Ab9" * 8


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two versions of a corpus in a row; the second has more articles."""
    folder, found = tmp_path_factory.mktemp("publish"), {}
    for version, number in (("1.0.0", 12), ("1.1.0", 16)):
        texts = {f"a{i:02d}": article(i) for i in range(number)}
        corpus = write_corpus(folder / "news", texts, version=version)
        write_labels(corpus, [label_line(id_, text, [claim(0, 9)]) for id_, text in texts.items()])
        built = cli("build", corpus, "--out", folder / "dist", "--json")
        assert built.returncode == 0, built.stderr
        found[version] = Path(json.loads(built.stdout)["release"])
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
def command(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Cli) -> Iterator[Cli]:
    """The command line of a user of the hub, called in this process: what huggingface_hub read on import is set anew."""
    from huggingface_hub import close_session, constants
    from huggingface_hub.utils import _http

    # A hub that is dead stays dead: waiting half a minute for it shows nothing.
    monkeypatch.setattr(_http, "time", SimpleNamespace(**{**vars(time), "sleep": lambda _: None}))

    def call(*arguments: object, at: Hub | None = hub, **more: str) -> CompletedProcess[str]:
        environment = hub_environment(at, tmp_path / "home", **more)
        for name in ("HF_TOKEN", *more):
            monkeypatch.setenv(name, environment[name])
        monkeypatch.setattr(constants, "ENDPOINT", environment["HF_ENDPOINT"])
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", constants.ENDPOINT + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", environment["HF_HUB_OFFLINE"] == "1")
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        return run(*arguments)

    yield call
    close_session()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server on loopback with one bucket; the address of a folder in it."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {"AWS_ACCESS_KEY_ID": "AKIATESTKEY0000", "AWS_SECRET_ACCESS_KEY": S3_SECRET, "AWS_REGION": "us-east-1"}
    for name, value in {**settings, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    bucket = f"lab-{uuid.uuid4()}"  # moto remembers buckets beyond its server
    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(bucket)
    yield f"s3://{bucket}/archive/news"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()
