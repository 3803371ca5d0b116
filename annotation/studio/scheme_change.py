"""A scheme that changes while people label: refused where it would orphan a label that somebody gave."""

from __future__ import annotations

from collections import Counter
from typing import Any

from annotation.studio.client import DRAFTS, Studio
from annotation.studio.convert import ARTICLE_STANCE
from annotation.studio.project import Project
from annotation.studio.server import StudioError
from dataset.corpus import Corpus
from dataset.labels import DELETED, LIST_OF, label_lines
from dataset.scheme import Scheme

Used = Counter[tuple[str, str]]  # how often a label is used, by the scheme's list and the label


class SchemeChangeError(StudioError):
    """The new scheme lacks labels that are in use; a line a label, and what to do."""


def check_scheme_change(studio: Studio, corpus: Corpus, project: Project) -> None:
    """Compare a project's labels, and those in ``labels/``, with the scheme.

    Raises:
        SchemeChangeError: labels in use are neither in the scheme nor renamed by it, or the scheme changed under its old version or a
            lower one.
    """
    there, now = project.scheme, (corpus.scheme.version, corpus.scheme.sha256[:16])
    if there == now:
        return
    if there is not None and _number(now[0]) < _number(there[0]):
        raise SchemeChangeError(
            f"scheme.toml: version is {now[0]}, but {there[0]} is in force on the server: an old copy of the corpus?"
            " If it is meant, raise it; nothing was changed"
        )
    server, home = used_on_server(studio, project), used_at_home(corpus)
    lines = [
        f"scheme.toml: {name}: {label!r} is gone, but {server[name, label]} labels on the server and {home[name, label]} in labels/ use it"
        for name, label in sorted(orphans(corpus.scheme, server + home))
    ]
    if lines:
        lines.append(
            'scheme.toml: nothing was changed; for each of them add [[renamed]] with list = "…", from = "…" and to = "…"'
            " (leave to out where the label was given up)"
        )
    elif there is not None and there[0] == now[0] and server:
        lines.append(
            f"scheme.toml: it changed while people label, but version is still {now[0]}: raise it; nothing was changed"
        )
    if lines:
        raise SchemeChangeError(*lines)


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def orphans(scheme: Scheme, used: Used) -> set[tuple[str, str]]:
    """Labels in use that the scheme neither has nor renames, as list and label."""
    return {
        (name, label)
        for name, label in used
        if (current := scheme.current(name, label)) is not None and current not in scheme.ids(name)
    }


def used_on_server(studio: Studio, project: Project) -> Used:
    """Labels in annotations and drafts on the server."""
    # Label Studio's own summary of a project leaves out what was imported: every annotation is looked at.
    used: Used = Counter()
    for task in studio.tasks(project.id, "annotations,result", full=True):
        annotations = task.get("annotations")
        for one in annotations if isinstance(annotations, list) else []:
            _count_results(one.get("result") if isinstance(one, dict) else None, used)
    for task in studio.tasks(project.id, "", DRAFTS):
        for draft in studio.ask_list("GET", f"/api/tasks/{task['id']}/drafts"):
            _count_results(draft.get("result") if isinstance(draft, dict) else None, used)
    return used


def _count_results(results: Any, used: Used) -> None:
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, dict) else None
        choices, control = (
            (value.get("choices"), str(result.get("from_name"))) if isinstance(value, dict) else (None, "")
        )
        for label in choices if isinstance(choices, list) else []:
            if control in LIST_OF:
                used[LIST_OF[control], str(label)] += 1
            elif control.startswith(ARTICLE_STANCE):
                used["targets", control.removeprefix(ARTICLE_STANCE)] += 1
                used["article_stances", str(label)] += 1


def used_at_home(corpus: Corpus) -> Used:
    """What ``labels/`` has, tombstones left out."""
    used: Used = Counter()
    for line in label_lines(corpus.path / "labels"):
        if line.status == DELETED:
            continue
        if line.decision and line.decision.label is not None and line.decision.layer != "span":
            used[LIST_OF.get(line.decision.layer, "article_stances"), line.decision.label] += 1
        for claim in line.claims:
            for layer, name in LIST_OF.items():
                if (label := getattr(claim, layer)) is not None:
                    used[name, label] += 1
        for target, stance in line.article_stance.items():
            used["targets", target] += 1
            used["article_stances", stance] += 1
    return used
