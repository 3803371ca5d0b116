"""A Hugging Face Hub on loopback, as far as publishing, fetching and loading data sets need one: repositories in memory, real HTTP."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Tree = dict[str, bytes]
TOKEN = "hf_" + "AbCdEfGhIj" * 3
SIGNATURE = "X-Amz-Signature=5ecre7"


class Repository:
    """Commits, each a whole tree, and the names that point at them."""

    def __init__(self, *, private: bool) -> None:
        self.private = private
        self.commits: dict[str, Tree] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.lfs: dict[str, bytes] = {}  # uploaded, whether a commit names them or not
        self.commit({".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"})

    def commit(self, tree: Tree) -> str:
        """Put a tree on main."""
        said = json.dumps([len(self.commits), {path: sha(data) for path, data in sorted(tree.items())}])
        commit = hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()
        self.commits[commit] = tree
        self.branches["main"] = commit
        return commit

    def find(self, revision: str) -> str | None:
        """The commit behind a tag, a branch or a commit's own name."""
        known = self.branches | self.tags | {commit: commit for commit in self.commits}
        return known.get(revision)


class Hub(http.server.ThreadingHTTPServer):
    """The server's state; ``dies`` says at which request it falls silent for good, as ``(method, part of the path, which one)``."""

    daemon_threads = True

    def __init__(self, repositories: dict[str, Repository] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories = {} if repositories is None else repositories
        self.dies: tuple[str, str, int] | None = None
        self.dies_after = False  # having done what was asked, before it says so
        self.dead = False
        self.forbids: str | None = None  # part of the path of requests that are refused
        self.requests: list[str] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address, for ``HF_ENDPOINT``."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke off is no news."""


@contextmanager
def running(repositories: dict[str, Repository] | None = None) -> Iterator[Hub]:
    """A hub, with what an earlier one held."""
    hub = Hub(repositories)
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()


def sha(data: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(data).hexdigest()


def blob(data: bytes) -> str:
    """What git calls a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def is_lfs(path: str) -> bool:
    """Whether the hub keeps a file of this name outside of git."""
    return path.endswith(".parquet")


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def do_GET(self) -> None:
        self._route()

    do_HEAD = do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass

    def _route(self) -> None:
        hub, parts = self.server, urlsplit(self.path)
        path, self.query = parts.path, parse_qs(parts.query)
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.body = b"".join(self._chunks())
        with hub.lock:
            hub.requests.append(f"{self.command} {path}")
            if hub.dies and self.command == hub.dies[0] and hub.dies[1] in path:
                hub.dies = (*hub.dies[:2], hub.dies[2] - 1)
                hub.dead |= hub.dies[2] <= 0 and not hub.dies_after
        if hub.dead:
            self.close_connection = True
            return
        if hub.forbids and hub.forbids in path:
            self._say(403, {"error": "Forbidden"})
            return
        for method, pattern, answer in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == {"HEAD": "GET"}.get(self.command, self.command):
                answer(self, *(unquote(part) for part in found.groups() if part is not None))
                return
        self._say(404, {"error": "nothing here"}, {"X-Error-Code": "EntryNotFound"})

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _say(self, status: int, answer: Any = None, headers: dict[str, str] | None = None) -> None:
        hub = self.server
        if hub.dies and hub.dies_after and hub.dies[2] <= 0:
            hub.dead = self.close_connection = True
            return
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _repository(self, name: str, *, write: bool = False) -> Repository | None:
        """The repository, or None where the answer has been given: who has no token neither writes nor sees what is private."""
        known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        found = self.server.repositories.get(name)
        if write and not known:
            self._say(401, {"error": "Invalid username or password."})
            return None
        if found is None or (found.private and not known):
            self._say(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
            return None
        return found

    def _tree(self, name: str, revision: str) -> tuple[str, Tree] | None:
        repository = self._repository(name)
        if repository is None:
            return None
        commit = repository.find(revision)
        if commit is None:
            self._say(404, {"error": f"Invalid rev id: {revision}"}, {"X-Error-Code": "RevisionNotFound"})
            return None
        return commit, repository.commits[commit]

    def create(self) -> None:
        """POST /api/repos/create."""
        asked = json.loads(self.body)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._say(401, {"error": "Invalid username or password."})
        name = f"{asked['organization']}/{asked['name']}"
        if name in self.server.repositories:
            return self._say(409, {"error": "You already created this dataset repo"})
        self.server.repositories[name] = Repository(private=asked.get("visibility") == "private")
        return self._say(200, {"url": f"{self.server.url}/datasets/{name}", "name": name})

    def valid_yaml(self) -> None:
        """POST /api/validate-yaml."""
        self._say(200, {"errors": [], "warnings": []})

    def info(self, name: str, revision: str = "main") -> None:
        """GET /api/datasets/NAME[/revision/REVISION]."""
        if found := self._tree(name, revision):
            files = [{"rfilename": path} for path in sorted(found[1])]
            answer = {"id": name, "sha": found[0], "siblings": files, "private": False, "tags": [], "downloads": 0}
            self._say(200, answer)

    def refs(self, name: str) -> None:
        """GET …/refs."""
        if repository := self._repository(name):
            answer: dict[str, Any] = {"converts": []}
            for kind, place, known in (("branches", "heads", repository.branches), ("tags", "tags", repository.tags)):
                answer[kind] = [{"name": n, "ref": f"refs/{place}/{n}", "targetCommit": c} for n, c in known.items()]
            self._say(200, answer)

    def tree(self, name: str, revision: str, folder: str = "") -> None:
        """GET …/tree/REVISION[/FOLDER], nine entries a page."""
        if found := self._tree(name, revision):
            entries = _entries(found[1], folder.strip("/"), recursive="recursive" in self.query)
            start = int(self.query.get("cursor", ["0"])[0])
            more = f'<{self.server.url}{urlsplit(self.path).path}?recursive=true&cursor={start + 9}>; rel="next"'
            self._say(200, entries[start : start + 9], {"Link": more} if len(entries) > start + 9 else None)

    def paths_info(self, name: str, revision: str) -> None:
        """POST …/paths-info/REVISION."""
        if found := self._tree(name, revision):
            entries = {entry["path"]: entry for entry in _entries(found[1], "", recursive=True)}
            asked = parse_qs(self.body.decode()).get("paths", [])
            self._say(200, [entries[path] for path in asked if path in entries])

    def preupload(self, name: str, revision: str) -> None:
        """POST …/preupload/REVISION: which files go where."""
        if self._repository(name, write=True) and (found := self._tree(name, revision)):
            files = []
            for file in json.loads(self.body)["files"]:
                path, old = file["path"], found[1].get(file["path"])
                mode = "lfs" if is_lfs(path) else "regular"
                oid = None if old is None else sha(old) if mode == "lfs" else blob(old)
                files.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
            self._say(200, {"files": files})

    def batch(self, name: str) -> None:
        """POST …/info/lfs/objects/batch: where to put what is not there yet."""
        if repository := self._repository(name, write=True):
            objects = []
            for entry in json.loads(self.body)["objects"]:
                known = {"oid": entry["oid"], "size": entry["size"]}
                href = f"{self.server.url}/lfs/{name}/{entry['oid']}?{SIGNATURE}"
                here = entry["oid"] in repository.lfs
                objects.append(known if here else {**known, "actions": {"upload": {"href": href}}})
            self._say(200, {"transfer": "basic", "objects": objects})

    def put(self, name: str, oid: str) -> None:
        """PUT what a batch asked for."""
        if sha(self.body) != oid or self.query.get("X-Amz-Signature") != [SIGNATURE.split("=")[1]]:
            return self._say(403, {"error": "not what was announced"})
        self.server.repositories[name].lfs[oid] = self.body
        return self._say(200, {})

    def commit(self, name: str, revision: str) -> None:
        """POST …/commit/REVISION: all of it or nothing."""
        repository = self._repository(name, write=True)
        if repository is None:
            return
        with self.server.lock:
            self._commit(repository, name, revision)

    def _commit(self, repository: Repository, name: str, revision: str) -> None:
        head = repository.branches[revision]
        tree = dict(repository.commits[head])
        for line in self.body.splitlines():
            item = json.loads(line)
            value = item["value"]
            if item["key"] == "header" and value.get("parentCommit", head) != head:
                return self._say(412, {"error": "A commit has happened since. Please refresh and try again."})
            if item["key"] == "file":
                tree[value["path"]] = base64.b64decode(value["content"])
            if item["key"] == "lfsFile":
                tree[value["path"]] = repository.lfs[value["oid"]]
            if item["key"] == "deletedFile":
                del tree[value["path"]]
        commit = repository.commit(tree)
        return self._say(200, {"commitUrl": f"{self.server.url}/datasets/{name}/commit/{commit}", "commitOid": commit})

    def tag(self, name: str, revision: str) -> None:
        """POST …/tag/REVISION."""
        repository = self._repository(name, write=True)
        asked, commit = json.loads(self.body)["tag"], repository.find(revision) if repository else None
        if repository is None or commit is None:
            return None
        if asked in repository.tags:
            return self._say(409, {"error": f"Tag {asked} already exists"})
        repository.tags[asked] = commit
        return self._say(200, {})

    def resolve(self, name: str, revision: str, path: str) -> None:
        """GET or HEAD /datasets/NAME/resolve/REVISION/PATH, whole or a range of it."""
        if (found := self._tree(name, revision)) is None:
            return None
        if path not in found[1]:
            headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": found[0]}
            return self._say(404, {"error": "Entry not found"}, headers)
        data = found[1][path]
        etag = sha(data) if is_lfs(path) else blob(data)
        headers = {"X-Repo-Commit": found[0], "ETag": f'"{etag}"', "Accept-Ranges": "bytes"}
        headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(data))} if is_lfs(path) else {}
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            start, end = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
            if start >= len(data):
                return self._say(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            return self._say(206, data[start : end + 1], headers)
        return self._say(200, data, headers)


def _entries(tree: Tree, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    below = f"{folder}/" if folder else ""
    for path, data in sorted(tree.items()):
        if not path.startswith(below):
            continue
        names = path.removeprefix(below).split("/")
        for depth in range(1, len(names)):
            name = below + "/".join(names[:depth])
            if recursive or depth == 1:
                found[name] = {"type": "directory", "path": name, "oid": blob(name.encode()), "size": 0}
        if recursive or len(names) == 1:
            lfs = {"lfs": {"oid": sha(data), "size": len(data), "pointerSize": 130}} if is_lfs(path) else {}
            found[path] = {"type": "file", "path": path, "oid": blob(data), "size": len(data), **lfs}
    return list(found.values())


_NAME = r"/api/datasets/([^/]+/[^/]+)"
_ROUTES: list[tuple[str, str, Callable[..., None]]] = [
    ("POST", r"/api/repos/create", _Handler.create),
    ("POST", r"/api/validate-yaml", _Handler.valid_yaml),
    ("GET", _NAME, _Handler.info),
    ("GET", _NAME + r"/revision/([^/]+)", _Handler.info),
    ("GET", _NAME + r"/refs", _Handler.refs),
    ("GET", _NAME + r"/tree/([^/]+)(/.*)?", _Handler.tree),
    ("POST", _NAME + r"/paths-info/([^/]+)", _Handler.paths_info),
    ("POST", _NAME + r"/preupload/([^/]+)", _Handler.preupload),
    ("POST", _NAME + r"/commit/([^/]+)", _Handler.commit),
    ("POST", _NAME + r"/tag/([^/]+)", _Handler.tag),
    ("POST", r"/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch", _Handler.batch),
    ("PUT", r"/lfs/([^/]+/[^/]+)/([0-9a-f]{64})", _Handler.put),
    ("GET", r"/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", _Handler.resolve),
]
