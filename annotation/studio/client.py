"""A connection to a Label Studio server: whichever the environment names, or the one that ``studio serve`` runs for the corpus.

Every failure is one line that says what to do; no token is ever part of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from annotation.studio.server import StudioError, running_server

PAGE = 200  # tasks a request
# Tasks that somebody has begun, or begun to change, without submitting.
DRAFTS = ({"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean", "value": True},)
NOT_STUDIO = "answers otherwise than Label Studio does; is this the address of a Label Studio server?"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECONDS = 300  # a batch of 1,000 tasks on a slow database


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
            base_url=self.url, timeout=_SECONDS, follow_redirects=False, limits=limits, trust_env=not loopback
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
            StudioError: the server does not answer, refuses the token, or the request.
        """
        # Requests go past the SDK's typed models: what the server stores is to come back as it is, malformed results too.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            headers = {**self._sdk._client_wrapper.get_headers(), "Content-Type": "application/json"}
            self._secrets.add(headers["Authorization"].rpartition(" ")[2])
            # Read by hand: httpx would keep the bytes of an answer, a page of tasks, until the garbage collector comes by.
            with self._http.stream(method, path, params=params, content=content, headers=headers) as answer:
                got = b"".join(answer.iter_bytes())
        except self._http_errors as error:
            raise StudioError(
                f"{self.url}: Label Studio does not answer ({type(error).__name__}); start it and call again: what was done stands"
            ) from None
        except self._api_error as error:
            raise StudioError(f"{self.url}: Label Studio refuses the token: {self._said(error.body)}") from None
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
        parsed = _parsed(got)
        if parsed is None:
            raise StudioError(f"{self.url}: {path} answers no JSON; is this the address of a Label Studio server?")
        return parsed

    def _said(self, body: Any) -> str:
        """What the server said, in one short line; a server that repeats the token is not repeated."""
        said = _detail(body)
        for secret in self._secrets:
            said = said.replace(secret, "…")
        return said[:300]

    def tasks(self, project: int, include: str, filters: Any = (), *, full: bool = False) -> Iterator[dict[str, Any]]:
        """The tasks of a project in order of their ids, a page at a time.

        Args:
            project: its number.
            include: the fields to give, with commas.
            filters: the data manager's filter items; all must hold.
            full: with annotations and predictions.
        """
        last = 0
        while True:
            # By the last id and not by page numbers: a task that is deleted meanwhile would shift the pages.
            items = [*filters, {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}]
            query = {"filters": {"conjunction": "and", "items": items}, "ordering": ["tasks:id"]}
            fields = {"fields": "all"} if full else {}
            answer = self.ask(
                "GET",
                "/api/tasks",
                project=project,
                page_size=PAGE,
                include=f"id,{include}",
                query=json.dumps(query),
                **fields,
            )
            found = answer.get("tasks") if isinstance(answer, dict) else None
            if not isinstance(found, list) or not all(
                isinstance(one, dict) and type(one.get("id")) is int for one in found
            ):
                raise StudioError(f"{self.url}: {NOT_STUDIO}")
            yield from found
            if len(found) < PAGE:
                return
            last = found[-1]["id"]


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


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _detail(body: Any) -> str:
    """What the server said, in one short line."""
    if isinstance(body, Mapping):
        errors = body.get("validation_errors")
        body = errors if errors else body.get("detail", body)
    return " ".join(str("no reason given" if body is None else body).split())
