"""Versions of the guidelines that labels were made under, and mixes of different MAJOR versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from annotation.items import Decisions
from annotation.verdicts import Verdicts, answers_that_count
from dataset.gold import majors, sorted_versions
from dataset.records.agreement import Guidelines
from dataset.records.gold import Gold
from dataset.records.labels import Annotation


def makers(row: Gold, work: Sequence[Annotation], verdicts: Verdicts, decisions: Decisions) -> list[Annotation]:
    """Return the annotations that the labels of a gold row come from: article page, claim page, and adjudication.

    Args:
        row: a row of gold after all layers were decided.
        work: annotations of the article page that make its gold.
        verdicts: all answers of the claim page.
        decisions: of adjudicators.
    """
    asked = [("span", item) for item in row.span_decisions or ()]
    asked += [(layer, claim.id) for claim in row.claims for layer in claim.adjudication if layer != "span"]
    asked += [
        ("article_stance", f"{row.article_id}:{target}")
        for target, entry in row.article_stance.items()
        if entry.adjudicated
    ]
    answered = [
        one for claim in row.claims for one, _ in answers_that_count(claim, verdicts, row.annotator_kind).values()
    ]
    found = [*work, *answered, *(decisions[key][1] for key in asked)]
    return list({id(one): one for one in found}.values())


def versions_of(annotations: Iterable[Annotation]) -> list[str]:
    """Return every known guidelines version of some annotations, lowest first."""
    return sorted_versions({one.guidelines_version for one in annotations if one.guidelines_version})


def guidelines_table(by_article: Mapping[str, Sequence[Annotation]]) -> Guidelines:
    """Return the entry ``guidelines`` of ``agreement.json``.

    Args:
        by_article: the annotations that made each row of gold.

    Returns:
        The record; ``mixed_articles`` and ``why`` are set if different MAJOR versions are mixed.
    """
    counts = Counter(one.guidelines_version for work in by_article.values() for one in work)
    unknown = counts.pop(None, 0)
    versions = sorted_versions({version for version in counts if version})
    table = Guidelines(versions={version: counts[version] for version in versions}, unknown=unknown)
    if len(majors(versions)) > 1:
        mixed = sum(len(majors(versions_of(work))) > 1 for work in by_article.values())
        listed = ", ".join(f"{version}: {counts[version]} annotations" for version in versions)
        why = (
            f"Labels were made under different MAJOR versions of the guidelines ({listed}), in {mixed} articles under several:"
            " they do not follow the same rules, and agreement is about all of them together."
        )
        table = replace(table, mixed_articles=mixed, why=why)
    return table
