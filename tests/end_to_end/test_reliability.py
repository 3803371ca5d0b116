"""What a release says of how far its labels can be trusted, and what the leaderboard makes of it."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from annotation.gold import write_gold
from baselines.evaluate import evaluate_release
from baselines.leaderboard import as_text
from dataset.build import build_release, text_facts
from dataset.corpus import read_corpus
from tests.make import article, claim, cli, label_line, write_corpus, write_labels

TEXTS = {f"a{i:02d}": article(i) for i in range(30)}


def labelled(folder: Path, annotators: int, error: float) -> Path:
    """Annotators who err so often, each on their own."""
    path = write_corpus(folder / "c", TEXTS)
    dice = random.Random(3)
    for who in range(annotators):
        lines = []
        for number, (id_, text) in enumerate(TEXTS.items()):
            stance = ("favor", "against", "none")[number % 3]
            stance = dice.choice(["favor", "against", "none"]) if dice.random() < error else stance
            kind = ("fact", "policy")[number % 2]
            lines.append(
                label_line(id_, text, [claim(0, 20, stance=stance, kind=kind)], f"x{who}", annotator_kind="human")
            )
        write_labels(path, lines, f"x{who}")
    read = read_corpus(path)
    facts, _ = text_facts(read)
    write_gold(read, facts)
    return path


def card(path: Path) -> str:
    """The body of the release's card."""
    release = build_release(path, out=path.parent / "dist").path
    return (release / "README.md").read_text(encoding="utf-8").split("---\n", 2)[2]


def test_labels_that_annotators_do_not_agree_on(tmp_path: Path) -> None:
    """Said in the first lines, with the layer and its α, and what to train on instead."""
    body = card(labelled(tmp_path, 3, 0.8))
    first = body[: body.index("## Load")]
    assert "Not reliable as single labels" in first
    assert "stance 0." in first
    assert "kind" not in first.split("below 0.667 for ")[1].split(":")[0]
    assert "Train on `label_distribution`" in first


def test_labels_that_they_agree_on(tmp_path: Path) -> None:
    """Nothing to warn of."""
    assert "reliable" not in card(labelled(tmp_path, 3, 0.02))


def test_one_annotator_only(tmp_path: Path) -> None:
    """Nobody can say how reliable that is, and the card says so."""
    assert "Agreement unknown" in card(labelled(tmp_path, 1, 0.0))


def test_the_leaderboard_has_a_ceiling(tmp_path: Path) -> None:
    """How well people predict each other stands below the systems."""
    release = build_release(labelled(tmp_path, 3, 0.3), out=tmp_path / "dist").path
    found = evaluate_release(release)
    boards = {board.task: board for board in found.boards}
    ceiling = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["agreement"]["ceiling"]
    assert boards["stance"].ceiling == ceiling["stance"]["macro_f1"]
    assert boards["claim_detection"].ceiling == ceiling["sentence"]["macro_f1"]
    assert boards["claim_detection_binary"].ceiling == ceiling["sentence_binary"]["macro_f1"]
    for task, layer in (("claim_spans", "span"), ("claimant", "claimant")):
        assert boards[task].ceilings == {
            name: x for name, x in ceiling[layer].items() if name != "pairs" and x is not None
        }
    assert f"people among themselves: {ceiling['stance']['macro_f1']:.3f}" in as_text(found.boards, found.manifest)


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    """With the corpus's texts, and never into Git."""
    path = labelled(tmp_path, 3, 0.5)
    done = cli("gold", path)
    assert (done.returncode, "report/agreement.html" in done.stdout) == (0, True), done.stderr
    page = (path / "report" / "agreement.html").read_text(encoding="utf-8")
    # Without its pictures: their base64 spells every short word.
    page = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", page)
    assert "NaN" not in page
    assert not re.search(r"\bnan\b", page.lower())
    assert TEXTS["a00"][:20] in page or any(text[:20] in page for text in TEXTS.values())
    assert (path / "report" / ".gitignore").read_text(encoding="utf-8") == "*\n"
