"""A Label Studio server of our own: in an environment of its own, on loopback, on a free port.

Installed once into the user's cache (it needs an older pyarrow than we do, so it cannot share our environment); a migrated, empty data
folder is cached beside it, because the first start of a new one takes a minute.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dataset.errors import StandpunktError

VERSION = "1.23.2"
ADMIN = "admin@localhost.example"
_START_SECONDS = 240
_QUIET = {
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
}


class StudioError(StandpunktError):
    """Label Studio cannot be installed, started or reached."""


@dataclass(frozen=True)
class Server:
    """A running server. Its token and password are shown nowhere."""

    url: str
    token: str = field(repr=False)
    password: str = field(repr=False)
    pid: int


def cache_folder() -> Path:
    """Where the environment and the migrated data folder are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standpunkt" / f"label-studio-{VERSION}"


def installed() -> Path:
    """The ``label-studio`` program, installed if it is not there yet.

    Raises:
        StudioError: pip could not install it.
    """
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    program = cache / "venv" / "bin" / "label-studio"
    with _alone(cache):
        if not (cache / "venv.ready").exists():
            shutil.rmtree(cache / "venv", ignore_errors=True)
            _call([sys.executable, "-m", "venv", str(cache / "venv")])
            _call([str(cache / "venv" / "bin" / "pip"), "install", "--quiet", f"label-studio=={VERSION}"])
            (cache / "venv.ready").touch()
        if not (cache / "template.ready").exists():
            shutil.rmtree(cache / "template", ignore_errors=True)
            with _running(program, cache / "template", {}):
                pass
            (cache / "template.ready").touch()
    return program


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Run a server on a data folder, and stop it at the end.

    Args:
        data: the folder of its database; made where it does not exist.

    Raises:
        StudioError: it does not start.
    """
    program = installed()
    if not data.exists():
        shutil.copytree(cache_folder() / "template", data)
    token, password = secrets.token_hex(20), secrets.token_urlsafe(16)
    user = {"LABEL_STUDIO_USERNAME": ADMIN, "LABEL_STUDIO_PASSWORD": password, "LABEL_STUDIO_USER_TOKEN": token}
    with _running(program, data, user) as (url, pid):
        yield Server(url, token, password, pid)


@contextmanager
def _running(program: Path, data: Path, user: dict[str, str]) -> Iterator[tuple[str, int]]:
    data.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **_QUIET, **user, "LABEL_STUDIO_BASE_DATA_DIR": str(data)}
    command = [str(program), "start", "--no-browser", "--internal-host", "127.0.0.1", "-p", str(port)]
    # Its own log may hold what it was started with: kept out of ours, in the data folder.
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, cwd=data)
    try:
        _await(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StudioError("Label Studio ended while it started; see server.log in its data folder")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 - our own loopback address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise StudioError(f"Label Studio did not answer within {_START_SECONDS} seconds")


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
        raise StudioError(f"Label Studio {VERSION} cannot be installed: {said[-1]}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
