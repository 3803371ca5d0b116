"""Taking an article down: a tombstone, the next MAJOR version, and nothing of the article left in the corpus folder.

The tombstone is written first and the article's line in the ledger last. Whatever happens in between, ``build`` releases nothing, and
the same command again does what is left to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from dataset.agreement import dump_agreement
from dataset.corpus import Corpus, read_corpus
from dataset.diff.changes import MAJOR
from dataset.diff.versions import is_version, needed_version, parse_version
from dataset.errors import CorpusError, ReleaseError
from dataset.files import dump_line, read_jsonl, read_toml, write_atomic
from dataset.fold import VERSION, folded_sha256
from dataset.gold import gold_is_ours, inputs_sha256, read_report
from dataset.listing import Source
from dataset.lock import held
from dataset.new import half_made
from dataset.prepare import Prepared, prepare_article
from dataset.records.record import plain
from dataset.records.release import Manifest
from dataset.records.tombstone import Tombstone
from dataset.release.manifest import read_manifest
from dataset.release.publish_folder import clear_killed, half_written
from dataset.runner import run
from dataset.takedown.tombstones import Graveyard, hashed, sampled
from dataset.takedown.traces import STUDIO, Trace, article_files, find_traces, leftovers, pages, remove_trace

_VERSION_LINE = re.compile(r"""^([ \t]*(?:version|"version")[ \t]*=[ \t]*)(["'])[^"'\r\n]*\2""", re.MULTILINE)
_KEPT = "a takedown"  # in place of the hash of what gold is made from, while that is being changed


@dataclass(frozen=True)
class TakenDown:
    """What a takedown did, or would do, and what it leaves to others."""

    stone: Tombstone
    traces: list[Trace]  # what was removed
    done: bool  # whether nothing was left to do
    copies: dict[
        str, float
    ]  # other articles with the same text (1.0) or nearly: the share of its fingerprints that they have
    releases: list[Path]  # that hold the text
    quoting: list[Path]  # files that still quote it
    studio: bool  # whether the corpus has a Label Studio of its own


def take_down(
    path: Path,
    article: str,
    reason: str,
    *,
    texts: Path | None = None,
    out: Path = Path("dist"),
    dry_run: bool = False,
) -> TakenDown:
    """Take an article out of a corpus for good.

    Args:
        path: the corpus folder.
        article: its id.
        reason: why, for the tombstone.
        texts: for a corpus that does not hold its texts, where they are; without it no near copy will be known.
        out: where releases are: those that hold the text are named, and no version of theirs is given again.
        dry_run: change nothing, only say.

    Raises:
        CorpusError: there is no such article, or it was never released, and nothing was changed; or the folder cannot be written.
    """
    with held(path, clear=False):
        corpus = read_corpus(path, texts)
        begun = half_written(out)
        if not dry_run:
            clear_killed(out)
        before = corpus.tombstones.get(article)
        releases = list(_releases(out))
        if before is None and article not in corpus.ledger:
            raise CorpusError(_unknown(corpus, article, releases))
        source = next((one for one in corpus.sources if one.id == article), None)
        found = _prepared(corpus, article, source, before, texts)
        stone = before or Tombstone(article, source.text_sha256 if source else None)
        # What a tombstone says it keeps saying; what it lacks, because it was written by hand or without the text, it is given.
        if not stone.prints and found:
            stone = replace(stone, fingerprints=sampled(found.fingerprint), fingerprint_version=VERSION)
        stone = replace(
            stone,
            text_sha256=stone.text_sha256 or (found.text_sha256 if found else None),
            folded_sha256=stone.folded_sha256 or (folded_sha256(found.text) if found else None),
            version=stone.version or _next_version(corpus, releases),
            date=stone.date or datetime.now(UTC).date().isoformat(),
            reason=stone.reason or " ".join(reason.split()),
        )
        settings = _with_version(path / "corpus.toml", stone.version or "")
        traces = find_traces(path, article, stone.text_sha256, source.path if source else None)
        traces += [Trace(half, None) for half in [*half_made(path.resolve().parent), *begun]]
        done = stone == before and not traces and settings is None and article not in corpus.ledger
        # First, so that they go as long as anything else has to.
        traces = [] if done else [*pages(path), *traces]
        if not done and not dry_run:
            _carry_out(corpus, stone, traces, settings, texts)
        gone = {trace.path for trace in traces}
        sentences = [found.text[start:end] for start, end in found.sentences] if found else []
        return TakenDown(
            stone=stone,
            traces=traces,
            done=done,
            copies=_copies(corpus, stone),
            releases=[at for at, data in releases if _holds(data, stone, corpus.name)],
            quoting=[one for one in leftovers(path, sentences) if one not in gone],
            studio=(path / STUDIO).is_dir(),
        )


def _carry_out(
    corpus: Corpus, stone: Tombstone, traces: Iterable[Trace], settings: bytes | None, texts: Path | None
) -> None:
    path, begun, edited = corpus.path, False, _gold_is_edited(corpus)
    try:
        if edited:
            # Before anything that gold is made from changes: whoever completes this could not tell any more.
            _tell_inputs(path, _KEPT)
            begun = True
        _put_line(path / "tombstones.jsonl", stone.article_id, plain(stone))
        begun = True
        for trace in traces:
            remove_trace(path, trace, stone.article_id)
        if settings is not None:
            write_atomic(path / "corpus.toml", settings)
        if edited:
            _tell_inputs(path, inputs_sha256(read_corpus(path, texts)))
        # Last: by this line a build sees that all was done. The version tells it of the first of several takedowns only.
        _put_line(path / "ledger.jsonl", stone.article_id, {"article_id": hashed(stone.article_id)}, append=False)
    except OSError as error:
        state = "the takedown was begun: free it, and repeat the same command" if begun else "nothing was changed"
        raise CorpusError(f"{error.filename or path}: cannot be written ({error.strerror}); {state}") from None


def _gold_is_edited(corpus: Corpus) -> bool:
    """Whether people edited gold since it was made of the labels as they are, so that ``build`` takes it as it is."""
    gold, report = corpus.path / "gold.jsonl", read_report(corpus.path / "agreement.json")
    made_of_these = bool(report) and report.get("inputs_sha256") in (inputs_sha256(corpus), _KEPT)
    return made_of_these and gold.exists() and not gold_is_ours(gold, report)


def _tell_inputs(path: Path, inputs: str) -> None:
    """That labels are fewer now is our doing: what people edited in gold must not be made anew over it."""
    report = {**read_report(path / "agreement.json"), "inputs_sha256": inputs}
    write_atomic(path / "agreement.json", dump_agreement(report))


def _put_line(file: Path, article: str, fields: dict[str, Any], *, append: bool = True) -> None:
    """Change the fields of an article's line; all other lines stay as they are, byte for byte."""
    lines = []
    if file.exists():
        with file.open("rb") as stream:
            lines = stream.readlines()
    rows = {number - 1: row for number, row in read_jsonl(file) if row.get("article_id") == article}
    for number, row in rows.items():
        lines[number] = dump_line({**row, **fields}).encode()
    if not rows and append:
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        lines.append(dump_line(fields).encode())
    write_atomic(file, b"".join(lines))


def _unknown(corpus: Corpus, article: str, releases: Iterable[tuple[Path, Manifest]]) -> str:
    built = [at for at, data in releases if _ours(data, corpus.name) and article in data.articles]
    if built:
        return (
            f"{built[-1]}: holds {article}, but {corpus.path / 'ledger.jsonl'} does not (was a build stopped?):"
            f" standpunkt build {corpus.path}, then take it down"
        )
    here = next((source for source in corpus.sources if source.id == article), None)
    if here is not None:
        return f"{corpus.path}: article {article} was never released, so that there is nothing to take down: remove {here.file}"
    close = get_close_matches(article.removesuffix(".txt"), corpus.held | corpus.down, 3)
    hint = f"; there is {', '.join(close)}" if close else ""
    return f"{corpus.path}: no article {article[:80]!r} in its ledger{hint}; nothing was changed"


def _prepared(
    corpus: Corpus, article: str, source: Source | None, before: Tombstone | None, texts: Path | None
) -> Prepared | None:
    """The article with its text, wherever that is still to be found."""
    files = [source.path] if source else article_files(corpus.path, article)
    known = before.text_sha256 if before else None
    if not source and known and texts is not None:
        files += sorted(one for one in texts.rglob("*.txt") if one.is_file())
    for file in files:
        blank = source or Source(
            id=article, file=file.name, path=file, language=corpus.language, license=corpus.license
        )
        found = prepare_article(replace(blank, text_sha256=None))
        if isinstance(found, Prepared) and known in (None, found.text_sha256):
            return found
    return None


def _releases(out: Path) -> Iterator[tuple[Path, Manifest]]:
    for manifest in sorted(out.glob("*/*/manifest.json")):
        with suppress(ReleaseError):  # what cannot be read is no release that anybody could use
            yield manifest.parent, read_manifest(manifest.parent)


def _ours(data: Manifest, name: str) -> bool:
    return data.name == name or data.name.startswith(f"{name}.only-")


def _holds(data: Manifest, stone: Tombstone, name: str) -> bool:
    """Whether a release has the article, or its text under another name."""
    texts = {entry.text_sha256 for entry in data.articles.values()}
    return stone.text_sha256 in texts or (_ours(data, name) and stone.article_id in data.articles)


def _next_version(corpus: Corpus, releases: Iterable[tuple[Path, Manifest]]) -> str:
    """The next MAJOR version, or the one that an earlier takedown raised and no release has yet."""
    released = {entry.since_version for entry in corpus.ledger.values()}
    released |= {at.name for at, data in releases if _ours(data, corpus.name)}
    released = {one for one in released if is_version(one)}
    if corpus.version in {stone.version for stone in corpus.tombstones.values()} - released:
        return corpus.version
    return needed_version(MAJOR, max(released | {corpus.version}, key=parse_version))


def _with_version(file: Path, version: str) -> bytes | None:
    """``corpus.toml`` with another version and nothing else changed; None where it is as high already."""
    before = read_toml(file)
    if parse_version(before["version"]) >= parse_version(version):
        return None
    text = file.read_bytes().decode("utf-8")
    for line in _VERSION_LINE.finditer(text):
        new = f'{text[: line.start()]}{line[1]}"{version}"{text[line.end() :]}'
        with suppress(tomllib.TOMLDecodeError):
            if tomllib.loads(new.removeprefix("\ufeff")) == {**before, "version": version}:
                return new.encode()
    raise CorpusError(f'{file}: version: its line cannot be found; write version = "{version}" there, then repeat')


def _copies(corpus: Corpus, stone: Tombstone) -> dict[str, float]:
    """Released articles that hold the same text or nearly: they stay, as long as nobody takes them down."""
    graves, found = Graveyard([stone]), {}
    sources = [one for one in corpus.sources if one.id in corpus.held and one.id != stone.article_id]
    for source, one in zip(sources, run(prepare_article, sources), strict=True):
        if isinstance(one, Prepared):
            near, same = graves.near(one.likeness), graves.same(one.text_sha256, one.text)
        else:
            near, same = None, graves.same(source.text_sha256)
        if same:
            found[source.id] = 1.0
        elif near is not None:
            found[source.id] = near[1]
    return found
