"""The commands ``verify``, ``diff``, ``hydrate``, ``publish`` and ``fetch``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import standpunkt as sp
from dataset.errors import printable
from standpunkt.cli.options import DIST, DryRun, Json, Out, ReleasePath, Replace, Workers
from standpunkt.cli.terminal import answer, say


def verify(release: ReleasePath, json_: Json = False) -> None:
    """Check that a release is what it was when it was built."""
    checked = sp.verify(release)
    if json_:
        answer({"release": str(release), "problems": list(checked.problems)})
    elif checked:
        print(f"{release}: valid")
    say(*checked.problems)
    raise typer.Exit(0 if checked else 1)


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Release folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Folder of a later release of the same corpus.")],
    json_: Json = False,
) -> None:
    """List what changed between two releases, row by row."""
    found = sp.diff(old, new)
    sys.stdout.writelines(found.json_lines() if json_ else (f"{printable(line)}\n" for line in found.text()))


def hydrate(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="Stand-off release: one without text.")],
    texts: Annotated[Path, typer.Option(help="Folder of your own copies of its articles, in files of any name.")],
    out: Out = DIST,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", hidden=True, help="No effect: what is not proved is missing.")
    ] = False,
    workers: Workers = None,
    replace: Replace = False,
    json_: Json = False,
) -> None:
    """Fill in the text of a release without text: OUT/NAME/VERSION, or VERSION+hydrated if not all of it is exact."""
    from dataset.standoff.hydrate import LIST

    if doubtful:
        say("--doubtful: has no effect any more: what is not proved is missing; leave it out")
    done = sp.hydrate(release, texts, out=out, workers=workers, replace=replace, progress=True)
    path, listed = done.release.path, done.release.path / LIST
    if json_:
        answer(
            {
                "release": str(path),
                "digest": done.release.digest,
                "written": done.release.written,
                "full": done.full,
                "identical": done.identical,
                "counts": done.counts,
                "listed": None if done.full else str(listed),
                "remarks": list(done.details.remarks),
            }
        )
    else:
        print(f"{path}: {'hydrated' if done.release.written else 'exists already, unchanged'}")
        for name, counts in done.counts.items():
            print(f"  {name}: {', '.join(f'{number} {status}' for status, number in counts.items())}")
        print(f"  {_how_full(done) if done.full else f'not the full release; every span that moved: {listed}'}")
    for line in done.notes:
        say(line)  # one by one: they contain the first ones of each kind and a count
    if not done.complete:
        say(f"{path}: what is missing is left out and listed in {LIST}")
    raise typer.Exit(0 if done.complete else 1)


def _how_full(done: sp.Hydration) -> str:
    if done.identical:
        return "the full release, byte for byte"
    return "the full release, row for row; its files differ in bytes: written by other versions of the tools, or next to another release"


def publish(
    release: ReleasePath,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="ORG/NAME on a Hugging Face Hub, or an address such as s3://bucket/name."
        ),
    ],
    dry_run: DryRun = False,
    corpus: Annotated[
        Path | None,
        typer.Option(
            metavar="CORPUS",
            help="Refuse articles that this corpus took down; by default the corpora next to the release are searched.",
        ),
    ] = None,
    accept_unknown_rights: Annotated[
        bool, typer.Option("--accept-unknown-rights", help="Publish although a licence is unknown.")
    ] = False,
    accept_template_questions: Annotated[
        bool, typer.Option("--accept-template-questions", help="Publish although a question is that of the template.")
    ] = False,
    json_: Json = False,
) -> None:
    """Publish a release to a Hugging Face Hub (HF_ENDPOINT, HF_TOKEN), or into a folder that fsspec reaches."""
    try:
        done = sp.publish(
            release,
            target,
            dry_run=dry_run,
            corpus=corpus,
            accept_unknown_rights=accept_unknown_rights,
            accept_template_questions=accept_template_questions,
        )
    except sp.TargetError as error:
        raise typer.BadParameter(str(error), param_hint="TARGET") from None
    if json_:
        answer({**asdict(done.details), "complete": done.complete, "dry_run": dry_run})
        return
    if done.complete:
        print(f"{done.where}: published already, complete")
        return
    what = f"published ({len(done.upload)} files uploaded{f', tagged {done.tag}' if done.tag else ''})"
    if dry_run:
        for verb, files in (("upload", done.upload), ("delete", done.delete)):
            for file in files:
                print(f"{verb}  {file}")
        print(f"{done.where}: would be {what}; nothing was done")
        return
    if done.created:
        say(f"{target}: created as a private dataset; its settings page makes it public")
    print(f"{done.where}: {what}")


def fetch(
    target: Annotated[
        str, typer.Argument(metavar="TARGET@VERSION", help="Such as ORG/NAME@1.0.0 or s3://bucket/name@1.0.0.")
    ],
    out: Out = DIST,
    json_: Json = False,
) -> None:
    """Fetch a published release to OUT/NAME/VERSION, verify it, and print how to load it."""
    from dataset.release.manifest import shown_config

    try:
        fetched = sp.fetch(target, out)
    except sp.TargetError as error:
        raise typer.BadParameter(str(error), param_hint="TARGET@VERSION") from None
    say(*fetched.notes)
    if json_:
        answer({"release": str(fetched.path), "written": fetched.written, "compared": fetched.compared})
        return
    print(f"{fetched.path}: {'fetched and verified' if fetched.written else 'exists already, verified'}")
    config = shown_config({name: fetched.count(name) for name in fetched.rows})
    print(f'load it    load_dataset("{fetched.path}", "{config}")')
