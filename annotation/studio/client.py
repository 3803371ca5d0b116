"""A connection to a Label Studio server: whichever the environment names, or the one that ``studio serve`` runs for the corpus.

Every failure is one line that says what to do; no token is ever part of it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from annotation.studio.limits import within
from annotation.studio.server import StudioError, running_server
from annotation.studio.wire import Wire
from dataset.errors import printable
from dataset.records.loader import UnusableError, parse_json

PAGE = 200  # tasks a request
MAX_ANSWER = (
    32 << 20
)  # bytes; a page of tasks with long texts and many annotations has 13 MB, a larger one is asked for in parts
MAX_TOKEN = 64 << 10
DEADLINE = 600  # seconds for one request, from its first byte to the last one of the answer
MAX_TASKS = 1_000_000  # of one project
LISTING_SECONDS = 4 * 3600  # for all pages of one listing
LARGEST = 1 << 63  # numbers of a database
# Tasks that somebody has begun, or begun to change, without submitting.
DRAFTS = ({"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean", "value": True},)
NOT_STUDIO = "answers otherwise than Label Studio does; is this the address of a Label Studio server?"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECONDS = 300  # a batch of 1,000 tasks on a slow database


class UnusableAnswerError(StudioError):
    """An answer that is too large or no valid JSON; a smaller part of it may be usable."""


class Studio:
    """What is asked of a server.

    Args:
        url: its address.
        token: a legacy or a personal access token; kept out of everything that is printed.

    Raises:
        StudioError: the address or the token is none.
    """

    def __init__(self, url: str, token: str) -> None:
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            good = good and not (parts.query or parts.fragment)
        except ValueError:
            good = False
        if not good or parts.username or parts.password:
            raise StudioError(
                "LABEL_STUDIO_URL: an address such as https://labels.example.org is expected, without a name or a password in it,"
                " and without what follows it in a link to a project"
            )
        if not token.isascii() or not token.isprintable() or not token.strip():
            raise StudioError("LABEL_STUDIO_API_KEY: not a token; copy it anew from Label Studio's account page")
        self.url = url.rstrip("/")
        self._secrets = {token.strip()}  # never part of anything that is printed
        try:
            import httpx
            from label_studio_sdk import LabelStudio
            from label_studio_sdk.core.api_error import ApiError
        except ImportError:
            raise StudioError(
                "label-studio-sdk is not installed; pip install -c constraints.txt -e '.[studio]' in this environment"
            ) from None
        self._http_errors: tuple[type[Exception], ...] = (httpx.HTTPError, httpx.InvalidURL)
        self._api_error = ApiError
        # Label Studio's own server sends head and body of an answer apart, which on a connection that was used before costs 40 ms of
        # waiting a request; behind https stands another server, and a new connection is dear.
        limits = httpx.Limits(max_keepalive_connections=0 if parts.scheme == "http" else None)
        # What runs on this machine is not behind the proxy that the environment may name.
        loopback = parts.hostname in _LOOPBACK
        self._http = httpx.Client(
            base_url=self.url,
            timeout=_SECONDS,
            follow_redirects=False,
            limits=limits,
            trust_env=not loopback,
            headers={"Accept-Encoding": "gzip"},
            # For the requests that the SDK makes of its own accord, too.
            event_hooks={"response": [_bounded]},
        )
        try:
            # The SDK tells legacy from personal tokens and keeps the short-lived ones of the latter fresh.
            sdk: Any = LabelStudio  # its constructor has no types
            self._sdk = sdk(base_url=self.url, api_key=token.strip(), httpx_client=self._http)
        except ApiError as error:
            raise StudioError(f"LABEL_STUDIO_API_KEY: {self._said(error.body)}") from None

    def ask(self, method: str, path: str, *, body: Any = None, **params: Any) -> Any:
        """One request; gives the answer's JSON.

        Raises:
            StudioError: the server does not answer, refuses the token, or the request; its answer cannot be used.
        """
        # Requests go past the SDK's typed models: what the server stores is to come back as it is, malformed results too.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            answer, got = within(DEADLINE, lambda: self._request(method, path, content, params))
        except TimeoutError:
            raise StudioError(
                f"{self.url}: {path} was not answered within {DEADLINE} seconds; call again: completed work is kept"
            ) from None
        except self._http_errors as error:
            raise StudioError(
                f"{self.url}: Label Studio does not answer ({type(error).__name__}); start it and call again: completed work is kept"
            ) from None
        except self._api_error as error:
            raise StudioError(f"{self.url}: Label Studio refuses the token: {self._said(error.body)}") from None
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            # The SDK's own request for a short-lived token.
            raise StudioError(f"{self.url}: {path} {NOT_STUDIO}") from None
        if answer.status_code in (401, 403):
            raise StudioError(
                f"{self.url}: Label Studio refuses the token ({self._said(_parsed(got))}): LABEL_STUDIO_API_KEY"
            )
        if answer.is_redirect:
            raise StudioError(f"{self.url}: redirects to another address; put that one into LABEL_STUDIO_URL")
        if answer.status_code == 404 and method == "GET":
            hint = (
                "; LABEL_STUDIO_URL is the server's address, without that of a page on it"
                if path == "/api/projects"
                else ""
            )
            raise StudioError(f"{self.url}: {path} is not there{hint}")
        if answer.is_error:
            said = self._said(_parsed(got))
            raise StudioError(f"{self.url}: {method} {path} was refused with status {answer.status_code}: {said}")
        if not got:
            return None
        for secret in self._secrets:
            if len(secret) >= 16:  # a server that repeats the token does not get it into files
                got = got.replace(secret.encode(), "…".encode())
        try:
            return parse_json(got)
        except UnusableError as error:
            raise UnusableAnswerError(
                f"{self.url}: {path} answers no JSON that can be used ({str(error)[:200]});"
                " is this the address of a Label Studio server?"
            ) from None

    def _request(self, method: str, path: str, content: bytes | None, params: Mapping[str, Any]) -> tuple[Any, bytes]:
        headers = {**self._sdk._client_wrapper.get_headers(), "Content-Type": "application/json"}
        self._secrets.add(headers["Authorization"].rpartition(" ")[2])
        # Read by hand: httpx would keep the bytes of an answer, a page of tasks, until the next garbage collection.
        with self._http.stream(method, path, params=params, content=content, headers=headers) as answer:
            pieces, size = [], 0
            for piece in answer.iter_bytes():
                size += len(piece)
                if size > MAX_ANSWER:
                    raise UnusableAnswerError(f"{self.url}: the answer to {path} is larger than {MAX_ANSWER:,} bytes")
                pieces.append(piece)
            return answer, b"".join(pieces)

    def ask_object(self, method: str, path: str, *, body: Any = None, **params: Any) -> Wire:
        """One request that a JSON object answers; see ``ask``."""
        answer = self.ask(method, path, body=body, **params)
        if not isinstance(answer, dict):
            raise StudioError(f"{self.url}: {path} {NOT_STUDIO}")
        return answer

    def ask_list(self, method: str, path: str, *, body: Any = None, **params: Any) -> list[Any]:
        """One request that a JSON list answers; see ``ask``."""
        answer = self.ask(method, path, body=body, **params)
        if not isinstance(answer, list):
            raise StudioError(f"{self.url}: {path} {NOT_STUDIO}")
        return answer

    def _said(self, body: Any) -> str:
        """What the server said, in one short line; a server that repeats the token is not repeated."""
        said = _detail(body)[:10_000]
        for secret in self._secrets:
            said = said.replace(secret, "…")
        return printable(said[:300])

    def tasks(
        self,
        project: int,
        include: str,
        filters: Any = (),
        *,
        full: bool = False,
        bad: Callable[[int | None, str], None] | None = None,
    ) -> Iterator[Wire]:
        """The tasks of a project in order of their ids, a page at a time.

        Args:
            project: its number.
            include: the fields to give, with commas.
            filters: the data manager's filter items; all must hold.
            full: with annotations and predictions.
            bad: called with the number (if it has one) of a task that cannot be read, and the reason; reading goes on. Without it such a
                task ends the reading.

        Raises:
            StudioError: the server fails, its pages do not end, or a task cannot be read.
        """

        def reject(number: int | None, reason: str) -> None:
            if bad is None:
                raise StudioError(f"{self.url}: project {project}: task {number or '?'}: {reason}")
            bad(number, reason)

        last, size, read, started = 0, PAGE, 0, time.monotonic()
        while True:
            if read > MAX_TASKS or time.monotonic() - started > LISTING_SECONDS:
                raise StudioError(f"{self.url}: project {project}: its list of tasks does not end ({read} so far)")
            try:
                found = self._page(project, include, filters, last, size, full)
            except UnusableAnswerError as error:
                # Smaller pages until the task that spoils this one is alone.
                if size > 1:
                    size = max(1, size // 8)
                    continue
                number = _number_of(self._page(project, "", filters, last, 1, full=False)[:1])
                if number is None or number <= last:
                    raise
                reject(number, str(error).removeprefix(f"{self.url}: "))
                last, read = number, read + 1
                continue
            before = last
            for task in found:
                number = _number_of([task])
                if number is None:
                    reject(None, "an item of the list of tasks has no number")
                    continue
                if number <= last:
                    raise StudioError(
                        f"{self.url}: project {project}: lists task {number} after task {last}: {NOT_STUDIO}"
                    )
                last, read = number, read + 1
                yield task
            if len(found) < size:
                return
            if last == before:
                raise StudioError(f"{self.url}: project {project}: its list of tasks does not go on after task {last}")
            size = min(PAGE, size * 2)

    def _page(self, project: int, include: str, filters: Any, last: int, size: int, full: bool) -> list[Any]:
        # By the last id and not by page numbers: a task that is deleted meanwhile would shift the pages.
        items = [*filters, {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}]
        query = {"filters": {"conjunction": "and", "items": items}, "ordering": ["tasks:id"]}
        fields = {"fields": "all"} if full else {}
        answer = self.ask_object(
            "GET",
            "/api/tasks",
            project=project,
            page_size=size,
            include=f"id,{include}" if include else "id",
            query=json.dumps(query),
            **fields,
        )
        found = answer.get("tasks")
        if not isinstance(found, list):
            raise StudioError(f"{self.url}: /api/tasks {NOT_STUDIO}")
        return found


def connect(corpus: Path) -> Studio:
    """The server that ``LABEL_STUDIO_URL`` and ``LABEL_STUDIO_API_KEY`` name, else the one that serves this corpus.

    Raises:
        StudioError: there is neither.
    """
    url, token = os.environ.get("LABEL_STUDIO_URL"), os.environ.get("LABEL_STUDIO_API_KEY")
    if url and token:
        return Studio(url, token)
    if url or token:
        missing = "LABEL_STUDIO_API_KEY" if url else "LABEL_STUDIO_URL"
        raise StudioError(f"{missing} is not set: a server needs both, its address and a token")
    running = running_server(corpus / ".studio")
    if running is None:
        raise StudioError(
            f"no server: start one with standpunkt studio serve {corpus}, or set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY"
        )
    return Studio(running.url, running.token)


def users_of(studio: Studio) -> dict[str, int]:
    """Return the numbers of a server's users by address; entries that are not users are left out."""
    return {
        user["email"]: user["id"]
        for user in studio.ask_list("GET", "/api/users")
        if isinstance(user, dict) and isinstance(user.get("email"), str) and type(user.get("id")) is int
    }


def _bounded(response: Any) -> None:
    """Let no more bytes of an answer through than it may have; called with every answer before it is read."""
    import httpx

    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise httpx.DecodingError(f"Content-Encoding {encoding[:40]!r} was not asked for")
    limit = MAX_TOKEN if response.request.url.path.endswith("/api/token/refresh/") else MAX_ANSWER
    stream = response.stream

    class Bounded(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            left = limit
            for piece in stream:
                left -= len(piece)
                if left < 0:
                    raise UnusableAnswerError(f"{response.request.url.path}: the answer is larger than {limit:,} bytes")
                yield piece

        def close(self) -> None:
            stream.close()

    response.stream = Bounded()


def _number_of(tasks: list[Any]) -> int | None:
    """Return the number of the one task in a list; None if no task has a number."""
    number = tasks[0].get("id") if tasks and isinstance(tasks[0], dict) else None
    return number if type(number) is int and 0 < number < LARGEST else None


def _parsed(content: bytes) -> Any:
    try:
        return parse_json(content)
    except UnusableError:
        return None


def _detail(body: Any) -> str:
    """What the server said, in one short line."""
    if isinstance(body, Mapping):
        errors = body.get("validation_errors")
        body = errors if errors else body.get("detail", body)
    return " ".join(str("no reason given" if body is None else body).split())
