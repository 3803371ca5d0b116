"""The reference of files is current, and its schemas describe what is there."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dataset.records.catalogue import FILES
from dataset.records.reference import pages, schema


def test_current(root: Path) -> None:
    """``python -m dataset.records`` would write what is there, and nothing else is there."""
    folder = root / "docs" / "reference"
    made = dict(pages(FILES))
    there = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.*")}
    assert there == made, "run python -m dataset.records"


def test_every_field_of_a_file_has_a_type_and_most_a_meaning() -> None:
    """A page without a table for a record, or with empty tables, would be no reference."""
    page = dict(pages(FILES))["files.md"]
    assert page.count("\n## ") == len(FILES)
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert all(line.split(" | ")[1] for line in rows)
    assert sum(not line.endswith("|  |") for line in rows) > 0.6 * len(rows)


def shipped(root: Path) -> Iterator[tuple[Path, str, Any]]:
    """Every file of the shipped corpora and of the releases and runs of earlier formats that has a record."""
    places = {"CORPUS": [*(root / "seeds").iterdir()], "RELEASE": [], "RUN": []}
    old = root / "tests" / "fixtures" / "format-1"
    places["RELEASE"] = [path.parent for path in old.rglob("manifest.json")]
    places["RUN"] = [path.parent for path in old.rglob("run.json")]
    for file in FILES:
        for name in filter(None, (file.name.split(",")[0], file.also)):
            place, _, rest = name.partition("/")
            for folder in places.get(place, []):
                for path in folder.glob(re.sub("NAME|VERSION|ANNOTATOR|ARTICLE", "*", rest)):
                    yield path, file.name, schema(file.record)


def values(path: Path, name: str) -> list[Any]:
    """The records of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return [tomllib.loads(text)]
    if path.suffix == ".json":
        return [json.loads(text)]
    rows = [json.loads(line) for line in text.splitlines()]
    if "first line" in name:
        return rows[:1]
    if "last line" in name:
        return rows[-1:]
    if "hydration" in name:
        return [row for row in rows if ("part" in row) == name.endswith("spans")]
    return rows


def test_schemas_describe_what_is_there(root: Path) -> None:
    """Files of the shipped corpora, and releases and runs of format 1, are valid by the schemas."""
    seen = set()
    for path, name, rules in shipped(root):
        validator = Draft202012Validator(rules)
        for row in values(path, name):
            problem = next(validator.iter_errors(row), None)
            assert problem is None, (
                f"{path}: {problem.json_path if problem else ''}: {problem.message if problem else ''}"
            )
        seen.add(name)
    assert len(seen) >= 12, seen


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.record.__name__)
def test_schemas_are_valid(file: Any) -> None:
    """By the rules of JSON Schema, and they refuse what is no object."""
    rules = schema(file.record)
    Draft202012Validator.check_schema(rules)
    assert next(Draft202012Validator(rules).iter_errors([]), None) is not None
