"""The tasks: which config, which inputs, which label. One declaration each, below."""

from __future__ import annotations

from baselines.tasks.base import INPUTS, ClassificationTask, Data, Span, SpanTask, Task
from baselines.tasks.loading import load

__all__ = ["INPUTS", "TASKS", "ClassificationTask", "Data", "Span", "SpanTask", "Task", "load"]

_CLASSES = ("macro_f1", "micro_f1", "germeval_f1")
_TARGETS = ("f_avg", "f_avg_over_targets")
_SOFT = ("cross_entropy", "jensen_shannon", "manhattan", "ece", "brier")
_SPANS = ("span_f1_strict", "span_f1_partial", "span_f1_type", "span_f1_characters")

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        ClassificationTask("claim_detection", "sentences", _CLASSES, label="claim"),
        ClassificationTask(
            "claim_detection_binary",
            "sentences",
            (*_CLASSES, "average_precision"),
            label="claim",
            rest="claim",
            kept=("none",),
        ),
        ClassificationTask(
            "stance", "stance", (*_CLASSES, *_TARGETS, *_SOFT), label="label", targeted=True, distribution=True
        ),
        ClassificationTask(
            "article_stance",
            "article_stance",
            (*_CLASSES, "fnc1", *_SOFT),
            label="label",
            targeted=True,
            distribution=True,
        ),
        SpanTask("claim_spans", "claims", _SPANS, label="kind"),
        SpanTask("claimant", "claims", _SPANS, label="claimant", anchored=True),
    )
}
