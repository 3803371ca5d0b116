"""Tables changed cell by cell, as other builders might write them: what differs is found, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Features, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from dataset.build import build_release
from dataset.diff import tables
from dataset.diff.compare import diff_releases
from dataset.errors import ReleaseError
from dataset.release.manifest import read_head, read_raw
from dataset.release.writer import parquet_path
from dataset.splits import SPLITS
from tests.dataset.diff.make import first_corpus, keys, mutated, rehash
from tests.make import cli


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first release."""
    folder = tmp_path_factory.mktemp("first")
    return build_release(first_corpus(folder), out=folder / "dist").path


def replaced(column: str, change: Callable[[list[object]], list[object]]) -> Callable[[pa.Table], pa.Table]:
    """A table with the values of a column changed."""

    def of(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(column)
        values = pa.array(change(table[column].to_pylist()), type=table.schema.field(column).type)
        return table.set_column(at, table.schema.field(column), values)

    return of


def test_a_release_with_itself_is_empty(release: Path, tmp_path: Path) -> None:
    """Also a copy that claims another digest: every row is looked at, none differs."""
    assert list(diff_releases(release, release)) == []
    copy = mutated(release, tmp_path / "1.0.1", "claims", lambda table: table)
    assert list(diff_releases(release, copy)) == []


# Column, a value that none of its rows has, and what is said of it.
CELLS = {
    ("articles", "outlet"): ("Neue Post", "metadata_changed"),
    ("articles", "cluster_id"): ("cluster-x", "metadata_changed"),
    ("articles", "text_sha256"): ("0" * 64, "text_fixed"),
    ("articles", "blocks"): ([{"start": 0, "end": 1, "type": "kicker"}], "block_changed"),
    ("sentences", "start"): (10**6, "span_changed"),
    ("sentences", "claim_ids"): (["x"], None),
    ("claims", "actor"): ("Bo", None),
    ("stance", "context_start"): (10**6, "span_changed"),
    ("claims", "claimant_end"): (10**6, "span_changed"),
    ("claims", "adjudicator"): ("p7", "provenance_changed"),
    ("claims", "claim_group"): ("ein-anspruch", "label_filled"),
    ("article_stance", "annotator_kind"): ("model", "provenance_changed"),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_rows_that_were_changed_are_named(release: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Any rows of any column: exactly they are found, both ways."""
    (config, column), (value, type_) = data.draw(st.sampled_from(sorted(CELLS.items(), key=str)))
    ids = [id_ for split in SPLITS for id_ in pq.read_table(release / parquet_path(config, split))["id"].to_pylist()]
    chosen = set(data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))

    def change(table: pa.Table) -> pa.Table:
        rows = table["id"].to_pylist()
        return replaced(
            column, lambda old: [value if id_ in chosen else one for id_, one in zip(rows, old, strict=True)]
        )(table)

    to = tmp_path / "2.0.0"
    shutil.rmtree(to, ignore_errors=True)
    found = list(diff_releases(release, mutated(release, to, config, change)))
    if column == "text_sha256":
        assert not {one.type for one in found} - {"text_fixed"}
    assert {one.id for one in found} == chosen
    assert len(found) == len(chosen)
    assert type_ is None or {one.type for one in found} == {type_}
    assert {one.id for one in diff_releases(to, release)} == chosen


def test_pages_end_anywhere(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are read at a time, the changes are the same."""
    other = mutated(release, tmp_path / "2.0.0", "sentences", replaced("start", lambda old: [x + 1 for x in old]))  # type: ignore[operator]
    whole = list(diff_releases(release, other))
    assert len(whole) == 120
    for page in (1, 7, 119):
        monkeypatch.setattr(tables, "PAGE", page)
        assert list(diff_releases(release, other)) == whole


def test_columns_that_one_release_lacks(release: Path, tmp_path: Path) -> None:
    """Said once a column, and the others are compared; an unknown column counts as content."""

    def with_features(table: pa.Table, features: Features) -> pa.Table:
        return table.cast(features.arrow_schema.remove_metadata()).replace_schema_metadata(
            features.arrow_schema.metadata
        )

    def added(table: pa.Table) -> pa.Table:
        features = Features({**Features.from_arrow_schema(table.schema), "mood": Value("string")})
        grown = table.append_column("mood", pa.array(["Ein Wort"] * len(table), pa.string()))
        return with_features(grown, features)

    more = mutated(release, tmp_path / "more", "claims", added)
    assert keys(list(diff_releases(release, more))) == [("column_added", "minor", "claims", "mood")]
    assert keys(list(diff_releases(more, release))) == [("column_removed", "major", "claims", "mood")]
    other = mutated(more, tmp_path / "other", "claims", replaced("mood", lambda old: ["x"] * len(old)))
    rehash(other, digest="a third one")
    found = list(diff_releases(more, other))
    assert {(one.type, one.level) for one in found} == {("value_changed", "major")}
    assert all(one.details == {"field": "mood"} for one in found)

    def retyped(table: pa.Table) -> pa.Table:
        features = Features.from_arrow_schema(table.schema)
        return with_features(table, Features({**features, "end": Value("int32")}))

    typed = mutated(release, tmp_path / "typed", "sentences", retyped)
    assert keys(list(diff_releases(release, typed))) == [("column_changed", "major", "sentences", "end")]


def test_odd_folder_names(release: Path, tmp_path: Path) -> None:
    """What would be a pattern or a quotation mark to a database is a name."""
    odd = tmp_path / "d'x [1-3]*?"
    odd.mkdir()
    shutil.copytree(release, odd / "1.0.0")
    other = mutated(release, odd / "2.0.0", "claims", replaced("end", lambda old: [8] * len(old)))
    assert list(diff_releases(odd / "1.0.0", other))


def test_a_head_is_the_manifest_without_articles(release: Path, tmp_path: Path) -> None:
    """Also where somebody wrote the manifest in another layout."""
    whole, raw = read_raw(release)
    assert whole.articles
    assert read_head(release) == structs.replace(whole, articles={})
    (tmp_path / "manifest.json").write_text(json.dumps(raw), encoding="utf-8")
    assert read_head(tmp_path) == whole


def test_what_cannot_be_compared(release: Path, tmp_path: Path) -> None:
    """One line that names the release: another corpus, a damaged file, another format, no release at all."""
    other, damaged, later, unreadable = (tmp_path / name for name in ("other", "damaged", "later", "unreadable"))
    for path in (other, damaged, later, unreadable):
        shutil.copytree(release, path)
    rehash(other, name="d")
    with (damaged / parquet_path("claims", "train")).open("ab") as stream:
        stream.write(b"x")
    (damaged / "splits" / "ledger.jsonl").unlink()
    manifest = json.loads((later / "manifest.json").read_text(encoding="utf-8"))
    (later / "manifest.json").write_text(json.dumps({**manifest, "format": 99}), encoding="utf-8")
    for split in SPLITS:
        (unreadable / parquet_path("claims", split)).write_bytes(b"no Parquet")
    rehash(unreadable)
    for path, words in (
        (other, "only releases of one corpus"),
        (damaged, "claims/train-00000-of-00001.parquet: changed since it was built"),
        (damaged, "splits/ledger.jsonl: missing"),
        (later, "not a manifest of format 1"),
        (unreadable, "claims/train-00000-of-00001.parquet: cannot be read as Parquet"),
        (tmp_path / "nowhere", "not a release"),
    ):
        for pair in ((release, path), (path, release)):
            with pytest.raises(ReleaseError, match=words) as refused:
                list(diff_releases(*pair))
            assert len(refused.value.lines) == 1
            assert str(path) in str(refused.value)
    done = cli("diff", release, damaged)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"standpunkt: {damaged}: damaged")


def test_a_page_that_cannot_be_read_is_one_line(release: Path, tmp_path: Path) -> None:
    """A file that has its hash and is broken behind its schema."""
    broken = tmp_path / "broken"
    shutil.copytree(release, broken)
    path = broken / parquet_path("sentences", "train")
    data = bytearray(path.read_bytes())
    data[4:2000] = bytes(1996)
    path.write_bytes(bytes(data))
    rehash(broken)
    with pytest.raises(ReleaseError, match="cannot be compared") as refused:
        list(diff_releases(release, broken))
    assert len(refused.value.lines) == 1
