"""What stands first and last: whose labels these are, how to read the page, and how the scores were made."""

from __future__ import annotations

from collections.abc import Mapping

from baselines.report.names import task_name, who_labelled, with_role
from baselines.report.run import RunFolder
from dataset.page.markup import Html, bullets, grid, joined, paragraph, tag
from dataset.page.values import NO_VALUE, listed, shortened
from dataset.records.run import Parameter

SPLITS = {
    "as_released": "train and test split as released",
    "leave_one_target_out": "one target left out of training at a time, and tested on",
    "leave_one_outlet_out": "one outlet left out of training at a time, and tested on",
    "by_date": "trained on what was published earlier, tested on what came later",
}


def first_lines(run: RunFolder) -> list[Html]:
    """What the labels are, before any number."""
    release = run.about.release
    kinds = release.kinds
    silver = release.silver or kinds == ("model",)
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
    synthetic = release.synthetic
    if synthetic is True or (isinstance(synthetic, str) and synthetic.strip()):
        said = (
            synthetic if isinstance(synthetic, str) else "its texts were invented. Scores say nothing about real news."
        )
        found.append(_notice("Synthetic corpus: ", tag("bdi", said)))
    scheme = run.about.scheme
    splits = f" {SPLITS.get(scheme, shortened(scheme)).capitalize()}." if scheme else ""
    who = f"Labels by {who_labelled('+'.join(kinds))}." if kinds else "Who labelled is not recorded."
    found.append(paragraph(who + splits))
    if (release.description or "").strip():
        found.append(paragraph("The corpus: ", tag("bdi", release.description), class_="quiet"))
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


def made_section(run: RunFolder) -> Html:
    """Release, seed, versions, and what was chosen for each system."""
    about = run.about
    facts = [
        ("release", " ".join(filter(None, (about.release.name, about.release.version)))),
        ("digest", about.release.digest),
        ("language", about.release.language),
        ("splits", about.scheme),
        ("seed", None if about.seed is None else str(about.seed)),
        *sorted(about.versions.items()),
    ]
    rows: list[list[str]] = [[name, tag("bdi", shortened(value, 80))] for name, value in facts if value]
    return joined([grid("The run", ["what", "value"], rows, texts=2), _systems(run)])


def _systems(run: RunFolder) -> Html | None:
    rows: list[list[str]] = [
        [
            with_role(one.system, "probe" if one.probe else None),
            tag("bdi", task_name(one.task)),
            _parameters(one.parameters),
            shortened(one.chosen_by),
            shortened(one.held_out),
            "; ".join(shortened(note, 160) for note in one.notes[:5]) or NO_VALUE,
        ]
        for one in run.about.systems
    ]
    if not rows:
        return None
    head = ["system", "task", "parameters", "chosen by", "held out", "notes"]
    return tag("details", tag("summary", "Systems and their parameters"), grid("Systems", head, rows, texts=6))


def _parameters(found: Mapping[str, Parameter]) -> str:
    said = [f"{shortened(name)} = {shortened(str(value))}" for name, value in found.items() if value is not None]
    return listed(said, 8) or NO_VALUE
