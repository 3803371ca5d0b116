"""Text reuse: partial reprints are found, whatever the order, and boilerplate links nothing."""

from __future__ import annotations

import csv
import json
import random
import re
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dataset import reuse
from dataset.corpus import read_corpus
from dataset.likeness import likeness_of
from dataset.prepare import Prepared, prepare_article
from dataset.text import canonical
from tests.make import article


def prints(texts: dict[str, str]) -> dict[str, reuse.Fingerprint]:
    """Fingerprints of texts, a sentence a line or a full stop."""
    return {id_: reuse.fingerprint(text.replace("\n", " ").split(". "), text) for id_, text in texts.items()}


def linked(found: list[reuse.Link]) -> set[tuple[str, str]]:
    """The pairs alone."""
    return {(edge.a, edge.b) for edge in found}


def watched_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make DuckDB write the profile of the last query of a connection; return the path."""
    plan, connect = folder / "plan.json", duckdb.connect

    def watched() -> Any:
        connection = connect()
        connection.execute("PRAGMA enable_profiling = 'json'")
        connection.execute(f"PRAGMA profiling_output = '{plan}'")
        return connection

    monkeypatch.setattr(duckdb, "connect", watched)
    return plan


def joined_rows(plan: Path) -> list[int]:
    """Return how many rows each step of the plan made."""
    return [int(n) for n in re.findall(r'"intermediate_rows": (\d+)', plan.read_text(encoding="utf-8"))]


def test_two_of_twelve_sentences_are_a_link() -> None:
    """Two shared sentences that are 15 % of the shorter article."""
    a, b, c = (article(seed).strip().replace("\n\n", " ").split(". ") for seed in (1, 2, 3))
    texts = {"a": ". ".join(a), "b": ". ".join(b[:10] + a[3:5]), "c": ". ".join(c[:11] + a[7:8])}
    assert linked(reuse.link(prints(texts))) == {("a", "b")}


def test_edited_sentences_are_seen_by_their_word_runs() -> None:
    """Every sentence changed in one word: no sentence is the same, most word 5-grams are."""
    sentences = article(4, 20).strip().replace("\n\n", " ").split(". ")
    edited = [f"Gestern {sentence}" for sentence in sentences]
    found = reuse.link(prints({"a": ". ".join(sentences), "b": ". ".join(edited)}))
    assert linked(found) == {("a", "b")}
    assert found[0].shared_sentences == 0


def test_boilerplate_links_nothing() -> None:
    """Two sentences that stand in 60 articles are no reuse."""
    box = "Dieser Text steht unter jedem Artikel der Zeitung. Und dieser zweite Satz steht ebenfalls unter jedem Artikel der Zeitung"
    texts = {f"a{i:02d}": article(100 + i, 4).strip().replace("\n\n", " ") + " " + box for i in range(60)}
    assert reuse.link(prints(texts)) == []


def test_order_does_not_matter() -> None:
    """The same links from shuffled input."""
    texts = {f"a{i}": article(i // 2, 8) for i in range(20)}
    shuffled = list(prints(texts).items())
    random.Random(1).shuffle(shuffled)
    assert reuse.link(dict(shuffled)) == reuse.link(prints(texts))
    assert len(reuse.link(prints(texts))) == 10


def test_clusters_are_components() -> None:
    """a–b and b–c make one cluster of three."""
    edges = [reuse.Link("a", "b", 2, 0.5, 0.5), reuse.Link("b", "c", 2, 0.5, 0.5)]
    assert reuse.clusters(["d", "c", "b", "a"], edges) == [["a", "b", "c"], ["d"]]


def test_the_five_seeds(root: Path, shared: Path) -> None:
    """000 and 001 are one cluster, no other pair is."""
    corpus = read_corpus(root / "seeds" / "nordkorea-2024", shared / "seeds")
    articles = [one for source in corpus.sources if isinstance(one := prepare_article(source), Prepared)]
    found = reuse.link({one.source.id: one.fingerprint for one in articles})
    assert [(edge.a[:3], edge.b[:3]) for edge in found] == [("000", "001")]


def test_the_sample(sample: Path) -> None:
    """Against its authors' list of reprints: every one found, nothing else merged."""
    corpus = read_corpus(sample)
    articles = [one for source in corpus.sources if isinstance(one := prepare_article(source), Prepared)]
    found = linked(reuse.link({one.source.id: one.fingerprint for one in articles}))
    rows = map(json.loads, (sample / "reuse.jsonl").read_text(encoding="utf-8").splitlines())
    family: dict[str, str] = {}
    for row in rows:
        family[row["b"]] = family[row["a"]] = row["a"]
    truth = {(row_a, row_b) for row_b, row_a in family.items() if row_a != row_b}
    missed = truth - found
    # Two reprints of one original may share its text as well: the same cluster.
    wrong = {(a, b) for a, b in found if family.get(a, a) != family.get(b, b)}
    print(f"reuse in the sample: {len(truth - missed)} of {len(truth)} found, {len(wrong)} wrong")
    assert not missed
    assert not wrong


def test_the_same_words_are_linked_however_many_and_short() -> None:
    """Sixty copies, whose sentences would all be boilerplate, and twenty items of one sentence."""
    copies = reuse.link(prints({f"a{i:02d}": article(1) for i in range(60)}))
    assert reuse.clusters([f"a{i:02d}" for i in range(60)], copies) == [[f"a{i:02d}" for i in range(60)]]
    short = {f"a{i:02d}": "Der Rat hat am Montag die neue Brücke beschlossen" for i in range(20)}
    assert len(reuse.clusters(short, reuse.link(prints(short)))) == 1
    no_body = {"a": reuse.fingerprint([], "Nur ein Titel"), "b": reuse.fingerprint([], "Nur ein Titel")}
    assert linked(reuse.link(no_body)) == {("a", "b")}


def test_mass_copies_are_linked_and_footers_are_not() -> None:
    """Sixty edited reprints of one text, and sixty other articles with the same two sentences below."""
    wire = article(1).strip().replace("\n\n", " ")
    reprints = {f"r{i:02d}": f"{wire} {article(200 + i, 1).strip()}" for i in range(60)}
    footer = "Dieser Text steht unter jedem Artikel der Zeitung. Und dieser zweite Satz steht ebenfalls unter jedem Artikel der Zeitung"
    others = {f"s{i:02d}": article(300 + i, 4).strip().replace("\n\n", " ") + " " + footer for i in range(60)}
    groups = reuse.clusters([*reprints, *others], reuse.link(prints({**reprints, **others})))
    assert max(map(len, groups)) == 60
    assert len(groups) == 61


FLASH = "Der Rat stimmt für die Brücke. Der Bau beginnt im Mai."


@pytest.mark.parametrize(
    "flash",
    [
        FLASH,
        "Der Rat stimmt für die Brücke, und der Bau beginnt im Mai.",
        "Die Brücke kommt. Der Rat stimmt zu. Der Bau beginnt bald.",
        "Der Bau be\u00adginnt im Mai. Der Rat ｓｔｉｍｍｔ für die Brücke.",
    ],
)
def test_a_flash_is_linked_to_what_has_all_of_its_sentences(flash: str) -> None:
    """However few and short they are, in any order and between others; a text that lacks one of them is not."""
    parts = re.sub("[\u00ad]", "", unicodedata.normalize("NFKC", flash)).strip(".").split(". ")
    long = article(5, 30).strip().replace("\n\n", " ").rstrip(".").split(". ")
    around = [*long[:4], parts[-1], *long[4:9], *parts[:-1], *long[9:]]
    texts = {"flash": flash, "long": ". ".join(around) + ".", "other": article(6, 30)}
    if len(parts) > 1:
        texts["lacks"] = (
            ". ".join([*article(7, 30).strip().replace("\n\n", " ").rstrip(".").split(". "), parts[0]]) + "."
        )
    found = {id_: likeness_of(canonical(text).text).fingerprint for id_, text in texts.items()}
    assert linked(reuse.link(found)) == {("flash", "long")}
    assert linked(reuse.link({"z" + id_: print_ for id_, print_ in found.items()})) == {("zflash", "zlong")}


def test_what_people_write_by_chance_makes_no_flash() -> None:
    """Seven words in all, or a footer of sixty articles."""
    formula = "Die Ermittlungen dauern an. Verletzt wurde niemand"
    box = "Mehr dazu lesen Sie in der Ausgabe von morgen früh"
    texts = {f"a{i:02d}": f"{article(400 + i, 4).strip()}\n\n{box}." for i in range(60)}
    texts["a00"] += f" {formula}."
    found = {id_: likeness_of(text).fingerprint for id_, text in texts.items()}
    found["z1"] = likeness_of(f"{formula}.").fingerprint
    found["z2"] = likeness_of(f"{formula}. {box}.").fingerprint
    links = reuse.link(found)
    assert not {pair for pair in linked(links) if "z1" in pair}
    # Half of a text is a copy of the first of very many, as it always was.
    assert {pair for pair in linked(links) if "z2" in pair} <= {("a00", "z2")}


def test_flashes_in_great_number_are_not_compared_pair_by_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand of them with one formula in common, each with a reprint: a thousand links from as few joined rows."""
    plan = watched_plan(tmp_path, monkeypatch)
    found = {}
    for number in range(1000):
        news, formula = 10_000 + number, number % 25
        found[f"f{number:04d}"] = reuse.Fingerprint((news,), (), number, (formula,), ((formula, 4), (news, 9)))
        found[f"g{number:04d}"] = reuse.Fingerprint((news, 20_000 + number), (), 5000 + number, (formula,))
    links = reuse.link(found)
    assert linked(links) == {(f"f{number:04d}", f"g{number:04d}") for number in range(1000)}
    assert 0 < max(joined_rows(plan)) < 10 * 4000


def test_a_hundred_reprints_are_not_compared_pair_by_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No join makes more rows than a few times what the articles hold, whichever order DuckDB would choose."""
    plan = watched_plan(tmp_path, monkeypatch)
    found = {}
    for number in range(100):
        sentences, grams = [*range(40)], [*range(1000, 1200)]
        sentences[number % 40], grams[number % 200] = 10_000 + number, 20_000 + number
        found[f"a{number:03d}"] = reuse.Fingerprint(tuple(sorted(sentences)), tuple(sorted(grams)), number)
    assert len(reuse.clusters(found, reuse.link(found))) == 1
    assert 0 < max(joined_rows(plan)) < 10 * sum(len(one.sentences) + len(one.grams) for one in found.values())


def public_documents(folder: Path) -> dict[str, set[str]]:
    """The sentences of contributions to citizens' participation and of news and web texts, by document, as words alone."""
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "cimt_argmining").glob("*.tsv")):
        with path.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                if row["title/text"] == "text":
                    found.setdefault(f"{path.stem} {row['document_id']}", []).append(row["content"])
    for path in sorted((folder / "ud_german").glob("*.conllu")):
        document = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            document = line if line.startswith("# newdoc") else document
            if line.startswith("# text = "):
                found.setdefault(document or f"{path.stem} {number}", []).append(line.removeprefix("# text = "))
    words = {id_: {" ".join(re.findall(r"\w+", text.casefold())) for text in texts} for id_, texts in found.items()}
    return {id_: texts - {""} for id_, texts in words.items()}


def test_chance_on_public_texts(shared: Path) -> None:
    """Count how often another document has the same sentence, by its number of words: the basis of the rule for flashes."""
    documents = public_documents(shared / "benchmarks")
    holders: dict[str, set[str]] = {}
    for id_, texts in documents.items():
        for text in texts:
            holders.setdefault(text, set()).add(id_)
    of_words: dict[int, list[bool]] = {}
    for texts in documents.values():
        for text in texts:
            of_words.setdefault(min(text.count(" ") + 1, reuse.FLASH_WORDS), []).append(len(holders[text]) > 1)
    shares = {words: sum(shared_) / len(shared_) for words, shared_ in sorted(of_words.items())}
    print(f"\n{len(documents)} documents; the same sentence in another one, by number of words (the last: or more)")
    for words, share in shares.items():
        print(f"{words} {share:.4f} ({sum(of_words[words])} of {len(of_words[words])})")
    assert len(documents) > 5000
    assert shares[reuse.FLASH_WORDS] < 0.01
