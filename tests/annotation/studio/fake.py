"""A server that answers a pull as Label Studio does and can be made to wait in the middle of it; on loopback, in this process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from annotation.studio.project import config_of
from annotation.studio.tasks import article_tasks
from dataset.corpus import Corpus
from dataset.prepare import Prepared

TOKEN = "a" * 40
TIME = "2026-01-01T00:00:00.000000Z"


def labelled_tasks(corpus: Corpus, articles: Sequence[Prepared], *results: Any) -> list[dict[str, Any]]:
    """The tasks of the article page, each with one annotation; its text is the beginning of the article, as on the server."""
    tasks = []
    for number, task in enumerate(article_tasks(corpus, articles), 1):
        text = task["data"]["text"]
        value = {"start": 0, "end": 60, "text": text[:60], "labels": ["claim"]}
        span = {"id": "r", "from_name": "span", "to_name": "text", "type": "labels", "value": value}
        annotation = {
            "id": number,
            "result": [span, *results],
            "completed_by": 1,
            "was_cancelled": False,
            "created_at": TIME,
            "updated_at": TIME,
            "lead_time": 1.0,
        }
        tasks.append(
            {"id": number, "data": task["data"], "annotations": [annotation], "updated_at": TIME, "project": 1}
        )
    return tasks


class Fake:
    """The server: ``url``, and ``meanwhile``, which is called while a pull waits for its tasks."""

    def __init__(self, corpus: Corpus, tasks: list[dict[str, Any]]) -> None:
        self.url = ""
        self.meanwhile: Callable[[], object] = lambda: None
        self.asked = threading.Event()  # a pull waits for its tasks
        self._tasks = tasks
        self._project = {
            "id": 1,
            "title": corpus.name,
            "description": f"standpunkt 0a0a0a0a {corpus.name} article",
            "label_config": config_of(corpus, "article"),
            "maximum_annotations": 1,
            "task_number": len(tasks),
            "model_version": "",
        }

    def answer(self, path: str, query: dict[str, list[str]]) -> Any:
        """Answers of the server."""
        if path == "/api/projects":
            return {"results": [self._project], "next": None}
        if path == "/api/tasks":
            if "draft_exists" in query["query"][0]:
                return {"tasks": []}
            self.asked.set()
            self.meanwhile()
            return {"tasks": self._tasks}
        return []


@contextmanager
def serving(corpus: Corpus, articles: Sequence[Prepared], *results: Any) -> Iterator[Fake]:
    """Run it for the time of the context."""
    fake = Fake(corpus, labelled_tasks(corpus, articles, *results))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = json.dumps(fake.answer(parts.path, parse_qs(parts.query))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
