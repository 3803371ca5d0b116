"""A release appears whole or not at all: written beside its place under another name, and renamed when it stands."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dataset.errors import ReleaseError
from dataset.lock import take
from dataset.release.manifest import STANDOFF, changed_files, read_head, read_manifest

_BUILDING, _REPLACED = ".building-", ".replaced-"


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """Hold the folder of a corpus's releases alone, and clear away what killed builds left in it.

    Raises:
        BusyError: another command holds it.
        ReleaseError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / ".lock").open("w")
    except OSError as error:
        raise ReleaseError(f"{folder}: cannot be written ({error.strerror}); nothing is released") from None
    with stream:
        take(stream.fileno(), folder)
        _clear(folder)
        yield folder


def half_written(out: Path) -> list[Path]:
    """Return the half-written releases that killed commands left in a folder of releases; they may hold articles."""
    return sorted(out.glob(f"*/{_BUILDING}*"))


def clear_killed(out: Path) -> None:
    """Clean up after killed commands in a folder of releases: remove half-written releases, put back those that were moved away.

    Raises:
        BusyError: another command is at work on one of them.
    """
    begun = [*half_written(out), *out.glob(f"*/{_REPLACED}*")]
    for folder in sorted({path.parent for path in begun}):
        with locked(folder):
            pass


def keep_apart(target: Path, profile: str) -> None:
    """Keep text out of a folder whose releases have none, which is passed on as it is; and the other way round.

    Args:
        target: ``out/NAME/VERSION``; the release that stands there is another matter: it is replaced or refused.
        profile: of the release that is to come there.

    Raises:
        ReleaseError: a release of the other kind stands beside it.
    """
    bare = profile == STANDOFF
    odd = [path.name for path in sorted(target.parent.iterdir()) if path != target and _has_text(path) is bare]
    if odd:
        has, this = ("with", "without") if bare else ("without", "with")
        raise ReleaseError(
            f"{target.parent}: holds releases {has} text ({', '.join(odd)}), and this one is {this} text:"
            " take another --out; nothing is released"
        )


def _has_text(path: Path) -> bool | None:
    """Whether a release holds text; None where this is none, or cannot be read."""
    try:
        return read_head(path).profile != STANDOFF
    except ReleaseError:
        return None


def publish(
    target: Path,
    digest: str,
    write: Callable[[Path], None],
    *,
    replace: bool,
    renew: bool = False,
    advice: Callable[[], str] = lambda: "take another version",
) -> bool:
    """Write a release and put it in its place.

    Args:
        target: ``out/NAME/VERSION``.
        digest: what the release says; one that stands there with the same digest is left as it is.
        write: fills an empty folder.
        replace: whether one with another digest may be replaced.
        renew: whether one with the same digest is written anew.
        advice: what else to do where it may not be replaced.

    Returns:
        Whether anything was written.

    Raises:
        ReleaseError: another release of this version stands there, or the disk is full; what stood there still does.
    """
    if target.exists():
        standing = None
        with suppress(ReleaseError):  # a manifest that cannot be read says nothing
            manifest = read_manifest(target)
            standing = manifest.digest
            if standing == digest and not renew and not changed_files(target, manifest):
                return False
        # One that says the same but is damaged is put right without being asked.
        if standing != digest and not replace:
            what = f"digest {standing[:12]}…" if standing else "its manifest cannot be read"
            raise ReleaseError(
                f"{target}: this version exists with other content ({what}, now {digest[:12]}…);"
                f" {advice()}, replace it with --replace, or take another --out"
            )
    temporary = target.with_name(f"{_BUILDING}{target.name}")
    try:
        temporary.mkdir()
        write(temporary)
        _flush(temporary)
        if target.exists():
            # Two renames: a build that is killed between them is put right by the next one's _clear.
            aside = target.with_name(f"{_REPLACED}{target.name}")
            target.rename(aside)
            temporary.rename(target)
            shutil.rmtree(aside)
        else:
            temporary.rename(target)
    except OSError as error:
        raise ReleaseError(f"{target}: cannot be written ({error.strerror or error}); nothing is released") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return True


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name.startswith(_REPLACED):
            target = folder / path.name.removeprefix(_REPLACED)
            if target.exists():
                shutil.rmtree(path)
            else:
                path.rename(target)
        elif path.name.startswith(_BUILDING):
            shutil.rmtree(path)


def _flush(folder: Path) -> None:
    """Have the files on the disk before the rename says that they are there."""
    for path in folder.rglob("*"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
