"""The commands ``standpunkt studio …``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotation.studio.offsets import Unit
from standpunkt.cli.options import AnnotatorKind, CorpusPath, DryRun, Json, Page, Texts
from standpunkt.cli.terminal import answer, say, say_rejected

if TYPE_CHECKING:
    from annotation.studio.push import Pushed

app = typer.Typer(help="Label Studio: tasks out, labels in.", no_args_is_help=True)

Suggest = Annotated[
    str | None,
    typer.Option(
        metavar="RULES|FILE",
        help='Pre-annotate: "rules" marks quotes and attributed speech; otherwise a file of a model\'s suggestions.',
    ),
]
Kind = Annotated[AnnotatorKind, typer.Option(help="Who labelled there.")]


@app.command()
def serve(
    corpus: CorpusPath,
    texts: Texts = None,
    annotators: Annotated[
        int, typer.Option(min=0, help="Number of accounts for annotators; missing ones are created.")
    ] = 0,
    suggest: Suggest = None,
) -> None:
    """Run Label Studio for a corpus on this machine: projects, tasks and accounts; Ctrl-C stops it."""
    from annotation.studio.server import ADMIN, CREDENTIALS
    from standpunkt import studio
    from standpunkt._rejected import keep_rejected

    say("starting Label Studio (the first time it is installed, which takes about two minutes) …")
    with studio.serve(corpus, texts=texts, annotators=annotators, suggest=suggest, progress=True) as (served, rejected):
        for page, pushed in served.pages.items():
            print(f"{page} page   {pushed.link}   ({_counts(pushed)})")
            say(*studio.unasked(pushed))
        if served.accounts:
            print(f"accounts       {served.accounts}   (address and password; hand out one line each)")
        print(f"your own       {ADMIN}, password in {corpus / '.studio' / CREDENTIALS}   (the owner's: keep it)")
        print("guidelines     annotation/guidelines.md   (for annotators; adapt a copy if your scheme differs)")
        print(f"pull labels    standpunkt studio pull {corpus}   (in another terminal)", flush=True)
        say_rejected(rejected, corpus / "rejected.jsonl", keep_rejected(corpus, rejected, studio="task"))
        say("running; Ctrl-C stops it, labels are kept")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            say("stopping …")
    raise typer.Exit(1 if rejected else 0)


@app.command()
def push(
    corpus: CorpusPath,
    texts: Texts = None,
    page: Annotated[Page, typer.Option(help="Articles, or the claims of gold.jsonl one by one.")] = Page.article,
    suggest: Suggest = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Push missing tasks to Label Studio (idempotent, safe to run from several machines)."""
    from standpunkt import studio

    if page is Page.claim and suggest is not None:
        raise typer.BadParameter("there are no suggestions for --page claim: leave it out", param_hint="--suggest")
    done = studio.push(corpus, texts=texts, page=page.value, suggest=suggest, dry_run=dry_run, progress=True)
    counts = done.details
    if json_:
        numbers = {
            "new": done.new,
            "repeats": counts.repeats,
            "there": done.existing,
            "predictions": counts.predictions,
        }
        if page is Page.claim:
            numbers |= {"claims": counts.claims, "not_shown": counts.not_shown}
        more = {"doubles_removed": counts.doubles, "link": done.link, "rejected": len(done.rejected)}
        answer({**numbers, **more})
    else:
        print(f"{'would push' if dry_run else 'pushed'}: {_counts(counts)}")
        if done.link:
            print(f"hand out this link: {done.link}")
    say_rejected(done.rejected, corpus / "rejected.jsonl", done.notes, dry_run=dry_run)
    raise typer.Exit(1 if done.rejected else 0)


@app.command()
def pull(
    corpus: CorpusPath,
    full: Annotated[bool, typer.Option("--full", help="Read every task; also finds deleted tasks.")] = False,
    annotator_kind: Kind = AnnotatorKind.human,
    json_: Json = False,
) -> None:
    """Import labels from Label Studio that are new or changed since the last pull."""
    from standpunkt import studio

    done = studio.pull(corpus, full=full, annotator_kind=annotator_kind.value, progress=True)
    if json_:
        names = ("changed", "unchanged", "skipped", "deleted", "drafts", "tasks")
        answer({**{name: getattr(done, name) for name in names}, "rejected": len(done.rejected)})
    else:
        print(
            f"{done.labels}: {done.changed} new or changed annotations, {done.unchanged} unchanged, of these {done.skipped} skipped;"
            f" {done.deleted} deleted, {done.drafts} not submitted ({done.tasks} tasks read)"
        )
    say_rejected(done.rejected, corpus / "rejected.jsonl", done.notes)
    raise typer.Exit(1 if done.rejected else 0)


@app.command()
def adjudicate(corpus: CorpusPath, texts: Texts = None, dry_run: DryRun = False, json_: Json = False) -> None:
    """Push the items that the votes leave open to Label Studio, for one person to decide; pull imports the decisions."""
    from standpunkt import studio

    done = studio.adjudicate(corpus, texts=texts, dry_run=dry_run, progress=True)
    if json_:
        answer({"new": done.new, "there": done.existing, "link": done.link, "rejected": len(done.rejected)})
    else:
        print(f"{'would push' if dry_run else 'pushed'}: {done.new} open items, {done.existing} exist already")
        if done.link:
            print(f"decide them here: {done.link}")
            print(f"then: standpunkt studio pull {corpus}, standpunkt gold {corpus}")
    say_rejected(done.rejected, corpus / "rejected.jsonl", done.notes, dry_run=dry_run)
    raise typer.Exit(1 if done.rejected else 0)


@app.command("export")
def export(
    corpus: CorpusPath,
    out: Annotated[
        Path,
        typer.Option(help="Output folder (one per server). Contains article text. Running again adds only new tasks."),
    ],
    texts: Texts = None,
) -> None:
    """Write labelling interface and tasks to files, for an import into any Label Studio."""
    from standpunkt import studio

    done = studio.export_tasks(corpus, out, texts=texts, progress=True)
    written = [f"{name} ({number} tasks)" for name, number in done.files.items()]
    print(f"{out}: {', '.join(written) or 'no new tasks'}, article-page.xml, claim-page.xml")
    say_rejected(done.rejected, corpus / "rejected.jsonl", done.notes)
    raise typer.Exit(1 if done.rejected else 0)


@app.command("import")
def import_(
    corpus: CorpusPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Label Studio's export of a project of ours, format JSON.")
    ],
    annotator_kind: Kind = AnnotatorKind.human,
    offsets: Annotated[
        Unit, typer.Option(help="Unit of the offsets in FILE; other units than code points are converted.")
    ] = Unit.code_points,
    json_: Json = False,
) -> None:
    """Import labels from the JSON export of a project, of any page."""
    from standpunkt import studio

    done = studio.import_labels(corpus, file, annotator_kind=annotator_kind.value, offsets=offsets.value, progress=True)
    if json_:
        answer({"annotations": done.changed, "unchanged": done.unchanged, "rejected": len(done.rejected)})
    else:
        print(
            f"{done.labels}: {done.changed} new or changed annotations, {done.unchanged} unchanged, {done.skipped} skipped"
        )
    say_rejected(done.rejected, corpus / "rejected.jsonl", done.notes)
    raise typer.Exit(1 if done.rejected else 0)


def _counts(done: Pushed) -> str:
    said = f"{done.new} new tasks, {done.repeats} blind repeats, {done.there} exist already"
    if done.predictions:
        said += f", {done.predictions} with suggestions"
    if done.shown:
        said += f" (annotators see those of {done.shown}; another version can be chosen in the project's settings)"
    if done.not_shown:
        said += f"; {done.not_shown} of {done.claims} gold claims cannot be shown"
    if done.down:
        said += f", {done.down} of articles taken down deleted"
    if done.elsewhere:
        said += f"; labels/ has {done.elsewhere} annotations of a project that is not on this server: their articles are asked for again"
    return said + (f", {done.doubles} double ones removed" if done.doubles else "")
