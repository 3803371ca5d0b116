"""Files of suggestions: what a model suggests for articles, checked like labels before an annotator sees it.

A line is one article (``dataset/records/suggestions.py``). Labels that are null or missing are left to the annotator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from annotation.suggest.rules import VERSION, Suggestion
from dataset.errors import CorpusError
from dataset.files import read_jsonl
from dataset.labels import Facts, check_claim
from dataset.prepare import Prepared
from dataset.records.labels import Claim
from dataset.records.record import convert_parts, places_left, without_nulls
from dataset.records.rejected import Rejected, by_place
from dataset.records.suggestions import Suggestions
from dataset.scheme import Scheme


def read_predictions(
    path: Path, scheme: Scheme, facts: Mapping[str, Facts]
) -> tuple[dict[tuple[str, str], Suggestions], list[Rejected]]:
    """Read and check a predictions file.

    A line that cannot be used is rejected as a whole, a single claim or article stance that cannot is rejected alone; of two lines
    of one model version on one article the first counts. Versions are never mixed.

    Args:
        path: the JSON lines file.
        scheme: what labels there are.
        facts: length (code points) and hash by article id.

    Returns:
        Predictions by article id and model version, in the file's order, and the rejected ones, in order of lines.

    Raises:
        CorpusError: there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise CorpusError(f"{path}: no such predictions file")
    predicted: dict[tuple[str, str], Suggestions] = {}
    lines: dict[tuple[str, str], int] = {}
    rejected: list[Rejected] = []

    def bad(number: int, reason: str, id_: object = "") -> None:
        rejected.append(Rejected("prediction", str(id_)[:200], path.name, number, reason))

    try:
        for number, row in read_jsonl(path, bad):
            id_ = row.get("article_id")
            try:
                one = _predicted(row, scheme, facts, partial(bad, number))
            except ValueError as error:
                bad(number, str(error), "" if id_ is None else id_)
                continue
            key = (one.article_id, one.model_version)
            if key in predicted:
                bad(number, f"line {lines[key]} predicts this article too; keep one of them", id_)
                continue
            predicted[key], lines[key] = one, number
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from None
    return predicted, sorted(rejected, key=by_place)


def _predicted(
    row: Mapping[str, Any], scheme: Scheme, facts: Mapping[str, Facts], bad: Callable[[str, str], None]
) -> Suggestions:
    found, failures = convert_parts(without_nulls(row, "claims"), Suggestions, ("claims", "article_stance"))
    known = facts.get(found.article_id)
    if known is None:
        raise ValueError(f"article_id: the corpus has no article {found.article_id[:80]!r}")
    if found.text_sha256 != known.text_sha256:
        raise ValueError("text_sha256: the predictions were made on another text than the article's")
    for failure in failures:
        bad(failure.reason, f"{found.article_id} {failure.where}")
    names = places_left("claims", len(row["claims"]), failures)
    claims, stances = [], {}
    for name, claim in zip(names, found.claims, strict=True):
        try:
            claims.append(check_claim(claim, scheme, known))
        except ValueError as error:
            bad(str(error), f"{found.article_id} {name}")
    for target, stance in found.article_stance.items():
        if target in scheme.questions and stance in scheme.article_stance_ids:
            stances[target] = stance
        else:
            reason = f"article_stance: {target[:40]!r} = {stance[:40]!r} is not in the scheme"
            bad(reason, f"{found.article_id} article_stance")
    return replace(found, claims=tuple(sorted(claims, key=lambda claim: claim.span)), article_stance=stances)


def prediction_line(article: Prepared, found: Sequence[Suggestion]) -> Suggestions:
    """The line of a file of suggestions for what the rules found; their labels are left open (null)."""
    return Suggestions(
        article_id=article.source.id,
        text_sha256=article.text_sha256,
        model_version=VERSION,
        claims=tuple(Claim(start=one.span.start, end=one.span.end, claimant=one.claimant) for one in found),
    )
