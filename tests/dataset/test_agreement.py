"""``agreement.json``: bound to gold and to itself by hash, every value checked before it goes into a card."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from dataset.agreement import SEAL, dump_agreement, read_agreement
from dataset.errors import CorpusError
from tests.make import article, claim, cli, label_line, write_corpus, write_labels

TEXTS = {f"a{i}": article(i) for i in range(6)}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that two annotators labelled, with gold."""
    corpus = write_corpus(tmp_path_factory.mktemp("agreement") / "c", TEXTS)
    for name in ("x", "y"):
        marked = [claim(0, 9, kind="fact"), claim(20, 30, kind="policy" if name == "x" else "fact")]
        write_labels(corpus, [label_line(id_, text, marked, annotator=name) for id_, text in TEXTS.items()], name)
    assert cli("gold", corpus).returncode == 0
    return corpus


@pytest.fixture
def corpus(labelled: Path, tmp_path: Path) -> Path:
    """A copy to harm."""
    return shutil.copytree(labelled, tmp_path / "c")


def change(corpus: Path, field: str, value: Any, *, sealed: bool = True) -> None:
    """Set a field of the report; without a seal it is as an older version wrote it."""
    path = corpus / "agreement.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    inner, *names = report, *field.split("/")
    for name in names[:-1]:
        inner = inner[name]
    inner[names[-1]] = value
    del report[SEAL]
    path.write_text(dump_agreement(report) if sealed else json.dumps(report), encoding="utf-8")


BAD = [
    ("alpha/kind/low", 7),
    ("alpha/kind/high", -3),
    ("alpha/kind/alpha", 1.01),
    ("alpha/kind/alpha", "high"),
    ("alpha/kind/alpha", True),
    ("alpha/kind/alpha", math.nan),
    ("alpha/kind/alpha", -math.inf),
    ("alpha/kind/units", -1),
    ("alpha/kind/units", 2.5),
    ("alpha/kind/by_label/fact/alpha", 2),
    ("alpha/kind/by_label/fact/given", "many"),
    ("alpha/kind/metric", ["nominal"]),
    ("alpha/kind", 3),
    ("alpha", []),
    ("alpha/span/u_alpha_kind/low", 9),
    ("pairs/x–y/span_f1", 1.5),
    ("pairs/x–y/articles", -2),
    ("ceiling/kind/macro_f1", -0.5),
    ("ceiling/kind/pairs", 0.5),
    ("ceiling", "none"),
    ("aggregation", 3),
    ("aggregation_why_not", {"kind": 3}),
    ("claims", "all"),
]


@pytest.mark.parametrize(("field", "value"), BAD, ids=[f"{field}={value}" for field, value in BAD])
@pytest.mark.parametrize("sealed", [True, False])
def test_an_impossible_value_is_named(corpus: Path, field: str, value: object, *, sealed: bool) -> None:
    """With its field, before it goes into a card; also in a file that an older version wrote."""
    change(corpus, field, value, sealed=sealed)
    with pytest.raises(CorpusError) as error:
        read_agreement(corpus)
    names = field.split("/")[:2]
    assert str(error.value).startswith(f"{corpus / 'agreement.json'}: {'.'.join(names)}"), error.value


def test_an_edited_report_is_refused(corpus: Path, tmp_path: Path) -> None:
    """A possible value that gold did not write: build stops, and gold makes the file again."""
    path = corpus / "agreement.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"silver": true', '"silver": false'), encoding="utf-8")
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert (done.returncode, done.stderr.count("agreement.json")) == (1, 1), done.stderr
    assert "edited since standpunkt gold wrote it: run standpunkt gold" in done.stderr
    assert not list((tmp_path / "dist").rglob("README.md"))
    assert cli("gold", corpus).returncode == 0
    assert path.read_text(encoding="utf-8") == text
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0


def test_a_value_outside_its_interval(corpus: Path) -> None:
    """It is rejected if no hash vouches for the file."""
    change(corpus, "alpha/kind/alpha", 1.0, sealed=False)
    change_high = json.loads((corpus / "agreement.json").read_text(encoding="utf-8"))["alpha"]["kind"]["high"]
    assert change_high < 1
    with pytest.raises(CorpusError, match=r"alpha\.kind\.alpha: 1\.0 is not within its interval"):
        read_agreement(corpus)


def test_a_missing_report_is_not_called_edited_gold(corpus: Path) -> None:
    """It is called missing, with the way out; and that way works."""
    path = corpus / "agreement.json"
    report = path.read_text(encoding="utf-8")
    path.unlink()
    done = cli("gold", corpus)
    assert done.returncode == 1
    assert f"{path}: missing" in done.stderr
    assert "edited by hand since" not in done.stderr
    assert cli("gold", corpus, "--replace").returncode == 0
    assert json.loads(path.read_text(encoding="utf-8"))["alpha"] == json.loads(report)["alpha"]


def test_a_takedown_seals_again(corpus: Path, tmp_path: Path) -> None:
    """A takedown's change to the file does not count as an edit by hand."""
    assert cli("build", corpus, "--out", tmp_path / "dist").returncode == 0
    done = cli("takedown", corpus, "a0", "--reason", "asked", "--out", tmp_path / "dist")
    assert done.returncode in (0, 1), done.stderr
    assert read_agreement(corpus)
