"""Predictions files: what a model suggests for articles, checked like labels before anybody sees it.

A line of a predictions file is one article:
``{"article_id", "text_sha256", "model_version", "claims": [{"start", "end", "claimant": {"start", "end"}|null, "actor", "kind",
"target", "stance"}], "article_stance": {target: stance}}``. Labels that are null or missing are left to the annotator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from annotation.suggest.rules import VERSION, Suggestion
from dataset.errors import CorpusError
from dataset.files import read_jsonl
from dataset.labels import Claim, Facts, read_claim
from dataset.prepare import Prepared
from dataset.records.rejected import Rejected, by_place
from dataset.scheme import Scheme


@dataclass(frozen=True)
class Predicted:
    """What one model suggests for one article."""

    article_id: str
    version: str  # of the model
    claims: tuple[Claim, ...]  # in order of place
    article_stance: dict[str, str]


def read_predictions(
    path: Path, scheme: Scheme, facts: Mapping[str, Facts]
) -> tuple[dict[tuple[str, str], Predicted], list[Rejected]]:
    """Read and check a predictions file.

    A line that cannot be used is set aside as a whole, a single claim or article stance that cannot is set aside alone; of two lines
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
    predicted: dict[tuple[str, str], Predicted] = {}
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
            key = (one.article_id, one.version)
            if key in predicted:
                bad(number, f"line {lines[key]} predicts this article too; keep one of them", id_)
                continue
            predicted[key], lines[key] = one, number
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from None
    return predicted, sorted(rejected, key=by_place)


def _predicted(
    row: Mapping[str, Any], scheme: Scheme, facts: Mapping[str, Facts], bad: Callable[[str, str], None]
) -> Predicted:
    id_, version, entries = row.get("article_id"), row.get("model_version"), row.get("claims")
    stances = row.get("article_stance") or {}
    if not isinstance(id_, str) or id_ not in facts:
        raise ValueError(f"article_id: the corpus has no article {str(id_)[:80]!r}")
    if row.get("text_sha256") != facts[id_].text_sha256:
        raise ValueError("text_sha256: the predictions were made on another text than the article's")
    if not isinstance(version, str) or not version:
        raise ValueError("model_version: a text is expected")
    if not isinstance(entries, list):
        raise ValueError("claims: a list is expected")  # noqa: TRY004 - the caller sets a ValueError aside
    if not isinstance(stances, dict):
        raise ValueError("article_stance: a table of target and stance is expected")  # noqa: TRY004
    claims = []
    for index, entry in enumerate(entries):
        try:
            claims.append(read_claim(entry, scheme, facts[id_].length, facts[id_].text))
        except ValueError as error:
            bad(str(error), f"{id_} claims[{index}]")
    kept = {}
    for target, stance in stances.items():
        if target in scheme.questions and stance in scheme.article_stance_ids:
            kept[target] = stance
        else:
            reason = f"article_stance: {str(target)[:40]!r} = {str(stance)[:40]!r} is not in the scheme"
            bad(reason, f"{id_} article_stance")
    return Predicted(id_, version, tuple(sorted(claims, key=lambda claim: claim.span)), kept)


def prediction_line(article: Prepared, found: Sequence[Suggestion]) -> dict[str, Any]:
    """The line of a predictions file that carries the rules' suggestions; their labels are left open (null)."""
    labels = dict.fromkeys(("actor", "kind", "target", "stance"))
    return {
        "article_id": article.source.id,
        "text_sha256": article.text_sha256,
        "model_version": VERSION,
        "claims": [
            {**one.span._asdict(), "claimant": one.claimant and one.claimant._asdict(), **labels} for one in found
        ],
        "article_stance": {},
    }
