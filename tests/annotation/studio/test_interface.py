"""The pages as they are written: versions that agree, and retired labels that nobody can press."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from annotation.studio.collect import Collector
from annotation.studio.interface import article_page, claim_page
from annotation.studio.tasks import GUIDELINES, article_tasks
from dataset.build import read_articles
from dataset.corpus import read_corpus
from dataset.errors import SchemeError
from dataset.scheme import read_scheme
from tests.make import SCHEME, write_corpus

RETIRED = (
    '\n[[renamed]]\nlist = "stances"\nfrom = "neutral"\nto = "none"\n[[renamed]]\nlist = "targets"\nfrom = "ferry"\n'
)


def test_the_version_of_the_guidelines(root: Path) -> None:
    """Labels are marked with the version that annotators read, and its changes are told first in the table, with a date."""
    text = (root / "annotation" / "guidelines.md").read_text(encoding="utf-8")
    assert re.findall(r"^\*\*Version (\S+)\*\*$", text, re.MULTILINE) == [GUIDELINES]
    assert re.findall(r"^\| (\d+\.\d+\.\d+) \| \d{4}-\d\d-\d\d \| ", text, re.MULTILINE)[0] == GUIDELINES


def test_retired_labels_have_no_key(tmp_path: Path) -> None:
    """They are in the page, not in sight, and not under a key that Label Studio would give to a choice without one."""
    folder = write_corpus(tmp_path / "c", {"a": "Ein Satz.\n"}, scheme=SCHEME + RETIRED)
    scheme = read_scheme(folder / "scheme.toml")
    for page, number in ((article_page(scheme), 4), (claim_page(scheme), 1)):
        old = [one for one in ElementTree.fromstring(page).iter("Choice") if "früher" in one.attrib["value"]]  # noqa: S314 - ours
        assert len(old) == number
        assert {(one.get("style"), "+f19" in one.attrib["hotkey"]) for one in old} == {("display: none", True)}


def test_everything_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Twelve questions, six kinds and hardly a hotkey in the scheme: all can be pressed, no two by one key."""
    targets = "".join(f'[[targets]]\nid = "t{n}"\nquestion = "Soll Plan {n} kommen?"\n' for n in range(12))
    kinds = "".join(f'[[kinds]]\nid = "k{n}"\n' for n in range(6))
    scheme = SCHEME.replace("[[targets]]", targets + "[[targets]]", 1).replace("[[kinds]]", kinds + "[[kinds]]", 1)
    scheme = scheme.replace('id = "t3"\n', 'id = "t3"\nhotkey = "r"\n')
    folder = write_corpus(tmp_path / "c", {"a": "Ein Satz.\n"}, scheme=scheme)
    page = ElementTree.fromstring(article_page(read_scheme(folder / "scheme.toml")))  # noqa: S314 - ours
    keys = [one.get("hotkey") for tag in ("Choice", "Label") for one in page.iter(tag)]
    assert (None in keys, len(set(keys))) == (False, len(keys))


def test_a_scheme_that_nobody_filled_in(root: Path) -> None:
    """Nobody labels a question of three dots."""
    with pytest.raises(SchemeError, match="put it in"):
        article_page(read_scheme(root / "dataset" / "scheme_template.toml"))


def test_dollars_are_no_fields(tmp_path: Path) -> None:
    """Label Studio would show the task's text for $text, and "undefined" for $5."""
    scheme = SCHEME.replace("Soll die Brücke gebaut werden?", "Kostet die Brücke $5 oder $text?")
    folder = write_corpus(tmp_path / "c", {"a": "Ein Satz."}, scheme=scheme)
    page = article_page(read_scheme(folder / "scheme.toml"))
    assert page.count("$\u20605 oder $\u2060text") == 2
    assert re.findall(r"\$\w+", page) == ["$text"]


@pytest.mark.parametrize("key", ["Q", "10", "ä", "ctrl+enter", ""])
def test_what_is_no_key(tmp_path: Path, key: str) -> None:
    """ "Q" would press q as well, and what no keyboard sends as one key would press nothing."""
    scheme = SCHEME.replace('id = "bridge"\n', f'id = "bridge"\nhotkey = "{key}"\n')
    folder = write_corpus(tmp_path / "c", {"a": "Ein Satz.\n"}, scheme=scheme)
    with pytest.raises(SchemeError, match=r"targets\[0\].hotkey: one small letter"):
        read_scheme(folder / "scheme.toml")


@pytest.mark.parametrize(
    ("named", "draft", "expected"),
    [
        (7, None, (7, "rules-1")),
        (None, None, (None, None)),
        (None, "2026-01-02T09:00:00Z", (None, None)),
        (None, "2026-01-02T11:00:00Z", (7, "rules-1")),
        (None, "2026-01-02T13:00:00Z", (8, "rules-2")),
    ],
)
def test_which_prediction_was_seen(tmp_path: Path, named: int | None, draft: str | None, expected: Any) -> None:
    """The one that Label Studio names; where a draft was taken up again, the last one from before it."""
    corpus = read_corpus(write_corpus(tmp_path / "c", {"a": "Ein Satz.\n"}))
    articles, _ = read_articles(corpus)
    facts = {one.source.id: one.facts for one in articles}
    collector = Collector(corpus, facts, "human", "s", "studio-", {}, lambda *_: (None, None))
    predictions = [
        {"id": 7, "model_version": "rules-1", "created_at": "2026-01-02T10:00:00Z"},
        {"id": 8, "model_version": "rules-2", "created_at": "2026-01-02T12:00:00Z"},
    ]
    annotation = {"id": 1, "completed_by": 2, "result": [], "parent_prediction": named, "draft_created_at": draft}
    task = {**article_tasks(corpus, articles)[0], "id": 3, "annotations": [annotation], "predictions": predictions}
    (found,) = collector.lines(task)
    assert found.line is not None
    assert found.line.origin is not None
    assert (found.line.origin.prediction, found.line.origin.prediction_version) == expected
