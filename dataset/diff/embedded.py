"""The diff that a release carries to the one before it: ``diffs/VERSION.jsonl``, the card's section about it, and whether it is true.

JSON lines, as ``standpunkt diff --json`` prints them: what is compared with what, a change a line, what it amounts to. A list of a
million changes can so be written and read line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from dataset.diff.changes import TYPES, Change, Summary, summarise
from dataset.diff.compare import changes_between
from dataset.diff.sides import Side, open_release, side_of
from dataset.diff.versions import is_version, needed_version, parse_version, predecessor, releases_in
from dataset.errors import ReleaseError
from dataset.files import dump_line
from dataset.records.diff import FORMAT, DiffedRelease, DiffHead, DiffSummary
from dataset.records.loader import open_regular, parse_object
from dataset.records.record import convert
from dataset.records.release import Manifest
from dataset.release.manifest import Raw, read_head
from dataset.release.markdown import code
from dataset.release.tables import table

FOLDER = "diffs"


def diff_lines(old: Side, new: Side, summary: Summary) -> Iterator[str]:
    """The lines of a diff; ``summary`` counts along."""
    before, after = (DiffedRelease(side.version, side.digest) for side in (old, new))
    changes = changes_between(old, new)
    yield dump_line(DiffHead(format=FORMAT, name=new.head["name"], old=before, new=after))
    for change in changes:
        summary.add(change)
        yield dump_line(change.to_json())
    # A hydrated release is nobody's next one: it has no number of its own.
    needed = needed_version(summary.level, old.version) if is_version(old.version) else None
    counts = {f"{level}/{type_}": number for level, type_, number in summary.rows()}
    yield dump_line(DiffSummary(level=summary.level, needed=needed, counts=counts))


def embed(folder: Path, head: Raw, digest: str, releases: Path) -> tuple[Side, Summary] | None:
    """Write the diff to the release before into a release that is being built, if the changes allow its number.

    Args:
        folder: the new release, with its rows, ledger, links and tombstones.
        head: the head of its manifest.
        digest: its digest.
        releases: ``OUT/NAME``, where the release before is looked for.

    Returns:
        The release before, and what changed; None where this is the first.

    Raises:
        ReleaseError: the changes need a higher number, or the release before is damaged.
    """
    before = predecessor(releases, head["version"])
    if before is None:
        return None
    old, summary = open_release(before), Summary()
    (folder / FOLDER).mkdir()
    with (folder / FOLDER / f"{old.version}.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(diff_lines(old, side_of(folder, head, digest), summary))
    needed = needed_version(summary.level, old.version)
    if parse_version(head["version"]) < parse_version(needed):
        raise ReleaseError(
            f"{releases / head['version']}: {summary.level} changes since {old.version} need version {needed} or higher"
            f" ({summary.reasons()}): put it into corpus.toml; nothing is released"
        )
    return old, summary


def propose(releases: Path, head: Raw, digest: str, write: Callable[[Path], None]) -> str:
    """What to do where the number is taken: take the one that the changes since the newest release ask for.

    Args:
        releases: ``OUT/NAME``.
        head: the head of the manifest that cannot be written.
        digest: its digest.
        write: writes the rows, ledger, links and tombstones into a folder.
    """
    try:
        if read_head(releases / head["version"]).full_digest == digest:
            return "it is the same release, one with text and one without"
        # Not beside the releases, which may be without text.
        with TemporaryDirectory(prefix="standpunkt-diff-") as folder:
            write(Path(folder))
            old = open_release(releases_in(releases)[-1])
            summary = summarise(changes_between(old, side_of(Path(folder), head, digest)))
    except (OSError, ReleaseError):
        return "raise the version in corpus.toml"
    needed = needed_version(summary.level, old.version)
    return f"raise the version in corpus.toml to {needed} (since {old.version}: {summary.reasons()})"


def is_stale(release: Path, releases: Path) -> bool:
    """Whether a release that stands carries a diff to another release than the one that is before it now."""
    before = predecessor(releases, release.name)
    try:
        found = [_header(path).old for path in _files(release)]
        wanted = [] if before is None else [DiffedRelease(before.name, read_head(before).full_digest)]
    except (OSError, ValueError, ReleaseError):
        return True
    return found != wanted


def changes_section(old: Side, summary: Summary) -> str:
    """The section of the card."""
    parts = [f"## Changes since {old.version}"]
    if summary.total:
        rows = [[code(type_), TYPES[type_], level, number] for level, type_, number in summary.rows()]
        parts += [
            table(["change", "of", "asks for", "number"], rows),
            f"Each of them, without texts: `{FOLDER}/{old.version}.jsonl`. What asks for a major version changes results: scores on"
            f" {old.version} and on this release are not of the same data.",
        ]
    else:
        parts.append("No row changed.")
    return "\n\n".join(parts) + "\n"


def diff_problems(release: Path, manifest: Manifest) -> Iterator[str]:
    """What is wrong with the diff in a release: it speaks of other releases, or says what the rows do not.

    Where the release before lies beside it, the diff is made again and compared line by line.
    """
    for path in _files(release):
        name = path.relative_to(release).as_posix()
        try:
            header = _header(path)
        except (OSError, ValueError):
            yield f"{name}: not a diff of format {FORMAT}"
            continue
        if (header.name, header.new) != (manifest.name, DiffedRelease(manifest.version, manifest.full_digest)):
            yield f"{name}: made for another release than this one"
        else:
            yield from _against_neighbour(release, path, name, header.old)


def _against_neighbour(release: Path, path: Path, name: str, old: DiffedRelease) -> Iterator[str]:
    """The diff, made again from the release before where that lies beside this one."""
    before = release.resolve().parent / old.version
    if path.stem != old.version:
        yield f"{name}: a diff to {old.version}"
    elif before.exists():
        try:
            if read_head(before).full_digest != old.digest:
                yield f"{name}: made against another {old.version} than {before}: restore that one, or build with --replace"
                return
            lines = diff_lines(open_release(before), open_release(release), Summary())
            with path.open(encoding="utf-8", newline="") as stream:
                if any(said != made for said, made in zip_longest(stream, lines)):
                    yield f"{name}: not what {before} and the rows here give"
        except (OSError, ValueError, ReleaseError) as error:
            yield f"{name}: cannot be checked: {error}"


def _files(release: Path) -> list[Path]:
    return sorted((release / FOLDER).glob("*"))


def _header(path: Path) -> DiffHead:
    """Read the first line of a diff.

    Raises:
        OSError: the file cannot be opened.
        ValueError: this is no diff.
    """
    with open_regular(path) as stream:
        header = convert(parse_object(stream.readline(100_000)), DiffHead)
    # It becomes the name of a folder.
    if not is_version(header.old.version):
        raise ValueError("old.version: a version is expected")
    return header


def as_text(old: Side, new: Side, changes: Iterable[Change]) -> Iterator[str]:
    """The lines for a reader: every change, then what they amount to."""
    summary = Summary()
    yield f"{new.head['name']} {old.version} → {new.version}"
    for change in changes:
        summary.add(change)
        yield f"{change.level:5}  {change}"
    if not summary.total:
        yield "nothing changed"
        return
    for level, type_, number in summary.rows():
        yield f"{number:7}  {level:5}  {type_.replace('_', ' ')}: {TYPES[type_]}"
    if is_version(old.version) and is_version(new.version):
        yield f"a release with these changes after {old.version} needs version {needed_version(summary.level, old.version)} or higher"
