"""The projects of a corpus on a server: found by a line in their description, made where there are none.

The line holds an id that the corpus's projects on one server share. It names the server in annotation ids and pseudonyms, so that
neither a new address nor a backup put back elsewhere makes old labels look new.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from annotation.studio.adjudicate import adjudication_page
from annotation.studio.client import NOT_STUDIO, Studio
from annotation.studio.interface import article_page, claim_page, instruction
from annotation.studio.server import StudioError, cache_folder, locked
from annotation.studio.tasks import guidelines_of
from dataset.corpus import STUDIO, Corpus
from dataset.files import sha256_bytes
from dataset.records.rejected import Rejected

MAX_PAGES = 1000  # of 100 projects
_NAMES = {"article": "Artikel", "claim": "Behauptungen", "adjudication": "Entscheidungen"}
_MARK = re.compile(
    r"^standpunkt (?P<uid>[0-9a-f]{8}) (?P<corpus>\S+) (?P<page>article|claim|adjudication)$", re.MULTILINE
)
_SINCE = re.compile(
    r"^since (?P<time>\S+) scheme (?P<scheme>\S+) (?P<sha256>[0-9a-f]+) guidelines (?P<guidelines>\S+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Project:
    """One of a corpus's projects as the server has it."""

    id: int
    page: str
    uid: str
    description: str
    config: str
    overlap: int
    tasks: int
    model_version: str

    @property
    def scheme(self) -> tuple[str, str] | None:
        """Version and hash (its first 16 digits) of the scheme in force."""
        found = list(_SINCE.finditer(self.description))
        return (found[-1]["scheme"], found[-1]["sha256"]) if found else None

    def versions(self, data: Any, time: str) -> tuple[str | None, str | None]:
        """Version of scheme and guidelines that were in force at a time (ISO 8601, UTC)."""
        found = (data.get("scheme_version"), data.get("guidelines_version"))
        for since in _SINCE.finditer(self.description):
            if since["time"] <= time:
                found = (since["scheme"], since["guidelines"])
        return found


def find_projects(studio: Studio, corpus: Corpus, rejected: list[Rejected] | None = None) -> dict[str, Project]:
    """The projects of a corpus, by page.

    Args:
        studio: the connection.
        corpus: whose projects.
        rejected: gets what the list of projects has besides projects.

    Raises:
        StudioError: two projects claim to be the same, one of the corpus's cannot be read, or the list does not end.
    """
    found: dict[str, Project] = {}
    for row in _projects(studio):
        if not isinstance(row, dict):
            if rejected is not None:
                reason = f"an item of the list of projects is a {type(row).__name__}"
                rejected.append(Rejected("task", "", STUDIO, None, reason))
            continue
        description = row.get("description")
        mark = _MARK.search(description) if isinstance(description, str) else None
        if mark is None or mark["corpus"] != corpus.name:
            continue
        project = _project(studio, row, mark)
        if project.page in found:
            raise StudioError(
                f"{studio.url}: projects {found[project.page].id} and {project.id} are both the {project.page} page of {corpus.name}:"
                " delete the copy, or the line that begins with standpunkt from its description"
            )
        found[project.page] = project
    return found


def _projects(studio: Studio) -> Iterator[Any]:
    """All items of the server's list of projects."""
    fields = "id,title,description,label_config,maximum_annotations,task_number,model_version"
    seen: set[int] = set()
    for number in range(1, MAX_PAGES + 1):
        answer = studio.ask("GET", "/api/projects", include=fields, page=number, page_size=100)
        rows = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(rows, list) or (rows and not any(isinstance(row, dict) for row in rows)):
            raise StudioError(f"{studio.url}: /api/projects {NOT_STUDIO}")
        numbers = {row["id"] for row in rows if isinstance(row, dict) and type(row.get("id")) is int}
        if number > 1 and numbers <= seen:
            raise StudioError(f"{studio.url}: /api/projects: page {number} has no new project, but announces more")
        seen |= numbers
        yield from rows
        if not answer.get("next"):
            return
    raise StudioError(f"{studio.url}: /api/projects does not end after {MAX_PAGES} pages")


def _project(studio: Studio, row: Mapping[str, Any], mark: re.Match[str]) -> Project:
    """Check the fields of a project of ours."""
    expected: dict[str, tuple[type, ...]] = {
        "id": (int,),
        "description": (str,),
        "label_config": (str,),
        "maximum_annotations": (int,),
        "task_number": (int, type(None)),
        "model_version": (str, type(None)),
    }
    for name, types in expected.items():
        if not isinstance(row.get(name), types) or isinstance(row.get(name), bool):
            number = row["id"] if type(row.get("id")) is int else "?"
            raise StudioError(f"{studio.url}: project {number}: {name} cannot be read: {NOT_STUDIO}")
    return Project(
        row["id"],
        mark["page"],
        mark["uid"],
        row["description"],
        row["label_config"],
        row["maximum_annotations"],
        row["task_number"] or 0,
        row["model_version"] or "",
    )


def make_project(studio: Studio, corpus: Corpus, page: str, others: dict[str, Project]) -> Project:
    """Make the project of a page; it shares its id with the corpus's others."""
    uid = next((other.uid for other in others.values()), None) or secrets.token_hex(4)
    description = "\n".join(
        [
            f"Korpus {corpus.name}: {_NAMES[page]}. Die folgenden Zeilen bitte stehen lassen.",
            f"standpunkt {uid} {corpus.name} {page}",
            _since(corpus),
        ]
    )
    config = config_of(corpus, page)
    body = {
        "title": f"{corpus.name}: {_NAMES[page]}"[:50],
        "description": description,
        "label_config": config,
        "expert_instruction": instruction(corpus.scheme, page),
        "show_instruction": True,
        "show_skip_button": True,
        # An article without a claim is an answer too.
        "enable_empty_annotation": page == "article",
        "maximum_annotations": overlap(corpus, page),
        "sampling": "Sequential sampling",
        "skip_queue": "REQUEUE_FOR_OTHERS",
        "show_collab_predictions": True,
    }
    made = studio.ask_object("POST", "/api/projects", body=body)
    if type(made.get("id")) is not int:
        raise StudioError(f"{studio.url}: /api/projects {NOT_STUDIO}")
    return Project(made["id"], page, uid, description, config, overlap(corpus, page), 0, "")


def change_project(studio: Studio, corpus: Corpus, project: Project) -> Project:
    """Bring interface, instruction and overlap of a project up to date; a new scheme is noted with its time."""
    config = config_of(corpus, project.page)
    description = project.description
    now = (corpus.scheme.version, corpus.scheme.sha256[:16])
    if project.scheme != now or project.versions({}, "9")[1] != guidelines_of(corpus):
        description = f"{description}\n{_since(corpus)}"
    if (config, overlap(corpus, project.page), description) == (project.config, project.overlap, project.description):
        return project
    body = {
        "label_config": config,
        "expert_instruction": instruction(corpus.scheme, project.page),
        "maximum_annotations": overlap(corpus, project.page),
        "description": description,
    }
    studio.ask("PATCH", f"/api/projects/{project.id}", body=body)
    return replace(project, config=config, overlap=overlap(corpus, project.page), description=description)


def config_of(corpus: Corpus, page: str) -> str:
    """The labelling interface of a page."""
    if page == "adjudication":
        return adjudication_page()
    return article_page(corpus.scheme) if page == "article" else claim_page(corpus.scheme)


def overlap(corpus: Corpus, page: str) -> int:
    """How many annotators an article or a claim is to have."""
    return 1 if page == "adjudication" else corpus.settings.annotation.overlap


def label_stream(studio: Studio, project: Project) -> str:
    """The link to hand out: one task after the other, nobody else's work in sight."""
    return f"{studio.url}/projects/{project.id}/data?labeling=1"


@contextmanager
def alone(studio: Studio, corpus: Corpus) -> Iterator[None]:
    """One push or pull of a corpus and a server at a time on this machine; the second waits."""
    folder = cache_folder().parent / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    name = sha256_bytes(f"{studio.url}\n{corpus.name}".encode())[:32]
    with locked(folder / f"{name}.lock"):
        yield


def _since(corpus: Corpus) -> str:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"since {now} scheme {corpus.scheme.version} {corpus.scheme.sha256[:16]} guidelines {guidelines_of(corpus)}"


def studio_folder(corpus: Path) -> Path:
    """``.studio/`` of a corpus, where its own server keeps what it needs: git is told to leave it alone."""
    folder = corpus / ".studio"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder
