"""The command line of Standpunkt: ``standpunkt --help``.

The only module that knows all three packages; each command imports what it needs when it is called.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotation.studio.commands import studio
from baselines.commands import RUNS, evaluate, report, score
from dataset.publish.commands import fetch, publish
from dataset.standoff.commands import Profile, hydrate
from dataset.terminal import list_set_aside, run_command, say, set_aside, track

if TYPE_CHECKING:
    from dataset.build import Built

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "seeds" / "sample"

app = typer.Typer(
    help="Package and annotate news articles as datasets about stance and claims.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(studio, name="studio")
app.command()(evaluate)
app.command()(score)
app.command()(report)
app.command()(hydrate)
app.command()(publish)
app.command()(fetch)

CorpusPath = Annotated[Path, typer.Argument(metavar="CORPUS", help="A corpus folder, such as seeds/sample.")]
ReleasePath = Annotated[Path, typer.Argument(metavar="RELEASE", help="A release folder, such as dist/sample/1.0.0.")]
Texts = Annotated[Path | None, typer.Option(help="The folder of texts, for a corpus that does not hold them.")]
Out = Annotated[Path, typer.Option(help="The folder that releases are built in.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; the result does not depend on it.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace a different release of the same version.")]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-correction",
        metavar="ARTICLE",
        help="Accept the text of ARTICLE as it is now and carry its labels over to it; repeatable.",
    ),
]
OldText = Annotated[
    list[Path] | None,
    typer.Option(
        "--correction-from",
        metavar="RELEASE",
        help="A release that holds the text from before the correction; repeatable.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine's answer.")]


@app.command()
def new(
    corpus: CorpusPath,
    from_: Annotated[
        list[Path], typer.Option("--from", metavar="PATH", help="A text file, or a folder of them; repeatable.")
    ],
    language: Annotated[str, typer.Option(help="Language of the articles, such as de or de-AT.")] = "de",
    json_: Json = False,
) -> None:
    """Make a corpus folder from text files."""
    from dataset.new import new_corpus

    made = new_corpus(corpus, from_, track=track, language=language)
    if json_:
        print(json.dumps({"corpus": str(corpus), "articles": made.articles, "rejected": len(made.rejected)}))
    else:
        print(
            f"{corpus}: {made.articles} articles. Next: put your questions into {corpus / 'scheme.toml'}, then standpunkt build {corpus}"
        )
    set_aside(made.rejected, corpus / "rejected.jsonl")
    raise typer.Exit(1 if made.rejected else 0)


@app.command()
def build(
    corpus: CorpusPath,
    texts: Texts = None,
    out: Out = Path("dist"),
    profile: Annotated[
        Profile, typer.Option(help="standoff: without text, for texts that may not be passed on.")
    ] = Profile.full,
    workers: Workers = None,
    replace: Replace = False,
    only_licenses: Annotated[
        list[str] | None,
        typer.Option(
            "--only-licenses",
            metavar="LICENCE",
            help="Release only articles under it, as OUT/NAME.only-LICENCE; repeatable.",
        ),
    ] = None,
    datasheet: Annotated[Path | None, typer.Option(help="Also write the corpus's section of this datasheet.")] = None,
    accept: Accept = None,
    correction_from: OldText = None,
    json_: Json = False,
) -> None:
    """Build the release of a corpus: OUT/NAME/VERSION."""
    _accept(corpus, texts, accept, correction_from, out)
    built = _build(
        corpus,
        texts=texts,
        out=out,
        profile=profile.value,
        workers=workers,
        replace=replace,
        only_licenses=only_licenses or (),
    )
    if datasheet is not None:
        from dataset.release.datasheet import section, update

        if update(datasheet, built.facts.corpus.name, section(built.facts)):
            say(f"{datasheet}: written anew")
    if json_:
        answer = {
            "release": str(built.path),
            "digest": built.digest,
            "written": built.written,
            "rejected": len(built.rejected),
            "withheld": sorted(built.facts.corpus.withheld),
            "since": built.since,
            "changes": built.changes and built.changes.level,
        }
        print(json.dumps(answer))
    else:
        from dataset.release.datasheet import open_questions

        print(f"{built.path}: {'built' if built.written else 'stands already, unchanged'} ({_size(built)})")
        if built.changes:
            print(f"  since {built.since}: {built.changes.reasons()}")
        print(*(f"  {line}\n" for line in open_questions(built.facts)), sep="", end="")
    _warn(built.path)
    if built.facts.corpus.withheld:
        say(f"{corpus / 'corpus.toml'}: withheld: {', '.join(sorted(built.facts.corpus.withheld))}")
    list_set_aside(corpus, built.rejected)
    raise typer.Exit(1 if built.rejected else 0)


@app.command()
def verify(release: ReleasePath, json_: Json = False) -> None:
    """Check that a release is what it was when it was built."""
    from dataset.release.verify import verify_release as check

    problems = check(release)
    if json_:
        print(json.dumps({"release": str(release), "problems": problems}, ensure_ascii=False))
    elif not problems:
        print(f"{release}: in order")
    say(*problems)
    raise typer.Exit(1 if problems else 0)


@app.command()
def takedown(
    corpus: CorpusPath,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The article's id.")],
    reason: Annotated[str, typer.Option(help="Why; the tombstone keeps it.")],
    texts: Texts = None,
    out: Annotated[Path, typer.Option(help="The folder of releases: those that hold the article are named.")] = Path(
        "dist"
    ),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, only say what would be removed.")] = False,
    json_: Json = False,
) -> None:
    """Take an article out of a corpus for good: it is in no later release, and neither it nor a near copy comes back."""
    from dataset.takedown.commands import print_takedown

    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    raise typer.Exit(print_takedown(corpus, article, reason, texts=texts, out=out, dry_run=dry_run, json_=json_))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A release folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A later one of the same corpus.")],
    json_: Json = False,
) -> None:
    """Tell what changed between two releases, row by row."""
    from dataset.diff.commands import print_diff

    print_diff(old, new, json_=json_)


@app.command()
def gold(
    corpus: CorpusPath,
    texts: Texts = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Overwrite a gold.jsonl that was edited by hand, or whose labels are gone."),
    ] = False,
    accept: Accept = None,
    correction_from: OldText = None,
    json_: Json = False,
) -> None:
    """Make gold labels from the annotators' labels of a corpus, and a page about how well they agree."""
    from annotation.gold_page import make_gold
    from annotation.summary import as_text
    from dataset.records.record import plain

    _accept(corpus, texts, accept, correction_from, Path("dist"))
    made = make_gold(corpus, texts, replace=replace, track=track)
    summary, page = made.gold, made.page
    if json_:
        said = {
            name: getattr(summary, name)
            for name in ("articles", "claims", "undecided", "adjudicated", "silver", "quality")
        }
        said |= {name: plain(summary.agreement)[name] for name in ("alpha", "pairs")}
        said |= {"aggregation": summary.method, "report": str(page), "rejected": len(summary.rejected)}
        print(json.dumps(said, ensure_ascii=False))
    else:
        print(f"{corpus / 'gold.jsonl'}: {as_text(summary)}")
        print(f"  all of it, with the hardest items: {page}")
    list_set_aside(corpus, summary.rejected)
    raise typer.Exit(1 if summary.rejected else 0)


@app.command()
def demo(out: Out = Path("dist"), replace: Replace = False) -> None:
    """Build the sample corpus, load it back, and score the baselines on it."""
    from baselines.evaluate import evaluate_release, undamaged
    from baselines.leaderboard import as_text
    from baselines.run_folder import alone
    from baselines.runs import run_name, write_run

    say(f"building {SAMPLE.relative_to(HERE)} …")
    built = _build(SAMPLE, out=out, replace=replace)
    say("training baselines …")
    with alone(RUNS / run_name(undamaged(built.path))) as folder:
        found = evaluate_release(built.path, track=track)
        run = write_run(folder, built.path, found)
    _warn(built.path)
    print(as_text(found.boards, found.manifest))
    print(f"\nrelease    {built.path}   ({_size(built)})")
    print(f"card       {built.path / 'README.md'}")
    print(f'load it    load_dataset("{built.path}", "claims")')
    print(f"check it   standpunkt verify {built.path}")
    print(f"run        {run}   (predictions and scores; standpunkt report {run} draws them)")
    raise typer.Exit(1 if built.rejected else 0)


def _accept(
    corpus: Path, texts: Path | None, articles: list[str] | None, releases: list[Path] | None, out: Path
) -> None:
    if articles:
        from dataset.correction.accept import accept_corrections

        say(*accept_corrections(corpus, articles, texts=texts, out=out, releases=releases or ()))


def _build(path: Path, **options: Any) -> Built:
    from annotation.gold_page import make_gold
    from dataset.build import build_release as run
    from dataset.corpus import read_corpus
    from dataset.gold import is_stale
    from dataset.lock import held

    with held(path):
        if is_stale(read_corpus(path, options.get("texts"))):
            say(f"{path}: gold.jsonl is older than what it is made from, making it again")
            make_gold(path, options.get("texts"), track=track)
        return run(path, track=track, **options)


def _warn(release: Path) -> None:
    from dataset.release.layout import loading_warning

    if warning := loading_warning(release):
        say(warning)


def _size(built: Built) -> str:
    facts = built.facts
    return f"{len(facts.of('articles'))} articles, {len(facts.of('sentences'))} sentences, {len(facts.of('claims'))} claims"


def main() -> None:
    """The console script."""
    run_command(app)


if __name__ == "__main__":
    main()
