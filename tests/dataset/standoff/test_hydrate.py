"""Hydrating small releases: copies that are missing, twice there, two in one or doubtful; and calls that cannot be met."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from dataset.build import build_release
from dataset.errors import ReleaseError
from dataset.files import read_jsonl
from dataset.release.manifest import seal
from dataset.release.verify import verify_release
from dataset.schema import CONFIGS
from dataset.standoff.hydrate import hydrate_release
from dataset.standoff.strip import renewed_text
from dataset.takedown.traces import find_traces, remove_trace
from tests.make import article, claim, cli, label_line, snapshot, write_corpus, write_labels

IDS = [f"a{i}" for i in range(8)]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Eight articles."""
    return {id_: article(i, 16) for i, id_ in enumerate(IDS)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> Path:
    """A corpus of them, each with a claim in its third sentence, and below it its releases with and without text."""
    folder = write_corpus(tmp_path_factory.mktemp("built") / "c", texts)
    lines = []
    for id_, text in texts.items():
        start = text.index(". ", text.index(". ") + 1) + 2
        marked = claim(start, text.index(".", start), claimant={"start": 0, "end": text.index(" ")})
        lines.append(label_line(id_, text, [marked]))
    write_labels(folder, lines)
    done = cli("gold", folder)
    assert done.returncode == 0, done.stderr
    build_release(folder, out=folder.parent / "full")
    build_release(folder, out=folder.parent / "standoff", profile="standoff")
    return folder


@pytest.fixture
def corpus(built: Path, tmp_path: Path) -> Path:
    """A copy of the corpus, to be changed."""
    return shutil.copytree(built, tmp_path / "c")


@pytest.fixture
def full(built: Path) -> Path:
    """Its release."""
    return built.parent / "full" / "c" / "1.0.0"


@pytest.fixture
def standoff(built: Path) -> Path:
    """Its release without text."""
    return built.parent / "standoff" / "c" / "1.0.0"


@pytest.fixture
def copies(tmp_path: Path, texts: dict[str, str]) -> Path:
    """The reader's folder."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for id_, text in texts.items():
        (folder / f"{id_} (1).html.txt").write_text(text, encoding="utf-8")
    return folder


def rows(release: Path, name: str) -> list[dict[str, Any]]:
    """All rows of a config, by id."""
    found = [row for path in (release / name).glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: str(row["id"]))


def test_exact_copies_give_the_full_release(full: Path, standoff: Path, copies: Path, tmp_path: Path) -> None:
    """With one worker or two; the copies' folder may hold anything else besides."""
    (copies / "photo.jpg").write_bytes(b"\0\1\2" * 100)
    (copies / "notes.txt").write_text("Etwas ganz anderes.", encoding="utf-8")
    (copies / ".hidden").write_text("x", encoding="utf-8")
    (copies / "again.txt").write_text(article(3, 16), encoding="utf-8")
    for workers in (1, 2):
        done = hydrate_release(standoff, copies, out=tmp_path / str(workers), workers=workers)
        assert (done.full, done.identical, done.in_order) == (True, True, True)
        assert snapshot(done.path) == snapshot(full)
    said = "\n".join(done.remarks)
    assert "photo.jpg: no text of an article: binary" in said
    assert "again.txt: the same text as a3 (1).html.txt, not needed" in said
    assert "notes.txt: a copy of no article" in said
    assert "hidden" not in said


def test_missing_articles_are_left_out_and_listed(standoff: Path, copies: Path, tmp_path: Path) -> None:
    """All but one of train, so that splits are empty: the rest loads, is checked, and says what it is."""
    train = [row["id"] for row in pq.read_table(standoff / "articles" / "train-00000-of-00001.parquet").to_pylist()]
    for path in copies.iterdir():
        if not path.name.startswith(train[0]):
            path.unlink()
    done = cli("hydrate", standoff, "--texts", copies, "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert "articles: 1 exact, 0 re-anchored, 7 missing" in done.stdout
    assert "claims: 1 exact, 0 re-anchored, 7 missing" in done.stdout
    release = tmp_path / "dist" / "c" / "1.0.0+hydrated"
    assert verify_release(release) == []
    done = cli("publish", release, (tmp_path / "store").as_uri())
    assert (done.returncode, "nothing is published" in done.stderr) == (1, True)
    for name in CONFIGS:
        loaded = load_dataset(str(release), name)
        assert set(loaded) == {"train"}
        assert {row["id" if name == "articles" else "article_id"] for row in loaded["train"]} == {train[0]}
    assert (release / "DATASHEET.md").read_text(encoding="utf-8").startswith("# Datasheet\n\n**Of the full release.**")
    listed = [row for _, row in read_jsonl(release / "hydration.jsonl")]
    assert [row["article_id"] for row in listed if row["status"] == "missing" and "part" not in row] == sorted(
        set(IDS) - {train[0]}
    )
    assert sum(row.get("part") == "claim" for row in listed) == 7
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["profile"], manifest["version"], list(manifest["articles"])) == (
        "hydrated",
        "1.0.0+hydrated",
        train[:1],
    )
    with pytest.raises(ReleaseError, match="holds its text already"):
        hydrate_release(release, copies, out=tmp_path / "dist")
    again = hydrate_release(standoff, copies, out=tmp_path / "dist")
    assert not again.written


@pytest.mark.parametrize("doubtful", [(), ("--doubtful",)])
def test_a_changed_word_costs_its_sentence(
    standoff: Path, copies: Path, texts: dict[str, str], tmp_path: Path, doubtful: tuple[str, ...]
) -> None:
    """The other sentences and the claim are proved, and listed with their places; --doubtful adds nothing, with a message."""
    path = copies / "a1 (1).html.txt"
    words = texts["a1"].split(" ")
    path.write_text(" ".join([*words[:-8], "anders", *words[-7:]]), encoding="utf-8")
    for other in copies.iterdir():
        if other != path:
            other.unlink()
    done = cli("hydrate", standoff, "--texts", copies, "--out", tmp_path / "dist", "--json", *doubtful)
    assert done.returncode == 1
    assert ("--doubtful: has no effect" in done.stderr) == bool(doubtful)
    counts = json.loads(done.stdout)["counts"]
    assert counts["articles"] == {"exact": 0, "re-anchored": 1, "missing": 7}
    assert (counts["claims"]["re-anchored"], counts["sentences"]["re-anchored"]) == (1, 15)
    release = tmp_path / "dist" / "c" / "1.0.0+hydrated"
    assert verify_release(release) == []
    assert [row["text"] in texts["a1"] for row in rows(release, "claims")] == [True]
    assert all(row["text"] in texts["a1"] for row in rows(release, "sentences"))
    kinds = [
        (block["type"], "anders" in path.read_text(encoding="utf-8")[block["start"] : block["end"]])
        for block in rows(release, "articles")[0]["blocks"]
    ]
    assert kinds.count(("noise", True)) == sum(noisy for _, noisy in kinds) == 1
    listed = [row for _, row in read_jsonl(release / "hydration.jsonl") if row["article_id"] == "a1"]
    assert [row["status"] for row in listed if row.get("part") == "sentence"].count("missing") == 1


def test_a_title_line_that_is_gone_costs_its_sentence(tmp_path: Path) -> None:
    """All else is proved: the title is null, and what is left of the article has its blocks."""
    text = f"Sital ponetufi desi linker nene talfi porahof\n\n{article(7, 16)}"
    corpus = write_corpus(tmp_path / "c", {"a0": text, "a1": article(8, 16)})
    start = text.index(". ", 200) + 2
    write_labels(
        corpus, [label_line("a0", text, [claim(start, text.index(".", start))]), label_line("a1", article(8, 16), [])]
    )
    assert cli("gold", corpus).returncode == 0
    release = build_release(corpus, out=tmp_path / "public", profile="standoff").path
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "x.txt").write_text(text.split("\n\n", 1)[1], encoding="utf-8")
    done = hydrate_release(release, tmp_path / "copies", out=tmp_path / "dist")
    assert done.articles == {"re-anchored": 1, "missing": 1}
    assert done.spans["claim"] == {"re-anchored": 1}
    assert done.spans["sentence"]["re-anchored"] >= 15
    assert verify_release(done.path) == []
    assert [row["title"] for row in rows(done.path, "articles")] == [None]


def test_two_copies_and_two_in_one(standoff: Path, copies: Path, texts: dict[str, str], tmp_path: Path) -> None:
    """The first of two retyped copies is taken; a file that holds two articles is neither of them. Each is named."""
    for id_ in ("a1", "a2", "a3"):
        (copies / f"{id_} (1).html.txt").unlink()
    for name, blank in (("x.txt", "\u00a0"), ("y.txt", "  ")):
        (copies / name).write_text(texts["a1"].replace(" ", blank), encoding="utf-8")
    (copies / "z.txt").write_text(texts["a2"] + texts["a3"], encoding="utf-8")
    done = hydrate_release(standoff, copies, out=tmp_path / "dist")
    assert done.articles == {"exact": 5, "re-anchored": 1, "missing": 2}
    assert "y.txt: a1 as x.txt, not needed" in done.remarks
    assert "z.txt: holds a2 and a3: split it into its articles" in done.remarks
    text = next(row["text"] for row in rows(done.path, "articles") if row["id"] == "a1")
    assert "\u00a0" in text
    assert {row["article_id"] for row in rows(done.path, "claims")} == set(IDS) - {"a2", "a3"}


def test_a_sentence_in_the_middle_of_a_paragraph(
    standoff: Path, copies: Path, texts: dict[str, str], tmp_path: Path
) -> None:
    """The paragraph comes in two parts with noise between; no context holds what the article has not."""
    at = texts["a1"].index(". ") + 2
    (copies / "a1 (1).html.txt").write_text(texts["a1"][:at] + "Mehr dazu hier. " + texts["a1"][at:], encoding="utf-8")
    done = hydrate_release(standoff, copies, out=tmp_path / "dist")
    assert done.articles == {"exact": 7, "re-anchored": 1, "missing": 0}
    assert done.spans["claim"] == {"exact": 7, "re-anchored": 1}
    assert done.spans["context"] == {"exact": 7, "missing": 1}
    assert verify_release(done.path) == []
    new = next(row for row in rows(done.path, "articles") if row["id"] == "a1")
    kinds = [(block["type"], new["text"][block["start"] : block["end"]]) for block in new["blocks"]]
    assert ("noise", "Mehr dazu hier.") in kinds
    stance = next(row for row in rows(done.path, "stance") if row["article_id"] == "a1")
    assert (stance["context"], stance["context_start"]) == (None, None)
    assert stance["text"] == new["text"][stance["start"] : stance["end"]]


def test_what_cannot_be_hydrated(full: Path, standoff: Path, copies: Path, tmp_path: Path) -> None:
    """A full release, a damaged one, no folder, a folder of other texts: one line each, nothing written."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "a0.txt").write_text(article(99, 16), encoding="utf-8")
    damaged = shutil.copytree(standoff, tmp_path / "damaged")
    (damaged / "anchors.jsonl").write_text("", encoding="utf-8")
    for release, texts, message in (
        (full, copies, "holds its text already"),
        (tmp_path, copies, r"no manifest\.json"),
        (standoff, tmp_path / "nowhere", "no such folder of texts"),
        (standoff, other, "holds a copy of none of the 8 articles"),
        (damaged, copies, r"anchors\.jsonl: changed"),
    ):
        with pytest.raises(ReleaseError, match=message):
            hydrate_release(release, texts, out=tmp_path / "dist")
    done = cli("hydrate", standoff, "--texts", tmp_path / "nowhere", "--out", tmp_path / "dist")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert cli("hydrate", standoff).returncode == 2
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../../x"}, "is not what a stand-off release says"),
        ({"version": "../1"}, "version: a version such as"),
        ({"full": None}, r"full\.digest: a text is expected"),
        ({"license": "CC0-1.0"}, "does not become the full release"),
    ],
)
def test_a_manifest_changed_by_hand(
    standoff: Path, copies: Path, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    """It leads nowhere else, and the full release is not made of it."""
    copy = shutil.copytree(standoff, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    seal(copy, manifest | change)
    with pytest.raises(ReleaseError, match=message):
        hydrate_release(copy, copies, out=tmp_path / "dist")
    assert not list(tmp_path.rglob("dist/**/*.parquet"))


def test_what_stands_at_the_target_stays(
    corpus: Path, full: Path, standoff: Path, copies: Path, tmp_path: Path
) -> None:
    """As for build: the same is left alone, another is refused unless --replace; the stand-off release never replaces itself."""
    out = tmp_path / "dist"
    shutil.copytree(full, out / "c" / "1.0.0")
    assert not hydrate_release(standoff, copies, out=out).written
    with pytest.raises(ReleaseError, match="another --out"):
        build_release(corpus, out=out, profile="standoff")
    release = build_release(corpus, out=out, profile="standoff", replace=True).path
    assert snapshot(release) == snapshot(standoff)
    with pytest.raises(ReleaseError, match="exists with other content"):
        hydrate_release(standoff, copies, out=out)
    with pytest.raises(ReleaseError, match="is the stand-off release itself"):
        hydrate_release(release, copies, out=out, replace=True)
    assert snapshot(release) == snapshot(standoff)
    assert hydrate_release(standoff, copies, out=out, replace=True).identical


def test_a_reason_quotes_by_place(corpus: Path, copies: Path, texts: dict[str, str], tmp_path: Path) -> None:
    """Free text that quotes the article has no word of it without text, and all of them with it; in other case it is refused."""
    gold = corpus / "gold.jsonl"
    lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    quote = " ".join(texts["a0"].split()[1:12])

    def say(reason: str) -> None:
        lines[0]["claims"][0]["reason"] = f"Wegen „{reason}“."
        gold.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    say(quote)
    release = build_release(corpus, out=tmp_path / "quoted", profile="standoff").path
    reason = next(row["reason"] for row in rows(release, "claims") if row["article_id"] == "a0")
    assert reason.startswith("Wegen „")
    assert " ".join(quote.split()[2:4]) not in reason
    full = build_release(corpus, out=tmp_path / "full").path
    assert snapshot(hydrate_release(release, copies, out=tmp_path / "dist").path) == snapshot(full)
    for said, message in (("⟦1:2⟧", "write it without"), (quote.upper(), "repeats the article")):
        say(said)
        with pytest.raises(ReleaseError, match=message):
            build_release(corpus, out=tmp_path / "refused", profile="standoff")
    assert not list((tmp_path / "refused").rglob("*.parquet"))


def test_a_description_that_quotes_is_refused(corpus: Path, texts: dict[str, str], tmp_path: Path) -> None:
    """The card would carry it."""
    with (corpus / "corpus.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"description = {json.dumps(' '.join(texts['a2'].split()[:9]), ensure_ascii=False)}\n")
    with pytest.raises(ReleaseError, match="repeats article a2"):
        build_release(corpus, out=tmp_path / "dist", profile="standoff")
    assert not [path for path in (tmp_path / "dist" / "c").iterdir() if path.name != ".lock"]


def test_tombstones_have_no_fingerprints(corpus: Path, tmp_path: Path) -> None:
    """They are hashes of a few words each."""
    stone = {"article_id": "a0", "text_sha256": None, "fingerprints": [345678], "reason": "court order"}
    (corpus / "tombstones.jsonl").write_text(json.dumps(stone) + "\n", encoding="utf-8")
    for trace in find_traces(corpus, "a0", None):
        remove_trace(corpus, trace, "a0")
    release = build_release(corpus, out=tmp_path / "dist", profile="standoff").path
    stones = [row for _, row in read_jsonl(release / "tombstones.jsonl")]
    assert stones == [{"article_id": "a0", "text_sha256": None, "reason": "court order"}]


def test_sizes_and_hashes_are_renewed(tmp_path: Path) -> None:
    """Of the files of rows, wherever they are named; of nothing else."""
    (tmp_path / "claims").mkdir()
    name = "claims/train-00000-of-00001.parquet"
    (tmp_path / name).write_bytes(b"1234567")
    said = '{"contentUrl": "%s",\n "contentSize": "99 B", "sha256": "%s"}'
    old, new, other = "a" * 64, "b" * 64, "c" * 64
    assert renewed_text("x.json", said % (name, old), {old: new, new: other}, tmp_path) == (said % (name, new)).replace(
        "99", "7"
    )
    assert renewed_text("x.json", said % ("../x", other), {old: new}, tmp_path) == said % ("../x", other)


def test_versions_without_text_follow_each_other(corpus: Path, copies: Path, tmp_path: Path) -> None:
    """Numbers are forced and diffs embedded as with texts, the same lines; hydrated one after the other they are the full releases."""
    out = {profile: tmp_path / profile for profile in ("full", "standoff")}
    for profile, folder in out.items():
        build_release(corpus, out=folder, profile=profile)
    (corpus / "articles" / "new.txt").write_text(article(99, 16), encoding="utf-8")
    (copies / "new.txt").write_text(article(99, 16), encoding="utf-8")
    settings = (corpus / "corpus.toml").read_text(encoding="utf-8")
    for number in ("1.0.1", "1.1.0"):
        (corpus / "corpus.toml").write_text(settings.replace("1.0.0", number), encoding="utf-8")
        for profile, folder in out.items():
            if number == "1.0.1":
                with pytest.raises(ReleaseError, match=r"need version 1\.1\.0"):
                    build_release(corpus, out=folder, profile=profile)
            else:
                assert verify_release(build_release(corpus, out=folder, profile=profile).path) == []
    diff = "c/1.1.0/diffs/1.0.0.jsonl"
    assert (out["full"] / diff).read_bytes() == (out["standoff"] / diff).read_bytes()
    assert b"article_added" in (out["full"] / diff).read_bytes()
    for number in ("1.0.0", "1.1.0"):
        done = hydrate_release(out["standoff"] / "c" / number, copies, out=tmp_path / "hydrated")
        assert (done.full, done.identical) == (True, True)
        assert snapshot(done.path) == snapshot(out["full"] / "c" / number)
        assert verify_release(done.path) == []
