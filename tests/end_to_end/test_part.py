"""``build --only-licenses``: another release of fewer articles, with the splits, the ids and the ledger of the whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from dataset.build import build_release
from dataset.corpus import read_corpus
from dataset.errors import CorpusError, ReleaseError
from dataset.release.part import release_name
from dataset.release.verify import verify_release
from tests.make import article, cli, snapshot, write_corpus

LICENSES = ["CC-BY-4.0", "CC0-1.0", "LicenseRef-proprietary"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twelve articles, four under each of three licences; the third is linked to the first."""
    texts = {f"a{i:02d}": article(i) for i in range(12)}
    texts["a02"] = texts["a00"].replace(".", " und mehr.", 1)
    folder = write_corpus(tmp_path / "c", texts)
    lines = [
        {"id": id_, "file": f"{id_}.txt", "license": LICENSES[i % 3], "rights_holder": "X" if i % 3 else None}
        for i, id_ in enumerate(texts)
    ]
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def rows(release: Path, config: str) -> list[tuple[str, Any]]:
    """Every row with its split, as it is loaded."""
    return [(split, row) for split, found in load_dataset(str(release), config).items() for row in found]


def test_the_part_agrees_with_the_whole(corpus: Path, tmp_path: Path) -> None:
    """Row by row, whichever is built first; it says what it is in manifest and card, and verifies."""
    twin = tmp_path / "twin" / "c"
    shutil.copytree(corpus, twin)
    whole = build_release(corpus, out=tmp_path / "dist").path
    part = build_release(twin, out=tmp_path / "other", only_licenses=["CC-BY-4.0,CC0-1.0"]).path
    assert part.parent.name == "c.only-cc-by-4.0-and-cc0-1.0"
    for name in ("ledger.jsonl", "manifest.jsonl"):
        assert (twin / name).read_bytes() == (corpus / name).read_bytes(), name
    assert (part / "splits" / "ledger.jsonl").read_bytes() == (whole / "splits" / "ledger.jsonl").read_bytes()
    kept = {f"a{i:02d}" for i in range(12) if i % 3 != 2}
    for config in ("articles", "sentences"):
        key = "id" if config == "articles" else "article_id"
        assert rows(part, config) == [(split, row) for split, row in rows(whole, config) if row[key] in kept]
    assert verify_release(part) == []
    cited = (part / "CITATION.cff").read_text(encoding="utf-8")
    assert "title: c (only CC-BY-4.0, CC0-1.0)\n" in cited
    assert "license:" not in cited
    manifest = json.loads((part / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["part"] == {"of": "c", "licenses": ["CC-BY-4.0", "CC0-1.0"], "articles": 12}
    assert (manifest["name"], manifest["license"]) == ("c.only-cc-by-4.0-and-cc0-1.0", "CC-BY-4.0 AND CC0-1.0")
    assert set(manifest["articles"]) == kept
    assert json.loads((whole / "manifest.json").read_text(encoding="utf-8"))["part"] is None
    card = (part / "README.md").read_text(encoding="utf-8")
    assert "**A part of c 1.0.0**: only articles under CC-BY-4.0, CC0-1.0, 8 of 12." in card
    excluded = article(5).split(".")[0].encode()
    assert not [name for name, data in snapshot(part).items() if excluded in data]


def test_it_changes_nothing_of_the_whole(corpus: Path, tmp_path: Path) -> None:
    """Built after it: neither the corpus nor the whole release is touched, and built again it stands already."""
    build_release(corpus, out=tmp_path / "dist")
    before = snapshot(corpus), snapshot(tmp_path / "dist" / "c")
    done = cli("build", corpus, "--out", tmp_path / "dist", "--only-licenses", "CC0-1.0")
    assert (done.returncode, "c.only-cc0-1.0/1.0.0: built (4 articles" in done.stdout) == (0, True), done.stderr
    assert (snapshot(corpus), snapshot(tmp_path / "dist" / "c")) == before
    again = cli("build", corpus, "--out", tmp_path / "dist", "--only-licenses", "CC0-1.0")
    assert "exists already, unchanged" in again.stdout
    assert not build_release(corpus, out=tmp_path / "dist").written


def test_a_licence_that_nobody_has(corpus: Path, tmp_path: Path) -> None:
    """It is named, with what there is, and nothing is built."""
    done = cli("build", corpus, "--out", tmp_path / "dist", "--only-licenses", "CC0-1.0", "--only-licenses", "MIT")
    assert done.returncode == 1
    assert "no article is under MIT; there are CC-BY-4.0 (4 articles), CC0-1.0 (4 articles)" in done.stderr
    assert not (tmp_path / "dist").exists()
    with pytest.raises(CorpusError, match="MIT"):
        build_release(corpus, out=tmp_path / "dist", only_licenses=["MIT"])


def test_a_part_without_an_article_in_a_split(tmp_path: Path) -> None:
    """The only one under that licence is in quarantine: there is nothing to release."""
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(4)})
    build_release(corpus, out=tmp_path / "dist")
    lines = [json.loads(line) for line in (corpus / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    lines[0]["split"] = "quarantine"
    (corpus / "ledger.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    manifest = [json.loads(line) for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    manifest[0]["license"] = "CC0-1.0"
    (corpus / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in manifest), encoding="utf-8")
    with pytest.raises(ReleaseError, match="in quarantine or set aside"):
        build_release(corpus, out=tmp_path / "other", only_licenses=["CC0-1.0"])


def test_names() -> None:
    """A part is never called as the whole is."""
    assert release_name("c", ()) == "c"
    assert release_name("c", ("CC0-1.0", "MIT")) == "c.only-cc0-1.0-and-mit"
    assert release_name("c", ("LicenseRef-a b/../c",)).startswith("c.only-licenseref-a-b-..-c-")
    assert "/" not in release_name("c", ("../x",))


def test_no_two_parts_share_a_name() -> None:
    """Where a name leaves out signs of the licence, or could be read as two, a hash stands behind it."""
    parts = [("a b",), ("a-b",), ("a/b",), ("a", "b"), ("a-and-b",), ("a-and", "b"), ("a", "and-b"), ("ä",), ("ö",)]
    assert len({release_name("c", part) for part in parts}) == len(parts)


def test_one_licence_in_two_spellings(corpus: Path, tmp_path: Path) -> None:
    """In another case it is the same licence: both are named, and no part is built of half of it."""
    manifest = corpus / "manifest.jsonl"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("CC0-1.0", "cc0-1.0", 1), encoding="utf-8")
    done = cli("build", corpus, "--out", tmp_path / "dist", "--only-licenses", "CC0-1.0")
    assert (done.returncode, "CC0-1.0, cc0-1.0: the same licence" in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "dist").exists()
    assert cli("build", corpus, "--out", tmp_path / "dist", "--only-licenses", "CC-BY-4.0").returncode == 0


def test_every_row_names_its_licence_and_rights_holder(corpus: Path, tmp_path: Path) -> None:
    """From the manifest, else from corpus.toml, else null; a wrong type is named."""
    release = build_release(corpus, out=tmp_path / "dist").path
    assert {row["id"]: row["rights_holder"] for _, row in rows(release, "articles")}["a00"] is None
    settings = corpus / "corpus.toml"
    settings.write_text(f'rights_holder = "Y"\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    release = build_release(corpus, out=tmp_path / "dist", replace=True).path
    found = {row["id"]: (row["license"], row["rights_holder"]) for _, row in rows(release, "articles")}
    assert found["a00"] == ("CC-BY-4.0", "Y")
    assert found["a01"] == ("CC0-1.0", "X")
    settings.write_text(settings.read_text(encoding="utf-8").replace('"Y"', "5"), encoding="utf-8")
    with pytest.raises(CorpusError, match="rights_holder: a text is expected"):
        read_corpus(corpus)


def test_the_shipped_corpora_say_who_holds_the_rights(root: Path) -> None:
    """Both of them, for every article."""
    for name in ("sample", "nordkorea-2024"):
        assert all(source.rights_holder and source.license for source in read_corpus(root / "seeds" / name).sources)
