"""The responsible-AI fields of ``croissant.json``: the datasheet's answers under the names that Croissant RAI 1.0 has for them."""

from __future__ import annotations

from typing import Any

from dataset.release.caveats import first_lines, limits
from dataset.release.datasheet import answer_in_words
from dataset.release.facts import Facts
from dataset.release.markdown import plain
from dataset.release.measures import PART, WHOLE
from dataset.release.questions import QUESTIONS
from dataset.release.tables import unmarked

# Field → the questions of the datasheet that it asks again.
_ASKED = {
    "dataCollection": ("collection.acquisition", "collection.mechanisms", "collection.strategy"),
    "dataCollectionMissingData": ("composition.missing",),
    "dataCollectionRawData": ("preprocessing.raw", "collection.source"),
    "dataPreprocessingProtocol": ("preprocessing.done",),
    "dataAnnotationProtocol": ("composition.labels", "collection.people"),
    "dataBiases": ("composition.sampling", "uses.effects"),
    "dataUseCases": ("motivation.purpose", "uses.tasks", "uses.unsuitable"),
    "dataSocialImpact": ("collection.impact",),
    "personalSensitiveInformation": ("composition.identification", "composition.sensitive"),
    "dataReleaseMaintenancePlan": ("maintenance.updates", "maintenance.older"),
}


def responsible_ai(facts: Facts) -> dict[str, Any]:
    """The fields that have something to say, by their names."""
    said: dict[str, Any] = {
        f"rai:{field}": " ".join(filter(None, (_words(facts, key) for key in keys))) for field, keys in _ASKED.items()
    }
    said |= {
        "rai:dataLimitations": [_bare(line) for line in (*first_lines(facts), *limits(facts))],
        "rai:annotationsPerItem": _per_item(facts),
        "rai:dataAnnotationAnalysis": _analysis(facts),
        "rai:machineAnnotationTools": ["language models"] if "model" in facts.annotator_kinds else None,
    }
    return {field: value for field, value in sorted(said.items()) if value}


def _words(facts: Facts, key: str) -> str:
    """The question, and its answer without tables: "No." says nothing alone."""
    measure = WHOLE.get(key) or PART.get(key)
    sentences = [part for part in measure(facts) if not part.startswith("|")] if measure else []
    answer = _bare(" ".join([*sentences, answer_in_words(facts, key) or ""]))
    section, _, name = key.partition(".")
    return f"{QUESTIONS[section][name]} {answer}" if answer else ""


def _bare(text: str) -> str:
    return " ".join(plain(unmarked(text).replace("**", "")).split())


def _per_item(facts: Facts) -> str | None:
    counts = sorted({len(row.annotators) for row in facts.gold.values()})
    if not counts:
        return None
    return f"{counts[0]} per article" if len(counts) == 1 else f"{counts[0]} to {counts[-1]} per article"


def _analysis(facts: Facts) -> list[str]:
    return [
        f"Krippendorff's α of {layer}: {value.alpha:.3f}, over {value.units} units"
        for layer, value in facts.alpha.items()
        if value.alpha is not None
    ]
