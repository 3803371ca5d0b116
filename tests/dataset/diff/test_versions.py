"""Which number changes ask for, and which release is the one before."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dataset.diff.changes import LEVELS
from dataset.diff.versions import needed_version, parse_version, predecessor, releases_in

numbers = st.tuples(*[st.integers(0, 30)] * 3).map(lambda parts: ".".join(map(str, parts)))


def test_the_next_number() -> None:
    """And none where nothing changed."""
    assert [needed_version(level, "1.4.2") for level in (*LEVELS, None)] == ["1.4.3", "1.5.0", "2.0.0", "1.4.2"]
    assert needed_version("minor", "1.9.9") == "1.10.0"


@given(numbers)
def test_a_higher_level_needs_a_higher_number(version: str) -> None:
    """Whatever the version: patch, minor, major, each above the other and all above the old one."""
    order = [parse_version(needed_version(level, version)) for level in (None, *LEVELS)]
    assert order == sorted(set(order))
    assert order[0] == parse_version(version)


def test_the_release_before(tmp_path: Path) -> None:
    """By number, not by name or time; what is no release folder does not count."""
    for name in ("1.10.0", "1.9.0", "2.0.0", "1.2", ".building-1.9.5", "1.0.0-standoff"):
        (tmp_path / name).mkdir()
    (tmp_path / "1.9.9").write_text("a file", encoding="utf-8")
    assert [path.name for path in releases_in(tmp_path)] == ["1.9.0", "1.10.0", "2.0.0"]
    found = {version: predecessor(tmp_path, version) for version in ("1.9.0", "1.9.9", "1.11.0", "2.0.0", "3.1.4")}
    assert {version: path and path.name for version, path in found.items()} == {
        "1.9.0": None,
        "1.9.9": "1.9.0",
        "1.11.0": "1.10.0",
        "2.0.0": "1.10.0",
        "3.1.4": "2.0.0",
    }
