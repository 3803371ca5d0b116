"""What stands first and last: whose labels these are, how to read the page, and how the scores were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from baselines.report.names import task_name, who_labelled, with_role
from baselines.report.run import Run
from dataset.page.markup import Html, bullets, grid, joined, paragraph, tag
from dataset.page.values import NO_VALUE, entries, listed, number, shortened, table, words

SPLITS = {
    "as_released": "train and test split as released",
    "leave_one_target_out": "one target left out of training at a time, and tested on",
    "leave_one_outlet_out": "one outlet left out of training at a time, and tested on",
    "by_date": "trained on what was published earlier, tested on what came later",
}


def first_lines(run: Run) -> list[Html]:
    """What the labels are, before any number."""
    release = run.release
    given = release.get("annotator_kind")
    kinds = [one for one in given if words(one)] if isinstance(given, list) else []
    silver = release.get("silver") is True or kinds == ["model"]
    found = []
    if silver:
        found.append(
            _notice(
                "Silver, not gold: ",
                "models alone made the labels that are scored against, no person did. A score says how far a system does as these"
                " models do, which may be far from what people would say.",
            )
        )
    elif "model" in kinds:
        found.append(
            _notice(
                "Silver in part: ",
                "of some articles models alone made the labels; on those a score says how far a system does as these models do.",
            )
        )
    synthetic = release.get("synthetic")
    if words(synthetic) or synthetic is True:
        said = words(synthetic) or "its texts were invented. Scores say nothing about real news."
        found.append(_notice("Synthetic corpus: ", tag("bdi", said)))
    scheme = words(run.about.get("scheme"))
    splits = f" {SPLITS.get(scheme, shortened(scheme)).capitalize()}." if scheme else ""
    who = f"Labels by {who_labelled('+'.join(kinds))}." if kinds else "Who labelled is not recorded."
    found.append(paragraph(who + splits))
    if description := words(release.get("description")):
        found.append(paragraph("The corpus: ", tag("bdi", description), class_="quiet"))
    return found


def _notice(name: str, said: str) -> Html:
    return paragraph(tag("strong", name), said, class_="notice")


def reading_section() -> Html:
    """What the words on the page mean."""
    return joined(
        [
            bullets(
                [
                    "Rank: a range such as 1–3 holds every place that these data leave open. Two systems are told apart where paired"
                    " approximate randomisation by reuse cluster, Holm-corrected over all pairs of the task, and the paired bootstrap"
                    " interval of their difference both say so. Where they are not, do not rank them by their scores. Each pair is a test"
                    " of its own: a system may be told apart from one and not from another that scores lower, where those two differ"
                    " more from cluster to cluster.",
                    "Interval: 95 %, bootstrap over whole reuse clusters (an article with those that share text with it), because"
                    " sentences of one article are not independent, nor is a reprint of what it reprints. Intervals of two systems may"
                    " overlap although the two are told apart: the test is on the same items.",
                    "Probe: a system that sees only a part of the input, such as the target without the text. It is not in the race. What"
                    " it scores, the data give away; a system that does no better may have learnt no more than that.",
                    "May go unseen: the true difference that would be found with a probability of 80 %, for the pair where that is largest,"
                    " by the test that is corrected for the number of pairs."
                    " That two systems are not told apart does not show that they are the same.",
                    "Annotator against annotator: one’s labels scored against the other’s by the same metric, mean of the pairs, all"
                    " splits. Above that line a score says little about who is better.",
                ]
            )
        ]
    )


def made_section(run: Run) -> Html:
    """Release, seed, versions, and what was chosen for each system."""
    release = run.release
    facts = [
        ("release", " ".join(filter(None, (words(release.get(key)) for key in ("name", "version"))))),
        ("digest", words(release.get("digest"))),
        ("language", words(release.get("language"))),
        ("splits", words(run.about.get("scheme"))),
        ("seed", None if number(run.about.get("seed")) is None else str(run.about["seed"])),
        *((name, words(version)) for name, version in sorted(table(run.about, "versions").items())),
    ]
    rows: list[list[str]] = [[name, tag("bdi", shortened(value, 80))] for name, value in facts if value]
    return joined([grid("The run", ["what", "value"], rows, texts=2), _systems(run)])


def _systems(run: Run) -> Html | None:
    rows: list[list[str]] = [
        [
            with_role(words(one.get("system")) or "", "probe" if one.get("probe") is True else None),
            tag("bdi", task_name(words(one.get("task")) or "")),
            _parameters(table(one, "parameters")),
            shortened(words(one.get("chosen_by")) or NO_VALUE),
            shortened(words(one.get("held_out")) or NO_VALUE),
            _notes(one.get("notes")),
        ]
        for one in entries(run.about.get("systems"))
    ]
    if not rows:
        return None
    head = ["system", "task", "parameters", "chosen by", "held out", "notes"]
    return tag("details", tag("summary", "Systems and their parameters"), grid("Systems", head, rows, texts=6))


def _parameters(found: Mapping[str, Any]) -> str:
    said = [f"{shortened(name)} = {shortened(str(value))}" for name, value in found.items() if value is not None]
    return listed(said, 8) or NO_VALUE


def _notes(found: Any) -> str:
    notes = [one for one in found if words(one)] if isinstance(found, list) else []
    return "; ".join(shortened(one, 160) for one in notes[:5]) or NO_VALUE
