"""A folder anywhere that fsspec reaches (S3, another disk, …): a folder a version, whose manifest comes last."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dataset.publish.limits import ENTRIES, MANIFEST, SECONDS, listed, seconds_for, timed
from dataset.publish.place import VERSION, Content, Plan, TargetError, check_ours, is_safe, numbers
from dataset.publish.secrecy import NotThereError, PlaceError, reported
from dataset.records.loader import UnusableError, parse_json
from dataset.release.manifest import NAME

T = TypeVar("T")

_PIECE = 1 << 20
_MEANWHILE = "somebody else publishes this version at the same moment; call publish again"


class Store:
    """One folder of versions."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise TargetError("an address without a name, a password or a query: keys belong into the environment")
        self.url = url.rstrip("/")
        self.name = self.url.rpartition("/")[2]
        if not self.name.strip(".") or not is_safe(self.name):
            raise TargetError("an address ends with the name of the data set, such as s3://bucket/name")
        self._known: tuple[Any, str] | None = None

    def plan(self, content: Content) -> Plan:
        """Every file that is missing or other than ours; the manifest at the end."""
        size = sum(content.size(file) for file in content.files)
        return self._limited(f"{self.url}/{content.version}", seconds_for(size), lambda: self._plan(content))

    def _plan(self, content: Content) -> Plan:
        where, folder = f"{self.url}/{content.version}", f"{self._open()[1]}/{content.version}"
        known = self._whole_manifest(folder)
        if known is not None and hashlib.sha256(known).hexdigest() != content.sha256(NAME):
            raise PlaceError(
                f"{where}: holds this version with other content; a published version is never changed: raise the version"
            )
        self._check_neighbour(content)
        upload = [
            file
            for file in content.files[:-1]
            if self._size(f"{folder}/{file}") != content.size(file)
            or self._sha256(f"{folder}/{file}") != content.sha256(file)
        ]
        return Plan(where, upload=(*upload, *([] if known is not None else [NAME])))

    def push(self, content: Content, plan: Plan) -> None:
        """The files, then the manifest, which is read back: a version without it does not exist.

        What is not there is created and never written over, so that of two who publish at once one is stopped at the first file.
        """
        size = sum(content.size(file) for file in plan.upload)
        self._limited(plan.where, 5 * seconds_for(size), lambda: self._push(content, plan))

    def _push(self, content: Content, plan: Plan) -> None:
        fs, root = self._open()
        folder = f"{root}/{content.version}"
        for file in plan.upload:
            path = f"{folder}/{file}"
            if self._size(path) is None:
                self._create(content, file, path)
                continue
            # Half of a push that died, or damage; but no part of what another user has published meanwhile.
            known = self._whole_manifest(folder)
            if known is not None and hashlib.sha256(known).hexdigest() != content.sha256(NAME):
                raise PlaceError(f"{plan.where}: {_MEANWHILE}")
            fs.put_file(str(content.folder / file), path)
        known = self._whole_manifest(folder)
        if known is None or hashlib.sha256(known).hexdigest() != content.sha256(NAME):
            raise PlaceError(
                f"{plan.where}: what arrived is not the release, so the version is not published: publish again"
            )

    def manifest(self, version: str) -> bytes:
        """The manifest of a version."""
        where = f"{self.url}/{version}"
        known = self._limited(where, SECONDS, lambda: self._whole_manifest(f"{self._open()[1]}/{version}"))
        if known is None:
            raise NotThereError(f"{where}: holds no whole release: its {NAME} is missing")
        return known

    def newest(self, file: str) -> bytes | None:
        """Return a file of the newest whole version; None if there is none."""

        def read() -> bytes | None:
            root = self._open()[1]
            whole = (version for version in self._versions() if self._whole_manifest(f"{root}/{version}") is not None)
            version = next(whole, None)
            try:
                return None if version is None else self._read(f"{root}/{version}/{file}")
            except FileNotFoundError:
                return None

        return self._limited(self.url, SECONDS, read)

    def _versions(self) -> list[str]:
        """The versions that the folder holds, the newest first."""
        fs, root = self._open()
        names = {path.rstrip("/").rpartition("/")[2] for path in (fs.ls(root, detail=False) if fs.exists(root) else [])}
        if len(names) > ENTRIES:
            raise PlaceError(f"{self.url}: lists more than {ENTRIES:,} names: no folder of releases does")
        return sorted(filter(VERSION.fullmatch, names), key=numbers, reverse=True)

    def download(self, version: str, folder: Path, manifest: bytes) -> None:
        """What the manifest lists; a file that is not there stays away, and whoever checks says so."""
        where = f"{self.url}/{version}"
        sizes = listed(manifest, where)

        def get() -> None:
            for file, size in sizes.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                try:
                    self._copy(f"{self._open()[1]}/{version}/{file}", folder / file, size)
                except FileNotFoundError:
                    (folder / file).unlink(missing_ok=True)
            (folder / NAME).write_bytes(manifest)

        self._limited(where, seconds_for(sum(sizes.values())), get)

    def _copy(self, path: str, to: Path, size: int) -> None:
        fs, _ = self._open()
        with fs.open(path, "rb") as source, to.open("wb") as stream:
            while piece := source.read(_PIECE):
                size -= len(piece)
                if size < 0:
                    raise PlaceError(f"{self.url}: {to.name}: larger than its {NAME} states; nothing is kept")
                stream.write(piece)

    def _limited(self, where: str, seconds: float, work: Callable[[], T]) -> T:
        """Do something with the store in time; every error is one line."""
        with reported(where):
            self._open()  # here: fsspec keeps its file systems by thread
            return timed(seconds, where, work)

    def _open(self) -> tuple[Any, str]:
        """The file system and the path in it; nothing that was listed earlier is believed."""
        from fsspec.core import url_to_fs

        if self._known is None:
            local = self.url.startswith(("file://", "local://"))
            fs, root = url_to_fs(self.url, **({"auto_mkdir": True} if local else {}))
            self._known = fs, str(root).rstrip("/")
        self._known[0].invalidate_cache()
        return self._known

    def _create(self, content: Content, file: str, path: str) -> None:
        """Upload a file where there is none: S3 and the disk make sure of it, most other places only look before."""
        from fsspec.implementations.local import LocalFileSystem

        fs, _ = self._open()
        local = content.folder / file
        try:
            if isinstance(fs, LocalFileSystem):
                with local.open("rb") as source, fs.open(path, "xb") as stream:
                    shutil.copyfileobj(source, stream, _PIECE)
            else:
                fs.put_file(str(local), path, mode="create")
        except FileExistsError:
            # Ours, sent again because the answer was lost, or the same release published by two.
            if self._sha256(path) != content.sha256(file):
                raise PlaceError(f"{self.url}/{content.version}: {_MEANWHILE}") from None
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
            fs.put_file(str(local), path)  # an S3 server that knows no conditions

    def _check_neighbour(self, content: Content) -> None:
        """The newest other version that is whole has to be of the same kind."""
        _, root = self._open()
        for version in self._versions():
            known = None if version == content.version else self._whole_manifest(f"{root}/{version}")
            if known is not None:
                check_ours(self.url, known, content)
                return

    def _whole_manifest(self, folder: str) -> bytes | None:
        """The manifest's bytes; None where there is none, or only the beginning of one."""
        try:
            data = self._read(f"{folder}/{NAME}")
            parse_json(data)
        except (FileNotFoundError, UnusableError):
            return None
        return data

    def _read(self, path: str) -> bytes:
        """A small file."""
        with self._open()[0].open(path, "rb") as stream:
            data = bytes(stream.read(MANIFEST + 1))
        if len(data) > MANIFEST:
            raise PlaceError(f"{self.url}: {NAME} or tombstones of more than {MANIFEST:,} bytes: not a release")
        return data

    def _size(self, path: str) -> int | None:
        """Return the size of a file; None if there is none."""
        try:
            return int(self._open()[0].info(path)["size"])
        except FileNotFoundError:
            return None

    def _sha256(self, path: str) -> str:
        fs, _ = self._open()
        total = hashlib.sha256()
        with fs.open(path, "rb") as stream:
            while piece := stream.read(_PIECE):
                total.update(piece)
        return total.hexdigest()
