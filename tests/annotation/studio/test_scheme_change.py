"""A scheme that changes while people label: nothing that somebody labelled is orphaned without a word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from annotation.gold import write_gold
from annotation.studio.client import Studio
from annotation.studio.project import find_projects
from annotation.studio.pull import pull_labels
from annotation.studio.push import push_tasks
from annotation.studio.scheme_change import SchemeChangeError
from annotation.studio.server import Server
from dataset.corpus import Corpus
from dataset.errors import SchemeError
from dataset.labels import read_labels
from dataset.scheme import read_scheme
from tests.annotation.studio.test_push_pull import Made, again, annotate, choice, keys, lines, made, span
from tests.make import SCHEME, cli, write_corpus

ARTICLE = [{"id": "s", "from_name": "article_stance_bridge", "to_name": "text", "type": "choices"}]


def changed(corpus: Corpus, *replacements: tuple[str, str], version: str = "1.1.0", more: str = "") -> Made:
    """The corpus with another scheme."""
    text = SCHEME.replace("1.0.0", version)
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    (corpus.path / "scheme.toml").write_text(text + more, encoding="utf-8")
    return again(corpus.path)


RENAME = """
[[renamed]]
list = "stances"
from = "favor"
to = "support"
[[renamed]]
list = "kinds"
from = "fact"
[[renamed]]
list = "targets"
from = "bridge"
to = "crossing"
"""
NEW = (
    ('[[stances]]\nid = "favor"', '[[stances]]\nid = "support"'),
    ('[[kinds]]\nid = "fact"', '[[kinds]]\nid = "belief"'),
    ('[[targets]]\nid = "bridge"', '[[targets]]\nid = "crossing"'),
)


@pytest.fixture
def labelled(tmp_path: Path, studio: Studio, annotators: list[Studio]) -> Corpus:
    """Labels on the server, in a draft, and at home."""
    corpus, articles, facts = made(tmp_path / "c", 3)
    push_tasks(studio, corpus, articles)
    task = keys(studio, corpus)
    stance = {**ARTICLE[0], "value": {"choices": ["discuss"]}}
    results = [span(0, 4), choice("kind", "fact"), choice("target", "bridge"), choice("stance", "favor"), stance]
    annotate(annotators[0], task["a00"], *results)
    pull_labels(studio, corpus, facts)
    draft = {"result": [span(0, 4), choice("stance", "against")], "lead_time": 1}
    annotators[0].ask("POST", f"/api/tasks/{task['a01']}/drafts", body=draft)
    return corpus


def test_orphans_are_named_and_refused(labelled: Corpus, studio: Studio, server: Server) -> None:
    """By a dry run and by the push itself; nothing changes on the server."""
    before = find_projects(studio, labelled)["article"]
    corpus, articles, _ = changed(labelled, *NEW, ('[[stances]]\nid = "against"', '[[stances]]\nid = "contra"'))
    for dry_run in (True, False):
        with pytest.raises(SchemeChangeError) as caught:
            push_tasks(studio, corpus, articles, dry_run=dry_run)
        said = "\n".join(caught.value.lines)
        for name in ("stances: 'favor'", "kinds: 'fact'", "targets: 'bridge'", "stances: 'against'", "[[renamed]]"):
            assert name in said
        assert "1 labels on the server and 1 in labels/" in said
    assert find_projects(studio, corpus)["article"] == before
    environment = {**os.environ, "LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    done = cli("studio", "push", corpus.path, "--dry-run", env=environment)
    assert (done.returncode, done.stderr.count("is gone, but")) == (1, 4)


def test_renamed_labels_live_on(labelled: Corpus, studio: Studio, annotators: list[Studio]) -> None:
    """With a name for each, the page changes, old labels are read under new names, and old work can still be submitted."""
    corpus, articles, facts = changed(labelled, *NEW, more=RENAME)
    done = push_tasks(studio, corpus, articles)
    assert (done.new, done.there, done.rejected) == (0, 3, [])
    task = keys(studio, corpus)
    annotate(annotators[1], task["a00"], span(0, 4), choice("stance", "support"), choice("target", "crossing"))
    pulled = pull_labels(studio, corpus, facts)
    assert not [one for one in pulled.rejected if "not submitted" not in one.reason]
    by_version = {row["scheme_version"]: row for row in lines(corpus).values()}
    assert set(by_version) == {"1.0.0", "1.1.0"}
    pull_labels(studio, corpus, facts, full=True)
    assert by_version["1.0.0"] == {row["scheme_version"]: row for row in lines(corpus).values()}["1.0.0"]
    assert by_version["1.0.0"]["claims"][0]["kind"] == "fact"
    # What is home stays as it came; it is read under its new names.
    read, rejected = read_labels(corpus.path / "labels", corpus.scheme, facts)
    assert rejected == []
    claims = {one.scheme_version: one.claims[0] for one in read}
    assert (claims["1.0.0"].kind, claims["1.0.0"].target, claims["1.0.0"].stance) == (None, "crossing", "support")
    assert {one.scheme_version: one.article_stance for one in read}["1.0.0"] == {"crossing": "discuss"}
    assert write_gold(corpus, facts).claims == 1


def test_a_scheme_that_changes_under_its_version(labelled: Corpus, studio: Studio) -> None:
    """A definition may change the answer: the version has to say so; a colleague's old copy takes nothing back."""
    corpus, articles, _ = changed(labelled, ("gebaut", "jetzt gebaut"), version="1.0.0")
    with pytest.raises(SchemeChangeError, match=r"still 1\.0\.0: raise it"):
        push_tasks(studio, corpus, articles)
    corpus, articles, _ = changed(labelled, ("gebaut", "jetzt gebaut"), version="1.0.1")
    assert push_tasks(studio, corpus, articles).there == 3
    assert find_projects(studio, corpus)["article"].scheme == ("1.0.1", corpus.scheme.sha256[:16])
    corpus, articles, _ = changed(labelled, version="1.0.0")
    with pytest.raises(SchemeChangeError, match=r"1\.0\.1 is in force on the server: an old copy"):
        push_tasks(studio, corpus, articles)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[renamed]]\nlist = "stances"\nfrom = "favor"\nto = "none"', "still a label"),
        ('[[renamed]]\nlist = "stances"\nfrom = "old"\nto = "nowhere"', "'nowhere' is not a label"),
        ('[[renamed]]\nlist = "moods"\nfrom = "old"', "list: one of targets"),
        ('[[renamed]]\nlist = "stances"\nform = "old"', "from"),
        ('[[renamed]]\nlist = "kinds"\nfrom = "x"\n[[renamed]]\nlist = "kinds"\nfrom = "x"', "renamed twice"),
    ],
)
def test_renamings_that_make_no_sense(tmp_path: Path, more: str, said: str) -> None:
    """Each is told apart."""
    folder = write_corpus(tmp_path / "c", {}, scheme=SCHEME + more)
    with pytest.raises(SchemeError, match=said):
        read_scheme(folder / "scheme.toml")
