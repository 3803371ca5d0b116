"""Tasks as Label Studio takes them: an article each for the article page, a gold claim each for the claim page.

Every task carries our key, the hash of its article's text and of the scheme, so that what comes back can be checked against both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from annotation.studio.wire import Wire
from dataset.blocks import BODY
from dataset.corpus import Corpus
from dataset.errors import CorpusError
from dataset.files import read_jsonl, sha256_bytes
from dataset.gold import CheckedGold, read_gold
from dataset.labels import REPEAT_MARK
from dataset.prepare import Prepared
from dataset.records.gold import Gold, GoldClaim
from dataset.records.rejected import Rejected
from dataset.text import text_sha256

Task = Wire
GUIDELINES = "1.1.0"  # the version of guidelines.md
_CLAIM_SHOWN = ("question", "before", "claim", "after")
CONTEXT = 600  # code points of context before and after a claim that is asked for alone


def article_tasks(corpus: Corpus, articles: Sequence[Prepared], there: Collection[str] = ()) -> list[Task]:
    """The tasks of the article page that a project does not have yet: new articles, then blind repeats.

    Args:
        corpus: its ``annotation.repeat_share`` says how many articles are shown a second time, as ``ID#2``.
        articles: all articles of the corpus.
        there: keys of the tasks that the project has.
    """
    by_id = {article.source.id: article for article in articles}
    repeats = {key.removesuffix(f"{REPEAT_MARK}2") for key in there if key.endswith(f"{REPEAT_MARK}2")}
    missing = round(corpus.settings.annotation.repeat_share * len(by_id)) - len(repeats & set(by_id))
    # By hash, so that the choice depends on nothing that anybody could see or steer.
    candidates = sorted(set(by_id) - repeats, key=lambda id_: sha256_bytes(f"{corpus.name}:repeat:{id_}".encode()))
    new = [article_task(corpus, article, id_) for id_, article in by_id.items() if id_ not in there]
    # Repeats come last, as far from the first showing as it goes.
    return new + [
        article_task(corpus, by_id[id_], f"{id_}{REPEAT_MARK}2") for id_ in sorted(candidates[: max(missing, 0)])
    ]


def article_task(corpus: Corpus, article: Prepared, key: str) -> Task:
    """One task of the article page."""
    data = {"key": key, "title": article.title or article.source.id, "text": article.text}
    # What is shown is the text: its hash is known.
    return {"data": data | hashes(corpus, article, article.text_sha256)}


def shown_sha256(data: Mapping[str, Any]) -> str:
    """Hash of everything of a task that annotators read: whether somebody edited it on the server."""
    shown = [data.get("text")] if "text" in data else [data.get(field) for field in _CLAIM_SHOWN]
    return text_sha256("\n".join(map(str, shown)))


class GoldClaims(NamedTuple):
    """The claims of ``gold.jsonl``, with what cannot be asked about."""

    rows: dict[str, CheckedGold]  # of gold, by article
    number: int  # of claims in the file
    shown: int  # claims whose target is a question
    unasked: list[str]  # claims whose target has no question
    rejected: list[Rejected]  # claims that cannot be used, or have no target


def gold_claims(corpus: Corpus, articles: Iterable[Prepared]) -> GoldClaims:
    """Read ``gold.jsonl`` for the claim page.

    Raises:
        CorpusError: several claims have one id: an answer would count for the wrong one.
    """
    path = corpus.path / "gold.jsonl"
    places: dict[str, list[int]] = {}
    number = 0
    for line, row in read_jsonl(path, lambda *_: None):
        listed = row.get("claims")
        for claim in listed if isinstance(listed, list) and row.get("article_id") not in [*corpus.down] else ():
            number += 1
            if isinstance(claim, dict) and isinstance(claim.get("id"), str):
                places.setdefault(claim["id"], []).append(line)
    equal = [
        f"{path}:{lines[1]}: claim id {id_[:80]!r} is in line {lines[0]}, too: give one of them an id of its own; nothing was pushed"
        for id_, lines in places.items()
        if len(lines) > 1
    ]
    if equal:
        raise CorpusError(*equal)
    gold, rejected = read_gold(path, corpus.scheme, {one.source.id: one.facts for one in articles}, corpus.down)
    unasked, shown = [], 0
    for checked in gold.values():
        for claim in checked.claims:
            if claim.target is None:
                reason = "it has no target, so there is no question to ask: adjudicate its target, then push again"
                rejected.append(Rejected("label", claim.id, path.name, places[claim.id][0], reason))
            elif claim.target not in corpus.scheme.questions:
                unasked.append(claim.id)
            else:
                shown += 1
    return GoldClaims(gold, number, shown, unasked, rejected)


def claim_tasks(
    corpus: Corpus, articles: Iterable[Prepared], gold: Mapping[str, Gold], there: Collection[str] = ()
) -> list[Task]:
    """The tasks of the claim page that a project does not have yet: a gold claim whose target is a question, each.

    The key is that of the claim and its target, so that a claim whose target changed is asked anew.
    """
    tasks = []
    for article in articles:
        row = gold.get(article.source.id)
        for claim in row.claims if row else ():
            question = corpus.scheme.questions.get(claim.target or "")
            key = f"{claim.id}@{claim.target}"
            if question is not None and key not in there:
                tasks.append(_claim_task(corpus, article, claim, question, key))
    return tasks


def _claim_task(corpus: Corpus, article: Prepared, claim: GoldClaim, question: str, key: str) -> Task:
    data = {
        "key": key,
        "article_id": article.source.id,
        "claim_id": claim.id,
        "target": claim.target,
        "question": question,
        "start": claim.start,
        "end": claim.end,
        **surroundings(article, claim.start, claim.end),
    }
    return {"data": data | hashes(corpus, article, shown_sha256(data))}


def surroundings(article: Prepared, start: int, end: int) -> dict[str, str]:
    """A claim's text with what stands before and after it in the body: a headline next to it would answer for it."""
    body = [block for block in article.blocks if block.type in BODY]
    first = min((block.start for block in body if block.start <= start), default=start)
    last = max((block.end for block in body if block.end >= end), default=end)
    before = article.text[max(first, start - CONTEXT) : start].lstrip()
    after = article.text[end : min(last, end + CONTEXT)].rstrip()
    return {
        "before": f"… {before}" if first < start - CONTEXT else before,
        "claim": article.text[start:end],
        "after": f"{after} …" if end + CONTEXT < last else after,
    }


def guidelines_of(corpus: Corpus) -> str:
    """The version of the guidelines that annotators of a corpus work by: its own, or that of guidelines.md."""
    return corpus.settings.annotation.guidelines_version or GUIDELINES


def hashes(corpus: Corpus, article: Prepared, shown: str) -> dict[str, str]:
    """What every task carries to be checked by when it comes back."""
    return {
        "text_sha256": article.text_sha256,
        "shown_sha256": shown,
        "scheme_version": corpus.scheme.version,
        "guidelines_version": guidelines_of(corpus),
        "scheme_sha256": corpus.scheme.sha256,
    }
