"""From articles to what ``load_dataset`` gives: rows, features, splits, streaming, and one release whatever the route."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from datasets import ClassLabel, Features, load_dataset

from dataset.build import build_release
from dataset.errors import CorpusError, LeakError, ReleaseError
from dataset.release import card
from dataset.release.verify import verify_release
from dataset.schema import CONFIGS
from dataset.splits import SPLITS
from dataset.standoff import hydrate
from tests.make import article, claim, cli, label_line, snapshot, write_corpus, write_labels


@pytest.fixture(scope="session")
def sample_release(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpus, built once."""
    built = build_release(sample, out=tmp_path_factory.mktemp("dist"))
    assert not built.rejected
    return built.path


def check_rows(release: Path) -> None:
    """Every span of every config is what stands in the article, and an article is in one split everywhere."""
    data = {name: load_dataset(str(release), name) for name in CONFIGS}
    texts = {row["id"]: (row["text"], split) for split, rows in data["articles"].items() for row in rows}
    spans = 0
    for name, splits in data.items():
        for split, rows in splits.items():
            for row in rows:
                text, home = texts[row["id"] if name == "articles" else row["article_id"]]
                assert split == home
                if "start" in row:
                    assert text[row["start"] : row["end"]] == row["text"]
                    spans += 1
                if row.get("claimant_start") is not None:
                    assert text[row["claimant_start"] : row["claimant_end"]] == row["claimant"]
    assert spans
    blocks = {row["id"]: row["blocks"] for rows in data["articles"].values() for row in rows}
    for rows in data["sentences"].values():
        for row in rows:
            touched = {
                b["type"] for b in blocks[row["article_id"]] if b["start"] < row["end"] and row["start"] < b["end"]
            }
            assert touched <= {"lead", "paragraph"}


def test_sample_rows(sample_release: Path) -> None:
    """The shipped corpus."""
    check_rows(sample_release)
    assert verify_release(sample_release) == []


def test_nordkorea_rows(root: Path, shared: Path, tmp_path: Path) -> None:
    """All five real articles build; 000 and 001 are one cluster, no other pair is."""
    corpus = tmp_path / "nordkorea-2024"
    shutil.copytree(root / "seeds" / "nordkorea-2024", corpus)
    built = build_release(corpus, texts=shared / "seeds", out=tmp_path / "dist")
    assert not built.rejected
    check_rows(built.path)
    articles = [row for rows in load_dataset(str(built.path), "articles").values() for row in rows]
    clusters: dict[str, list[str]] = {}
    for row in articles:
        clusters.setdefault(row["cluster_id"], []).append(row["id"][:3])
    assert sorted(sorted(ids) for ids in clusters.values()) == [["000", "001"], ["002"], ["003"], ["004"]]
    assert (corpus / "ledger.jsonl").read_bytes() == (root / "seeds" / "nordkorea-2024" / "ledger.jsonl").read_bytes()


def test_a_changed_or_missing_text_is_named(nordkorea: Path, shared: Path, tmp_path: Path) -> None:
    """Both at once, and nothing is released."""
    texts = tmp_path / "texts"
    shutil.copytree(shared / "seeds", texts)
    names = sorted(path.name for path in texts.iterdir())
    for path in [texts, *texts.iterdir()]:
        path.chmod(0o755)
    (texts / names[0]).unlink()
    (texts / names[1]).write_text("anders", encoding="utf-8")
    done = cli("build", nordkorea, "--texts", texts, "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert f"{names[0]}: article" in done.stderr
    assert f"{names[1]}: article" in done.stderr
    assert "changed" in done.stderr
    assert "nothing is released" in done.stderr
    assert not (tmp_path / "dist").exists()


def test_features_and_labels(sample_release: Path) -> None:
    """README and Parquet say the same, labels have names, one can stream, and the version is the release's."""
    header = yaml.safe_load((sample_release / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    stated = {entry["config_name"]: Features._from_yaml_list(entry["features"]) for entry in header["dataset_info"]}
    for name in CONFIGS:
        for split in SPLITS:
            schema = pq.read_schema(sample_release / name / f"{split}-00000-of-00001.parquet")
            assert Features.from_arrow_schema(schema) == stated[name]
        loaded = load_dataset(str(sample_release), name)
        assert set(loaded) == set(SPLITS)
        assert loaded["train"].features == stated[name]
        assert str(loaded["train"].info.version) == "1.0.0"
        streamed = next(iter(load_dataset(str(sample_release), name, split="train", streaming=True)))
        assert streamed == loaded["train"][0]
    assert load_dataset(str(sample_release), "sentences")["train"].features["claim"] == ClassLabel(
        names=["none", "fact", "value", "policy"]
    )
    assert header["configs"][0]["default"] is True


def test_a_card_that_contradicts_the_files_is_not_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``datasets`` would believe it without a word; build and hydrate look before anything appears."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(6)})
    bare = build_release(corpus, out=tmp_path / "bare", profile="standoff").path
    real, out = card._metadata, tmp_path / "dist"

    def wrong(*arguments: Any) -> dict[str, Any]:
        data = real(*arguments)
        data["dataset_info"][1]["features"][2]["dtype"] = "int32"
        return data

    monkeypatch.setattr(card, "_metadata", wrong)
    monkeypatch.setattr(hydrate, "without_notice", lambda _, text: text.replace("int64", "int32"))
    for write in (
        lambda: build_release(corpus, out=out),
        lambda: build_release(corpus, out=out, profile="standoff"),
        lambda: hydrate.hydrate_release(bare, corpus / "articles", out=out),
    ):
        with pytest.raises(ReleaseError, match=r"features of sentences are not those.*nothing is released"):
            write()
        assert [path.name for path in (out / "c").iterdir()] == [".lock"]


def test_one_release_whatever_the_route(tmp_path: Path) -> None:
    """Twice, with one and two workers, and with the files made in another order: the same bytes."""
    texts = {f"a{i:02d}": article(i) for i in range(12)}
    orders = [list(texts.items()), list(reversed(texts.items()))]
    found = []
    for i, (order, workers) in enumerate([(orders[0], 1), (orders[0], 2), (orders[1], 1)]):
        corpus = write_corpus(tmp_path / str(i) / "c", dict(order))
        write_labels(corpus, [label_line("a00", texts["a00"], [claim(0, 9)])])
        path = build_release(corpus, out=tmp_path / str(i) / "dist", workers=workers).path
        found.append((snapshot(path), (corpus / "ledger.jsonl").read_bytes()))
    assert found[0] == found[1] == found[2]
    again = build_release(tmp_path / "0" / "c", out=tmp_path / "0" / "dist")
    assert not again.written
    assert snapshot(again.path) == found[0][0]


def test_new_articles_move_no_old_one(tmp_path: Path) -> None:
    """Ten more, one of them a reprint of an old one."""
    texts = {f"m{i:02d}": article(i) for i in range(12)}
    corpus = write_corpus(tmp_path / "c", texts)
    build_release(corpus, out=tmp_path / "dist")
    before = (corpus / "ledger.jsonl").read_text(encoding="utf-8")
    more = {f"a{i:02d}": article(50 + i) for i in range(9)} | {"a99": texts["m03"]}
    write_corpus(corpus, more, version="1.1.0")
    built = build_release(corpus, out=tmp_path / "dist")
    after = (corpus / "ledger.jsonl").read_text(encoding="utf-8")
    assert after.startswith(before)
    ledger = {row["article_id"]: row for row in map(json.loads, after.splitlines())}
    assert len(ledger) == 22
    assert ledger["a99"]["split"] == ledger["m03"]["split"]
    assert ledger["a99"]["cluster_id"] == ledger["m03"]["cluster_id"]
    assert verify_release(built.path) == []


def test_a_leak_in_the_ledger_fails_build_and_verify(tmp_path: Path) -> None:
    """Planted by hand in the corpus, and in the release."""
    corpus = write_corpus(
        tmp_path / "c",
        {"a": article(1), "b": article(1) + article(2, 4), **{f"c{i}": article(9 + i) for i in range(9)}},
    )
    built = build_release(corpus, out=tmp_path / "dist")
    for path in (corpus / "ledger.jsonl", built.path / "splits" / "ledger.jsonl"):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        rows[0]["split"] = "test" if rows[1]["split"] == "train" else "train"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(LeakError, match=r"leak: a \(\w+\) and b \(\w+\) share 12 sentences"):
        build_release(corpus, out=tmp_path / "other")
    assert not list((tmp_path / "other" / "c").glob("[!.]*"))
    problems = verify_release(built.path)
    assert any(problem.startswith("leak: a ") for problem in problems)
    assert any("splits/ledger.jsonl: changed" in problem for problem in problems)


def test_an_article_of_the_ledger_may_not_vanish_or_change(tmp_path: Path) -> None:
    """Gone, empty, or other than its manifest says."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(4)})
    build_release(corpus, out=tmp_path / "dist")
    before = snapshot(tmp_path / "dist")
    path = corpus / "articles" / "a2.txt"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    with pytest.raises(CorpusError, match="a2: no file of that name"):
        build_release(corpus, out=tmp_path / "dist")
    path.write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match="a2: empty"):
        build_release(corpus, out=tmp_path / "dist")
    (corpus / "manifest.jsonl").write_text(
        json.dumps({"id": "a2", "file": "a2.txt", "text_sha256": "0" * 64}) + "\n", encoding="utf-8"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="a2: changed"):
        build_release(corpus, out=tmp_path / "dist")
    assert snapshot(tmp_path / "dist") == before


def test_a_corrected_label_is_never_read_stale(tmp_path: Path) -> None:
    """Refused without --replace; with it, load_dataset's own cache gives the new label under the same folder and version."""
    texts = {f"a{i}": article(i) for i in range(8)}
    corpus = write_corpus(tmp_path / "c", texts)

    def labels(kind: str) -> None:
        write_labels(corpus, [label_line(id_, text, [claim(0, 9, kind=kind)]) for id_, text in texts.items()])

    def loaded() -> set[str]:
        rows = load_dataset(str(tmp_path / "dist" / "c" / "1.0.0"), "claims", split="train")
        return {rows.features["kind"].int2str(value) for value in rows["kind"]}

    labels("fact")
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0
    assert loaded() == {"fact"}
    before = snapshot(tmp_path / "dist")
    labels("policy")
    refused = cli("build", corpus, "--out", tmp_path / "dist")
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    assert snapshot(tmp_path / "dist") == before
    assert loaded() == {"fact"}
    assert cli("build", corpus, "--out", tmp_path / "dist", "--replace").returncode == 0
    assert loaded() == {"policy"}


def test_empty_splits_and_unlabelled_corpora_load(tmp_path: Path) -> None:
    """An empty split is a Parquet file with its schema, and the others load beside it."""
    corpus = write_corpus(tmp_path / "c", {"a": article(1)})
    release = build_release(corpus, out=tmp_path / "dist").path
    loaded = load_dataset(str(release), "articles")
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 1}
    for name in CONFIGS:
        for split in SPLITS:
            assert pq.read_table(release / name / f"{split}-00000-of-00001.parquet").schema.names
    assert set(load_dataset(str(release), "sentences")["train"]["claim"]) == {None}
    assert verify_release(release) == []


@pytest.mark.parametrize(
    "path", ["claims/train-00000-of-00001.parquet", "README.md", "splits/ledger.jsonl", "DATASHEET.md"]
)
def test_verify_names_a_changed_file(sample_release: Path, tmp_path: Path, path: str) -> None:
    """One byte, anywhere."""
    copy = tmp_path / "1.0.0"
    shutil.copytree(sample_release, copy)
    data = bytearray((copy / path).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / path).write_bytes(bytes(data))
    assert f"{path}: changed since it was built" in verify_release(copy)


def test_verify_names_missing_and_added_files(sample_release: Path, tmp_path: Path) -> None:
    """And a folder that is no release at all."""
    copy = tmp_path / "1.0.0"
    shutil.copytree(sample_release, copy)
    (copy / "tombstones.jsonl").unlink()
    (copy / "extra.txt").write_text("x", encoding="utf-8")
    problems = verify_release(copy)
    assert "tombstones.jsonl: missing" in problems
    assert "extra.txt: not in manifest.json" in problems
    with pytest.raises(ReleaseError, match="not a release"):
        verify_release(tmp_path)


def test_verify_finds_what_the_hashes_do_not(sample_release: Path, tmp_path: Path) -> None:
    """A span moved and hashed anew is still not what its article says."""
    copy = tmp_path / "1.0.0"
    shutil.copytree(sample_release, copy)
    path = copy / "claims" / "train-00000-of-00001.parquet"
    table = pq.read_table(path)
    column = [value + 1 for value in table["start"].to_pylist()]
    pq.write_table(table.set_column(table.schema.get_field_index("start"), table.schema.field("start"), [column]), path)
    problems: list[Any] = verify_release(copy)
    assert any("text is not what stands at" in problem for problem in problems)
    assert any("digest" in problem for problem in problems)


def test_verify_reads_what_the_manifest_says(sample_release: Path, tmp_path: Path) -> None:
    """A statement changed by hand is found; a manifest that is none is one line."""
    copy = tmp_path / "1.0.0"
    shutil.copytree(sample_release, copy)
    path = copy / "manifest.json"
    good = json.loads(path.read_text(encoding="utf-8"))
    rows = {
        **good["configs"],
        "claims": {**good["configs"]["claims"], "rows": {"train": 1, "validation": 1, "test": 9999}},
    }
    changes: list[dict[str, Any]] = [
        {"silver": False},
        {"annotator_kind": ["human"]},
        {"license": "CC0-1.0"},
        {"digest": "0"},
        {"configs": rows},
    ]
    for change in changes:
        path.write_text(json.dumps({**good, **change}), encoding="utf-8")
        assert verify_release(copy), change
    broken: list[dict[str, Any]] = [{"files": {"README.md": 1}}, {"configs": []}, {"annotator_kind": None}]
    for change in broken:
        path.write_text(json.dumps({**good, **change}), encoding="utf-8")
        with pytest.raises(ReleaseError, match=rf"manifest\.json: {next(iter(change))}\b.* expected"):
            verify_release(copy)


def test_a_damaged_release_is_not_scored(sample_release: Path, tmp_path: Path) -> None:
    """Though a cache still holds what it was."""
    copy = tmp_path / "1.0.0"
    shutil.copytree(sample_release, copy)
    load_dataset(str(copy), "stance")
    (copy / "stance" / "test-00000-of-00001.parquet").write_bytes(b"garbage")
    done = cli("evaluate", copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert "stance/test-00000-of-00001.parquet: changed" in done.stderr


def test_what_the_card_says_is_part_of_the_release(tmp_path: Path) -> None:
    """A changed description is other content; a comment in the scheme is none."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(4)})
    build_release(corpus, out=tmp_path / "dist")
    with (corpus / "scheme.toml").open("a", encoding="utf-8") as stream:
        stream.write("# a comment\n")
    assert not build_release(corpus, out=tmp_path / "dist").written
    settings = corpus / "corpus.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + 'synthetic = "All of it."\n', encoding="utf-8")
    with pytest.raises(ReleaseError, match="--replace"):
        build_release(corpus, out=tmp_path / "dist")
    built = build_release(corpus, out=tmp_path / "dist", replace=True)
    assert "**Synthetic.** All of it." in (built.path / "README.md").read_text(encoding="utf-8")


def test_the_encoding_is_converted_and_recorded(tmp_path: Path) -> None:
    """A file in an old code page, with a byte order mark, with CRLF: what was done stands in the manifest."""
    old = "Die Größe der Brücke überraschte alle, die über die Straße kamen. „Schön“, hieß es.\n".encode("cp1252")
    marked = b"\xef\xbb\xbf" + article(2).replace("\n", "\r\n").encode()
    corpus = write_corpus(tmp_path / "c", {"old": old, "marked": marked, "plain": article(3)})
    release = build_release(corpus, out=tmp_path / "dist").path
    recorded = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["articles"]
    assert (recorded["old"]["encoding"], recorded["old"]["normalised"]) == ("cp1252", [])
    assert recorded["marked"]["normalised"] == ["bom", "line_ends"]
    assert (recorded["plain"]["encoding"], recorded["plain"]["normalised"]) == ("utf-8", [])
    rows = [row for split in load_dataset(str(release), "articles").values() for row in split]
    assert next(row["text"] for row in rows if row["id"] == "old").startswith("Die Größe der Brücke")


def test_the_probes_are_of_these_rows(root: Path) -> None:
    """TF-IDF beats majority and the target alone, and no word decides its class alone."""
    assert "was measured on other rows" not in (root / "DATASHEET.md").read_text(encoding="utf-8")
    report = json.loads((root / "seeds" / "sample" / "probes.json").read_text(encoding="utf-8"))
    for task in report["tasks"].values():
        scores = task["macro_f1"]
        for system in ("tfidf_logreg", "tfidf_svm"):
            assert scores[system]["low"] > max(scores["majority"]["high"], scores["target_only"]["high"])
        assert max(task["cost_of_a_word"].values()) <= 0.03


def test_the_datasheet_is_current(root: Path, sample: Path, nordkorea: Path, shared: Path, tmp_path: Path) -> None:
    """DATASHEET.md in the repository is what the build writes."""
    sheet = tmp_path / "DATASHEET.md"
    shutil.copyfile(root / "DATASHEET.md", sheet)
    for corpus, extra in ((sample, []), (nordkorea, ["--texts", shared / "seeds"])):
        done = cli("build", corpus, *extra, "--out", tmp_path / "dist", "--datasheet", sheet)
        assert done.returncode == 0, done.stderr
    assert sheet.read_text(encoding="utf-8") == (root / "DATASHEET.md").read_text(encoding="utf-8")
