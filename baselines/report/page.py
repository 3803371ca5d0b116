"""The page as a whole: what the labels are, what can be said, then task by task the tables, last how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from baselines.report.breakdown import class_section, target_section
from baselines.report.calibration import calibration_section
from baselines.report.confusion import confusion_section
from baselines.report.curve import curve_section
from baselines.report.hardest import Hardest
from baselines.report.items import hardest_section
from baselines.report.leaderboard import leaderboard_section
from baselines.report.names import task_name
from baselines.report.origin import first_lines, made_section, reading_section
from baselines.report.run import RunFolder
from baselines.report.standing import notes_of, standing_cards
from dataset.page.document import whole_page
from dataset.page.markup import Html, Picture, joined, paragraph, tag
from dataset.records.scores import Board, CurvePoint


def page_html(
    run: RunFolder,
    pictures: Sequence[Mapping[str, Picture]],
    hardest: Sequence[Hardest | None],
    problems: Sequence[str],
) -> str:
    """The whole page.

    Args:
        run: the run.
        pictures: of each task, by kind.
        hardest: items of each task; None where they cannot be shown.
        problems: why something is not shown, a line each.
    """
    language = run.about.release.language
    sections = {
        f"task-{number}": (
            task_name(scores.task),
            _task(scores, run.curve.get(scores.task, ()), drawn, hard, language),
        )
        for number, (scores, drawn, hard) in enumerate(zip(run.tasks, pictures, hardest, strict=True), 1)
    }
    sections["reading"] = ("How to read this", reading_section())
    sections["made"] = ("How it was made", made_section(run))
    opening = [
        *first_lines(run),
        *(paragraph(line, class_="notice") for line in problems),
        tag("h2", "What can be said"),
        standing_cards(run.tasks) if run.tasks else paragraph("The run holds no task."),
    ]
    keep = paragraph("This page may quote articles: keep it where they may be kept.", class_="quiet")
    return whole_page(f"Evaluation: {run.title}", opening, sections, tag("footer", keep))


def _task(
    scores: Board,
    curve: Sequence[CurvePoint],
    pictures: Mapping[str, Picture],
    hardest: Hardest | None,
    language: str | None,
) -> Html:
    return joined(
        [
            notes_of(scores),
            leaderboard_section(scores, pictures.get("leaderboard")),
            class_section(scores, pictures.get("classes")),
            target_section(scores, pictures.get("targets")),
            confusion_section(scores),
            calibration_section(scores, pictures.get("calibration")),
            curve_section(scores, curve, pictures.get("curve")),
            hardest_section(scores, hardest, language) if hardest is not None else None,
        ]
    )
