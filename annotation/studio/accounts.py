"""Accounts for annotators on our own server, made through the form behind the invite link.

Users made over Label Studio's API cannot log in, so the form it is. Passwords go into a file that its owner alone can read.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from annotation.studio.client import Studio, users_of
from annotation.studio.server import StudioError

FILE = "accounts.txt"
_DOMAIN = "localhost.example"


def make_accounts(studio: Studio, number: int, folder: Path) -> None:
    """See that there are so many annotators' accounts; those that are there already stay as they are.

    Args:
        studio: a connection with the rights of the owner.
        number: of accounts.
        folder: where ``accounts.txt`` is kept: address and password, a line an account.

    Raises:
        StudioError: the server refuses one.
    """
    there = users_of(studio)
    for index in range(1, number + 1):
        email = f"annotator-{index}@{_DOMAIN}"
        if email in there:
            continue
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        # Kept before it is set: an account whose password nobody knows would be lost.
        _keep(folder / FILE, f"{email}\t{password}\n")
        _sign_up(studio, email, password)


def _sign_up(studio: Studio, email: str, password: str) -> None:
    import httpx

    invite = studio.ask_object("GET", "/api/invite").get("invite_url")
    path = re.sub(r"^https?://[^/]+", "", str(invite))
    try:
        with httpx.Client(base_url=studio.url, timeout=60, trust_env=False) as browser:
            form = browser.get(path)
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
            fields = {"email": email, "password": password, "allow_newsletters": "false", "how_find_us": ""}
            token = {"csrfmiddlewaretoken": found[1]} if found else {}
            answer = browser.post(path, data={**fields, **token}, headers={"Referer": f"{studio.url}{path}"})
    except httpx.HTTPError as error:
        raise StudioError(f"{studio.url}: Label Studio does not answer ({type(error).__name__})") from None
    if answer.status_code != 302 or email not in users_of(studio):
        raise StudioError(f"{studio.url}: the account {email} was not made (status {answer.status_code})")


def _keep(path: Path, line: str) -> None:
    """Add a line; of an account that is made again the last one counts."""
    address = line.split("\t", maxsplit=1)[0]
    old = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True) if path.exists() else []
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.writelines([*(one for one in old if one.split("\t")[0] != address), line])
    temporary.replace(path)
