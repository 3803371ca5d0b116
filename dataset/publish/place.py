"""Where releases go to: a data set on a Hugging Face Hub, or a folder anywhere that fsspec reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from dataset.errors import ReleaseError
from dataset.files import sha256_file
from dataset.publish.secrecy import PlaceError, shown
from dataset.records.loader import UnusableError, parse_object
from dataset.records.release import Manifest
from dataset.release.manifest import FULL, NAME, STANDOFF, read_manifest

VERSION = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}", re.ASCII)


class TargetError(ValueError):
    """The call does not name a place."""


@dataclass(frozen=True)
class Content:
    """A release on disk, as it is to appear in a place: what its manifest lists, and the manifest last."""

    folder: Path
    manifest: Manifest

    @classmethod
    def read(cls, folder: Path) -> Content:
        """Read the manifest of a release."""
        return cls(folder, read_manifest(folder))

    @property
    def name(self) -> str:
        """The corpus."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """The version, three numbers."""
        version = self.manifest.version
        if not VERSION.fullmatch(version):
            raise ReleaseError(f"{self.folder / NAME}: version {version!r} is not three numbers")
        return version

    @property
    def files(self) -> list[str]:
        """Every file, the manifest last: who sees it sees the whole release."""
        return [*self.manifest.files, NAME]

    def sha256(self, file: str) -> str:
        """The hash that a file has to have."""
        return sha256_file(self.folder / NAME) if file == NAME else self.manifest.files[file].sha256

    def size(self, file: str) -> int:
        """The size of a file in bytes."""
        return (self.folder / file).stat().st_size


@dataclass(frozen=True)
class Plan:
    """What a place lacks of a release."""

    where: str
    upload: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    tag: str | None = None  # to be made
    create: bool = False  # the place itself has to be made
    head: str | None = None  # what the plan was made for

    @property
    def complete(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.upload or self.delete or self.tag)


class Place(Protocol):
    """What a place can do."""

    @property
    def name(self) -> str:
        """What a fetched release is called."""

    def plan(self, content: Content) -> Plan:
        """What is to be done for a release to be there; changes nothing.

        Raises:
            PlaceError: the place cannot be reached, or holds this version with other content.
        """

    def push(self, content: Content, plan: Plan) -> None:
        """Do it, in an order in which nobody ever sees half of a version."""

    def manifest(self, version: str) -> bytes:
        """The manifest of a published version.

        Raises:
            NotThereError: that version is not there.
        """

    def newest(self, file: str) -> bytes | None:
        """Return a file of the newest release that is there; None if there is none."""

    def download(self, version: str, folder: Path, manifest: bytes) -> None:
        """Bring the files that the manifest of a version lists into an empty folder, and no others."""


def place_of(target: str) -> Place:
    """The place that a target names.

    Raises:
        TargetError: it names none.
    """
    from dataset.publish.hub import Hub
    from dataset.publish.store import Store

    if "://" in target:
        return Store(target)
    if not re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", target, re.ASCII):
        raise TargetError("a target is ORG/NAME on a Hugging Face Hub, or an address such as s3://bucket/name")
    return Hub(target)


def numbers(version: str) -> tuple[int, ...]:
    """A version, to be put in order."""
    return tuple(int(part) for part in version.split("."))


def check_ours(where: str, manifest: bytes | None, content: Content) -> None:
    """Make sure that a slip in the target neither wipes out another data set nor puts texts beside releases that may hold none.

    Args:
        where: the place, for the message.
        manifest: of the newest release that is there; None where what is there has none.
        content: the release to be published.

    Raises:
        PlaceError: what is there is of another name, or of another profile.
    """
    try:
        found = parse_object(manifest or b"null")
        name, profile = found["name"], found.get("profile", FULL)
    except (UnusableError, KeyError):
        raise PlaceError(f"{where}: holds something else, not {content.name!r}; choose another place") from None
    if name != content.name:
        raise PlaceError(f"{where}: holds releases of {shown(name)!r}, not {content.name!r}; choose another place")
    if profile != content.manifest.profile:
        has, this = ("without", "with") if profile == STANDOFF else ("with", "without")
        raise PlaceError(f"{where}: holds releases {has} text, and this one is {this} text; choose another place")


def is_safe(path: str) -> bool:
    """Whether a path from a place stays inside the folder it is put into."""
    pure = PurePosixPath(path)
    odd = pure.is_absolute() or "\\" in path or "\0" in path or ":" in path
    return bool(path) and not odd and ".." not in pure.parts and str(pure) == path
