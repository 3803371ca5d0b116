"""What can be said of a task: who is told apart from whom, and what the scores are worth."""

from __future__ import annotations

from dataclasses import dataclass

from baselines.report.names import bounds, metric_name, task_name, who_labelled
from dataset.page.markup import Html, bullets, joined, paragraph, tag
from dataset.page.values import listed, plural, shown
from dataset.records.scores import Board, Entry


@dataclass(frozen=True)
class Verdict:
    """What stands on a task's card."""

    level: str  # good, fair, poor, or unknown where nothing is scored
    short: str
    sentence: str


def leading(scores: Board) -> list[Entry]:
    """The systems of the race that none of the others is told apart from for the better; no order among them is known."""
    race = {one.system for one in scores.race}
    beaten = {worse for one in scores.race for worse in _beaten(scores, one) if worse in race}
    return [one for one in scores.race if one.system not in beaten]


def _beaten(scores: Board, one: Entry) -> set[str]:
    return set(one.better_than) | {pair.worse for pair in scores.pairs if pair.separated and pair.better == one.system}


def better_than(scores: Board, one: Entry) -> list[str]:
    """The systems that the data tell one apart from, in the order of the table."""
    beaten = _beaten(scores, one)
    return [other.system for other in scores.systems if other.system in beaten]


def judge(scores: Board) -> Verdict:
    """Whether there is a best system."""
    race, first = scores.race, leading(scores)
    if not race:
        return Verdict("unknown", "nothing is scored", _why_not(scores))
    best = race[0]
    what = f"{metric_name(scores.metric)} {shown(best.score, 3)}"
    if best.interval:
        what += f" (95 % interval {bounds(best.interval)})"
    named = f"{listed([best.system])}: {what}."
    if len(race) == 1:
        return Verdict("fair", "one system", f"{named} There is nothing to compare it with.")
    if not any(_beaten(scores, one) for one in scores.scored) and not scores.pairs:
        return Verdict("unknown", "not compared", f"The run says nothing about differences. Highest score: {named}")
    if scores.drawn == 1:
        said = f"One {scores.unit}: no interval can be given, and nothing can be told apart."
        return Verdict("poor", "no best system", f"{said} Highest score: {named}")
    if len(first) == 1:
        return Verdict("good", "one system leads", f"{named} It is told apart from every other system.")
    if len(first) == len(race):
        return Verdict("poor", "no best system", f"No system is told apart from all others. Highest score: {named}")
    group = [one.system for one in first]
    sentence = f"{len(group)} of {len(race)} systems share the first rank, in no known order: {listed(group, 8)}."
    return Verdict("fair", "a leading group", f"{sentence} Highest score: {named}")


def _why_not(scores: Board) -> str:
    if not scores.systems:
        return "No system was run on this task."
    why = {one.note for one in scores.systems if one.note}
    return f"{next(iter(why)).rstrip('.').capitalize()}." if len(why) == 1 else "The table says why, system by system."


def standing_cards(tasks: list[Board]) -> Html:
    """A card a task."""
    return tag("div", *(_card(one) for one in tasks), class_="verdicts")


def _card(scores: Board) -> Html:
    verdict = judge(scores)
    size = [plural(n, what) for n, what in ((scores.items, "item"), (scores.articles, "article")) if n is not None]
    clusters = "" if scores.drawn in {None, scores.articles} else f" in {plural(scores.drawn or 0, scores.unit)}"
    who = f", labels by {who_labelled(scores.annotator_kind)}" if scores.annotator_kind else ""
    return tag(
        "div",
        tag("h3", tag("bdi", task_name(scores.task))),
        paragraph(tag("strong", verdict.short), f" {' of '.join(size)}{clusters}{who}"),
        paragraph(verdict.sentence),
        bullets(remarks(scores)),
        class_=f"verdict {verdict.level}",
    )


def remarks(scores: Board) -> list[str]:
    """What else has to be known before a score is quoted: own models, probes, annotators, and what may go unseen."""
    return [said for said in (*_own(scores), _probes(scores), _ceiling(scores), _unseen(scores)) if said]


def _own(scores: Board) -> list[str]:
    found = []
    for one in scores.race:
        if not one.own:
            continue
        beaten = [name for name in better_than(scores, one) if name != one.system]
        beating = [other.system for other in scores.race if one.system in _beaten(scores, other)]
        said = f"Your model {listed([one.system])}: {shown(one.score, 3)}"
        said += f", rank {places(one)}" if one.rank else ""
        said += f"; better than {listed(beaten, 8)}" if beaten else "; not told apart from any system for the better"
        found.append(said + (f"; worse than {listed(beating, 8)}" if beating else "") + ".")
    return found


def _probes(scores: Board) -> str | None:
    """Whether the systems do more than what the data give away."""
    if not scores.probes or not scores.race:
        return None
    best, probe = scores.race[0], scores.probes[0]
    said = f"The probe {listed([probe.system])}, which sees only a part of the input, has {shown(probe.score, 3)}"
    if best.interval is None:
        return f"{said}."
    if (probe.score or 0.0) < best.interval[0]:
        return f"{said}: below the interval of the highest score."
    return f"{said}: not below the interval of the highest score, so that score may rest on what the data give away by what the probe sees."


def _ceiling(scores: Board) -> str | None:
    if scores.ceiling is None:
        return None
    who = (
        "One person"
        if scores.annotator_kind == "human"
        else "One model"
        if scores.annotator_kind == "model"
        else "One annotator"
    )
    said = f"{who}’s labels scored against another’s: {shown(scores.ceiling, 3)}"
    best = scores.race[0] if scores.race else None
    if best is not None and best.interval and best.interval[1] >= scores.ceiling:
        said += "; the interval of the highest score reaches that, so what is above it says little"
    return said + "."


def _unseen(scores: Board) -> str | None:
    if scores.detectable is None:
        return None
    over = f" on {plural(scores.drawn, scores.unit)}" if scores.drawn is not None else ""
    return f"True differences below {shown(scores.detectable, 3)} may go unseen{over} (80 % power, Holm-corrected, the hardest pair)."


def places(one: Entry) -> str:
    """The places that the data leave open."""
    return "–" if one.rank is None else "–".join(str(place) for place in sorted(set(one.rank)))


def notes_of(scores: Board) -> Html | None:
    """What the evaluation itself had to say."""
    return joined([bullets(list(scores.notes))]) if scores.notes else None
