"""Hostile values in a release: every command names file and field in one line and ends with status 1."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from subprocess import CompletedProcess

import pyarrow as pa
import pytest

from dataset.build import build_release
from dataset.release.manifest import NAME
from dataset.release.verify import verify_release
from tests.dataset.diff.make import first_corpus
from tests.dataset.release.hostile import Harm, column, metadata, nulls, of, put, table, text, vouch
from tests.make import Cli

COMMANDS = ("verify", "diff", "hydrate", "publish")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A labelled corpus with its releases, with and without text."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = first_corpus(folder)
    full = build_release(corpus, out=folder / "full").path
    return {"full": full, "standoff": build_release(corpus, out=folder / "bare", profile="standoff").path}


def harmed(releases: dict[str, Path], profile: str, harm: Harm, folder: Path) -> Path:
    """A copy with one hostile value."""
    release = shutil.copytree(releases[profile], folder / "harmed" / "1.0.0")
    harm(release)
    if not harm.__qualname__.startswith("manifest"):
        vouch(release)
    return release


def call(run: Cli, command: str, releases: dict[str, Path], release: Path, folder: Path) -> CompletedProcess[str]:
    """One of the commands on a release."""
    corpus = releases["full"].parents[2] / "c"
    more = {
        "verify": (release,),
        "diff": (releases["full"], release),
        "hydrate": (release, "--texts", corpus / "articles", "--out", folder / "out"),
        "publish": (release, f"file://{folder}/store/c", "--dry-run"),
    }
    return run(command, *more[command])


def test_the_control(releases: dict[str, Path], run: Cli, tmp_path: Path) -> None:
    """Without a hostile value every command does its work."""
    for command in COMMANDS:
        release = releases["standoff" if command == "hydrate" else "full"]
        assert call(run, command, releases, release, tmp_path).returncode == 0, command


DEEP = "[" * 5_000 + "]" * 5_000
PARQUET = "test-00000-of-00001.parquet"
# Every row of the table, with the file and the field that the line names; those of "standoff" need a release without text.
TABLE: dict[str, tuple[Harm, str, str]] = {
    "blocks null": (nulls("articles", "blocks"), f"articles/{PARQUET}", "blocks"),
    "start text": (of("claims", "start", "x", pa.string()), f"claims/{PARQUET}", "start"),
    "article id null": (nulls("articles", "id"), f"articles/{PARQUET}", "column id"),
    "sentence start null": (nulls("sentences", "start"), f"sentences/{PARQUET}", "start"),
    "length text": (put("abc", "articles", "*", "length"), NAME, "length"),
    "length list": (put([1], "articles", "*", "length"), NAME, "length"),
    "length huge": (put(10**400, "articles", "*", "length"), NAME, "length"),
    "metadata type": (
        metadata("claims", '{"info":{"features":{"id":{"_type":"Nope"}}}}'),
        f"claims/{PARQUET}",
        "huggingface",
    ),
    "metadata deep": (metadata("claims", f'{{"info":{{"features":{DEEP}}}}}'), f"claims/{PARQUET}", "huggingface"),
    "card deep": (
        text("README.md", lambda card: card.replace("---\n", f"---\nx: {'[' * 30_000}{']' * 30_000}\n", 1)),
        "README.md",
        "nested too deeply",
    ),
    "name surrogate": (put("\ud800", "name"), NAME, "surrogate pair (\\ud800 to \\udfff) in name"),
    "agreement surrogate": (put({"aggregation": "\ud800"}, "agreement"), NAME, "in agreement.aggregation"),
    "digest deep": (text(NAME, lambda _: "[" * 100_000 + "]" * 100_000), NAME, "nested too deeply"),
    "manifest deep": (text(NAME, lambda _: '{"a":' * 100_000 + "1" + "}" * 100_000), NAME, "nested too deeply"),
    "ledger deep": (
        text("splits/ledger.jsonl", lambda old: old + '{"a":' * 100_000 + "1" + "}" * 100_000 + "\n"),
        "splits/ledger.jsonl",
        "nested too deeply",
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("case", TABLE)
def test_every_row_of_the_table(releases: dict[str, Path], run: Cli, tmp_path: Path, case: str, command: str) -> None:
    """One line, with the file and the field."""
    harm, file, field = TABLE[case]
    release = harmed(releases, "standoff" if command == "hydrate" else "full", harm, tmp_path)
    began = time.monotonic()
    done = call(run, command, releases, release, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    named = [line for line in done.stderr.splitlines() if file in line]
    assert len(named) == 1, done.stderr
    assert field in named[0], done.stderr
    assert len(done.stderr.splitlines()) <= 2, done.stderr
    assert time.monotonic() - began < 5


def rows(number: int) -> Harm:
    """Many rows in a small file."""
    return table("claims", lambda old: pa.concat_tables([old.slice(0, 1)] * number).combine_chunks())


def bad_utf8(old: pa.Table) -> pa.Array:
    """A text that is no text."""
    offsets = pa.py_buffer(b"".join(i.to_bytes(4, "little") for i in range(len(old) + 1)))
    return pa.StringArray.from_buffers(len(old), offsets, pa.py_buffer(b"\xff" * len(old)))


SEVEN = dict.fromkeys(("favor", "against", "none"), 7.0)
REUSED = '{"a": "a0", "b": "a1", "shared_sentences": "x"}\n'
VARIANTS: dict[str, tuple[Harm, str, str]] = {
    **{f"{c} id null": (nulls(c, "id"), f"{c}/{PARQUET}", "column id") for c in ("sentences", "claims", "stance")},
    "article_id number": (of("stance", "article_id", 3, pa.int64()), f"stance/{PARQUET}", "article_id"),
    "votes null": (nulls("claims", "votes"), f"claims/{PARQUET}", "votes"),
    "votes of texts": (of("claims", "votes", ["x"], pa.list_(pa.string())), f"claims/{PARQUET}", "votes"),
    "claim_ids of null": (of("sentences", "claim_ids", [None]), f"sentences/{PARQUET}", "claim_ids"),
    "blocks of null": (of("articles", "blocks", [None]), f"articles/{PARQUET}", "blocks"),
    "block start null": (of("articles", "blocks", [{"start": None}]), f"articles/{PARQUET}", "blocks.start"),
    "block without fields": (of("articles", "blocks", [{"x": 1}], pa.list_(pa.struct({"x": pa.int64()}))), f"articles/{PARQUET}", "blocks"),
    "start negative": (of("claims", "start", -1), f"claims/{PARQUET}", "start"),
    "start huge": (of("sentences", "start", 2**62), f"sentences/{PARQUET}", "start"),
    "end before start": (of("claims", "end", 0), f"claims/{PARQUET}", "start"),
    "claimant without end": (nulls("claims", "claimant_end"), f"claims/{PARQUET}", "claimant_start"),
    "label out of range": (of("claims", "kind", 99), f"claims/{PARQUET}", "kind"),
    "label text": (of("stance", "label", "x", pa.string()), f"stance/{PARQUET}", "label"),
    "share of 7": (of("stance", "label_distribution", SEVEN), f"stance/{PARQUET}", "label_distribution"),
    "invalid UTF-8": (column("claims", "actor", bad_utf8), f"claims/{PARQUET}", "actor"),
    "column more": (table("articles", lambda old: old.append_column("body", old["text"])), f"articles/{PARQUET}", "column body"),
    "column less": (table("claims", lambda old: old.drop_columns(["votes"])), f"claims/{PARQUET}", "column votes"),
    "rows more": (rows(3_000_000), f"claims/{PARQUET}", "3,000,000 rows"),
    "rows less": (table("claims", lambda old: old.slice(0, 0)), f"claims/{PARQUET}", "0 rows"),
    "metadata no JSON": (metadata("claims", "{"), f"claims/{PARQUET}", "huggingface"),
    "metadata list": (metadata("claims", "[]"), f"claims/{PARQUET}", "huggingface"),
    "thrift garbage": (text(f"claims/{PARQUET}", lambda _: "PAR1" + "\x7f" * 400 + "\x00\x01\x00\x00PAR1"), f"claims/{PARQUET}", "Parquet"),
    "ledger split": (text("splits/ledger.jsonl", lambda old: old.replace('"train"', "3", 1)), "splits/ledger.jsonl:", "split"),
    "ledger list": (text("splits/ledger.jsonl", lambda old: old + "[]\n"), "splits/ledger.jsonl:", "JSON object"),
    "reuse text": (text("splits/reuse.jsonl", lambda _: REUSED), "splits/reuse.jsonl:1", "shared_sentences"),
    "tombstone number": (text("tombstones.jsonl", lambda _: '{"article_id": 3}\n'), "tombstones.jsonl:1", "article_id"),
    "croissant deep": (text("croissant.json", lambda _: DEEP), "croissant.json", "nested too deeply"),
    **{
        f"manifest {'.'.join(names)} {value!r}"[:60]: (put(value, *names), NAME, ".".join(names).replace("*", "a"))
        for value, names in (
            (3, ("name",)), ("a\nb", ("name",)), ("1.x", ("version",)), (None, ("version",)), ("other", ("profile",)), ([], ("license",)),
            ({}, ("description",)), ("human", ("annotator_kind",)), ([3], ("annotator_kind",)), (1, ("silver",)), ("x", ("scheme",)),
            ([], ("agreement",)), ({"alpha": {"kind": {"low": 7}}}, ("agreement",)), ("x", ("citation",)), (3, ("digest",)),
            ([], ("configs",)), ("x", ("configs", "claims", "rows", "train")), (-1, ("configs", "claims", "rows", "train")),
            (True, ("configs", "claims", "rows", "test")), (10**30, ("configs", "claims", "rows", "test")), ([], ("tools",)),
            ({"a": 1}, ("tools",)), ([], ("articles",)), ([], ("files",)), ("x", ("files", "README.md")),
            ({"sha256": 3, "bytes": 1}, ("files", "README.md")), (True, ("format",)), ("3", ("guidelines",)), ({}, ("part",)),
        )
    },
}  # fmt: skip


# A manifest is read by one function, whatever the command.
@pytest.mark.parametrize(
    ("case", "command"),
    [
        (case, command)
        for case in VARIANTS
        for command in ("verify", "hydrate")
        if command == "verify" or VARIANTS[case][1] != NAME
    ],
)
def test_variants(releases: dict[str, Path], run: Cli, tmp_path: Path, case: str, command: str) -> None:
    """Other files, other columns, other types: the same."""
    harm, file, field = VARIANTS[case]
    release = harmed(releases, "standoff" if command == "hydrate" else "full", harm, tmp_path)
    done = call(run, command, releases, release, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    named = [line for line in done.stderr.splitlines() if file in line]
    assert len(named) == 1, done.stderr
    assert field.split(".*")[0] in named[0], done.stderr
    assert not (tmp_path / "out" / "c" / "1.0.0").exists()


@pytest.mark.parametrize("kind", ["link out", "link to itself", "FIFO", "folder link", "hidden", "script"])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_regular_file(releases: dict[str, Path], run: Cli, tmp_path: Path, kind: str, command: str) -> None:
    """A link that leaves the folder, a FIFO, a file that datasets would pick up: named, without waiting for it."""
    release = shutil.copytree(releases["standoff" if command == "hydrate" else "full"], tmp_path / "x" / "1.0.0")
    path = release / "tombstones.jsonl"
    if kind == "link out":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "link to itself":
        path.unlink()
        path.symlink_to(path)
    elif kind == "FIFO":
        path.unlink()
        os.mkfifo(path)
    else:
        path = release / {"folder link": "more", "hidden": ".huggingface.yaml", "script": "c.py"}[kind]
        path.symlink_to(tmp_path) if kind == "folder link" else path.write_text("configs: []\n", encoding="utf-8")
        vouch(release) if kind != "folder link" else None
    done = call(run, command, releases, release, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert path.name in done.stderr
    assert "a bug" not in done.stderr


def test_fifty_lines_of_a_kind(releases: dict[str, Path], tmp_path: Path) -> None:
    """Then a count."""
    release = shutil.copytree(releases["full"], tmp_path / "1.0.0")
    for number in range(200):
        (release / f"x{number}.py").touch()
    lines = verify_release(release)
    assert len(lines) <= 104
    assert sum("150 more such as" in line for line in lines) == 2
