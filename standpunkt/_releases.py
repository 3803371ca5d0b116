"""Releases: checked, compared, filled with text, published and fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.release.layout import loading_warning
from standpunkt._arguments import StrPath, at_least_one, path_or_none
from standpunkt._progress import tracker
from standpunkt._release import Release, path_of, release_of
from standpunkt._results import Result

if TYPE_CHECKING:
    from dataset.diff.sides import Side
    from dataset.publish.place import Plan
    from dataset.standoff.hydrate import Hydrated


@dataclass(frozen=True, repr=False, kw_only=True)
class Verification(Result):
    """Result of ``verify``; true if the release is valid.

    Attributes:
        path: the release folder.
        problems: what is wrong with it, one line each.
    """

    path: Path
    problems: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.problems

    def _title(self) -> str:
        return str(self.path)

    def _figures(self) -> Mapping[str, object]:
        return {"problems": len(self.problems)} if self.problems else {"status": "valid"}


@dataclass(frozen=True, repr=False, kw_only=True)
class Diff(Result):
    """Result of ``diff``: an iterable of changes, computed each time it is iterated; no change contains text.

    Attributes:
        old: the older release folder.
        new: the newer one.
    """

    old: Path
    new: Path

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self.json_lines():
            row = json.loads(line)
            if row["type"] not in ("diff", "summary"):
                yield row

    def json_lines(self) -> Iterator[str]:
        """Yield the lines of ``standpunkt diff --json``: what is compared, one change per line, a summary."""
        from dataset.diff.changes import Summary
        from dataset.diff.embedded import diff_lines

        before, after = self._sides()
        return diff_lines(before, after, Summary())

    def text(self) -> Iterator[str]:
        """Yield the lines of ``standpunkt diff``."""
        from dataset.diff.compare import changes_between
        from dataset.diff.embedded import as_text

        before, after = self._sides()
        return as_text(before, after, changes_between(before, after))

    @property
    def level(self) -> str | None:
        """What the changes amount to: "patch", "minor" or "major"; None if there are none."""
        level: str | None = None
        for line in self.json_lines():
            row = json.loads(line)
            level = row["level"] if row["type"] == "summary" else level
        return level

    def _sides(self) -> tuple[Side, Side]:
        from dataset.diff.sides import open_release as side

        return side(self.old, texts=True), side(self.new, texts=True)

    def _title(self) -> str:
        return f"{self.old} → {self.new}"

    def _figures(self) -> Mapping[str, object]:
        return {"changes": sum(1 for _ in self), "level": self.level}


@dataclass(frozen=True, repr=False, kw_only=True)
class Hydration(Result):
    """Result of ``hydrate``.

    Attributes:
        release: the release with text.
        full: True if it is the full release.
        identical: True if it is that byte for byte.
        complete: True if every span was found.
        counts: number by part ("articles", "claims", …) and status.
        details: what ``dataset.standoff`` returned.
    """

    release: Release
    full: bool
    identical: bool
    complete: bool
    counts: Mapping[str, Mapping[str, int]]
    details: Hydrated

    def _title(self) -> str:
        return str(self.release.path)

    def _figures(self) -> Mapping[str, object]:
        return {
            name: ", ".join(f"{number:,} {status}" for status, number in counts.items())
            for name, counts in self.counts.items()
        }


@dataclass(frozen=True, repr=False, kw_only=True)
class Publication(Result):
    """Result of ``publish``.

    Attributes:
        where: where the release is, or would be.
        complete: True if it was published already and nothing was done.
        upload: files that were uploaded (with ``dry_run``: that would be).
        delete: files that were deleted.
        tag: the tag that was set; None if there is none.
        created: True if the repository was created.
        dry_run: True if nothing was done.
    """

    where: str
    complete: bool
    upload: tuple[str, ...]
    delete: tuple[str, ...]
    tag: str | None
    created: bool
    dry_run: bool
    details: Plan = field(repr=False)

    def _title(self) -> str:
        return self.where

    def _figures(self) -> Mapping[str, object]:
        if self.complete:
            return {"status": "published already"}
        return {"status": "dry run" if self.dry_run else "published", "uploaded": len(self.upload), "tag": self.tag}


def verify(release: Release | StrPath) -> Verification:
    """Check that a release is what it was when it was built, and keeps what it promises.

    Raises:
        ReleaseError: this is no release.
    """
    from dataset.release.verify import verify_release

    path = path_of(release)
    return Verification(path=path, problems=tuple(verify_release(path)))


def diff(old: Release | StrPath, new: Release | StrPath) -> Diff:
    """Compare two releases of a corpus row by row.

    Raises:
        ReleaseError: one is no release, or damaged, or they are of different corpora.
    """
    found = Diff(old=path_of(old), new=path_of(new))
    found._sides()
    return found


def hydrate(
    release: Release | StrPath,
    texts: StrPath,
    *,
    out: StrPath = "dist",
    workers: int | None = None,
    replace: bool = False,
    progress: bool = False,
) -> Hydration:
    """Fill in the text of a stand-off release from your own copies of its articles.

    Args:
        release: the stand-off release.
        texts: folder of copies, in files of any name.
        out: folder of releases; the result is ``out/NAME/VERSION``, or ``VERSION+hydrated`` if it is not the full release.
        workers: number of processes; the result does not depend on it.
        replace: overwrite an existing release that has the same version.
        progress: show a progress bar on a terminal.

    Raises:
        ReleaseError: this is no stand-off release, the folder has none of its articles, or the result cannot be written.
    """
    from dataset.standoff.copies import STATUSES
    from dataset.standoff.hydrate import hydrate_release

    at_least_one("workers", workers)
    done = hydrate_release(
        path_of(release),
        Path(texts),
        out=Path(out),
        workers=workers,
        replace=replace,
        track=tracker(progress=progress),
    )
    parts = {"articles": done.articles, **{f"{part}s": counts for part, counts in done.spans.items()}}
    return Hydration(
        release=release_of(done.path, written=done.written),
        full=done.full,
        identical=done.identical,
        complete=done.in_order,
        counts={name: {status: counts[status] for status in STATUSES} for name, counts in parts.items()},
        details=done,
        notes=(*done.remarks, *filter(None, [loading_warning(done.path)])),
    )


def publish(
    release: Release | StrPath,
    target: str,
    *,
    dry_run: bool = False,
    corpus: StrPath | None = None,
    accept_unknown_rights: bool = False,
    accept_template_questions: bool = False,
) -> Publication:
    """Publish a release to a Hugging Face Hub, or into a folder that fsspec reaches.

    Args:
        release: the release.
        target: ``ORG/NAME`` on the hub (``HF_ENDPOINT``, ``HF_TOKEN``), or an address such as ``s3://bucket/name``.
        dry_run: find out what would be done, and do nothing.
        corpus: corpus folder whose tombstones are checked; by default those next to the release.
        accept_unknown_rights: publish although a licence is unknown.
        accept_template_questions: publish although a question is that of the template.

    Raises:
        TargetError: the target is neither of the two.
        CorpusError: ``corpus`` is not the corpus of the release.
        ReleaseError: the release is damaged or must not be published, the version exists with other content, or the server refuses.
    """
    from dataset.publish.transfer import publish_release

    plan = publish_release(
        path_of(release),
        target,
        dry_run=dry_run,
        corpus=path_or_none(corpus),
        accept_unknown_rights=accept_unknown_rights,
        accept_template_questions=accept_template_questions,
    )
    known = asdict(plan)
    return Publication(
        where=plan.where,
        complete=plan.complete,
        upload=tuple(known["upload"]),
        delete=tuple(known["delete"]),
        tag=plan.tag,
        created=plan.create,
        dry_run=dry_run,
        details=plan,
    )


def fetch(target: str, out: StrPath = "dist") -> Release:
    """Fetch a published release to ``out/NAME/VERSION`` and verify it.

    Args:
        target: ``ORG/NAME@VERSION``, or an address such as ``s3://bucket/name@1.0.0``.
        out: folder of releases.

    Raises:
        TargetError: the target names no place, or no version.
        ReleaseError: it is not there, or not valid; nothing is kept then.
    """
    from dataset.publish.transfer import fetch_release

    fetched = fetch_release(target, Path(out))
    notes = (
        [f"{fetched.unreached}; the copy that was fetched earlier is complete and is used"] if fetched.unreached else []
    )
    notes += filter(None, [loading_warning(fetched.path)])
    return release_of(fetched.path, written=fetched.written, compared=fetched.unreached is None, notes=tuple(notes))
