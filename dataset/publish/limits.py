"""Limits on what a hub or a store may send: size, number, time; and where a token may go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from dataset.errors import ReleaseError
from dataset.publish.secrecy import PlaceError
from dataset.records.loader import UnusableError, parse_object
from dataset.release.layout import is_release_file
from dataset.release.manifest import NAME

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

ANSWER = 32 << 20  # bytes of an answer that is no file
MANIFEST = 256 << 20
FILE = 64 << 30
ENTRIES = 10_000  # of a listing: files, tags, versions
REQUESTS = 5_000  # of one command, apart from the parts of an upload
SECONDS = 120.0  # for listings and manifests together; a server that drips sends nothing new after that
SLOWEST = 20_000  # bytes a second that a file may take
QUIET = 30.0  # seconds without a byte
_SECRET = ("authorization", "cookie", "proxy-authorization")


def timed(seconds: float, where: str, work: Callable[[], T]) -> T:
    """Return the result of work that has to end in time; it is left behind in its thread if it does not.

    Raises:
        PlaceError: it took longer.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise PlaceError(
            f"{where}: no whole answer within {seconds:.0f} seconds: try again, or use another destination"
        )
    return results[0]


def seconds_for(size: int) -> float:
    """Return how long files of this size together may take."""
    return SECONDS + size / SLOWEST


def listed(manifest: bytes, where: str) -> dict[str, int]:
    """Return the size of every file that a published manifest lists.

    Raises:
        ReleaseError: it cannot be read, or lists a file that no release has; nothing is fetched.
    """
    try:
        files = parse_object(manifest).get("files")
    except UnusableError as error:
        raise ReleaseError(f"{where}: its {NAME} cannot be read: {error}; nothing is fetched") from None
    if not isinstance(files, dict) or not all(map(is_release_file, files)):
        raise PlaceError(f"{where}: its {NAME} names a file that no release has; nothing is fetched")
    sizes = {name: entry.get("bytes") if isinstance(entry, dict) else None for name, entry in files.items()}
    for name, size in sizes.items():
        if type(size) is not int or not 0 <= size <= FILE:
            raise PlaceError(f"{where}: its {NAME} gives no size of {name} (files.{name}.bytes); nothing is fetched")
    return {name: size for name, size in sizes.items() if size is not None}


@contextmanager
def hub_session(endpoint: str) -> Iterator[Session]:
    """Have huggingface_hub use a client that obeys the limits, until the block ends."""
    from huggingface_hub import constants, set_client_factory
    from huggingface_hub.utils import _http

    session, before = Session(endpoint), _http._GLOBAL_CLIENT_FACTORY
    # Its other way to load files is a library of its own, with no limits and with addresses that the server names.
    constants.HF_HUB_DISABLE_XET = True
    set_client_factory(session.client)
    try:
        yield session
    finally:
        session.over = True
        set_client_factory(before)


class Session:
    """The requests of one command to one hub."""

    def __init__(self, endpoint: str) -> None:
        self._origin = _origin(endpoint)
        self._requests = 0
        self.most = ANSWER  # bytes of the next answers
        self.over = False  # the command ended; work that it left behind in a thread must not go on

    def client(self) -> httpx2.Client:
        """Return a client for huggingface_hub."""
        import httpx2
        from huggingface_hub.utils._http import hf_request_event_hook

        return httpx2.Client(
            event_hooks={"request": [hf_request_event_hook, self._asked], "response": [self._answered]},
            follow_redirects=True,
            timeout=httpx2.Timeout(QUIET),
        )

    def _asked(self, request: httpx2.Request) -> None:
        """Called for every request, those that follow a redirect or a link included."""
        self._requests += request.method != "PUT"
        if self._requests > REQUESTS:
            raise PlaceError(
                f"{_shown(self._origin)}: asks for more than {REQUESTS:,} requests: its listing does not end"
            )
        if _origin(str(request.url)) != self._origin:
            for name in _SECRET:
                if name in request.headers:
                    del request.headers[name]
        # An answer of a few bytes may unpack to any size.
        request.headers["accept-encoding"] = "identity"

    def _answered(self, response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise PlaceError(f"{_shown(self._origin)}: packed an answer that was asked for unpacked: use another hub")
        size = response.headers.get("content-length", "")
        if size.isdecimal() and int(size[:18]) > self.most and response.request.method != "HEAD":
            raise _too_large(self._origin, self.most)
        response.stream = _limited(response.stream, self, self._origin, self.most)


def _limited(stream: Any, session: Session, origin: tuple[str, str, int | None], most: int) -> Any:
    import httpx2

    class Limited(httpx2.SyncByteStream):
        """The body of an answer, which ends with an error when it is too large."""

        def __iter__(self) -> Iterator[bytes]:
            left, end = most, time.monotonic() + seconds_for(most)
            late = PlaceError(f"{_shown(origin)}: an answer took too long: try again")
            try:
                for piece in stream:
                    left -= len(piece)
                    if left < 0:
                        raise _too_large(origin, most)
                    if session.over or time.monotonic() > end:
                        raise late
                    yield piece
            except httpx2.HTTPError:
                # For an error of its client huggingface_hub closes all sessions, also that of the next command, and tries again.
                if session.over:
                    raise late from None
                raise

        def close(self) -> None:
            stream.close()

    return Limited()


def _too_large(origin: tuple[str, str, int | None], most: int) -> PlaceError:
    return PlaceError(f"{_shown(origin)}: sent an answer of more than {most:,} bytes: it is not what a release needs")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _shown(origin: tuple[str, str, int | None]) -> str:
    return f"{origin[0]}://{origin[1]}"
