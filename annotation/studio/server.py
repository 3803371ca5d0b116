"""A Label Studio server of our own: in an environment of its own, on loopback, on a free port.

Installed once into the user's cache (it needs an older pyarrow than we do, so it cannot share our environment); a migrated, empty data
folder is cached beside it, because the first start of a new one takes a minute.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from annotation.studio.limits import within
from dataset.errors import StandpunktError
from dataset.records.loader import load_object

VERSION = "1.23.2"
ADMIN = "admin@localhost.example"
_START_SECONDS = 240
LOOK_SECONDS = 10.0  # for an answer of the program on a port
# All that a program of ours is started with: no token, password or key of another service, and no setting of another server.
_NEEDED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_CACHE_HOME", "LD_LIBRARY_PATH")
# What pip reaches a package index with.
_FOR_PIP = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
CREDENTIALS, _RUNNING = "credentials.json", "running.json"
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


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token would go along."""

    def redirect_request(self, *_: object) -> None:
        return None


# What runs on this machine is not behind the proxy that the environment may name.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


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
    with locked(cache / ".lock"):
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
def serving(folder: Path) -> Iterator[Server]:
    """Run a server, and stop it at the end.

    Args:
        folder: where its database, its credentials and, while it runs, its address are kept, readable by their owner alone; made where
            it does not exist, carried on where it does.

    Raises:
        StudioError: it does not start, or runs already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with (folder / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StudioError(f"{folder}: its Label Studio is starting or running already") from None
        other = running_server(folder)
        if other is not None:
            raise StudioError(f"{folder}: its Label Studio runs already at {other.url}; kill {other.pid} stops it")
        program = installed()
        data = folder / "data"
        if not (folder / CREDENTIALS).exists():
            # Not there, so nothing was ever stored either: an earlier start may have died while it copied.
            shutil.rmtree(data, ignore_errors=True)
            shutil.copytree(cache_folder() / "template", data)
            _write_secret(folder / CREDENTIALS, {"token": secrets.token_hex(20), "password": secrets.token_urlsafe(16)})
        own = _credentials(folder)
        names = {"LABEL_STUDIO_PASSWORD": own["password"], "LABEL_STUDIO_USER_TOKEN": own["token"]}
        with _running(program, data, {"LABEL_STUDIO_USERNAME": ADMIN, **names}) as (url, pid):
            server = Server(url, own["token"], own["password"], pid)
            _write_secret(folder / _RUNNING, {"url": url, "pid": pid})
            try:
                yield server
            finally:
                (folder / _RUNNING).unlink(missing_ok=True)


def running_server(folder: Path) -> Server | None:
    """The server that runs on a folder now; None where none does."""
    try:
        now = load_object(folder / _RUNNING, error=StudioError)
        own = _credentials(folder)
        server = Server(str(now["url"]), own["token"], own["password"], int(now["pid"]))
        os.kill(server.pid, 0)
    except (StudioError, OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    # Ours is on loopback; a folder from another user may name another address. The process number may be another program's by now.
    here = re.fullmatch(r"http://127\.0\.0\.1:[0-9]{1,5}", server.url)
    return server if here and _is_ours(server.url, server.token) else None


def _credentials(folder: Path) -> dict[str, str]:
    own = load_object(folder / CREDENTIALS, error=StudioError)
    if not all(isinstance(own.get(name), str) for name in ("token", "password")):
        raise StudioError(f"{folder / CREDENTIALS}: token and password are expected: restore it, or remove {folder}")
    return own


def _is_ours(url: str, token: str) -> bool:
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        f"{url}/api/current-user/whoami", headers={"Authorization": f"Token {token}"}
    )
    return _status(request, LOOK_SECONDS) == 200


def _status(request: urllib.request.Request, seconds: float) -> int | None:
    """Return the status of an answer; None if none comes in time."""

    def ask() -> int:
        with _DIRECT.open(request, timeout=seconds) as answer:
            return int(answer.status)

    try:
        return within(seconds, ask)
    except (OSError, http.client.HTTPException, ValueError):
        return None


def _write_secret(path: Path, data: dict[str, object]) -> None:
    """A file that its owner alone can read, from its first byte on."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(data, stream)
    temporary.replace(path)


def _environment(*, pip: bool = False) -> dict[str, str]:
    """The part of our environment that a program of ours is started with."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _NEEDED or name.startswith("LC_") or (pip and (name.upper() in _FOR_PIP or name.startswith("PIP_")))
    }


@contextmanager
def _running(program: Path, data: Path, user: dict[str, str]) -> Iterator[tuple[str, int]]:
    data.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**_environment(), **_QUIET, **user, "LABEL_STUDIO_BASE_DATA_DIR": str(data)}
    command = [str(program), "start", "--no-browser", "--internal-host", "127.0.0.1", "-p", str(port)]
    # Its own log may hold what it was started with: kept out of ours, in the data folder.
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, cwd=data, start_new_session=True
        )
    try:
        _await(f"http://127.0.0.1:{port}", process)
        # A busy port silently becomes the next one, and somebody else answers on ours.
        if user and not _is_ours(f"http://127.0.0.1:{port}", user["LABEL_STUDIO_USER_TOKEN"]):
            raise StudioError(f"port {port} was taken by another program while Label Studio started; call again")
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
        if _status(urllib.request.Request(f"{url}/health"), 2) == 200:  # noqa: S310 - our own loopback address
            return
        time.sleep(0.3)
    raise StudioError(f"Label Studio did not answer within {_START_SECONDS} seconds")


def _call(command: list[str]) -> None:
    environment = _environment(pip=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
        raise StudioError(f"Label Studio {VERSION} cannot be installed: {said[-1]}")


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock file; whoever comes second waits."""
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
