"""Publishing a release, and fetching one: checked before it leaves, checked before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataset.errors import ReleaseError
from dataset.publish.place import VERSION, Content, Place, Plan, TargetError, place_of
from dataset.publish.secrecy import NotThereError, PlaceError, shown
from dataset.publish.taken_down import refuse_taken_down, refuse_taken_down_there
from dataset.publish.unfinished import refuse_template_questions, refuse_unknown_rights
from dataset.records.loader import UnusableError, parse_object
from dataset.release import publish_folder
from dataset.release.manifest import HYDRATED, NAME, read_manifest
from dataset.release.verify import verify_release


@dataclass(frozen=True)
class Fetched:
    """What a fetch did."""

    path: Path
    written: bool  # False where it stood there already
    unreached: str | None = None  # why it could not be compared with the place, where it stood there already


def publish_release(
    release: Path,
    target: str,
    *,
    dry_run: bool = False,
    corpus: Path | None = None,
    accept_unknown_rights: bool = False,
    accept_template_questions: bool = False,
) -> Plan:
    """Publish a release.

    Args:
        release: the folder.
        target: ``ORG/NAME`` on a Hugging Face Hub, or the address of a folder of versions.
        dry_run: find out what would be done, and do nothing.
        corpus: the corpus folder, for its tombstones; without it they are looked for in the folders around the release.
        accept_unknown_rights: publish although a licence is unknown.
        accept_template_questions: publish although a question of the scheme is that of the template.

    Returns:
        What was, or would be, done.

    Raises:
        TargetError: the target names no place.
        CorpusError: ``corpus`` is not the corpus of the release.
        ReleaseError: the release is damaged, or hydrated from other texts; an article of it was taken down; rights are unknown or a
            question is that of the template; this version is there with other content; the place refuses.
    """
    place = place_of(target)
    problems = verify_release(release)
    if problems:
        raise ReleaseError(*problems, f"{release}: not in order; nothing is published")
    if read_manifest(release).profile == HYDRATED:
        raise ReleaseError(
            f"{release}: hydrated from copies of the articles that are not the labelled texts: it is nobody's release; nothing is published"
        )
    refuse_taken_down(release, corpus)
    if not accept_unknown_rights:
        refuse_unknown_rights(release)
    if not accept_template_questions:
        refuse_template_questions(release)
    content = Content.read(release)
    plan = place.plan(content)
    refuse_taken_down_there(release, place)
    if not (dry_run or plan.complete):
        place.push(content, plan)
    return plan


def fetch_release(target: str, out: Path) -> Fetched:
    """Bring a published release to ``out/NAME/VERSION``, whole and verified or not at all.

    Args:
        target: ``ORG/NAME@VERSION`` or ``ADDRESS@VERSION``.
        out: the folder of releases.

    Raises:
        TargetError: the target names no place or no version.
        ReleaseError: it cannot be reached, is not there, is not what its manifest says, or another release stands in its place.
    """
    location, _, version = target.rpartition("@")
    if not VERSION.fullmatch(version):
        raise TargetError("say which version, as in ORG/NAME@1.0.0")
    place = place_of(location)
    standing = out / place.name / version
    with publish_folder.locked(standing.parent):
        try:
            known = place.manifest(version)
        except NotThereError:
            raise
        except PlaceError as error:
            # Nothing but this very version, and only as it was published.
            if standing.exists() and _is_whole(standing, version):
                return Fetched(standing, written=False, unreached="; ".join(error.lines))
            raise ReleaseError(
                *error.lines, f"{standing}: not fetched before, so there is nothing to use offline"
            ) from None
        digest = _digest(known, location)
        if standing.exists() and _digest_of(standing) != digest:
            raise ReleaseError(f"{standing}: another release stands there; move it away, or fetch with --out DIR")
        written = publish_folder.publish(
            standing, digest, lambda folder: _download(place, location, version, folder, known), replace=False
        )
        if not written and (problems := verify_release(standing)):
            raise ReleaseError(
                *problems,
                f"{standing}: fetched by an earlier version that did not look at this: do not load it; delete it",
            )
    return Fetched(standing, written)


def _download(place: Place, location: str, version: str, folder: Path, known: bytes) -> None:
    where = f"{location}@{version}"
    place.download(version, folder, known)
    try:
        found = read_manifest(folder).version
        # All that verify looks at, before the folder has its name.
        problems = verify_release(folder)
    except ReleaseError as error:
        found, problems = version, [line.replace(f"{folder}/", "").replace(f"{folder}: ", "") for line in error.lines]
    if found != version:
        problems.append(f"{NAME}: is of version {found}")
    if problems:
        lines = [shown(line.replace(f"{folder}/", ""), _LONGEST) for line in problems]
        raise ReleaseError(*lines, f"{where}: not what was published, or not what verify accepts; nothing is kept")


_LONGEST = 400  # characters of a line that names things from elsewhere


def _is_whole(folder: Path, version: str) -> bool:
    try:
        return read_manifest(folder).version == version and not verify_release(folder)
    except ReleaseError:
        return False


def _digest(manifest: bytes, location: str) -> str:
    try:
        digest = parse_object(manifest).get("digest")
    except UnusableError as error:
        raise ReleaseError(f"{location}: its {NAME} is broken: {error}; nothing is fetched") from None
    if not isinstance(digest, str):
        raise ReleaseError(f"{location}: its {NAME} is broken: digest: a text is expected; nothing is fetched")
    return digest


def _digest_of(folder: Path) -> str | None:
    try:
        return read_manifest(folder).digest
    except ReleaseError:
        return None
