"""A data set on a Hugging Face Hub: one commit a release, and a tag that comes last and never moves."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dataset.errors import MOST_LINES
from dataset.publish.limits import ANSWER, ENTRIES, MANIFEST, SECONDS, Session, hub_session, listed, seconds_for, timed
from dataset.publish.place import VERSION, Content, Plan, check_ours, numbers
from dataset.publish.secrecy import NotThereError, PlaceError, reported, shown, shown_list
from dataset.release.manifest import NAME
from dataset.terminal import err

if TYPE_CHECKING:
    from huggingface_hub import HfApi, RepoFile

T = TypeVar("T")

_KIND = "dataset"
_SLACK = 1 << 16  # bytes that an answer with a file may have beyond it: an error in words
# What a hub or its web page puts into a new repository, and what is nobody's data.
_ATTRIBUTES = ".gitattributes"
_INNOCENT = {_ATTRIBUTES, "README.md", "LICENSE"}


class Hub:
    """One data set repository."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self._known: HfApi | None = None

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self.repository.rpartition("/")[2]

    def plan(self, content: Content) -> Plan:
        """What the repository lacks: files on its main branch, and the tag."""
        return self._limited(SECONDS, lambda session: self._plan(content, session))

    def _plan(self, content: Content, session: Session) -> Plan:
        tag = f"v{content.version}"
        where = f"{self.repository}@{tag}"
        with reported(self.repository):
            try:
                tags, head = self._refs()
            except NotThereError:
                return Plan(where, upload=tuple(content.files), tag=tag, create=True)
            if tag in tags:
                if not _same(self._files(tags[tag]), content):
                    raise PlaceError(
                        f"{where}: the tag points at other content; a published version is never changed: raise the version"
                    )
                return Plan(where)
            self._check_newer(tags, content.version, where)
            if head is None:
                return Plan(where, upload=tuple(content.files), tag=tag)
            there = self._files(head)
            if not set(there) <= _INNOCENT:
                check_ours(self.repository, self._manifest(head, session) if NAME in there else None, content)
            upload = tuple(file for file in content.files if not _equal(there.get(file), content, file))
            delete = tuple(sorted(set(there) - set(content.files) - {_ATTRIBUTES}))
            return Plan(where, upload=upload, delete=delete, tag=tag, head=head)

    def push(self, content: Content, plan: Plan) -> None:
        """One commit, a look at what it made, then the tag, which is read back: a push that dies on the way leaves no version behind."""
        size = sum(content.size(file) for file in plan.upload)
        self._limited(5 * seconds_for(size), lambda _: self._push(content, plan))

    def _push(self, content: Content, plan: Plan) -> None:
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        with reported(self.repository):
            head = plan.head
            if plan.create:
                self._api.create_repo(self.repository, repo_type=_KIND, private=True, exist_ok=True)
                head = self._refs()[1]
            if plan.upload or plan.delete:
                operations: list[Any] = [CommitOperationAdd(file, content.folder / file) for file in plan.upload]
                operations += [CommitOperationDelete(file, is_folder=False) for file in plan.delete]
                head = self._api.create_commit(
                    self.repository,
                    operations,
                    commit_message=f"{content.name} {content.version}",
                    repo_type=_KIND,
                    parent_commit=head,
                ).oid
            if head is None or not _same(self._files(head), content):
                raise PlaceError(f"{self.repository}: what arrived is not the release; no tag was made: publish again")
            if plan.tag:
                self._api.create_tag(self.repository, tag=plan.tag, revision=head, repo_type=_KIND)
                if self._refs()[0].get(plan.tag) != head:
                    raise PlaceError(
                        f"{plan.where}: the hub took the tag and does not show it, so the version is not published: publish again"
                    )

    def manifest(self, version: str) -> bytes:
        """The manifest at the tag."""
        return self._limited(SECONDS, lambda session: self._manifest(self._tagged(version), session))

    def newest(self, file: str) -> bytes | None:
        """Return a file of the main branch; None if there is none."""

        def read(session: Session) -> bytes | None:
            try:
                head = self._refs()[1]
                return None if head is None else self._read(file, head, session)
            except NotThereError:
                return None

        return self._limited(SECONDS, read)

    def download(self, version: str, folder: Path, manifest: bytes) -> None:
        """Download the files of the manifest at the tag straight into the folder, without a cache."""
        where = f"{self.repository}@v{version}"
        sizes = listed(manifest, where)

        def get(session: Session) -> None:
            commit = self._tagged(version)
            there = set(self._files(commit)) - {NAME, _ATTRIBUTES}
            if odd := sorted(there - set(sizes)):
                lines = (f"{shown(name)}: not in {NAME}" for name in odd[:MOST_LINES])
                raise PlaceError(*lines, f"{where}: holds more than the release; nothing is kept")
            for file in sorted(there):
                session.most = sizes[file] + _SLACK
                self._api.hf_hub_download(self.repository, file, repo_type=_KIND, revision=commit, local_dir=folder)
            (folder / NAME).write_bytes(manifest)
            shutil.rmtree(folder / ".cache", ignore_errors=True)  # what huggingface_hub noted for itself

        self._limited(seconds_for(sum(sizes.values())), get)

    def _limited(self, seconds: float, work: Callable[[Session], T]) -> T:
        """Do something with the hub within the limits; every error is one line."""
        with reported(self.repository):
            from huggingface_hub import constants

            with hub_session(constants.ENDPOINT) as session:
                return timed(seconds, self.repository, lambda: work(session))

    @property
    def _api(self) -> HfApi:
        """The client, made when it is needed: it takes a second to import."""
        if self._known is None:
            from huggingface_hub import HfApi
            from huggingface_hub.utils.tqdm import disable_progress_bars

            # What it logs repeats signed addresses, its warnings are advice about the card or the disk; what matters is raised.
            logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
            warnings.filterwarnings("ignore", module="huggingface_hub")
            if not err.is_terminal:
                disable_progress_bars()
            self._known = HfApi(library_name="standpunkt")
        return self._known

    def _refs(self) -> tuple[dict[str, str], str | None]:
        """Commits by tag, and the one that main is at."""
        with reported(self.repository):
            refs = self._api.list_repo_refs(self.repository, repo_type=_KIND)
        heads = [branch.target_commit for branch in refs.branches if branch.name == "main"]
        return {tag.name: tag.target_commit for tag in refs.tags}, heads[0] if heads else None

    def _tagged(self, version: str) -> str:
        tags, _ = self._refs()
        if f"v{version}" not in tags:
            raise NotThereError(f"{self.repository}: has no version {version}; its tags: {shown_list(tags)}")
        return tags[f"v{version}"]

    def _files(self, commit: str) -> dict[str, RepoFile]:
        from huggingface_hub import RepoFile

        tree = self._api.list_repo_tree(self.repository, repo_type=_KIND, revision=commit, recursive=True)
        entries = list(islice(tree, ENTRIES + 1))
        if len(entries) > ENTRIES:
            raise PlaceError(f"{self.repository}: lists more than {ENTRIES:,} files: no data set of releases does")
        return {entry.path: entry for entry in entries if isinstance(entry, RepoFile)}

    def _manifest(self, commit: str, session: Session) -> bytes:
        return self._read(NAME, commit, session)

    def _read(self, file: str, commit: str, session: Session) -> bytes:
        from huggingface_hub.errors import RemoteEntryNotFoundError

        session.most = MANIFEST
        with tempfile.TemporaryDirectory() as folder:
            try:
                path = self._api.hf_hub_download(
                    self.repository, file, repo_type=_KIND, revision=commit, local_dir=folder
                )
            except RemoteEntryNotFoundError:
                raise NotThereError(f"{self.repository}: holds no {file}: not a release of Standpunkt") from None
            finally:
                session.most = ANSWER
            return Path(path).read_bytes()

    def _check_newer(self, tags: dict[str, str], version: str, where: str) -> None:
        """Main shows the newest version: an older one may not come after it."""
        known = [numbers(tag[1:]) for tag in tags if tag.startswith("v") and VERSION.fullmatch(tag[1:])]
        if known and max(known) > numbers(version):
            newest = ".".join(map(str, max(known)))
            raise PlaceError(f"{where}: v{newest} is published already; an older version cannot follow a newer one")


def _same(there: dict[str, RepoFile], content: Content) -> bool:
    """Whether a commit holds this release and nothing else."""
    return set(there) - {_ATTRIBUTES} == set(content.files) and all(
        _equal(there[file], content, file) for file in content.files
    )


def _equal(entry: RepoFile | None, content: Content, file: str) -> bool:
    if entry is None or entry.size != content.size(file):
        return False
    if entry.lfs is not None:
        return entry.lfs.sha256 == content.sha256(file)
    data = (content.folder / file).read_bytes()
    return entry.blob_id == hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
