"""The rule as a property: whatever slips in a field of a corpus, nothing more is released, nor under weaker terms, nor with more labels."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.build import build_release
from dataset.errors import StandpunktError
from dataset.text import text_sha256
from tests.make import article, claim, label_line, write_corpus, write_labels

EXAMPLES = int(os.environ.get("STANDPUNKT_SLIPS", "40"))
CLOSED = "LicenseRef-all-rights-reserved"
TEXTS = {f"a{i}": article(i, 6) for i in range(5)}
TERMS: list[dict[str, Any]] = [
    {"license": None, "rights_holder": None},
    {"license": CLOSED, "rights_holder": "Verlag X", "url": "https://x.example/1", "published": "2024-10-31"},
    {"license": "CC0-1.0", "agencies": ["dpa"], "outlet": "Bote", "language": "de"},
    {"license": CLOSED, "genre": "report", "rights": "all rights reserved"},
    {"rights_holder": "Y"},
]
WRONG: list[Any] = [5, 1.5, True, "", " ", [], {}, [[]], [5], {"a": 1}, "a\nb", "x" * 300, None]
Released = dict[str, tuple[Any, ...]]


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A corpus with several licences, gold and tombstones: new, and built once."""
    folder = write_corpus(tmp_path_factory.mktemp("slips") / "c", {})
    toml = (folder / "corpus.toml").read_text(encoding="utf-8")
    (folder / "corpus.toml").write_text(f'rights_holder = "Z"\nlabels_license = "MIT"\ntitle = "C"\n{toml}', "utf-8")
    lines, gold = [], []
    for (id_, text), terms in zip(TEXTS.items(), TERMS, strict=True):
        (folder / "articles" / f"{id_}.txt").write_text(text, encoding="utf-8")
        known = {"text_sha256": text_sha256(text), "length": len(text)}
        lines.append({"id": id_, "file": f"{id_}.txt", **known, **terms})
        marked = [
            {**claim(0, 9), "id": f"{id_}-c01"},
            {**claim(40, 80, kind="policy"), "id": f"{id_}-c02", "claimant": {"start": 50, "end": 60}},
        ]
        for one in marked:
            one["votes"] = [{"annotator": "a1", "annotator_kind": "human", **claim(0, 9)}]
        row = {"article_id": id_, "text_sha256": text_sha256(text), "annotators": ["a1"], "annotator_kind": "human"}
        stance = {"bridge": {"label": "discuss", "adjudicated": False}}
        gold.append({**row, "lost": [{"start": 100, "end": 110}], "claims": marked, "article_stance": stance})
    dump(folder / "manifest.jsonl", lines)
    dump(folder / "gold.jsonl", gold)
    write_labels(folder, [label_line(id_, text, [claim(0, 9)]) for id_, text in TEXTS.items()])
    (folder / "datasheet.toml").write_text('[motivation]\npurpose = "P"\n[uses]\nused = "No."\n', encoding="utf-8")
    built = shutil.copytree(folder, folder.parent / "built" / "c")
    build_release(built, out=built.parent / "dist")
    return {"new": folder, "built": built}


def dump(path: Path, rows: list[dict[str, Any]]) -> None:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def release(corpus: Path, out: Path, only: list[str]) -> tuple[Released, dict[tuple[str, str], Any]]:
    """What a build releases: terms by file, and every label by its row."""
    facts = build_release(corpus, out=out, only_licenses=only).facts
    files = {row["id"]: row["source_file"] for row in facts.of("articles")}
    terms = {
        row["source_file"]: (row["license"], row["rights_holder"], row["text_sha256"]) for row in facts.of("articles")
    }
    labels = {("sentence", row["id"]): row["claim"] for row in facts.of("sentences")}
    labels |= {(config, row["id"]): row["label"] for config in ("stance", "article_stance") for row in facts.of(config)}
    for layer in ("kind", "target", "stance"):
        labels |= {(layer, row["id"]): row[layer] for row in facts.of("claims")}
    assert len(files) == len(terms)
    return terms, labels


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value that a slip can be at."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def slips_of_line(line: str) -> Iterator[str]:
    """A line of JSON with one slip: a value of another type, a key of another name, cut, doubled, or other text."""
    row = json.loads(line)
    for place in places(row):
        for wrong in WRONG:
            changed = json.loads(line)
            holder, old = changed, None
            for key in place[:-1]:
                holder = holder[key]
            old = holder[place[-1]]
            # A valid value of the same type, and one that means "not known", nobody can tell from what was meant.
            if wrong is None or (type(wrong) is type(old) and wrong not in ("", " ")) or old is None or wrong == {}:
                continue
            if isinstance(old, int | float) and isinstance(wrong, int | float) and type(wrong) is not bool:
                continue
            holder[place[-1]] = wrong
            yield json.dumps(changed, ensure_ascii=False)
        if isinstance(place[-1], str):
            key = place[-1]
            for name in (key[1:] + key[0], key[:-1], f"{key}s", key.upper(), f" {key}", "x"):
                changed = json.loads(line)
                holder = changed
                for step in place[:-1]:
                    holder = holder[step]
                renamed = {name if one == key else one: value for one, value in holder.items()}
                holder.clear()
                holder.update(renamed)
                yield json.dumps(changed, ensure_ascii=False)
    for share in (0.1, 0.5, 0.9):
        yield line[: int(len(line) * share)]
    yield from (f"{line}\n{line}", f"{line}{line}", "x", "[]", "null", f"[{line}]", line[:-1] + ', "x": 1}', "{" + line)


def slips_of_toml(line: str) -> Iterator[str]:
    """A line of TOML with one slip."""
    if "=" not in line:
        yield from (line[:-1], line.upper(), "") if line else ()
        return
    key, _, value = line.partition(" = ")
    for wrong in ("5", "true", '""', '" "', "[]", "{}", "1.5", f"[{value}]", value[:-1], ""):
        yield f"{key} = {wrong}"
    yield from (
        f"{key[1:]}{key[0]} = {value}",
        f"{key}s = {value}",
        f"{key.upper()} = {value}",
        f"{line}\n{line}",
        line[1:],
    )


FILES = (
    "manifest.jsonl",
    "gold.jsonl",
    "corpus.toml",
    "scheme.toml",
    "datasheet.toml",
    "ledger.jsonl",
    "labels/a1.jsonl",
)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_slip_never_releases_more(intact: dict[str, Path], data: st.DataObject) -> None:
    """A build is refused, or releases a part of what it would have without the slip, under the same terms."""
    state = data.draw(st.sampled_from(["new", "built"]))
    file = data.draw(st.sampled_from(FILES if state == "built" else [name for name in FILES if name != "ledger.jsonl"]))
    lines = (intact[state] / file).read_text(encoding="utf-8").splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    slips = list((slips_of_toml if file.endswith(".toml") else slips_of_line)(lines[number]))
    if not slips:
        return
    slip = data.draw(st.sampled_from(slips))
    only = data.draw(st.sampled_from([[], ["CC-BY-4.0"], ["CC-BY-4.0", "CC0-1.0"]]))
    with tempfile.TemporaryDirectory() as folder:
        whole = shutil.copytree(intact[state], Path(folder) / "whole" / "c")
        terms, labels = release(whole, Path(folder) / "dist", only)
        corpus = shutil.copytree(intact[state], Path(folder) / "slip" / "c")
        (corpus / file).write_text("\n".join([*lines[:number], slip, *lines[number + 1 :]]) + "\n", encoding="utf-8")
        try:
            less, fewer = release(corpus, Path(folder) / "dist2", only)
        except StandpunktError:
            return
        assert less.items() <= terms.items(), slip
        for row, label in fewer.items():
            assert label is None or label == labels.get(row), (row, slip)
