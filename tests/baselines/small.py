"""Small labelled releases."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from annotation.gold import write_gold
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from tests.make import article, claim, label_line, write_corpus, write_labels

CUES = {"favor": "jawohlia", "against": "keinesfallsia", "none": "schwebendia"}


def release(tmp_path: Path, kinds: list[str], articles: int = 12) -> Path:
    """One claim an article, its first sentence, of these kinds in turn."""
    texts = {f"a{i:02d}": article(i) for i in range(articles)}
    lines = []
    for number, (id_, text) in enumerate(texts.items()):
        end = text.index(".")
        marked = [claim(0, end, kind=kinds[number % len(kinds)])] if kinds else []
        lines.append(label_line(id_, text, marked))
    return built(write_corpus(tmp_path / "c", texts), lines)


def stances(tmp_path: Path, articles: int = 30, *, cued: bool) -> Path:
    """Four claims an article with stances by chance; where ``cued``, a word in them says which."""
    dice = random.Random(7)
    texts, lines = {}, []
    for number in range(articles):
        paragraphs = article(number, 16).strip().split("\n\n")
        sides = [dice.choice(list(CUES)) for _ in paragraphs]
        if cued:
            paragraphs = [f"Es {CUES[side]} {text}" for side, text in zip(sides, paragraphs, strict=True)]
        text = "\n\n".join(paragraphs) + "\n"
        marked = []
        for side, paragraph in zip(sides, paragraphs, strict=True):
            start = text.index(paragraph)
            kind = dice.choice(["fact", "policy"])
            marked.append(claim(start, start + paragraph.index("."), stance=side, kind=kind))
        texts[f"a{number:02d}"] = text
        lines.append(label_line(f"a{number:02d}", text, marked))
    return built(write_corpus(tmp_path / "c", texts), lines)


def built(corpus: Path, lines: list[dict[str, Any]]) -> Path:
    """The release of a corpus with these labels, in ``dist`` beside it."""
    write_labels(corpus, lines)
    read = read_corpus(corpus)
    write_gold(read, text_facts(read)[0])
    return build_release(corpus, out=corpus.parent / "dist").path
