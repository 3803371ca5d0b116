"""The commands ``standpunkt studio …``: each imports what it needs when it is called."""

from __future__ import annotations

import json
import time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotation.studio.offsets import Unit
from dataset.terminal import list_set_aside, say, track

if TYPE_CHECKING:
    from annotation.studio.predictions import Predictions
    from annotation.studio.push import Pushed
    from dataset.corpus import Corpus
    from dataset.prepare import Prepared
    from dataset.records.rejected import Rejected

studio = typer.Typer(help="Label Studio: tasks out, labels in.", no_args_is_help=True, rich_markup_mode=None)

RULES = "rules"
NAMED = 50  # claims that are named in one line
CorpusPath = Annotated[Path, typer.Argument(metavar="CORPUS", help="A corpus folder, such as seeds/sample.")]
Texts = Annotated[Path | None, typer.Option(help="The folder of texts, for a corpus that does not hold them.")]
Json = Annotated[bool, typer.Option("--json", help="Print a machine's answer.")]
Suggest = Annotated[
    str | None,
    typer.Option(
        metavar="RULES|FILE",
        help='Pre-annotate: "rules" finds quotes and attributed speech, a file holds predictions of a model.',
    ),
]


class AnnotatorKind(StrEnum):
    """People or models: never confused."""

    human = "human"
    model = "model"


class Page(StrEnum):
    """The two labelling pages."""

    article = "article"
    claim = "claim"


Kind = Annotated[AnnotatorKind, typer.Option(help="Who labelled there.")]


@studio.command()
def serve(
    corpus: CorpusPath,
    texts: Texts = None,
    annotators: Annotated[int, typer.Option(min=0, help="Accounts for annotators to make, where there are fewer.")] = 0,
    suggest: Suggest = None,
) -> None:
    """Run Label Studio for a corpus on this machine: projects, tasks and accounts; Ctrl-C stops it."""
    from annotation.studio.serve import serving_corpus
    from annotation.studio.server import ADMIN, CREDENTIALS

    read, articles, rejected = _articles(corpus, texts)
    predictions, aside = _predictions(read, articles, suggest)
    say("starting Label Studio (the first time it is installed: about two minutes) …")
    with serving_corpus(read, articles, annotators=annotators, predictions=predictions) as served:
        for page, pushed in served.pages.items():
            print(f"{page} page   {pushed.link}   ({_pushed(pushed)})")
            aside += pushed.rejected
            _say_unasked(pushed)
        if served.accounts:
            print(f"accounts       {served.accounts}   (address and password; hand out one line each)")
        print(
            f"your own       {ADMIN}, password in {corpus / '.studio' / CREDENTIALS}   (the owner's: for nobody else)"
        )
        print("guidelines     annotation/guidelines.md   (for annotators; adapt a copy where your scheme differs)")
        print(f"pull labels    standpunkt studio pull {corpus}   (in another terminal)", flush=True)
        list_set_aside(corpus, rejected + aside, studio="task")
        say("running; Ctrl-C stops it, what was labelled stays")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            say("stopping …")
    raise typer.Exit(1 if rejected + aside else 0)


@studio.command()
def push(
    corpus: CorpusPath,
    texts: Texts = None,
    page: Annotated[Page, typer.Option(help="Articles, or the claims of gold.jsonl one by one.")] = Page.article,
    suggest: Suggest = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, only say what would be done.")] = False,
    json_: Json = False,
) -> None:
    """Bring new tasks to Label Studio; what is there already is left alone."""
    from annotation.studio.client import connect
    from annotation.studio.push import push_tasks
    from dataset.build import read_articles
    from dataset.corpus import read_corpus
    from dataset.errors import CorpusError
    from dataset.gold import is_stale

    if page is Page.claim and suggest is not None:
        raise typer.BadParameter("there are no suggestions for --page claim: leave it out", param_hint="--suggest")
    read = read_corpus(corpus, texts)
    gold = corpus / "gold.jsonl"
    if page is Page.claim and (is_stale(read) or not gold.exists()):
        # A claim that is no claim any more cannot be taken back from who is asked about it.
        raise CorpusError(f"{gold}: missing, or older than what it is made from; first standpunkt gold {corpus}")
    connection = connect(corpus)
    articles, rejected = read_articles(read, track=track)
    predictions, aside = _predictions(read, articles, suggest)
    done = push_tasks(connection, read, articles, page=page.value, predictions=predictions, dry_run=dry_run)
    rejected += aside + done.rejected
    if json_:
        numbers = {"new": done.new, "repeats": done.repeats, "there": done.there, "predictions": done.predictions}
        if page is Page.claim:
            numbers |= {"claims": done.claims, "not_shown": done.not_shown}
        print(json.dumps({**numbers, "doubles_removed": done.doubles, "link": done.link, "rejected": len(rejected)}))
    else:
        print(f"{'would push' if dry_run else 'pushed'}: {_pushed(done)}")
        if done.link:
            print(f"hand out this link: {done.link}")
    _say_unasked(done)
    list_set_aside(corpus, rejected, studio="task", dry_run=dry_run)
    raise typer.Exit(1 if rejected else 0)


@studio.command()
def pull(
    corpus: CorpusPath,
    full: Annotated[bool, typer.Option("--full", help="Look at every task: finds deleted tasks too.")] = False,
    annotator_kind: Kind = AnnotatorKind.human,
    json_: Json = False,
) -> None:
    """Bring labels home from Label Studio: what changed since the last pull."""
    from annotation.studio.client import connect
    from annotation.studio.pull import pull_labels
    from dataset.build import text_facts
    from dataset.corpus import read_corpus

    read = read_corpus(corpus)
    connection = connect(corpus)
    facts, _ = text_facts(read, track=track)
    done = pull_labels(connection, read, facts, annotator_kind=annotator_kind.value, full=full)
    numbers = {name: getattr(done, name) for name in ("changed", "unchanged", "skipped", "deleted", "drafts", "tasks")}
    if json_:
        print(json.dumps({**numbers, "rejected": len(done.rejected)}))
    else:
        print(
            f"{corpus / 'labels'}: {done.changed} new or changed annotations, {done.unchanged} unchanged, of these {done.skipped} skipped;"
            f" {done.deleted} deleted, {done.drafts} not submitted ({done.tasks} tasks looked at)"
        )
    list_set_aside(corpus, done.rejected, studio="label")
    raise typer.Exit(1 if done.rejected else 0)


@studio.command()
def adjudicate(
    corpus: CorpusPath,
    texts: Texts = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, only say what would be done.")] = False,
    json_: Json = False,
) -> None:
    """Bring what the annotators left open to Label Studio, for one person to decide; pull brings the decisions home."""
    from annotation.gold_page import make_gold
    from annotation.studio.adjudicate import adjudication_tasks
    from annotation.studio.client import connect
    from annotation.studio.push import push_tasks
    from dataset.corpus import read_corpus

    read_corpus(corpus, texts)  # names a folder that is no corpus before any server is asked
    connection = connect(corpus)
    made = make_gold(corpus, texts, dry_run=dry_run, track=track)
    make = partial(adjudication_tasks, made.corpus, made.articles, made.gold.rows, made.gold.counted)
    done = push_tasks(connection, made.corpus, made.articles, page="adjudication", tasks=make, dry_run=dry_run)
    rejected = made.rejected + made.gold.rejected + done.rejected
    if json_:
        print(json.dumps({"new": done.new, "there": done.there, "link": done.link, "rejected": len(rejected)}))
    else:
        print(f"{'would push' if dry_run else 'pushed'}: {done.new} open items, {done.there} there already")
        if done.link:
            print(f"decide them here: {done.link}")
            print(f"then: standpunkt studio pull {corpus}, standpunkt gold {corpus}")
    list_set_aside(corpus, rejected, studio="task", dry_run=dry_run)
    raise typer.Exit(1 if rejected else 0)


@studio.command("export")
def studio_export(
    corpus: CorpusPath,
    out: Annotated[
        Path,
        typer.Option(
            help="The folder to write to, one a server; its files hold article text. Called again: what is new."
        ),
    ],
    texts: Texts = None,
) -> None:
    """Write the labelling interface and the tasks, for an import into any Label Studio."""
    from annotation.studio.exchange import export_tasks

    read, articles, rejected = _articles(corpus, texts)
    written = [f"{name} ({number} tasks)" for name, number in export_tasks(read, articles, out).items()]
    print(f"{out}: {', '.join(written) or 'no new tasks'}, article-page.xml, claim-page.xml")
    list_set_aside(corpus, rejected)
    raise typer.Exit(1 if rejected else 0)


@studio.command("import")
def studio_import(
    corpus: CorpusPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Label Studio's export of a project of ours, format JSON.")
    ],
    annotator_kind: Kind = AnnotatorKind.human,
    offsets: Annotated[
        Unit,
        typer.Option(help="What the offsets in FILE count; other units than code points are converted."),
    ] = Unit.code_points,
    json_: Json = False,
) -> None:
    """Bring labels home from a JSON export of a project, whichever page it has."""
    from annotation.studio.exchange import import_annotations
    from dataset.build import text_facts
    from dataset.corpus import read_corpus

    read = read_corpus(corpus)
    facts, _ = text_facts(read, track=track)
    done = import_annotations(read, facts, file, annotator_kind=annotator_kind.value, unit=offsets)
    if json_:
        print(
            json.dumps({"annotations": done.annotations, "unchanged": done.unchanged, "rejected": len(done.rejected)})
        )
    else:
        print(
            f"{corpus / 'labels'}: {done.annotations} new or changed annotations, {done.unchanged} unchanged, {done.skipped} skipped"
        )
    list_set_aside(corpus, done.rejected)
    raise typer.Exit(1 if done.rejected else 0)


def _articles(corpus: Path, texts: Path | None) -> tuple[Corpus, list[Prepared], list[Rejected]]:
    from dataset.build import read_articles
    from dataset.corpus import read_corpus

    read = read_corpus(corpus, texts)
    return read, *read_articles(read, track=track)


def _predictions(
    corpus: Corpus, articles: list[Prepared], suggest: str | None
) -> tuple[Predictions | None, list[Rejected]]:
    if suggest is None:
        return None, []
    from annotation.studio.predictions import from_file, from_rules

    return (from_rules(articles), []) if suggest == RULES else from_file(corpus, articles, Path(suggest))


def _say_unasked(done: Pushed) -> None:
    """Name the claims that the claim page does not ask about, although nothing is wrong with them."""
    if done.unasked:
        more = f" and {len(done.unasked) - NAMED} more" if len(done.unasked) > NAMED else ""
        names = ", ".join(done.unasked[:NAMED]) + more
        say(
            f"gold.jsonl: {len(done.unasked)} claims have a target without a question, so nothing is asked about them: {names}"
        )


def _pushed(done: Pushed) -> str:
    said = f"{done.new} new tasks, {done.repeats} blind repeats, {done.there} there already"
    if done.predictions:
        said += f", {done.predictions} with predictions"
    if done.shown:
        said += f" (annotators see those of {done.shown}; another version can be chosen in the project's settings)"
    if done.not_shown:
        said += f"; {done.not_shown} of {done.claims} gold claims cannot be shown"
    if done.down:
        said += f", {done.down} of articles taken down deleted"
    if done.elsewhere:
        said += f"; labels/ has {done.elsewhere} annotations of a project that is not on this server: their articles are asked for anew"
    return said + (f", {done.doubles} double ones removed" if done.doubles else "")
