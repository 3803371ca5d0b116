"""Spans become tags and spans again."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baselines.tasks import Span
from baselines.tasks.tokens import from_bio, to_bio, tokenise


@given(st.text(alphabet="aä 1,.\n😀-", max_size=60), st.data())
def test_there_and_back(text: str, data: st.DataObject) -> None:
    """Whatever spans of whole tokens there are, also next to each other and of one kind."""
    tokens = tokenise(text)
    edges = sorted(data.draw(st.sets(st.integers(0, len(tokens)), max_size=6)))
    spans = [Span(tokens[a][0], tokens[b - 1][1], data.draw(st.sampled_from("xy"))) for a, b in pairwise(edges)]
    assert from_bio(tokens, to_bio(tokens, spans)) == spans


def test_overlap_and_stray_tags() -> None:
    """The first span takes the token; an I that continues nothing opens a span; a tag that is none is an error."""
    tokens = tokenise("aa bb cc")
    assert to_bio(tokens, [Span(0, 5, "x"), Span(3, 8, "y")]) == ["B-x", "I-x", "B-y"]
    assert from_bio(tokens, ["I-x", "I-y", "O"]) == [Span(0, 2, "x"), Span(3, 5, "y")]
    with pytest.raises(ValueError, match="no BIO tag"):
        from_bio(tokens, ["O", "Q-x", "O"])
