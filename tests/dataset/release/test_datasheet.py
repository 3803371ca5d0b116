"""The datasheet: every question, every number marked and current, every answer kept; open ones are named and stop nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from datasets import load_dataset

from dataset.build import Built, build_release
from dataset.errors import CorpusError, ReleaseError
from dataset.files import read_jsonl, sha256_bytes, sha256_file
from dataset.new import new_corpus
from dataset.release.datasheet import NOT_ANSWERED, section, unanswered, update
from dataset.release.manifest import HEAD, LEDGER, REUSE, TOMBSTONES, seal
from dataset.release.measures import WHOLE
from dataset.release.questions import ANSWERS, QUESTIONS, read_answers
from dataset.release.tables import marks
from dataset.release.verify import verify_release
from dataset.schema import CONFIGS
from dataset.splits import SPLITS
from tests.make import article, cli, write_corpus

# What the digest of a release was over before citation and answers were part of it.
HEAD_BEFORE = (
    *("format", "name", "version", "language", "license", "description", "synthetic"),
    *("annotator_kind", "silver", "scheme", "guidelines", "agreement"),
)
ASKED = [question for questions in QUESTIONS.values() for question in questions.values()]


@pytest.fixture(scope="module")
def shipped(root: Path) -> dict[str, str]:
    """The sections of the repository's DATASHEET.md by corpus."""
    text = (root / "DATASHEET.md").read_text(encoding="utf-8")
    found = re.findall(r"<!-- computed: (\S+) -->\n(.*?)<!-- end of \1 -->", text, re.DOTALL)
    assert [name for name, _ in found] == ["sample", "nordkorea-2024"]
    return dict(found)


def test_all_questions() -> None:
    """The seven sections of the paper, with as many questions as it has in each."""
    assert {name: len(questions) for name, questions in QUESTIONS.items()} == {
        "motivation": 4,
        "composition": 16,
        "collection": 12,
        "preprocessing": 4,
        "uses": 6,
        "distribution": 7,
        "maintenance": 8,
    }
    assert len(ASKED) == 57


def test_the_shipped_corpora_answer_every_question(shipped: dict[str, str]) -> None:
    """All of them, in order, each with something below it."""
    for text in shipped.values():
        asked = re.findall(r"^#### (\d+)\. (.*)$", text, re.MULTILINE)
        assert asked == [(str(i), question) for i, question in enumerate(ASKED, 1)]
        assert NOT_ANSWERED not in text
        answers = re.split(r"^#### .*$", text, flags=re.MULTILINE)[1:]
        assert all(re.sub(r"^### .*$", "", answer, flags=re.MULTILINE).strip() for answer in answers)
        assert "Not answered" not in text


def test_every_number_is_marked(shipped: dict[str, str], root: Path) -> None:
    """What is neither computed between marks nor marked itself holds no number that could go stale."""
    for name, text in shipped.items():
        words = re.sub(r"<!-- numbers: (\S+) -->.*?<!-- end of \1 -->", "", text, flags=re.DOTALL)
        words = re.sub(r"\S+<!--=[a-z_.]+-->", "", words)
        words = re.sub(r"^#.*$", "", words, flags=re.MULTILINE)  # the questions' own numbers, and the version
        words = re.sub(r"`[^`\n]*`", "", words)
        described = re.search(
            r'^description = "(.*)"$', (root / "seeds" / name / "corpus.toml").read_text(encoding="utf-8"), re.MULTILINE
        )
        assert described
        found = re.findall(r".*\d.*", words.replace(described[1], ""))
        assert found == []


def test_the_sample_is_current(shipped: dict[str, str], sample_built: Built) -> None:
    """What stands there is what the build computes, and one number or answer changed by hand is not."""
    now = section(sample_built.facts)
    assert shipped["sample"].strip() == now.strip()
    assert unanswered(sample_built.facts) == []


@pytest.mark.parametrize("name", ["sample", "nordkorea-2024"])
def test_what_needs_no_text_is_current(name: str, shipped: dict[str, str], root: Path) -> None:
    """Where the copyrighted texts are not at hand: answers as they were written, labels as gold has them, agreement as measured."""
    folder, text = root / "seeds" / name, shipped[name]
    answers = read_answers(folder / ANSWERS)
    whole = {f"{part}.{key}" for part, questions in QUESTIONS.items() for key in questions} - set(answers)
    assert whole <= set(WHOLE), "not answered"
    for key, answer in answers.items():
        pattern = r"\S+".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", answer))
        assert re.search(pattern, text), key
    gold = [row for _, row in read_jsonl(folder / "gold.jsonl")]
    claims = [claim for row in gold for claim in row["claims"]]
    for column in ("kind", "target"):
        table = re.search(rf"^\| claims\.{column} \|.*\n((?:\|.*\n)+)", text, re.MULTILINE)
        assert table
        shown = {label: int(n) for label, n in re.findall(r"\| `(\w+)` \| (\d+) \|", table[1])}
        assert Counter(shown) == Counter(claim[column] for claim in claims)
    assert f"Labelled articles: {len(gold)} of {len(gold)}, by model" in text
    for layer, value in json.loads((folder / "agreement.json").read_text(encoding="utf-8"))["alpha"].items():
        assert re.search(rf"^\| {layer} \| \w+ \| {value['alpha']:.3f} \|.*\| {value['units']} \|$", text, re.MULTILINE)


def test_a_stale_number_and_a_lost_answer_are_put_right(sample_built: Built, tmp_path: Path, root: Path) -> None:
    """And nothing else in the file is touched."""
    text = (root / "DATASHEET.md").read_text(encoding="utf-8")
    sheet = tmp_path / "DATASHEET.md"
    for old, new in (("| claims | 841 |", "| claims | 840 |"), ("For the tests, the demo and the baselines", "")):
        assert old in text
        sheet.write_text(text.replace(old, new), encoding="utf-8")
        assert update(sheet, "sample", section(sample_built.facts))
        assert sheet.read_text(encoding="utf-8") == text
    assert not update(sheet, "sample", section(sample_built.facts))


def test_the_numbers_are_those_of_the_rows(sample_built: Built) -> None:
    """Counted anew from the release alone."""
    data = {
        name: [row for split in load_dataset(str(sample_built.path), name).values() for row in split]
        for name in CONFIGS
    }
    sizes = Counter(row["cluster_id"] for row in data["articles"])
    expected = {
        "articles": len(data["articles"]),
        "words": sum(len(row["text"].split()) for row in data["articles"]),
        "sentences": len(data["sentences"]),
        "claims": len(data["claims"]),
        "labelled": len({row["article_id"] for row in data["sentences"] if row["claim"] is not None}),
        "annotators": len({vote["annotator"] for row in data["claims"] for vote in row["votes"]}),
        "targets": 5,
        "questions": len({row["question"] for row in data["article_stance"]}),
        "kinds": 3,
        "outlets": len({row["outlet"] for row in data["articles"]}),
        "first_month": min(row["published"] for row in data["articles"])[:7],
        "last_month": max(row["published"] for row in data["articles"])[:7],
        "claim_groups": len({row["claim_group"] for row in data["claims"] if row["claim_group"]}),
        "clusters": sum(n > 1 for n in sizes.values()),
        "clustered": sum(n for n in sizes.values() if n > 1),
        "rejected": 0,
        "quarantined": 0,
        "version": "1.0.0",
        "scheme_version": "1.0.0",
    }
    assert sample_built.facts.numbers == expected
    text = (sample_built.path / "DATASHEET.md").read_text(encoding="utf-8")
    found = marks(text)
    assert found
    assert all(str(expected[name]) == value for name, value in found)
    for name in CONFIGS:
        counts = [sample_built.facts.count(name, split) for split in SPLITS]
        assert f"| {name} | {' | '.join(map(str, counts))} | {len(data[name])} |" in text


def test_a_corpus_of_ones_own(tmp_path: Path) -> None:
    """``new`` lays out the questions; what is not answered is named and stops nothing; answers stay from build to build."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(article(1), encoding="utf-8")
    corpus = tmp_path / "mine"
    new_corpus(corpus, [texts])
    template = (corpus / ANSWERS).read_text(encoding="utf-8")
    assert read_answers(corpus / ANSWERS) == {}
    assert all(f"# {question}" in template for question in ASKED)
    done = cli("build", corpus, "--out", tmp_path / "dist")
    assert done.returncode == 0
    assert "datasheet.toml: 43 of 57 questions of the datasheet are not answered" in done.stdout
    sheet = tmp_path / "dist" / "mine" / "1.0.0" / "DATASHEET.md"
    text = sheet.read_text(encoding="utf-8")
    assert text.count(NOT_ANSWERED) == 43
    assert "Not answered (in `datasheet.toml` of the corpus): motivation.purpose," in text
    answered = template.replace('purpose = ""', 'purpose = "To look at {articles} text."', 1)
    (corpus / ANSWERS).write_text(answered, encoding="utf-8")
    refused = cli("build", corpus, "--out", tmp_path / "dist")
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    again = build_release(corpus, out=tmp_path / "dist", replace=True)
    assert again.written
    assert len(unanswered(again.facts)) == 42
    assert "To look at 1<!--=articles--> text." in sheet.read_text(encoding="utf-8")
    assert not build_release(corpus, out=tmp_path / "dist").written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[why]\n", r"datasheet.toml: unknown section 'why'; known are motivation,"),
        ('[uses]\nuse = "x"\n', r"datasheet.toml: uses: unknown question 'use'; known are used,"),
        ("[uses]\nused = 1\n", r"datasheet.toml: uses.used: a text is expected, not 1"),
        ("uses = 1\n", r"datasheet.toml: uses: a table is expected, not 1"),
        (
            '[uses]\nused = "{article}"\n',
            r"datasheet.toml: uses.used: no number is called \{article\}; known are annotators,",
        ),
        ("[uses\n", r"datasheet.toml: not valid TOML"),
    ],
)
def test_a_broken_answer_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With file and field, and nothing is released."""
    corpus = write_corpus(tmp_path / "c", {"a": article(1)})
    (corpus / ANSWERS).write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=said):
        build_release(corpus, out=tmp_path / "dist")
    assert not (tmp_path / "dist" / "c" / "1.0.0").exists()


def test_an_answer_is_part_of_the_release(tmp_path: Path) -> None:
    """A changed one is other content under the same version."""
    corpus = write_corpus(tmp_path / "c", {"a": article(1)})
    build_release(corpus, out=tmp_path / "dist")
    (corpus / ANSWERS).write_text('[uses]\nused = "For nothing."\n', encoding="utf-8")
    with pytest.raises(ReleaseError, match="--replace"):
        build_release(corpus, out=tmp_path / "dist")


def test_a_release_of_before_still_verifies(tmp_path: Path) -> None:
    """Its manifest says nothing of citation and answers, and its digest is over what it does say; one that lost them is found out."""
    release = build_release(write_corpus(tmp_path / "c", {"a": article(1)}), out=tmp_path / "dist").path
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    for key in set(HEAD) - set(HEAD_BEFORE):
        manifest.pop(key, None)
    seal(release, manifest)
    assert verify_release(release) == ["manifest.json: its digest is not that of what it says"]
    digests = {name: config["digest"] for name, config in manifest["configs"].items()}
    files = {name: sha256_file(release / name) for name in (LEDGER, REUSE, TOMBSTONES)}
    said = json.dumps([{key: manifest[key] for key in HEAD_BEFORE}, digests, files], sort_keys=True)
    seal(release, {**manifest, "digest": sha256_bytes(said.encode())})
    assert verify_release(release) == []
