"""Secrets and messages."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.publish.hub import Hub
from dataset.publish.secrecy import PlaceError, redacted, reported

_WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=8, max_size=40)
_AROUND = st.text("äß .,:;'\n\t…", max_size=20)


@given(secret=_WORD, before=_AROUND, after=_AROUND)
def test_tokens_and_addresses(secret: str, before: str, after: str) -> None:
    """A token, a name and password in an address, a signature behind it: gone, whatever stands around them; and one line."""
    for shape in (
        f"hf_{secret}",
        f"Bearer {secret}",
        f"https://user:{secret}@host/path",
        f"https://host/path?X-Amz-Signature={secret}&x=1",
        f"s3://host/path#{secret}",
    ):
        said = redacted(f"{before} {shape} {after}")
        assert secret not in said
        assert "\n" not in said
        assert "host/path" in said or "://" not in shape


@pytest.mark.parametrize("name", ["HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "MY_PASSWORD"])
def test_what_the_environment_keeps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever shape it has, and wherever an exception quotes it."""
    monkeypatch.setenv(name, "pass word/+=")
    with pytest.raises(PlaceError) as caught, reported("here"):
        raise ValueError("the key 'pass word/+=' is wrong")
    assert "pass word" not in str(caught.value)
    assert str(caught.value).startswith("here: the key '…' is wrong")
    assert caught.value.__suppress_context__


def test_the_client_is_quiet() -> None:
    """Its warnings about retries quote signed addresses."""
    assert Hub("a/b")._api
    assert logging.getLogger("huggingface_hub.utils._http").getEffectiveLevel() >= logging.ERROR
