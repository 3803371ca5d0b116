"""A server on loopback with configurable answers: those that a broken or hostile Label Studio may send."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from annotation.studio.tasks import article_tasks
from dataset.corpus import Corpus
from tests.annotation.studio.test_push_pull import Made, span

Query = Mapping[str, str]
Handler = http.server.BaseHTTPRequestHandler
# Called with a path and its query; returns JSON, bytes, or a function that answers by itself.
Answers = Callable[[str, Query], Any]


@contextmanager
def answering(answers: Answers) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """Run a server; gives its address, and the path and token of every request so far."""
    asked: list[tuple[str, str | None]] = []

    class Server(Handler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked.append((parts.path, self.headers["Authorization"]))
            answer = answers(parts.path, {name: values[-1] for name, values in parse_qs(parts.query).items()})
            try:
                if callable(answer):
                    answer(self)
                    return
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # hung up on, as meant

        do_POST = do_PATCH = do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def last_id(query: Query) -> int:
    """The number after which a page of tasks is to begin."""
    items = json.loads(query["query"])["filters"]["items"]
    return int(
        next(item["value"] for item in items if item["filter"] == "filter:tasks:id" and item["operator"] == "greater")
    )


def page(tasks: list[dict[str, Any]], query: Query) -> list[dict[str, Any]]:
    """The page of tasks that an honest server gives."""
    return [task for task in tasks if task["id"] > last_id(query)][: int(query["page_size"])]


def project_row(corpus: Corpus, **other: Any) -> dict[str, Any]:
    """The article page's project in the list of projects."""
    scheme = f"scheme 1.0.0 {corpus.scheme.sha256[:16]} guidelines 1.1.0"
    description = f"standpunkt abcdef01 {corpus.name} article\nsince 2026-01-01T00:00:00Z {scheme}"
    row = {"id": 1, "description": description, "label_config": "<View/>", "maximum_annotations": 1}
    return {**row, "task_number": 3, "model_version": None, **other}


def tasks_of(made: Made) -> list[dict[str, Any]]:
    """Tasks as the server has them, each with an annotation of its own annotator."""
    corpus, articles, _ = made
    found = []
    for number, task in enumerate(article_tasks(corpus, articles), 1):
        one = {"id": number, "completed_by": number, "result": [span(0, 3)], "updated_at": "2026-01-01T00:00:00Z"}
        found.append({"id": number, "project": 1, "updated_at": "2026-01-01T00:00:00Z", **task, "annotations": [one]})
    return found


def studio_of(made: Made, tasks: list[Any], other: dict[str, Any] | None = None) -> Callable[[str, Query], Any]:
    """The answers of a server with such tasks; ``other`` answers replace its own, by the end of the path."""

    def answers(path: str, query: Query) -> Any:
        for end, answer in (other or {}).items():
            if path.endswith(f"/{end}"):
                return answer
        if path == "/api/projects":
            return {"results": [project_row(made[0])], "next": None}
        if path == "/api/tasks":
            drafts = "draft_exists" in query["query"]
            return {"tasks": [] if drafts else page(tasks, query)}
        return []

    return answers


def drip(head: bool) -> Callable[[Handler], None]:
    """A byte now and then, in the head or in the body."""

    def answer(handler: Handler) -> None:
        if not head:
            handler.send_response(200)
            handler.end_headers()
        for piece in [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 60] if head else [b" "] * 60:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.2)

    return answer


def early_hints(handler: Handler) -> None:
    """Interim answers without end."""
    for _ in range(100_000):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def endless(handler: Handler) -> None:
    """A body without end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 100_000)


def bomb(handler: Handler) -> None:
    """A body that is large when it is unpacked."""
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(b" " * 30_000_000))


def doubly(handler: Handler) -> None:
    """A body that is packed in a way that was not asked for."""
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip, gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(gzip.compress(b"[]")))


def moved(to: str) -> Callable[[Handler], None]:
    """A redirect."""

    def answer(handler: Handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer
