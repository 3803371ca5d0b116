"""The recipes of ``docs/loading.md``, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dataset.publish.transfer import publish_release
from tests.dataset.publish.conftest import hub_environment
from tests.hub import Hub
from tests.make import Cli

_BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def recipes(root: Path, place: str) -> list[str]:
    """The Python blocks for a place, in order."""
    found = _BLOCK.findall((root / "docs" / "loading.md").read_text(encoding="utf-8"))
    assert {(language, where) for language, where, _ in found} <= {
        ("python", "local"),
        ("python", "hub"),
        ("python", "s3"),
        ("sh", ""),
    }
    return [code for _, where, code in found if where == place]


def rows(release: Path, config: str, split: str = "*") -> list[dict[str, Any]]:
    """What the Parquet files hold."""
    return [row for path in sorted((release / config).glob(f"{split}-*")) for row in pq.read_table(path).to_pylist()]


def test_local(root: Path, releases: dict[str, Path]) -> None:
    """load_dataset, pandas, polars, DuckDB and a DataLoader's collate give what the files hold."""
    release = releases["1.1.0"]
    names: dict[str, Any] = {}
    for code in recipes(root, "local"):
        names |= {"RELEASE": str(release)}
        exec(compile(code, "loading.md", "exec"), names)  # noqa: S102 - our own document
    train, claims = rows(release, "claims", "train"), rows(release, "claims")
    assert names["row"] == train[0]
    assert names["label"] == "favor"
    assert set(names["frame"]["stance_name"]) == {"favor"}
    assert len(names["frame"]) == len(train)
    assert names["words"] == sum(len(row["text"].split(" ")) for row in rows(release, "sentences"))
    assert names["longest"] == [(f"a{i:02d}", 1) for i in range(5)]
    assert len(claims) == 16
    batches = names["batches"]
    assert [text for batch in batches for text in batch["text"]] == [row["text"] for row in train]
    assert np.concatenate([batch["span"] for batch in batches]).tolist() == [
        [row["start"], row["end"]] for row in train
    ]
    undecided = names["collate"]([{"text": "", "start": 0, "end": 1, "stance": None}])
    assert (undecided["stance"].dtype, undecided["stance"].tolist()) == (np.int64, [-100])


def test_undecided_labels_load_as_well(root: Path, releases: dict[str, Path], tmp_path: Path) -> None:
    """A release may hold nothing but null in its first rows: no recipe stumbles over it."""
    release = tmp_path / "undecided" / "1.1.0"
    shutil.copytree(releases["1.1.0"], release)
    for path in (release / "claims").iterdir():
        table = pq.read_table(path)
        place, field = table.schema.get_field_index("stance"), table.schema.field("stance")
        pq.write_table(table.set_column(place, field, pa.nulls(len(table), field.type)), path)
    card = (release / "README.md").read_text(encoding="utf-8")
    # As a build would: with the text below the YAML alone changed, the cache answers.
    (release / "README.md").write_text(card.replace("sha256 of the rows", "sha256 of other rows"), encoding="utf-8")
    names: dict[str, Any] = {}
    for code in recipes(root, "local"):
        names |= {"RELEASE": str(release)}
        exec(compile(code, "loading.md", "exec"), names)  # noqa: S102 - our own document
    assert names["label"] is None
    assert set(names["frame"]["stance_name"]) == {None}


def test_offsets_in_duckdb(root: Path, releases: dict[str, Path]) -> None:
    """The document's ``substr`` cuts what Python's slice does, emoji and umlauts included."""
    assert 'substr(text, start + 1, "end" - start)' in (root / "docs" / "loading.md").read_text(encoding="utf-8")
    text = "Ä😀 e\u0301 Brücke"
    for start, end in ((0, 1), (1, 2), (3, 5), (6, 12)):
        cut = duckdb.execute(
            "SELECT substr(t, s + 1, e - s) FROM (SELECT ? t, ? s, ? e)", [text, start, end]
        ).fetchone()
        assert cut == (text[start:end],)


def in_a_process(code: str, environment: dict[str, str]) -> None:
    """Run a recipe as a user does: what ``datasets`` reads on import is this environment's."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_hub(root: Path, hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """By tag, and as a stream."""
    assert command("publish", releases["1.0.0"], "lab/news").returncode == 0
    whole, stream = (code.replace("ORG/NAME", "lab/news") for code in recipes(root, "hub"))
    lengths = [row["end"] - row["start"] for row in rows(releases["1.0.0"], "sentences", "train")]
    expected = rows(releases["1.0.0"], "claims", "train"), lengths
    code = f"{whole}\n{stream}\nassert (list(claims['train']), lengths) == {expected!r}"
    in_a_process(code, hub_environment(hub, tmp_path / "home"))


def test_s3(root: Path, s3: str, releases: dict[str, Path], tmp_path: Path) -> None:
    """Addresses of files; the caller's options stay as they were, because a copy is handed over."""
    publish_release(releases["1.0.0"], s3)
    (code,) = recipes(root, "s3")
    expected = rows(releases["1.0.0"], "claims", "train")
    check = f"assert list(claims['train']) == {expected!r}\nassert options == {{'anon': False}}"
    check += "\nassert claims['train'].features['stance'].names == ['favor', 'against', 'none']"
    in_a_process(f"S3 = {s3!r}\n{code}\n{check}", {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"})


def test_the_document_is_found(root: Path) -> None:
    """From where users begin."""
    assert "docs/loading.md" in (root / "README.md").read_text(encoding="utf-8")
