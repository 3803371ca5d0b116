"""What the page says of a run, with much in it, with little, and with nothing."""

from __future__ import annotations

import json
import re
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baselines.evaluate import evaluate_release
from baselines.report import write_report
from baselines.report.page import page_html
from baselines.report.run import Run
from baselines.report.scores import read_scores
from baselines.runs import write_run
from dataset.errors import ReleaseError
from tests.baselines.report.examples import build, curve, example, read, spans, stance, write
from tests.make import cli, snapshot
from tests.reading import Reading, said

NO_NUMBER = re.compile(r"\b(?:None|NaN|nan|null|inf|undefined|Infinity)\b|\{\}|\[\]|\(\)")
# Texts of the example that hold such a word by right.
_WORDS = re.compile("none|None of")


def _said(run: Path, release: Path | None = None) -> str:
    return said(write_report(run, release).files)


def test_says_all_of_it(tmp_path: Path, release: Path) -> None:
    """Who is told apart from whom, probes, own models, ceiling, what may go unseen; and every table."""
    made = write_report(example(tmp_path / "run", release), None)
    text = said(made.files)
    for piece in (
        "Evaluation: c 1.0.0",
        "a leading group 48 items of 12 articles, labels by models",
        "2 of 3 systems share the first rank, in no known order: tfidf_logreg and mine.",
        "Highest score: tfidf_logreg: macro-F1 0.620 (95 % interval 0.560 to 0.690).",
        "Your model mine: 0.580, rank 1–2; better than majority.",
        "The probe text_only, which sees only a part of the input, has 0.550: below the interval of the highest score.",
        "One model’s labels scored against another’s: 0.660; the interval of the highest score reaches that",
        "True differences below 0.090 may go unseen on 12 articles (80 % power, the hardest pair).",
        "12 articles: mind the intervals",
        "tfidf_logreg 1–2 0.620 0.560 to 0.690 majority",
        "e5 – – – install the extra embeddings",
        "tfidf_logreg majority yes 0.410 0.360 to 0.460 < 0.001 < 0.001 0.010 0.090",
        "annotator against annotator 0.710 –",
        "cross-entropy ↓",
        "F_avg, tfidf_logreg: gold lacks a side",
        "Most often: favor taken for against 4; against taken for favor 3; favor taken for none 2.",
        "tfidf_logreg 78 % 61 % too sure 0.080",
        "tfidf_logreg 10 % 2 9 0.420 0.370 to 0.470",
        "One article: no interval can be given, and nothing can be told apart.",
        "window_tagger other bounds",
        "python 3.11.7",
        "C = 3.0 validation",
    ):
        assert piece in text, piece
    assert not NO_NUMBER.search(_WORDS.sub("", text))
    assert {path.name for path in made.files[1:]} == {
        "leaderboard-stance.png",
        "leaderboard-claim_spans.png",
        "classes-stance.png",
        "calibration-stance.png",
        "curve-stance.png",
        *(f"confusion-stance-{name}.png" for name in ("tfidf_logreg", "majority", "mine", "text_only")),
    } | {"targets-stance.png"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made.files[1:])
    assert made.problems == []


def test_a_probe_that_comes_near_is_a_warning(tmp_path: Path, release: Path) -> None:
    """What the best system scores, the data may give away."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    scores["tasks"][0]["systems"][3]["score"] = 0.57
    write(run, about, scores, [])
    assert (
        "has 0.570: not below the interval of the highest score, so that score may rest on what the data give"
        in _said(run)
    )


def test_silver_and_synthetic_stand_first(tmp_path: Path, release: Path) -> None:
    """Before any number; of people's labels nothing of the sort is said."""
    text = _said(example(tmp_path / "a", release, synthetic="Invented by a model."))
    assert text.index("Silver, not gold") < text.index("Synthetic corpus: Invented by a model.") < text.index("0.620")
    assert text.index("Labels by models. Train and test split as released.") < text.index("What can be said")
    text = _said(example(tmp_path / "b", release, silver=False, annotator_kind=["human", "model"], synthetic=True))
    assert "Silver in part" in text
    assert "Labels by people and models" in text
    assert "Synthetic corpus: its texts were invented" in text
    text = _said(example(tmp_path / "c", release, silver=False, annotator_kind=["human"], synthetic=False))
    assert "Silver" not in text
    assert "Synthetic" not in text
    assert "Labels by people." in text
    assert "Who labelled is not recorded." in _said(example(tmp_path / "d", release, silver=None, annotator_kind=None))


def test_same_run_same_bytes(tmp_path: Path, release: Path) -> None:
    """Page and figures; what an earlier page had and this one lacks is removed, a file of the user's stays."""
    first = example(tmp_path / "a", release)
    write_report(first)
    shutil.copytree(first, tmp_path / "b")
    (tmp_path / "b" / "report.html").unlink()
    write_report(tmp_path / "b")
    assert snapshot(first) == snapshot(tmp_path / "b")
    about, scores = read(first)
    (first / "figures" / "mine.png").write_bytes(b"")
    write(first, about, {"tasks": scores["tasks"][:1], "curve": {}}, [])
    write_report(first)
    assert (first / "figures" / "mine.png").exists()
    assert not (first / "figures" / "curve-stance.png").exists()
    assert not (first / "figures" / "leaderboard-claim_spans.png").exists()


def test_a_release_that_moved_or_changed(tmp_path: Path, release: Path) -> None:
    """As the run says it is gone or another one: the page stands, without texts, and says so; named and wrong it is an error."""
    run = example(tmp_path / "run", release)
    about, _ = read(run)
    for path, digest, reason in (
        ("../nowhere", about["release"]["digest"], "not a release of Standpunkt: the page lacks the hardest items"),
        (about["release"]["path"], "0" * 64, "another release than was scored"),
    ):
        changed = {**about, "release": {**about["release"], "path": path, "digest": digest}}
        (run / "run.json").write_text(json.dumps(changed), encoding="utf-8")
        made = write_report(run)
        assert len(made.problems) == 1
        assert reason in made.problems[0]
        assert made.problems[0] in said(made.files)
        assert "Hardest items" not in said(made.files)
    with pytest.raises(ReleaseError, match="another release than was scored"):
        write_report(run, release)
    with pytest.raises(ReleaseError, match="not a release"):
        write_report(run, tmp_path)
    (run / "run.json").write_text(
        json.dumps({**about, "release": {**about["release"], "path": "../nowhere"}}), encoding="utf-8"
    )
    assert "Hardest items" in _said(run, release)


def test_broken_lines_are_named(tmp_path: Path, release: Path) -> None:
    """A broken run is an error; a broken line of predictions is left out, and said."""
    run = example(tmp_path / "run", release)
    with (run / "predictions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('no JSON\n{"task": "stance"}\n')
    made = write_report(run)
    assert "predictions.jsonl: 2 lines cannot be read" in made.problems[0]
    for broken in ("", "[]", '{"format": 9}'):
        (run / "run.json").write_text(broken, encoding="utf-8")
        with pytest.raises(ReleaseError, match=r"run\.json"):
            write_report(run)
    (run / "run.json").unlink()
    with pytest.raises(ReleaseError, match="not a run"):
        write_report(run)


_ONE_CLASS = {"system": "a", "score": 1.0, "per_class": {"favor": {"f1": 1.0}}, "confusion": [[9]]}
_NOTHING: dict[str, Any] = {"task": "stance", "metric": "macro_f1", "items": 0, "articles": 0, "classes": []}


@pytest.mark.parametrize(
    ("task", "pieces"),
    [
        ({**_NOTHING, "systems": []}, ["nothing is scored", "No system was run on this task."]),
        (
            {**_NOTHING, "systems": [{"system": "a", "note": "the test split has no labelled row"}]},
            ["nothing is scored", "The test split has no labelled row.", "0 items of 0 articles"],
        ),
        (
            {**_NOTHING, "systems": [{"system": "a", "note": "one reason"}, {"system": "b", "note": "another"}]},
            ["The table says why, system by system.", "one reason", "another"],
        ),
        (
            {**_NOTHING, "articles": 3, "systems": [{"system": "a", "score": 0.5}]},
            ["one system 0 items of 3 articles a: macro-F1 0.500.", "nothing to compare"],
        ),
        (
            {**_NOTHING, "articles": 3, "systems": [{"system": "a", "score": 0.5}, {"system": "b", "score": 0.4}]},
            ["not compared", "The run says nothing about differences."],
        ),
        (
            {
                **_NOTHING,
                "articles": 3,
                "systems": [{"system": "a", "score": 0.5, "better_than": ["b"]}, {"system": "b", "score": 0.4}],
            },
            ["one system leads", "It is told apart from every other system."],
        ),
        ({**_NOTHING, "systems": [{"system": "a", "score": 0.5, "probe": True}]}, ["nothing is scored", "probe"]),
        (
            {**stance(), "classes": ["favor"], "systems": [_ONE_CLASS]},
            ["Nothing is mixed up.", "favor"],
        ),
        ({"task": "mine", "systems": [{"score": 0.5}]}, ["mine", "(no name)"]),
    ],
)
def test_little_data_is_said_in_words(tmp_path: Path, release: Path, task: dict[str, Any], pieces: list[str]) -> None:
    """No system, no score, one system, nothing compared, one class, no name: sentences, and never NaN or None."""
    run = example(tmp_path / "run", release)
    write(run, read(run)[0], {"tasks": [task]}, [])
    text = _said(run)
    assert not NO_NUMBER.search(text)
    for piece in pieces:
        assert piece in text, text


def test_no_task_at_all(tmp_path: Path, release: Path) -> None:
    """Even that is a page."""
    run = example(tmp_path / "run", release)
    write(run, {"format": 1}, {}, [])
    assert "The run holds no task." in _said(run)


def test_fifty_systems_and_forty_classes(tmp_path: Path, release: Path) -> None:
    """No matrix of fifty by fifty, no name that fills the page, and a page of sane size."""
    run = example(tmp_path / "run", release)
    about, scores = read(run)
    names = [f"{'x' * 200}-{number:02}" for number in range(50)]
    labels = [f"{'y' * 80}-{number:02}" for number in range(40)]
    found = {"f1": 0.5, "interval": [0.4, 0.6], "precision": 0.5, "recall": 0.5, "support": 3}
    systems = [
        {
            "system": name,
            "score": 0.9 - number / 100,
            "per_class": dict.fromkeys(labels, found),
            "confusion": [[1] * 40] * 40,
        }
        for number, name in enumerate(names)
    ]
    pair = scores["tasks"][0]["pairs"][0]
    pairs = [{**pair, "better": a, "worse": b} for i, a in enumerate(names) for b in names[i + 1 :]]
    write(run, about, {"tasks": [{**stance(), "classes": labels, "systems": systems, "pairs": pairs}]}, [])
    made = write_report(run)
    text = said(made.files)
    assert "The picture shows the best 30 systems; 20 more." in text
    assert "A matrix of 50 systems would not be read" in text
    assert "The first 200 of 1,225 pairs" in text
    assert "15 of 40 classes are shown." in text
    assert "x" * 60 not in text
    assert made.files[0].stat().st_size < 2_000_000


def test_a_real_run(tmp_path: Path) -> None:
    """What evaluate writes, report draws: by the command, with the problems on stderr and its exit status."""
    release = build(tmp_path / "real", articles=12)
    run = write_run(tmp_path / "runs" / "c-1.0.0", release, evaluate_release(release))
    done = cli("report", run, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    text = Reading(Path(answer["page"]).read_text(encoding="utf-8")).text
    assert answer["problems"] == []
    assert all(Path(path).is_file() for path in answer["figures"])
    assert "Silver, not gold" in text
    assert "window_tagger" in text
    assert not NO_NUMBER.search(_WORDS.sub("", text))
    shutil.move(release, tmp_path / "elsewhere")
    done = cli("report", run)
    assert done.returncode == 1
    assert "the page lacks the hardest items" in done.stderr
    assert cli("report", run, "--release", tmp_path / "elsewhere").returncode == 0


_ODD = st.sampled_from(
    [None, float("nan"), float("inf"), -1, 10**400, "", "text", [], {}, [None], True, {"x": None}, 0.5]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_scores_give_a_page(data: st.DataObject) -> None:
    """Whatever is missing, null or odd in scores.json, the page stands and shows no number that is none."""
    scores: Any = json.loads(json.dumps({"tasks": [stance(), spans()], "curve": {"stance": curve()}}))
    for _ in range(data.draw(st.integers(1, 8))):
        place: Any = scores
        for _ in range(data.draw(st.integers(0, 5))):
            inner = [one for one in _values(place) if isinstance(one, dict | list) and one]
            if not inner:
                break
            place = data.draw(st.sampled_from(inner))
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
        if data.draw(st.booleans()):
            del place[key]
        else:
            place[key] = deepcopy(data.draw(_ODD))
        if not scores:
            break
    tasks = read_scores(scores)
    about = {"release": {"name": "x"}, "systems": data.draw(_ODD), "versions": data.draw(_ODD), "seed": data.draw(_ODD)}
    run = Run(Path("run"), about, tasks, {}, [])
    text = Reading(page_html(run, [{} for _ in tasks], [None for _ in tasks], [])).text
    assert not NO_NUMBER.search(_WORDS.sub("", text))


def _values(place: Any) -> list[Any]:
    return list(place.values()) if isinstance(place, dict) else list(place)
