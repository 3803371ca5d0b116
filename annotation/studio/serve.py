"""From a corpus to people labelling it: our own Label Studio with its projects, tasks and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from annotation.studio.accounts import FILE, make_accounts
from annotation.studio.client import Studio
from annotation.studio.predictions import Predictions
from annotation.studio.project import find_projects, studio_folder
from annotation.studio.push import Pushed, push_tasks
from annotation.studio.server import serving
from dataset.corpus import Corpus
from dataset.prepare import Prepared


@dataclass(frozen=True)
class Served:
    """What there is to hand out."""

    url: str
    pages: dict[str, Pushed] = field(default_factory=dict)
    accounts: Path | None = None


@contextmanager
def serving_corpus(
    corpus: Corpus, articles: Sequence[Prepared], *, annotators: int = 0, predictions: Predictions | None = None
) -> Iterator[Served]:
    """Run Label Studio for a corpus; it stops when the context ends.

    Everything it stores lies in the corpus's ``.studio/``, and is there again next time.

    Args:
        corpus: its settings and scheme make the projects.
        articles: all of its articles.
        annotators: accounts to make, where there are fewer.
        predictions: pre-annotations by article id.

    Raises:
        StudioError: it cannot be installed or started, or runs already.
    """
    folder = studio_folder(corpus.path)
    with serving(folder) as server:
        studio = Studio(server.url, server.token)
        pages = {"article": push_tasks(studio, corpus, articles, predictions=predictions)}
        # The claim page is made by push --page claim, once its gold is no trial any more; then it is kept up to date here too.
        if "claim" in find_projects(studio, corpus):
            pages["claim"] = push_tasks(studio, corpus, articles, page="claim")
        make_accounts(studio, annotators, folder)
        accounts = folder / FILE
        yield Served(server.url, pages, accounts if accounts.exists() else None)
