"""A folder anywhere that fsspec reaches (S3, another disk, …): a folder a version, whose manifest comes last."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dataset.publish.place import VERSION, Content, Plan, TargetError, check_ours, is_safe, numbers
from dataset.publish.secrecy import NotThereError, PlaceError, reported
from dataset.release.manifest import NAME

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
        where = f"{self.url}/{content.version}"
        with reported(where):
            fs, root = self._open()
            folder = f"{root}/{content.version}"
            known = self._whole_manifest(folder)
            if known is not None and hashlib.sha256(known).hexdigest() != content.sha256(NAME):
                raise PlaceError(
                    f"{where}: holds this version with other content; a published version is never changed: raise the version"
                )
            self._check_neighbour(content)
            there = (
                {name: entry["size"] for name, entry in fs.find(folder, detail=True).items()}
                if fs.exists(folder)
                else {}
            )
            upload = [
                file
                for file in content.files[:-1]
                if there.get(f"{folder}/{file}") != content.size(file)
                or self._sha256(f"{folder}/{file}") != content.sha256(file)
            ]
            return Plan(where, upload=(*upload, *([] if known is not None else [NAME])))

    def push(self, content: Content, plan: Plan) -> None:
        """The files, then the manifest: a version without it does not exist.

        What is not there is created and never written over, so that of two who publish at once one is stopped at the first file.
        """
        with reported(plan.where):
            fs, root = self._open()
            folder = f"{root}/{content.version}"
            there = set(fs.find(folder)) if fs.exists(folder) else set()
            for file in plan.upload:
                path = f"{folder}/{file}"
                if path not in there:
                    self._create(content, file, path)
                    continue
                # Half of a push that died, or damage; but no part of what somebody else has published meanwhile.
                known = self._whole_manifest(folder)
                if known is not None and hashlib.sha256(known).hexdigest() != content.sha256(NAME):
                    raise PlaceError(f"{plan.where}: {_MEANWHILE}")
                fs.put_file(str(content.folder / file), path)

    def manifest(self, version: str) -> bytes:
        """The manifest of a version."""
        where = f"{self.url}/{version}"
        with reported(where):
            known = self._whole_manifest(f"{self._open()[1]}/{version}")
        if known is None:
            raise NotThereError(f"{where}: holds no whole release: its {NAME} is missing")
        return known

    def newest(self, file: str) -> bytes | None:
        """Return a file of the newest whole version; None if there is none."""
        with reported(self.url):
            fs, root = self._open()
            for version in self._versions():
                if self._whole_manifest(f"{root}/{version}") is not None:
                    try:
                        return bytes(fs.cat_file(f"{root}/{version}/{file}"))
                    except FileNotFoundError:
                        return None
        return None

    def _versions(self) -> list[str]:
        """The versions that the folder holds, the newest first."""
        fs, root = self._open()
        names = {path.rstrip("/").rpartition("/")[2] for path in (fs.ls(root, detail=False) if fs.exists(root) else [])}
        return sorted(filter(VERSION.fullmatch, names), key=numbers, reverse=True)

    def download(self, version: str, folder: Path) -> None:
        """What the manifest lists; a file that is not there stays away, and whoever checks says so."""
        known = self.manifest(version)
        with reported(f"{self.url}/{version}"):
            fs, root = self._open()
            for file in json.loads(known)["files"]:
                if not is_safe(file):
                    raise PlaceError(
                        f"{self.url}/{version}: its {NAME} names a file that no release has; nothing is fetched"
                    )
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                try:
                    fs.get_file(f"{root}/{version}/{file}", str(folder / file))
                except FileNotFoundError:
                    (folder / file).unlink(missing_ok=True)
            (folder / NAME).write_bytes(known)

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
        fs, _ = self._open()
        try:
            data = bytes(fs.cat_file(f"{folder}/{NAME}"))
            json.loads(data)
        except (FileNotFoundError, ValueError):
            return None
        return data

    def _sha256(self, path: str) -> str:
        fs, _ = self._open()
        total = hashlib.sha256()
        with fs.open(path, "rb") as stream:
            while piece := stream.read(_PIECE):
                total.update(piece)
        return total.hexdigest()
