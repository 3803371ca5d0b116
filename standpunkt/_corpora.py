"""Corpora: made from texts, built into releases, and without the articles that were taken down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dataset.build import Built, build_release
from dataset.corpus import read_corpus
from dataset.correction.accept import accept_corrections
from dataset.errors import CorpusError
from dataset.gold import is_stale
from dataset.lock import held
from dataset.new import new_corpus
from dataset.release.datasheet import open_questions, section, update
from dataset.release.layout import loading_warning
from dataset.takedown.removal import TakenDown, take_down
from standpunkt._arguments import Names, StrPath, StrPaths, at_least_one, names_of, one_of, path_or_none, paths_of
from standpunkt._progress import tracker
from standpunkt._rejected import keep_rejected
from standpunkt._release import Release, release_of
from standpunkt._results import Result

PROFILES = ("full", "standoff")


@dataclass(frozen=True, repr=False, kw_only=True)
class CorpusReport(Result):
    """Result of ``new``.

    Attributes:
        path: the corpus folder.
        taken: number of articles in it.
    """

    path: Path
    taken: int

    def _title(self) -> str:
        return str(self.path)

    def _figures(self) -> Mapping[str, object]:
        return {"articles": self.taken}


@dataclass(frozen=True, repr=False, kw_only=True)
class Takedown(Result):
    """Result of ``takedown``.

    Attributes:
        article: id of the article.
        version: the first version without it.
        removed: traces that were removed from the corpus folder (with ``dry_run``: that would be), one line each.
        copies: ids of other articles that share its fingerprints, with the share (1.0: the same text). They stay in the corpus.
        releases: release folders that still contain it.
        quoting: files that still quote it.
        complete: True if nothing was left to remove.
        details: what ``dataset.takedown`` returned.
    """

    article: str
    version: str
    removed: tuple[str, ...]
    copies: Mapping[str, float]
    releases: tuple[Path, ...]
    quoting: tuple[Path, ...]
    complete: bool
    details: TakenDown

    def _title(self) -> str:
        return self.article

    def _figures(self) -> Mapping[str, object]:
        return {
            "since version": self.version,
            "removed": len(self.removed),
            "copies": len(self.copies),
            "releases that contain it": len(self.releases),
            "files that quote it": len(self.quoting),
        }


def new(
    corpus: StrPath,
    sources: StrPaths,
    *,
    language: str = "de",
    progress: bool = False,
) -> CorpusReport:
    """Create a corpus folder from text files.

    Args:
        corpus: folder to create; its name becomes the name of the corpus.
        sources: text files, and folders to search for them.
        language: language of the articles, such as "de" or "de-AT".
        progress: show a progress bar on a terminal.

    Raises:
        CorpusError: the folder exists, a source does not exist, no file can be used, or the language is not supported.
    """
    folder = Path(corpus)
    made = new_corpus(folder, paths_of(sources), track=tracker(progress=progress), language=language)
    return CorpusReport(path=folder, taken=made.articles, rejected=tuple(made.rejected))


def build(
    corpus: StrPath,
    *,
    texts: StrPath | None = None,
    out: StrPath = "dist",
    profile: str = "full",
    workers: int | None = None,
    replace: bool = False,
    only_licenses: Names = (),
    datasheet: StrPath | None = None,
    accept_corrections: Names = (),
    correction_from: StrPaths = (),
    progress: bool = False,
) -> Release:
    """Build the release of a corpus: ``out/NAME/VERSION``. Gold is made first if labels changed.

    Args:
        corpus: corpus folder.
        texts: folder of the texts, for a corpus that does not contain them.
        out: folder of releases.
        profile: "full", or "standoff" for a release without text.
        workers: number of processes; the result does not depend on it.
        replace: overwrite an existing release that has the same version.
        only_licenses: release only articles under these licences, as ``out/NAME.only-LICENCE``.
        datasheet: also update the section of the corpus in this Markdown file.
        accept_corrections: ids of articles whose changed text is accepted; their labels are carried over.
        correction_from: releases that contain the text from before the correction.
        progress: show a progress bar on a terminal.

    Raises:
        CorpusError: a file of the corpus is broken, or an article is missing or changed; nothing is released.
        LeakError: linked articles are in two splits; nothing is released.
        ReleaseError: the version exists with other content, its number is too low, or it cannot be written.
    """
    one_of("profile", profile, PROFILES)
    at_least_one("workers", workers)
    path, folder, given, track = Path(corpus), Path(out), path_or_none(texts), tracker(progress=progress)
    notes = accept(path, given, accept_corrections, correction_from, folder)
    with held(path):
        if is_stale(read_corpus(path, given)):
            from annotation.gold_page import make_gold

            make_gold(path, given, track=track)
            notes += (f"{path / 'gold.jsonl'}: made again, because it was older than its labels",)
        built = build_release(
            path,
            texts=given,
            out=folder,
            profile=profile,
            workers=workers,
            replace=replace,
            only_licenses=names_of(only_licenses),
            track=track,
        )
    if datasheet is not None and update(Path(datasheet), built.facts.corpus.name, section(built.facts)):
        notes += (f"{datasheet}: updated",)
    return _built(path, built, notes)


def accept(
    corpus: Path,
    texts: Path | None,
    articles: Names,
    releases: StrPaths,
    out: Path,
) -> tuple[str, ...]:
    """Accept corrected texts; return what became of their labels, one line each."""
    if not names_of(articles):
        return ()
    lines = accept_corrections(corpus, names_of(articles), texts=texts, out=out, releases=paths_of(releases))
    return tuple(map(str, lines))


def takedown(
    corpus: StrPath,
    article: str,
    reason: str,
    *,
    texts: StrPath | None = None,
    out: StrPath = "dist",
    dry_run: bool = False,
) -> Takedown:
    """Remove an article from a corpus for good. Neither it nor a near copy of it can come back.

    Args:
        corpus: corpus folder.
        article: id of the article.
        reason: why it is taken down; the tombstone keeps it.
        texts: folder of the texts, for a corpus that does not contain them.
        out: folder of releases; those that contain the article are named.
        dry_run: change nothing.

    Raises:
        CorpusError: there is no such article, it was never released, the reason is empty, or the folder cannot be written.
    """
    folder = Path(corpus)
    if not reason.strip():
        raise CorpusError(f"{folder}: takedown of {article}: reason: a text is expected")
    done = take_down(folder, article, reason, texts=path_or_none(texts), out=Path(out), dry_run=dry_run)
    return Takedown(
        article=article,
        version=done.stone.version or "",
        removed=tuple(trace.said(folder) for trace in done.traces),
        copies=done.copies,
        releases=tuple(done.releases),
        quoting=tuple(done.quoting),
        complete=done.done,
        details=done,
    )


def _built(corpus: Path, built: Built, notes: tuple[str, ...]) -> Release:
    withheld = tuple(sorted(built.facts.corpus.withheld))
    if warning := loading_warning(built.path):
        notes += (warning,)
    if withheld:
        notes += (f"{corpus / 'corpus.toml'}: withheld: {', '.join(withheld)}",)
    return release_of(
        built.path,
        written=built.written,
        since=built.since,
        changes=built.changes.level if built.changes else None,
        reasons=built.changes.reasons() if built.changes else "",
        withheld=withheld,
        questions=tuple(open_questions(built.facts)),
        rejected=tuple(built.rejected),
        notes=notes + keep_rejected(corpus, built.rejected),
    )
