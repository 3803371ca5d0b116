"""Releases whose documents are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataset.build import Built, build_release
from dataset.text import text_sha256
from tests.make import article, write_corpus

SCHEME = """\
version = "1.0.0"
[[targets]]
id = "bridge"
question = "Soll die Brücke | der Tunnel gebaut werden?"
[[targets]]
id = "other"
[[kinds]]
id = "fact"
name = {de = "Tatsache", en = "fact"}
definition = {de = "Kann wahr sein.", en = "Can be true."}
[[kinds]]
id = "policy"
[[stances]]
id = "favor"
[[stances]]
id = "against"
[[stances]]
id = "none"
[[article_stances]]
id = "favor"
[[article_stances]]
id = "discuss"
"""


@pytest.fixture(scope="session")
def sample_built(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The shipped corpus, built once."""
    return whole(build_release(sample, out=tmp_path_factory.mktemp("dist")))


def gold(texts: dict[str, str]) -> list[dict[str, Any]]:
    """Gold with every kind of gap: no claimant, no label, no votes, no shares, no article stance, an article without claims."""
    votes = [
        {
            "annotator": name,
            "annotator_kind": "human",
            "start": 0,
            "end": end,
            "kind": kind,
            "target": target,
            "stance": stance,
        }
        for name, end, kind, target, stance in (
            ("a1", 9, "fact", "bridge", "favor"),
            ("a2", 8, "policy", "bridge", "none"),
        )
    ]
    shares = {"kind": {"fact": 1.0, "policy": 0.0}, "target": {"bridge": 1.0, "other": 0.0}}
    gaps = {
        "id": "a0-c01",
        "start": 0,
        "end": 9,
        "kind": None,
        "target": "bridge",
        "stance": None,
        "label_distribution": {**shares, "stance": None},
        "votes": votes,
    }
    whole = {
        **gaps,
        "id": "a0-c02",
        "start": 12,
        "end": 20,
        "claimant": {"start": 2, "end": 6},
        "actor": "X",
        "kind": "policy",
        "stance": "against",
        "votes": votes[:1],
        "claim_group": "g",
    }
    bare = {"id": "a0-c03", "start": 22, "end": 25, "kind": "fact", "target": "other", "stance": None, "votes": []}
    row = {"annotators": ["a1", "a2"], "annotator_kind": "human", "text_sha256": "", "article_stance": {}}
    return [
        {**row, "article_id": "a0", "text_sha256": text_sha256(texts["a0"]), "claims": [gaps, whole, bare]},
        {**row, "article_id": "a1", "text_sha256": text_sha256(texts["a1"]), "claims": []},
    ]


@pytest.fixture(scope="session")
def gaps_built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A corpus of the user's: most of it unlabelled, labels left open, empty splits, one article without any sentence."""
    folder = tmp_path_factory.mktemp("own")
    texts = {f"a{i}": article(i) for i in range(5)}
    corpus = write_corpus(folder / "c", texts, scheme=SCHEME)
    with (corpus / "manifest.jsonl").open("w", encoding="utf-8") as stream:
        for i, outlet in enumerate(["Bote | Süd\n<b>", "Blatt", None]):
            line = {
                "id": f"a{i}",
                "file": f"a{i}.txt",
                "outlet": outlet,
                "published": ["2024", "2024-10", "2025-01-31"][i],
            }
            stream.write(json.dumps({**line, "agencies": ["dpa", "AFP"][:i]}) + "\n")
    (corpus / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in gold(texts)), encoding="utf-8")
    return whole(build_release(corpus, out=folder / "dist"))


@pytest.fixture(scope="session")
def one_built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A single article that a model labelled."""
    folder = tmp_path_factory.mktemp("one")
    texts = {"a0": article(1)}
    corpus = write_corpus(folder / "c", texts, scheme=SCHEME)
    row = {**gold({**texts, "a1": ""})[0], "annotators": ["m"], "annotator_kind": "model"}
    for claim in row["claims"]:
        claim["votes"] = [{**vote, "annotator": "m", "annotator_kind": "model"} for vote in claim["votes"][:1]]
    (corpus / "gold.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return whole(build_release(corpus, out=folder / "dist"))


def whole(built: Built) -> Built:
    """The build, in which nothing was set aside."""
    assert not built.rejected, built.rejected
    return built
