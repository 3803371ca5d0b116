"""Accepting a corrected text: labels and gold are carried over, then ``manifest.jsonl`` records the new hash.

``corrections.jsonl`` keeps every line as it was before, and which parts of the old text the new one still has (offsets, no text), so that
labels that come later from a server, made on the old text, are carried over too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dataset.agreement import dump_agreement
from dataset.corpus import Corpus, read_corpus
from dataset.correction.align import Alignment, align_texts
from dataset.correction.carry import Row, carry_gold, carry_label, move_places
from dataset.correction.old_texts import old_text, releases_of
from dataset.correction.record import NAME, correction_of
from dataset.errors import CorpusError
from dataset.files import dump_line, read_jsonl, replacing, sha256_file, write_atomic
from dataset.gold import inputs_sha256, read_report
from dataset.labels import DELETED, REPEAT_MARK
from dataset.listing import Source
from dataset.lock import held
from dataset.readers.text import UnreadableError, read_text
from dataset.records.correction import Uncorrected
from dataset.records.record import Record
from dataset.text import Canonical, canonical

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass
class Accepted:
    """Result for the labels of one article."""

    article: str
    carried: int = 0  # annotations
    touched: list[str] = field(default_factory=list)  # parts of them that an edit touches, each named
    replaced: int = 0  # annotations that stay on a text that was replaced as a whole

    def __str__(self) -> str:
        if self.replaced:
            return (
                f"{self.article}: less than half of the text that was labelled is left: it was replaced, and none of {self.replaced}"
                " annotations is carried over; label it again"
            )
        look = f"; {len(self.touched)} parts are touched by the correction and need a look: {_some(self.touched)}"
        return f"{self.article}: {self.carried} annotations carried over to the corrected text{look if self.touched else ''}"


def accept_corrections(
    path: Path,
    articles: Collection[str],
    *,
    texts: Path | None = None,
    out: Path = Path("dist"),
    releases: Iterable[Path] = (),
) -> list[Accepted]:
    """Accept the texts of some articles as they are now. Repeating it completes what was stopped, and changes nothing else.

    Args:
        path: the corpus folder.
        articles: ids.
        texts: where the texts are, for a corpus that does not hold them.
        out: the folder of releases, one of which may hold the old text.
        releases: further releases that may.

    Raises:
        CorpusError: an article is unknown, was taken down or cannot be read, or the text that labels were made on is found nowhere;
            nothing was changed.
    """
    with held(path):
        corpus = read_corpus(path, texts)
        plans = [_plan(corpus, id_, [*releases, *releases_of(corpus.name, out)]) for id_ in dict.fromkeys(articles)]
        try:
            return [_carry_out(corpus, plan) for plan in plans]
        except OSError as error:
            raise CorpusError(
                f"{error.filename or path}: cannot be written ({error.strerror}): free it, and repeat the same command"
            ) from None


@dataclass(frozen=True)
class _Plan:
    source: Source
    now: Canonical
    alignments: dict[str, Alignment]  # by the hash of the old text
    old_sizes: set[int]  # bytes of the old texts as UTF-8


def _plan(corpus: Corpus, article: str, releases: list[Path]) -> _Plan:
    if article in corpus.down:
        raise CorpusError(f"{article}: was taken down (tombstones.jsonl): its text does not come back")
    source = next((one for one in corpus.sources if one.id == article), None)
    if source is None:
        raise CorpusError(f"{corpus.path}: no article {article!r} that can be used: give its id as in manifest.jsonl")
    try:
        now = canonical(read_text(source.path).text)
    except UnreadableError as error:
        raise CorpusError(f"{source.file}: article {article}: {error}") from None
    made_on = {sha: n for sha, n in labelled_texts(corpus.path).get(article, {}).items() if sha != now.sha256}
    if not made_on and source.text_sha256 in (None, now.sha256):
        raise CorpusError(f"{article}: its text is the one that is recorded and labelled: there is nothing to accept")
    alignments, sizes = {}, set()
    for sha256, number in made_on.items():
        old = old_text(article, sha256, releases, corpus.path)
        if old is None:
            raise CorpusError(
                f"{article}: the text that {number} annotations were made on (sha256 {sha256[:12]}…) is in no release below --out"
                f" and not in {corpus.path / '.raw'}: name a release that holds it with --correction-from RELEASE, or put the text back;"
                " nothing was changed"
            )
        alignments[sha256] = align_texts(old, now.text)
        sizes.add(len(old.encode("utf-8")))
    recorded = source.text_sha256
    if recorded not in (None, now.sha256, *alignments):
        # No label was made on it here, but on a server some may have been.
        old = old_text(article, str(recorded), releases, corpus.path)
        alignments |= {} if old is None else {str(recorded): align_texts(old, now.text)}
    return _Plan(source, now, alignments, sizes)


def labelled_texts(corpus: Path) -> dict[str, dict[str, int]]:
    """Return how many annotations were made on which text, by article and hash; of gold alone where nothing else is left."""
    found: dict[str, dict[str, int]] = {}
    gold = corpus / "gold.jsonl"
    for path in [*sorted((corpus / "labels").glob("*.jsonl")), gold]:
        for _, row in read_jsonl(path, lambda *_: None):
            article, sha256 = row.get("article_id"), row.get("text_sha256")
            if row.get("status") == DELETED or not isinstance(article, str) or not isinstance(sha256, str):
                continue
            if _SHA256.fullmatch(sha256):  # anything else names no text: readers reject that line
                by_hash = found.setdefault(article.split(REPEAT_MARK)[0], {})
                # Gold is made of the others.
                by_hash[sha256] = by_hash.get(sha256, 0) + (path != gold or sha256 not in by_hash)
    return found


def _carry_out(corpus: Corpus, plan: _Plan) -> Accepted:
    path, article = corpus.path, plan.source.id
    result = Accepted(article)
    keep = _Kept(path / NAME, article)
    # First what was: nothing is lost wherever this is stopped.
    for sha256, alignment in plan.alignments.items():
        keep.add(correction_of(article, sha256, plan.now.sha256, alignment))
    edited = _edited_gold(corpus, plan)
    files = sorted((path / "labels").glob("*.jsonl"))
    changes = {file: _changes(file, plan, result) for file in files}
    gold = path / "gold.jsonl"
    made_of_labels = bool(result.carried or result.replaced)
    changes[gold] = _changes(gold, plan, Accepted(article) if made_of_labels else result)
    for file, by_line in changes.items():
        for old, _ in by_line.values():
            keep.add(Uncorrected(article, file.relative_to(path).as_posix(), old))
    keep.write()
    for file in files:
        _rewrite(file, changes[file])
    _rewrite_gold(corpus, plan, changes[gold], edited)
    _record(corpus, plan)
    return result


def _changes(file: Path, plan: _Plan, result: Accepted) -> dict[int, tuple[Row, Row]]:
    """The lines of a file that are carried over, as they were and as they are to be, by number."""
    found = {}
    carry = carry_gold if file.name == "gold.jsonl" and file.parent.name != "labels" else carry_label
    for number, row in read_jsonl(file, lambda *_: None):
        id_, sha256 = row.get("article_id"), row.get("text_sha256")
        if not isinstance(id_, str) or id_.split(REPEAT_MARK)[0] != plan.source.id or not isinstance(sha256, str):
            continue
        alignment = plan.alignments.get(sha256)
        if alignment is None or row.get("status") == DELETED:
            continue
        if alignment.replaced:
            result.replaced += 1
            continue
        carried, touched = carry(row, alignment, plan.now.sha256)
        found[number] = (row, carried)
        result.carried += 1
        result.touched += [f"{row.get('annotation_id', id_)} {name}" for name in touched]
    return found


def _rewrite(file: Path, changes: dict[int, tuple[Row, Row]]) -> None:
    """Replace some lines of a file; all others stay, byte for byte."""
    if changes:
        with file.open("rb") as old, replacing(file) as new:
            for number, line in enumerate(old, 1):
                new.write(dump_line(changes[number][1]).encode("utf-8") if number in changes else line)


def _edited_gold(corpus: Corpus, plan: _Plan) -> bool:
    """Return whether gold was edited by hand after it was made from the current labels: then ``build`` keeps it as it is."""
    gold, report = corpus.path / "gold.jsonl", read_report(corpus.path / "agreement.json")
    if not gold.exists() or not report.get("inputs_sha256") or report.get("gold_sha256") == sha256_file(gold):
        return False
    sizes: list[int | None] = [None, *plan.old_sizes]
    return any(
        report["inputs_sha256"] == inputs_sha256(corpus, {} if size is None else {plan.source.id: size})
        for size in sizes
    )


def _rewrite_gold(corpus: Corpus, plan: _Plan, changes: dict[int, tuple[Row, Row]], edited: bool) -> None:
    path, gold = corpus.path / "agreement.json", corpus.path / "gold.jsonl"
    report = read_report(path)
    ours = gold.exists() and report.get("gold_sha256") == sha256_file(gold)
    _rewrite(gold, changes)
    if not report:
        return
    gone = report.get("claims_gone")
    if isinstance(gone, dict) and changes:
        for old, _ in list(changes.values())[:1]:
            gone[plan.source.id] = move_places(gone.get(plan.source.id, []), plan.alignments[old["text_sha256"]])
    if ours:
        report["gold_sha256"] = sha256_file(gold)
    if edited:
        report["inputs_sha256"] = inputs_sha256(corpus)
    write_atomic(path, dump_agreement(report))


def _record(corpus: Corpus, plan: _Plan) -> None:
    """Write the hash into the manifest, last: by it the correction is known to be meant."""
    file, source = corpus.path / "manifest.jsonl", plan.source
    said = {"text_sha256": plan.now.sha256, "length": len(plan.now.text)}
    changes = {
        number: (row, {**row, **said})
        for number, row in read_jsonl(file, lambda *_: None)
        if row.get("id") == source.id
    }
    if changes:
        _rewrite(file, changes)
        return
    lines = file.read_bytes() if file.exists() else b""
    lines += b"\n" if lines and not lines.endswith(b"\n") else b""
    write_atomic(file, lines + dump_line({"id": source.id, "file": source.file, **said}).encode("utf-8"))


class _Kept:
    """Lines that are appended to a file unless they are there."""

    def __init__(self, file: Path, article: str) -> None:
        self._file, self._article = file, article
        self._old = file.read_bytes() if file.exists() else b""
        self._there = set(self._old.splitlines())
        self._new: list[bytes] = []

    def add(self, row: Record) -> None:
        """Have a record in the file."""
        line = dump_line(row).encode("utf-8")
        if line.rstrip(b"\n") not in self._there:
            self._there.add(line.rstrip(b"\n"))
            self._new.append(line)

    def write(self) -> None:
        """Write what is new."""
        if self._new:
            gap = b"\n" if self._old and not self._old.endswith(b"\n") else b""
            write_atomic(self._file, self._old + gap + b"".join(self._new))


def _some(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
