"""Labels written down as quotes, turned into offsets and checked: how the sample corpus is labelled.

``seeds/CORPUS/quotes/ANNOTATOR/ARTICLE.toml`` holds what an annotator found in one article: each claim as the exact quote and, where
it stands more than once, its occurrence. The author's file also tells outlet, date, agencies, every block in order, and what the
text reprints. ``python -m annotation.quotes seeds/sample`` writes ``labels/ANNOTATOR.jsonl``, and from the author's files
``manifest.jsonl``, ``structure.jsonl`` and ``reuse.jsonl``. All of it is ``annotator_kind: model``: quotes are what language models
hand in.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import UNSET

from dataset.blocks import TYPES
from dataset.corpus import read_corpus
from dataset.errors import CorpusError, StandpunktError
from dataset.files import read_toml, sha256_bytes, write_jsonl
from dataset.labels import LIST_OF
from dataset.lock import held
from dataset.readers.text import UnreadableError, read_text
from dataset.records.articles import Article
from dataset.records.labels import Annotation, Claim
from dataset.records.loader import UnusableError
from dataset.records.quotes import QuotedClaim, Quotes
from dataset.records.record import convert_parts
from dataset.records.types import Span
from dataset.scheme import Scheme
from dataset.text import Canonical, canonical

AUTHOR = "author"
GUIDELINES = "1.0.0"
_MANIFEST = (
    *("id", "file", "bytes_sha256", "text_sha256", "length", "language", "outlet", "published", "agencies", "genre"),
    "license",
)


def convert(corpus: Path) -> dict[str, int]:
    """Turn all quotes of a corpus into offsets.

    Returns:
        Number of claims by annotator.

    Raises:
        BusyError: another command is at work on the corpus.
        CorpusError: one line for everything that does not fit: file, claim, what is wrong. Nothing is written then.
    """
    with held(corpus):
        return _convert(corpus)


def _convert(corpus: Path) -> dict[str, int]:
    scheme = read_corpus(corpus).scheme
    problems: list[str] = []
    labels: dict[str, list[Annotation]] = {}
    manifest, structure, reuse = [], [], []
    for path in sorted((corpus / "quotes").glob("*/*.toml")):
        article, annotator = path.stem, path.parent.name
        source = corpus / "articles" / f"{article}.txt"
        try:
            decoded = read_text(source)
        except UnreadableError as error:
            problems.append(f"{source}: {error}")
            continue
        text = canonical(decoded.text)
        try:
            quotes, failures = convert_parts(read_toml(path), Quotes, ("claims",))
        except UnusableError as error:
            problems.append(f"{path}: {error}")
            continue
        problems += [f"{path}: claim {int(one.key) + 1}: {one.reason}" for one in failures]
        row, bad = annotation(quotes, article, annotator, text, scheme)
        problems += [f"{path}: {line}" for line in bad]
        labels.setdefault(annotator, []).append(row)
        if annotator == AUTHOR:
            spans, bad = blocks(quotes.blocks, text.text)
            problems += [f"{path}: {line}" for line in bad]
            structure.append({"article_id": article, "text_sha256": text.sha256, "blocks": spans})
            manifest.append(_manifest(quotes, article, source, text))
            if quotes.reprint_of is not None:
                reuse.append({"a": quotes.reprint_of, "b": article, "kind": quotes.reuse})
    if problems:
        raise CorpusError(*problems)
    (corpus / "labels").mkdir(exist_ok=True)
    for annotator, rows in labels.items():
        write_jsonl(corpus / "labels" / f"{annotator}.jsonl", rows)
    write_jsonl(corpus / "manifest.jsonl", manifest)
    write_jsonl(corpus / "structure.jsonl", structure)
    write_jsonl(corpus / "reuse.jsonl", reuse)
    return {annotator: sum(len(row.claims) for row in rows) for annotator, rows in labels.items()}


def annotation(
    quotes: Quotes, article: str, annotator: str, text: Canonical, scheme: Scheme
) -> tuple[Annotation, list[str]]:
    """One line of ``labels/*.jsonl`` from one file of quotes, and what does not fit in it."""
    problems: list[str] = []
    claims = []
    for index, claim in enumerate(quotes.claims, 1):
        try:
            claims.append(_claim(claim, f"{annotator}-{index:02d}", text.text, scheme))
        except ValueError as error:
            problems.append(f"claim {index}: {error}")
    claims.sort(key=lambda claim: claim.span)
    spans = Counter((claim.start, claim.end) for claim in claims)
    problems += [f"two claims have the span {span}" for span, number in sorted(spans.items()) if number > 1]
    stances = quotes.article_stance
    if set(stances) != set(scheme.questions) or not set(stances.values()) <= set(scheme.article_stance_ids):
        problems.append(
            f"article_stance: one of {', '.join(scheme.article_stance_ids)} for each of {', '.join(scheme.questions)}"
        )
    row = Annotation(
        annotation_id=f"{annotator}:{article}",
        article_id=article,
        text_sha256=text.sha256,
        scheme_version=scheme.version,
        guidelines_version=GUIDELINES,
        annotator=annotator,
        annotator_kind="model",
        page="article",
        status="submitted",
        claims=tuple(claims),
        article_stance=dict(stances),
    )
    return row, problems


def blocks(listed: Iterable[tuple[str, str]], text: str) -> tuple[list[dict[str, int | str]], list[str]]:
    """Blocks from their types and first words, in order: each runs up to the next one, without white space at its edges."""
    problems, starts, position = [], [], 0
    for type_, first in listed:
        at = text.find(first, position)
        if type_ not in TYPES:
            problems.append(f"blocks: {type_!r} is not a block type")
        elif at < 0:
            problems.append(f"blocks: {first[:40]!r} does not stand behind character {position}")
        else:
            starts.append((at, type_))
            position = at + len(first)
    ends = [start for start, _ in starts[1:]] + [len(text)]
    found: list[dict[str, int | str]] = []
    for (start, type_), following in zip(starts, ends, strict=True):
        end = start + len(text[start:following].rstrip())
        found.append({"start": start, "end": end, "type": type_})
        if "\n\n" in text[start:end]:
            problems.append(f"blocks: the {type_} at {start} runs over an empty line; a block is missing")
    if starts and text[: starts[0][0]].strip():
        problems.append("blocks: there is text before the first one")
    return found, problems


def occurrences(text: str, quote: str) -> Iterator[int]:
    """Where a quote stands, overlapping ones too."""
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _claim(claim: QuotedClaim, id_: str, text: str, scheme: Scheme) -> Claim:
    span = _span("quote", claim.quote, claim.occurrence, text, near=None)
    for layer, name in LIST_OF.items():
        if (label := getattr(claim, layer)) not in scheme.ids(name):
            raise ValueError(f"{layer}: {label!r} is not one of {', '.join(scheme.ids(name))}")
    claimant = None
    if claim.claimant:
        claimant = _span("claimant", claim.claimant, claim.claimant_occurrence, text, near=span)
    return Claim(
        id=id_,
        start=span.start,
        end=span.end,
        claimant=claimant,
        actor=claim.actor,
        kind=claim.kind,
        target=claim.target,
        stance=claim.stance,
        unclear=claim.unclear,
        claim_group=claim.group or UNSET,
    )


def _span(key: str, quote: str, number: int | None, text: str, near: Span | None) -> Span:
    found = list(occurrences(text, quote))
    if not found:
        raise ValueError(f"{key}: {quote[:60]!r} does not stand in the article")
    if number is not None:
        if not 1 <= number <= len(found):
            raise ValueError(f"{key}: {quote[:60]!r} stands {len(found)} times, not {number}")
        start = found[number - 1]
    elif near is not None:
        # A name stands often: the mention nearest to the claim is meant.
        start = min(found, key=lambda at: (max(near.start - at - len(quote), at - near.end, 0), at))
    elif len(found) > 1:
        raise ValueError(f"{key}: {quote[:60]!r} stands {len(found)} times; say which with occurrence")
    else:
        start = found[0]
    return Span(start, start + len(quote))


def _manifest(quotes: Quotes, article: str, source: Path, text: Canonical) -> dict[str, object]:
    found = Article(
        id=article,
        file=source.name,
        bytes_sha256=sha256_bytes(source.read_bytes()),
        text_sha256=text.sha256,
        length=len(text.text),
        language="de",
        outlet=quotes.outlet,
        published=quotes.published,
        agencies=quotes.agencies,
        genre=quotes.genre,
        license="CC-BY-4.0",
    )
    return found.row(*_MANIFEST)


def main(arguments: list[str]) -> int:
    """``python -m annotation.quotes CORPUS``."""
    if len(arguments) != 1:
        print("usage: python -m annotation.quotes CORPUS", file=sys.stderr)
        return 2
    try:
        counts = convert(Path(arguments[0]))
    except StandpunktError as error:
        print(*(f"quotes: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        return 1
    print(", ".join(f"{annotator}: {n} claims" for annotator, n in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
