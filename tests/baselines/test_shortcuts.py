"""A shortcut that was planted is exposed by the probes; where there is none they stay far below."""

from __future__ import annotations

from pathlib import Path

import pytest

from baselines.evaluate import board_of
from baselines.experiment import RELEASED, run_experiment
from baselines.leaderboard import as_text
from baselines.tasks import TASKS, load
from dataset.release.manifest import read_manifest
from tests.baselines.small import stances

SAID = "a probe is inside the interval of the best system"


@pytest.mark.parametrize("cued", [True, False])
def test_a_cue_word_for_each_class(tmp_path: Path, cued: bool) -> None:
    """Text alone, and single words alone, find what a word gives away; the target alone never does."""
    release, task = stances(tmp_path, cued=cued), TASKS["stance"]
    data, manifest = load(task, release), read_manifest(release)
    board = board_of(run_experiment(task, data, RELEASED), task, data, manifest)
    probes = {one.system: one.score or 0 for one in board.systems if one.probe}
    assert (probes["text_only"] > 0.95, probes["cue_words"] > 0.95) == (cued, cued)
    assert probes["target_only"] < 0.5
    text = as_text([board], manifest)
    if cued:
        assert f"{SAID}: cue_words" in text
        assert f"{SAID}: text_only" in text
        assert f"{SAID}: target_only" not in text
