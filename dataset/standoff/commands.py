"""The command ``standpunkt hydrate``, and what ``build --profile`` takes."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dataset.terminal import say, track

if TYPE_CHECKING:
    from dataset.standoff.hydrate import Hydrated


class Profile(StrEnum):
    """What a release holds: everything, or everything but text."""

    full = "full"
    standoff = "standoff"


def hydrate(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="A stand-off release: one without text.")],
    texts: Annotated[Path, typer.Option(help="The folder of your own copies of its articles, of any names.")],
    out: Annotated[Path, typer.Option(help="The folder that releases are built in.")] = Path("dist"),
    doubtful: Annotated[
        bool, typer.Option("--doubtful", hidden=True, help="Without effect: what is not proved is missing.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; the result does not depend on it.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a different release of the same version.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print a machine's answer.")] = False,
) -> None:
    """Put the text back into a release without text: OUT/NAME/VERSION, or VERSION+hydrated where not all of it is exact."""
    from dataset.release.layout import loading_warning
    from dataset.standoff.hydrate import LIST, hydrate_release

    if doubtful:
        say("--doubtful: has no effect any more: what is not proved is missing; leave it out")
    done = hydrate_release(release, texts, out=out, workers=workers, replace=replace, track=track)
    if json_:
        print(json.dumps(_answer(done, None if done.full else done.path / LIST), ensure_ascii=False))
    else:
        print(f"{done.path}: {'hydrated' if done.written else 'stands already, unchanged'}")
        print("\n".join(f"  {name}: {_counted(counts)}" for name, counts in _counts(done).items()))
        print("  " + (_full(done) if done.full else f"not the full release; every span that moved: {done.path / LIST}"))
    for line in (*done.remarks, *filter(None, [loading_warning(done.path)])):
        say(line)  # one by one: of each kind the first ones and a count are there already
    if not done.in_order:
        say(f"{done.path}: what is missing is left out and listed in {LIST}")
    raise typer.Exit(0 if done.in_order else 1)


def _full(done: Hydrated) -> str:
    if done.identical:
        return "the full release, byte for byte"
    return "the full release, row for row; its files differ in bytes: written by other versions of the tools, or beside another release"


def _counts(done: Hydrated) -> dict[str, dict[str, int]]:
    from dataset.standoff.copies import STATUSES

    named = {"articles": done.articles, **{f"{part}s": counts for part, counts in done.spans.items()}}
    return {name: {status: counts[status] for status in STATUSES} for name, counts in named.items()}


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {status}" for status, n in counts.items())


def _answer(done: Hydrated, listed: Path | None) -> dict[str, object]:
    return {
        "release": str(done.path),
        "digest": done.digest,
        "written": done.written,
        "full": done.full,
        "identical": done.identical,
        "counts": _counts(done),
        "listed": str(listed) if listed else None,
        "remarks": done.remarks,
    }
