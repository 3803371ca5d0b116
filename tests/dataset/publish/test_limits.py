"""Limits on a hub's answers in size, number and time; no token is sent anywhere else."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dataset.errors import ReleaseError
from dataset.publish import hub as hub_module
from dataset.publish import limits, store
from dataset.publish.secrecy import PlaceError, shown, shown_list
from dataset.publish.store import Store
from dataset.publish.transfer import fetch_release
from dataset.release.manifest import seal
from tests import hub as server
from tests.hub import TOKEN, Hub
from tests.make import Cli, snapshot

NAME = "lab/news"
Answer = Callable[[Any], bool]


class Elsewhere(http.server.ThreadingHTTPServer):
    """Another host, which remembers what it was asked, with all headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Remembering)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.files: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        """By name, so that it is another host, and not only another port."""
        return f"http://localhost:{self.server_port}"


class _Remembering(http.server.BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        data = self.server.files.get(urlsplit(self.path).path, b"[]")
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", '"x"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_HEAD = do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Running."""
    other = Elsewhere()
    thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield other
    other.shutdown()
    other.server_close()
    thread.join()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, Answer], None]:
    """Have the hub answer otherwise to a method and a path, by a pattern."""
    real = server._Handler._route
    special: list[tuple[str, str, Answer]] = []

    def route(self: Any) -> None:
        for method, pattern, answer in special:
            if re.fullmatch(method, self.command) and re.search(pattern, self.path) and answer(self):
                return
        real(self)

    monkeypatch.setattr(server._Handler, "_route", route)
    return lambda *one: special.append(one)


def say(handler: Any, status: int, answer: Any = None, headers: dict[str, str] | None = None) -> bool:
    """Answer."""
    handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    handler._say(status, answer, headers)
    return True


def publish(hub: Hub, command: Cli, release: Path) -> None:
    """Publish as it should be."""
    done = command("publish", release, NAME)
    assert done.returncode == 0, done.stderr
    assert hub.repositories[NAME].tags


def test_no_token_follows_a_redirect(
    hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path, elsewhere: Elsewhere, answers: Any
) -> None:
    """Of a file, to another host, as hubs do for large ones: the file is fetched, the token stays."""
    publish(hub, command, releases["1.0.0"])
    for name, data in snapshot(releases["1.0.0"]).items():
        elsewhere.files[f"/{name}"] = data

    def redirect(handler: Any) -> bool:
        found = handler.path.partition("/resolve/")[2].partition("/")[2]
        data = elsewhere.files[f"/{found}"]
        headers = {"X-Linked-Etag": f'"{server.sha(data)}"', "X-Linked-Size": str(len(data)), "X-Repo-Commit": "0" * 40}
        return say(handler, 302, b"", {"Location": f"{elsewhere.url}/{found}", **headers})

    answers("GET|HEAD", r"/resolve/.*parquet", redirect)
    done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    assert len(elsewhere.asked) >= 15
    assert not [path for path, headers in elsewhere.asked if TOKEN in str(headers)]


@pytest.mark.parametrize("what", ["listing", "refs"])
def test_no_token_follows_a_link(
    hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path, elsewhere: Elsewhere, answers: Any, what: str
) -> None:
    """The next page of a listing, or an answer that is elsewhere: huggingface_hub would send the token along."""
    publish(hub, command, releases["1.0.0"])
    if what == "listing":
        link = {"Link": f'<{elsewhere.url}/next>; rel="next"'}
        answers("GET", "/tree/", lambda handler: say(handler, 200, [], link))
    else:
        answers("GET", "/refs", lambda handler: say(handler, 307, b"", {"Location": f"{elsewhere.url}/refs"}))
    done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert elsewhere.asked
    assert not [path for path, headers in elsewhere.asked if "authorization" in headers or TOKEN in str(headers)]


def test_no_token_goes_with_an_upload(
    hub: Hub, command: Cli, releases: dict[str, Path], elsewhere: Elsewhere, answers: Any
) -> None:
    """The address where a hub wants an upload to be confirmed is its own choice."""

    def batch(handler: Any) -> bool:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        there = {"href": f"{elsewhere.url}/there"}
        objects = [{**entry, "actions": {"upload": there, "verify": there}} for entry in body["objects"]]
        handler._say(200, {"transfer": "basic", "objects": objects})
        return True

    answers("POST", "/lfs/objects/batch", batch)
    assert command("publish", releases["1.0.0"], NAME).returncode == 1
    assert elsewhere.asked
    assert not [path for path, headers in elsewhere.asked if "authorization" in headers or TOKEN in str(headers)]


def endless(handler: Any) -> bool:
    """A page that is followed by itself."""
    return say(handler, 200, [], {"Link": f'<{handler.server.url}{handler.path}>; rel="next"'})


def many(handler: Any) -> bool:
    """More files than any release has, page by page."""
    at = handler.path.partition("at=")[2] or "0"
    page = [{"type": "file", "path": f"f{at}-{i}", "oid": "0" * 40, "size": 1} for i in range(50)]
    path = handler.path.partition("?")[0]
    return say(handler, 200, page, {"Link": f'<{handler.server.url}{path}?at={int(at) + 1}>; rel="next"'})


def drip(handler: Any) -> bool:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        return True


def large(handler: Any) -> bool:
    """An answer without end, as fast as it goes."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b" " * 65536)
    except OSError:
        return True


def packed(handler: Any) -> bool:
    """A few bytes that would unpack to any size."""
    return say(handler, 200, b"\x1f\x8b", {"Content-Encoding": "gzip"})


def deep(handler: Any) -> bool:
    """Nested brackets."""
    return say(handler, 200, b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/tree/", endless, "its listing does not end"),
        ("/tree/", many, "lists more than 200 files"),
        ("/refs", drip, "no whole answer within 2 seconds"),
        ("/tree/", drip, "no whole answer within"),
        ("/refs", large, "sent an answer of more than"),
        ("/tree/", large, "sent an answer of more than"),
        (r"/resolve/.*/manifest\.json", large, "sent an answer of more than"),
        (r"/resolve/.*parquet", large, "sent an answer of more than"),
        ("/refs", packed, "packed an answer"),
        ("/refs", deep, NAME),
    ],
)
def test_a_hub_without_limits(
    hub: Hub,
    command: Cli,
    releases: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: Any,
    path: str,
    answer: Answer,
    words: str,
) -> None:
    """It ends, soon, in one line, and nothing is kept."""
    publish(hub, command, releases["1.0.0"])
    monkeypatch.setattr(limits, "REQUESTS", 60)
    monkeypatch.setattr(hub_module, "ENTRIES", 200)
    if answer is drip:
        monkeypatch.setattr(hub_module, "SECONDS", 2.0)
        monkeypatch.setattr(limits, "SECONDS", 2.0)
    monkeypatch.setattr(hub_module, "MANIFEST", 1 << 20)
    answers("GET", path, answer)
    began = time.monotonic()
    done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert words in done.stderr, done.stderr
    assert "a bug" not in done.stderr
    assert len(done.stderr) < 1_500
    assert time.monotonic() - began < 30
    assert not list((tmp_path / "dist").rglob("README.md"))


def test_a_tag_that_is_not_there(hub: Hub, command: Cli, releases: dict[str, Path], answers: Any) -> None:
    """A hub that reports success but makes none, or makes it elsewhere: the version does not count as published."""
    answers("POST", "/tag/", lambda handler: say(handler, 200, {}))
    done = command("publish", releases["1.0.0"], NAME)
    assert (done.returncode, "the version is not published" in done.stderr) == (1, True), done.stderr
    assert "published (" not in done.stdout


def test_names_from_a_hub(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """Escape sequences, line breaks, tokens, any length, any number: what is printed is short and harmless."""
    publish(hub, command, releases["1.0.0"])
    repository = hub.repositories[NAME]
    commit = repository.tags["v1.0.0"]
    odd = {f"\x1b[2J\nx{i:04}" + "y" * 5_000: commit for i in range(300)}
    repository.tags.update({**odd, f"{TOKEN}": commit})
    done = command("fetch", f"{NAME}@3.0.0", "--out", tmp_path / "dist")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "\x1b" not in done.stderr
    assert TOKEN not in done.stderr
    assert len(done.stderr) < 2_000
    tree = {**repository.commits[commit], **{f"\x1b[2J{i}{'y' * 900}": b"" for i in range(300)}}
    repository.tags["v1.0.0"] = repository.commit(tree)
    done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) <= 52
    assert max(map(len, done.stderr.splitlines())) < 300
    assert "\x1b" not in done.stderr


def test_shown() -> None:
    """Cut and redacted; a list ends with the number of further ones."""
    assert shown("a" * 500) == "a" * 80 + "…"
    assert TOKEN[:12] not in shown("x" * 70 + TOKEN)
    assert shown_list([]) == "none"
    assert shown_list(map(str, range(10, 25))).endswith("19 and 5 more")


def test_a_store_without_limits(releases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than its manifest states, a manifest and a listing without end."""
    address = f"file://{tmp_path}/store/news"
    folder = shutil.copytree(releases["1.0.0"], tmp_path / "store" / "news" / "1.0.0")
    with (folder / "README.md").open("ab") as stream:
        stream.write(b"x" * 100_000)
    with pytest.raises(ReleaseError, match=r"README\.md: larger than its manifest\.json states"):
        fetch_release(f"{address}@1.0.0", tmp_path / "dist")
    monkeypatch.setattr(store, "MANIFEST", 1_000)
    with pytest.raises(PlaceError, match=r"of more than 1,000 bytes"):
        Store(address).manifest("1.0.0")
    monkeypatch.setattr(store, "ENTRIES", 3)
    for number in range(5):
        (tmp_path / "store" / "news" / f"x{number}").mkdir()
    with pytest.raises(PlaceError, match="lists more than 3 names"):
        Store(address).newest("tombstones.jsonl")


def test_fetch_verifies_whole(releases: dict[str, Path], tmp_path: Path) -> None:
    """Hashes that fit are not enough: what verify refuses gets no name, and what was fetched before is not called verified."""
    folder = shutil.copytree(releases["1.0.0"], tmp_path / "store" / "news" / "1.0.0")
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8")
    away = text.replace("path: claims/train", "path: https://example.org/claims/train", 1)
    assert away != text
    card.write_text(away, encoding="utf-8")
    seal(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    with pytest.raises(ReleaseError, match="data_files") as refused:
        fetch_release(f"file://{tmp_path}/store/news@1.0.0", tmp_path / "dist")
    assert "nothing is kept" in str(refused.value)
    assert not list((tmp_path / "dist").rglob("README.md"))
    shutil.copytree(folder, tmp_path / "dist" / "news" / "1.0.0")
    with pytest.raises(ReleaseError, match="do not load it"):
        fetch_release(f"file://{tmp_path}/store/news@1.0.0", tmp_path / "dist")
