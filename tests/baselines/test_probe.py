"""What a corpus gives away: a planted cue is found, and what cannot be probed is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation.gold import write_gold
from baselines import probe
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from tests.make import article, claim, label_line, write_corpus, write_labels


def release(tmp_path: Path, articles: int) -> Path:
    """Every second article is in favour, and only those hold the word "hurra" in their claim."""
    texts = {f"a{i:02d}": ("Hurra " if i % 2 else "") + article(i) for i in range(articles)}
    corpus = write_corpus(tmp_path / "c", texts)
    lines = []
    for number, (id_, text) in enumerate(texts.items()):
        stance = "favor" if number % 2 else "against"
        lines.append(label_line(id_, text, [claim(0, text.index("."), stance=stance, kind="policy")]))
    write_labels(corpus, lines)
    read = read_corpus(corpus)
    write_gold(read, text_facts(read)[0])
    return build_release(corpus, out=tmp_path / "dist").path


def test_a_planted_cue_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weight is the largest, and without it the score falls."""
    monkeypatch.setattr(probe, "REPEATS", 1)
    monkeypatch.setattr(probe, "REMOVED", 2)
    monkeypatch.setattr(probe, "FREQUENT", 1)
    found = probe.probe_release(release(tmp_path, 30)).tasks["stance"]
    assert "hurra" in found.strongest_words["favor"]
    assert found.cost_of_a_word["hurra"] > 0.2
    assert found.macro_f1["tfidf_svm"].pooled > found.macro_f1["target_only"].pooled


def test_what_cannot_be_probed_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Too few clusters, no corpus, a damaged release: nothing is written."""
    path = release(tmp_path, 4)
    corpus = tmp_path / "c"
    assert probe.main([str(path), str(corpus)]) == 1
    assert probe.main([str(path), str(tmp_path / "nowhere")]) == 1
    (path / "README.md").unlink()
    assert probe.main([str(path), str(corpus)]) == 1
    said = capsys.readouterr().err
    for words in ("folds need more", "no such corpus folder", "README.md: missing"):
        assert words in said
    assert probe.main([]) == 2
    assert not (corpus / "probes.json").exists()
