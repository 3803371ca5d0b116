"""Hostile values in a release whose hashes were renewed: nothing is scored, and the line names file and column."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from tests.baselines.small import release as small_release
from tests.dataset.release.hostile import Harm, column, metadata, nulls, of, table, text, vouch
from tests.make import Cli


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unharmed release."""
    return small_release(tmp_path_factory.mktemp("whole"), ["fact", "policy"], articles=8)


def cut(config: str) -> Harm:
    """Leave half of a Parquet file."""

    def harm(release: Path) -> None:
        path = release / config / "test-00000-of-00001.parquet"
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return harm


def double(config: str) -> Harm:
    """Let all rows have the id of the first."""
    return column(config, "id", lambda rows: pa.array([rows.column("id")[0].as_py()] * len(rows)))


def far(rows: pa.Table) -> pa.Table:
    """Put every claimant behind the text."""
    for name, place in (("claimant_start", 10**9), ("claimant_end", 10**9 + 1)):
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array([place] * len(rows)))
    return rows


ELSEWHERE = text("README.md", lambda card: card.replace("claims/test-", "/etc/test-", 1))
TYPES: dict[str, tuple[Harm, str, str]] = {
    "blocks null": (nulls("articles", "blocks"), "articles/test-", "blocks"),
    "article without id": (nulls("articles", "id"), "articles/test-", "column id"),
    "text of numbers": (of("articles", "text", 1, pa.int64()), "articles/test-", "column text"),
    "start as a text": (of("claims", "start", "x", pa.string()), "claims/test-", "column start"),
    "start null": (nulls("sentences", "start"), "sentences/test-", "column start"),
    "label out of range": (of("stance", "label", 99), "stance/test-", "column label"),
    "column gone": (table("article_stance", lambda rows: rows.drop_columns(["target"])), "article_stance/test-", "target"),
    "metadata": (metadata("claims", '{"info":{"features":{"id":{"_type":"Nope"}}}}'), "claims/test-", "metadata"),
    "half a file": (cut("claims"), "claims/test-", "Parquet"),
    "card that leads elsewhere": (ELSEWHERE, "README.md", "claims"),
}  # fmt: skip
USED: dict[str, tuple[Harm, str, str]] = {
    "claims of one id": (double("claims"), "claims", "id"),
    "claim beyond the text": (of("claims", "end", 10**9), "claims", "text"),
    "claimant beyond the text": (
        table("claims", far),
        "claims",
        "claimant",
    ),
    "claims of no article": (of("claims", "article_id", "nobody"), "nobody", "no such article"),
}


CASES = {
    **{f"inputs: {name}": ("inputs", *case) for name, case in (TYPES | USED).items()},
    **{f"score: {name}": ("score", *case) for name, case in (USED | {"half": TYPES["half a file"]}).items()},
    "evaluate: half a file": ("evaluate", *TYPES["half a file"]),
    "evaluate: claim beyond the text": ("evaluate", *USED["claim beyond the text"]),
}


@pytest.mark.parametrize(("command", "harm", "file", "what"), CASES.values(), ids=CASES)
def test_a_value_that_no_build_wrote(
    whole: Path,
    run: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    harm: Harm,
    file: str,
    what: str,
) -> None:
    """Each of these was an error of another kind, exit status 70, or scored as if nothing were wrong."""
    release = shutil.copytree(whole, tmp_path / "c" / "1.0.0")
    harm(release)
    vouch(release)
    # Its card still has the old digest, by which datasets would find the old rows.
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "own.jsonl").write_text(json.dumps({"task": "stance", "id": "x", "label": "favor"}) + "\n")
    done = run(
        *{
            "inputs": ("evaluate", release, "--inputs", tmp_path / "in.jsonl"),
            "score": ("score", release, tmp_path / "own.jsonl", "--out", tmp_path / "runs"),
            "evaluate": ("evaluate", release, "--out", tmp_path / "runs"),
        }[command]
    )
    assert done.returncode == 1, done.stderr
    line = next(line for line in done.stderr.splitlines() if file in line)
    assert what in line
    assert not (tmp_path / "in.jsonl").exists()
    assert not list(tmp_path.glob("runs/*/*"))
