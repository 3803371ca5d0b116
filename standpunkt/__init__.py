"""Package and annotate news articles as datasets about stance and claims.

::

    import standpunkt as sp

    sp.new("seeds/mine", ["texts/"])
    release = sp.build("seeds/mine")
    release.load("claims")                       # a datasets.DatasetDict
    sp.gold("seeds/mine").agreement              # a pandas.DataFrame
    sp.evaluate("dist/mine/1.0.0").leaderboard   # a pandas.DataFrame

Each function has the name and the arguments of the command of the same name. Paths are ``str`` or ``pathlib.Path``. Results are small
objects that a notebook shows as a table. Every error that data can cause is a ``StandpunktError``; nothing is printed. The names below are
loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotation.studio.server import StudioError
    from dataset.errors import BusyError, CorpusError, LeakError, ReleaseError, SchemeError, StandpunktError
    from dataset.publish.place import TargetError
    from dataset.records.rejected import Rejected
    from standpunkt import studio
    from standpunkt._corpora import CorpusReport, Takedown, build, new, takedown
    from standpunkt._labels import Gold, gold
    from standpunkt._release import Release, open_release
    from standpunkt._releases import (
        Diff,
        Hydration,
        Publication,
        Verification,
        diff,
        fetch,
        hydrate,
        publish,
        verify,
    )
    from standpunkt._scores import Report, Run, evaluate, report, score, write_inputs

_MODULES = {
    "annotation.studio.server": ("StudioError",),
    "dataset.errors": ("BusyError", "CorpusError", "LeakError", "ReleaseError", "SchemeError", "StandpunktError"),
    "dataset.records.rejected": ("Rejected",),
    "dataset.publish.place": ("TargetError",),
    "standpunkt._corpora": ("CorpusReport", "Takedown", "build", "new", "takedown"),
    "standpunkt._labels": ("Gold", "gold"),
    "standpunkt._release": ("Release", "open_release"),
    "standpunkt._releases": (
        *("Diff", "Hydration", "Publication", "Verification"),
        *("diff", "fetch", "hydrate", "publish", "verify"),
    ),
    "standpunkt._scores": ("Report", "Run", "evaluate", "report", "score", "write_inputs"),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "BusyError",
    "CorpusError",
    "CorpusReport",
    "Diff",
    "Gold",
    "Hydration",
    "LeakError",
    "Publication",
    "Rejected",
    "Release",
    "ReleaseError",
    "Report",
    "Run",
    "SchemeError",
    "StandpunktError",
    "StudioError",
    "Takedown",
    "TargetError",
    "Verification",
    "__version__",
    "build",
    "diff",
    "evaluate",
    "fetch",
    "gold",
    "hydrate",
    "new",
    "open_release",
    "publish",
    "report",
    "score",
    "studio",
    "takedown",
    "verify",
    "write_inputs",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("standpunkt")
    if name == "studio":
        return import_module("standpunkt.studio")
    if name not in _WHERE:
        raise AttributeError(f"module 'standpunkt' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_WHERE[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
