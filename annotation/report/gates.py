"""The verdict on a layer, by the gates that content analysis uses.

Krippendorff (2004, "Reliability in Content Analysis", Human Communication Research 30(3)): rely on variables with α of .800 and more,
draw tentative conclusions only from those with α of .667 and more, and discard the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from dataset.page.values import shown, words
from dataset.records.agreement import LayerAlpha

TENTATIVE, RELIABLE = 0.667, 0.8
FEW_UNITS = 50


@dataclass(frozen=True)
class Verdict:
    """What is to be thought of a layer's labels."""

    level: str  # good, fair, poor, or unknown where α cannot be computed
    short: str
    sentence: str


def judge(layer: str, found: LayerAlpha) -> Verdict:
    """The verdict on a layer: by α with three digits, as the page shows it.

    Args:
        layer: its key in the report.
        found: its agreement.
    """
    value, low = found.alpha, found.low
    if value is None:
        why = words(found.why) or _why_not(found)
        return Verdict(
            "unknown", "cannot be computed", f"{_sentence(why)} Nothing shows that these labels can be repeated."
        )
    value = round(value, 3)
    if value >= RELIABLE:
        level, short = "good", "reliable"
        sentence = "Annotators like these would give nearly the same labels again."
        if low is not None and round(low, 3) < RELIABLE:
            reach = "tentative" if round(low, 3) >= TENTATIVE else "not reliable"
            sentence = f"The value passes .80, but its interval reaches down to {shown(low, 3)} ({reach})."
            sentence += " More articles by several annotators would tell."
    elif value >= TENTATIVE:
        level, short = "fair", "tentative"
        sentence = "Good for tentative conclusions only; train on label_distribution as well and compare."
        if low is not None and round(low, 3) < TENTATIVE:
            sentence += f" The interval reaches down to {shown(low, 3)}: not even that is certain."
    else:
        level, short = "poor", "not reliable"
        advice = "train on label_distribution, which keeps the disagreement, not on the label"
        if layer == "span":
            advice = "what is a claim depends on who is asked; train on the votes, which hold everybody's spans"
        sentence = f"Not reliable: {advice}."
        if found.raw is not None and found.raw >= 0.9:
            sentence += " Nearly all answers are the same because one label is nearly always right; on the others people differ."
    if low is None:
        sentence += " There is no interval: it takes at least two articles that several annotators labelled."
    if found.units is not None and found.units < FEW_UNITS and layer != "span":
        sentence += f" It rests on few items ({found.units})."
    return Verdict(level, short, sentence)


def _why_not(found: LayerAlpha) -> str:
    if found == LayerAlpha():
        return "Agreement on this layer was not computed."
    if not found.units:
        return "No item was labelled by two annotators."
    return "Only one label was ever given, so there is no agreement by chance to compare with."


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
