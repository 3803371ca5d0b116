"""The commands ``standpunkt publish`` and ``standpunkt fetch``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dataset.terminal import say

ReleasePath = Annotated[Path, typer.Argument(metavar="RELEASE", help="A release folder, such as dist/sample/1.0.0.")]
Target = Annotated[
    str,
    typer.Argument(metavar="TARGET", help="ORG/NAME on a Hugging Face Hub, or an address such as s3://bucket/name."),
]
Published = Annotated[
    str, typer.Argument(metavar="TARGET@VERSION", help="As in ORG/NAME@1.0.0 or s3://bucket/name@1.0.0.")
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine's answer.")]


def publish(
    release: ReleasePath,
    target: Target,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
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
    """Publish a release: to a Hugging Face Hub (HF_ENDPOINT, HF_TOKEN) as a tagged commit, or into a folder that fsspec reaches."""
    from dataset.publish.place import TargetError
    from dataset.publish.transfer import publish_release

    try:
        plan = publish_release(
            release,
            target,
            dry_run=dry_run,
            corpus=corpus,
            accept_unknown_rights=accept_unknown_rights,
            accept_template_questions=accept_template_questions,
        )
    except TargetError as error:
        raise typer.BadParameter(str(error), param_hint="TARGET") from None
    if json_:
        print(json.dumps({**asdict(plan), "complete": plan.complete, "dry_run": dry_run}))
        return
    if plan.complete:
        print(f"{plan.where}: published already, complete")
        return
    if dry_run:
        for what, files in (("upload", plan.upload), ("delete", plan.delete)):
            for file in files:
                print(f"{what}  {file}")
        print(f"{plan.where}: would be {_done(plan.tag, len(plan.upload))}; nothing was done")
        return
    if plan.create:
        say(f"{target}: made as a private data set; its settings page makes it public")
    print(f"{plan.where}: {_done(plan.tag, len(plan.upload))}")


def fetch(
    target: Published,
    out: Annotated[Path, typer.Option(help="The folder that releases are put in.")] = Path("dist"),
    json_: Json = False,
) -> None:
    """Fetch a published release to OUT/NAME/VERSION, verify it, and say how to load it."""
    from dataset.publish.place import TargetError
    from dataset.publish.transfer import fetch_release
    from dataset.release.layout import loading_warning
    from dataset.release.manifest import read_head, shown_config

    try:
        fetched = fetch_release(target, out)
    except TargetError as error:
        raise typer.BadParameter(str(error), param_hint="TARGET@VERSION") from None
    if fetched.unreached:
        say(f"{fetched.unreached}; what was fetched earlier is whole, and is used")
    if warning := loading_warning(fetched.path):
        say(warning)
    if json_:
        answer = {"release": str(fetched.path), "written": fetched.written, "compared": fetched.unreached is None}
        print(json.dumps(answer))
        return
    print(f"{fetched.path}: {'fetched and verified' if fetched.written else 'stands already, verified'}")
    configs = read_head(fetched.path).configs
    config = shown_config({name: sum(one.rows.values()) for name, one in configs.items()})
    print(f'load it    load_dataset("{fetched.path}", "{config}")')


def _done(tag: str | None, files: int) -> str:
    return f"published ({files} files uploaded{f', tagged {tag}' if tag else ''})"
