"""No secret reaches a log or a message: whatever a library says passes through here first."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from dataset.errors import ReleaseError, StandpunktError, printable

_HIDDEN = "…"
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>]+", re.IGNORECASE)
_TOKEN = re.compile(r"\bhf_[A-Za-z0-9_]{6,}|(?<=Bearer )\S+")
_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|ACCESS_KEY|API_KEY|SAS|CREDENTIAL")
_SHORTEST = 6  # what is shorter is no secret, and would blacken ordinary words


class PlaceError(ReleaseError):
    """A place cannot be reached, or refuses."""


class NotThereError(PlaceError):
    """A place was reached and does not hold what was asked for."""


def redacted(text: str) -> str:
    """The text without tokens, without the names, passwords and queries of addresses (signatures are there), as one line."""
    text = _URL.sub(lambda found: _bare(found[0]), text)
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value) >= _SHORTEST:
            text = text.replace(value, _HIDDEN)
    for token in _stored_tokens():
        text = text.replace(token, _HIDDEN)
    return printable(_TOKEN.sub(_HIDDEN, text))


def shown(text: object, most: int = 80) -> str:
    """Return a name or a line from elsewhere as it may be printed: redacted, one line, cut."""
    # Cut twice: first so that a text of any size costs nothing, then so that no token is cut before it is found.
    line = redacted(str(text)[: 10 * most + 1_000])
    return line if len(line) <= most else f"{line[:most]}…"


def shown_list(names: Iterable[str], most: int = 10) -> str:
    """Return the first of some names from elsewhere, and how many more there are."""
    known = sorted(names)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return (", ".join(map(shown, known[:most])) or "none") + more


@contextmanager
def reported(where: str) -> Iterator[None]:
    """Turn whatever a library raises into one line of ours that holds no secret.

    Raises:
        NotThereError: there is no such thing in this place.
        PlaceError: anything else went wrong there.
    """
    try:
        yield
    except StandpunktError:
        raise
    except ImportError as error:
        said = shown(error, _LONGEST)
        raise PlaceError(f"{where}: {said}; for s3:// pip install -c constraints.txt -e '.[s3]'") from None
    # Every file system raises what its own library does, so that no list of exceptions would be whole.
    except Exception as error:
        found = _advice(error)
        raise found[0](f"{where}: {found[1]}") from None


def _advice(error: Exception) -> tuple[type[PlaceError], str]:
    """What went wrong, in words where it is one of the usual things."""
    from huggingface_hub.errors import OfflineModeIsEnabled, RepositoryNotFoundError

    while isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # "Error while uploading": the reason is below
    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, OfflineModeIsEnabled):
        return PlaceError, "offline, because HF_HUB_OFFLINE is set"
    if status in {401, 403} or isinstance(error, PermissionError):
        return PlaceError, "refused: the token or key is missing, wrong, or not allowed to do this"
    if isinstance(error, RepositoryNotFoundError):
        return NotThereError, "no such dataset there, or the token (HF_TOKEN) may not see it"
    if status == 412:
        return PlaceError, "somebody else pushed at the same moment; call publish again"
    said = shown(" ".join(str(error).split()) or "no reason given", _LONGEST)
    if advice := _usual(error, status):
        return PlaceError, f"{advice} ({type(error).__name__}: {said})"
    return PlaceError, f"{said} ({type(error).__name__}): check the address and the settings, then try again"


def _usual(error: Exception, status: int | None) -> str | None:
    """Return what to do about one of the usual errors; libraries have classes of their own for each."""
    kinds = {cls.__name__ for cls in type(error).__mro__}
    if kinds & {"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"}:
        return "no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if kinds & _UNREACHED:
        return "cannot be reached: check the network connection and the address (HF_ENDPOINT, AWS_ENDPOINT_URL)"
    if kinds & _SLOW:
        return "no answer in time: try again later"
    if status == 429:
        return "too many requests: wait, then try again"
    if status is not None and status >= 500:
        return "the server has a problem: try again later"
    if status == 404 or isinstance(error, FileNotFoundError):
        return "not there: check the address"
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"the disk is full: free some space, then try again ({error.filename2 or error.filename or 'destination'})"
        )
    if "Protocol not known" in str(error):
        return "no such kind of address: use ORG/NAME, s3://BUCKET/NAME or file:///FOLDER/NAME"
    return None


_LONGEST = 200  # characters of a library's message
_UNREACHED = {
    *("ConnectError", "ConnectionError", "EndpointConnectionError", "ClientConnectorError", "ClientConnectionError"),
    *("gaierror", "ProxyConnectionError", "NetworkError", "RemoteProtocolError", "ConnectionClosedError"),
}
_SLOW = {"TimeoutException", "TimeoutError", "FSTimeoutError", "ReadTimeoutError", "ConnectTimeoutError"}


def _bare(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return _HIDDEN
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" + (f"?{_HIDDEN}" if parts.query or parts.fragment else "")


def _stored_tokens() -> list[str]:
    """The token that huggingface_hub finds, in the environment or in its own file."""
    from huggingface_hub import get_token

    token = get_token()
    return [token] if token and len(token) >= _SHORTEST else []
