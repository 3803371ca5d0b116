"""A server on loopback that answers as it is told: what a broken or hostile Label Studio may send."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

Query = Mapping[str, str]
Handler = http.server.BaseHTTPRequestHandler
# Told a path and its query: gives JSON, bytes, or a function that answers by itself.
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
