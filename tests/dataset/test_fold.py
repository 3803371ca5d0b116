"""The folded form: nothing that only changes the looks of a text hides a reprint or brings a taken-down article back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dataset import reuse
from dataset.corpus import read_corpus
from dataset.fold import VERSION, bare, folded, folded_sha256
from dataset.likeness import Likeness, likeness_of
from dataset.prepare import Prepared, prepare_article
from dataset.records.tombstone import Tombstone
from dataset.takedown.tombstones import Graveyard, sampled
from dataset.text import canonical
from tests.dataset.dress import DRESSES, FORMAT, OTHERS, WIDE, hyphenated


@pytest.fixture(scope="module")
def articles(sample: Path) -> dict[str, Prepared]:
    """The sample's articles."""
    found = [prepare_article(source) for source in read_corpus(sample).sources]
    return {one.source.id: one for one in found if isinstance(one, Prepared)}


def stone(id_: str, one: Likeness) -> Tombstone:
    """The tombstone of a text as it is made today."""
    prints = sampled(one.fingerprint)
    return Tombstone(id_, None, prints, folded_sha256=folded_sha256(one.text), fingerprint_version=VERSION)


@pytest.mark.parametrize("dress", DRESSES)
def test_every_copy_is_linked_and_refused(articles: dict[str, Prepared], dress: str) -> None:
    """Each of the sample's eighty against its copy: all linked, nothing else merged, and all refused after a takedown."""
    copies = {id_: likeness_of(canonical(DRESSES[dress](one.text)).text) for id_, one in articles.items()}
    plain = {id_: one.fingerprint for id_, one in articles.items()}
    links = reuse.link({**plain, **{f"{id_}~": copy.fingerprint for id_, copy in copies.items()}})
    pairs = {(edge.a, edge.b) for edge in links}
    before = reuse.clusters(plain, reuse.link(plain))
    cluster_of = {id_: group[0] for group in before for id_ in group}
    linked = sum((id_, f"{id_}~") in pairs for id_ in plain)
    wrong = [(a, b) for a, b in pairs if cluster_of[a.rstrip("~")] != cluster_of[b.rstrip("~")]]
    refused = near = 0
    for id_, one in articles.items():
        graves = Graveyard([stone(id_, one.likeness)])
        refused += graves.why_not("", copies[id_]) is not None
        near += graves.near(copies[id_]) is not None
    print(
        f"{dress}: {linked} of {len(plain)} linked, {len(wrong)} wrong; {refused} refused, {near} by their fingerprints"
    )
    assert (linked, wrong, refused, near) == (80, [], 80, 80)


@pytest.mark.parametrize(
    "dress", ["soft hyphens", "zero-width spaces beside blanks", "full width", "ligatures", "mixed"]
)
def test_a_copy_has_the_same_fingerprint(articles: dict[str, Prepared], dress: str) -> None:
    """Blocks and sentences are found in the folded form, so nothing depends on how much was hidden."""
    for one in articles.values():
        assert likeness_of(canonical(DRESSES[dress](one.text)).text).fingerprint == one.fingerprint


VARIANTS = {
    **{chr(code): [chr(wide)] for code, wide in WIDE.items()},
    " ": ["\u00a0", "\u2003", "\u202f", "\u3000", "  "],
}
VARIANTS |= {"-": ["‐", "‑", "–", "—", "−", "－", "﹣"], '"': ["„", "“", "”", "«", "»", "＂", "″", "''"]}
VARIANTS |= {
    "'": ["’", "‘", "‚", "´", "`", "ʼ", "＇", "′"],
    "f": ["ｆ", "𝐟"],
    "ß": ["ẞ", "ss"],
    "\n": ["\u2028", "\u2029", "\r\n"],
}
PLAIN = "Der Süßwaren-Preis steigt, sagt \"Ada O'Neill\": auf 1,5 Prozent.\n\nDas war's - fast überall. Die Straße bleibt offen."


@given(st.data())
def test_dress_does_not_change_the_folded_form(data: st.DataObject) -> None:
    """Characters that are not shown anywhere, variants of any character: fold and the hash stay."""
    hidden = st.text(st.sampled_from([*FORMAT, *OTHERS]), max_size=3)
    text = data.draw(hidden)
    for char in PLAIN:
        text += data.draw(st.sampled_from([char, *VARIANTS.get(char, ())])) + data.draw(hidden)
    text = canonical(text).text
    assert folded(text) == folded(PLAIN)
    assert folded_sha256(text) == folded_sha256(PLAIN)


@pytest.mark.parametrize("blank", ["\u2060", "\u200c", "\ufeff", "\u00ad", "_", "|"])
def test_all_letters_are_the_same(articles: dict[str, Prepared], blank: str) -> None:
    """Without any blanks there are no words and no body to compare: the letters of the whole text link and refuse it."""
    plain = {id_: one.fingerprint for id_, one in list(articles.items())[:20]}
    copies = {id_: likeness_of(canonical(articles[id_].text.replace(" ", blank)).text) for id_ in plain}
    links = reuse.link({**plain, **{f"{id_}~": copy.fingerprint for id_, copy in copies.items()}})
    assert {(id_, f"{id_}~") for id_ in plain} <= {(edge.a, edge.b) for edge in links}
    assert all(Graveyard([stone(id_, articles[id_].likeness)]).same("", copies[id_].text) for id_ in plain)


@pytest.mark.parametrize(
    "written", ["Die Bruecke Yildiz", "DIE BRÜCKE YILDIZ", "Die Br&uuml;cke Y&#305;ld&#x0131;z", "Die Bru¨cke Yıldız"]
)
def test_the_letters_of_a_whole_text(written: str) -> None:
    """Umlauts as two letters, a dotless i in capitals, HTML's escapes."""
    assert folded_sha256(written) == folded_sha256("Die Brücke Yıldız")


def test_an_ampersand_alone_is_no_escape() -> None:
    """Only what HTML knows is one."""
    for text in ("Meier & Sohn; AT&T;", "&Unbekanntes;", "a&b;c"):
        assert bare(text) == text


@given(st.text())
@example("Nord-\nkorea")
@example("a\u0336\u0308")
def test_folding_again_changes_nothing(text: str) -> None:
    """Of any text."""
    text = canonical(text).text
    assert folded(folded(text)) == folded(text)


@settings(max_examples=50)
@given(st.data())
def test_hidden_characters_anywhere(articles: dict[str, Prepared], data: st.DataObject) -> None:
    """In any article at any places: the copy is linked, and refused after a takedown."""
    one = data.draw(st.sampled_from(list(articles.values())))
    hidden = data.draw(st.lists(st.sampled_from([*FORMAT, *OTHERS]), min_size=1, max_size=10))
    step = data.draw(st.integers(1, 9))
    text = "".join(char + (hidden[i % len(hidden)] if i % step == 0 else "") for i, char in enumerate(one.text))
    copy = likeness_of(canonical(text).text)
    assert folded(copy.text) == folded(one.text)
    assert reuse.link({"a": one.fingerprint, "b": copy.fingerprint})
    assert Graveyard([stone("a", one.likeness)]).why_not("", copy) is not None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Der Nord-\nkoreaner kam.", "Der Nordkoreaner\nkam."),
        ("Der Nord‐\nkoreaner\n\nkam.", "Der Nordkoreaner\n\nkam."),
        ("Die Vor-\nund Nachteile", "Die Vor-\nund Nachteile"),
        ("Die CDU-\nFraktion", "Die CDU-\nFraktion"),
        ("1914-\n1918", "1914-\n1918"),
        ("Er kam -\naber spät", "Er kam -\naber spät"),
    ],
)
def test_words_that_a_line_end_divides(written: str, meant: str) -> None:
    """The rest of the word moves up, the line end stays; a hyphen that belongs to the word stays too."""
    assert bare(written) == meant


def test_ordinary_text_comes_back_as_it_is(articles: dict[str, Prepared]) -> None:
    """Then nothing is found twice: folding costs nothing, and older fingerprints are the same."""
    same = [one for one in articles.values() if bare(one.text) == one.text]
    assert len(same) > 70
    assert all(one.likeness.unfolded is one.fingerprint for one in same)


def test_older_tombstones_are_compared_the_old_way(articles: dict[str, Prepared]) -> None:
    """A text that was taken down with its soft hyphens before texts were folded, and comes back with another line."""
    one = next(iter(articles.values()))
    there = likeness_of(canonical(hyphenated(one.text)).text)
    older = Tombstone("x", None, sampled(there.unfolded))
    again = likeness_of(f"{there.text}\nEine Zeile mehr, die vorher niemand hatte.\n")
    assert Graveyard([older]).why_not("", again) is not None
    assert Graveyard([replace(older, fingerprint_version=VERSION)]).why_not("", again) is None
    # One of a plain text knows its copy in other dress as well.
    assert Graveyard([Tombstone("x", None, sampled(one.likeness.unfolded))]).why_not("", there) is not None


@pytest.mark.parametrize("change", [hyphenated, str.upper, lambda text: text.replace("ß", "ss")])
def test_short_texts_are_known_in_any_dress(change: Callable[[str], str]) -> None:
    """Too short for fingerprints, known by the hash of the folded text."""
    text = "Der große Rat tagt heute. Es geht um die Brücke."
    graves = Graveyard([stone("x", likeness_of(text))])
    assert graves.near(likeness_of(text)) is None
    assert graves.why_not("", likeness_of(change(text))) is not None
    assert graves.why_not("", likeness_of(text + " Und um den Tunnel.")) is None
    assert folded_sha256("… – !") is None
