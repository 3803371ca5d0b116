"""The command line of Standpunkt: ``standpunkt --help``.

The only module that knows all three packages; each command imports what it needs when it is called.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotation.studio.commands import studio
from dataset.errors import StandpunktError
from dataset.publish.commands import fetch, publish
from dataset.terminal import list_set_aside, say, set_aside, track

if TYPE_CHECKING:
    from annotation.gold import Summary
    from dataset.build import Built

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "seeds" / "sample"
INTERRUPTED = 130

app = typer.Typer(
    help="Package and annotate news articles as datasets about stance and claims.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(studio, name="studio")
app.command()(publish)
app.command()(fetch)

CorpusPath = Annotated[Path, typer.Argument(metavar="CORPUS", help="A corpus folder, such as seeds/sample.")]
ReleasePath = Annotated[Path, typer.Argument(metavar="RELEASE", help="A release folder, such as dist/sample/1.0.0.")]
Texts = Annotated[Path | None, typer.Option(help="The folder of texts, for a corpus that does not hold them.")]
Out = Annotated[Path, typer.Option(help="The folder that releases are built in.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; the result does not depend on it.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace a different release of the same version.")]
Json = Annotated[bool, typer.Option("--json", help="Print a machine's answer.")]


@app.command()
def new(
    corpus: CorpusPath,
    from_: Annotated[
        list[Path], typer.Option("--from", metavar="PATH", help="A text file, or a folder of them; repeatable.")
    ],
    json_: Json = False,
) -> None:
    """Make a corpus folder from text files."""
    from dataset.new import new_corpus

    made = new_corpus(corpus, from_, track=track)
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
    workers: Workers = None,
    replace: Replace = False,
    datasheet: Annotated[Path | None, typer.Option(help="Also write the corpus's section of this datasheet.")] = None,
    json_: Json = False,
) -> None:
    """Build the release of a corpus: OUT/NAME/VERSION."""
    built = _build(corpus, texts=texts, out=out, workers=workers, replace=replace)
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
        }
        print(json.dumps(answer))
    else:
        print(f"{built.path}: {'built' if built.written else 'stands already, unchanged'} ({_size(built)})")
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
def gold(
    corpus: CorpusPath,
    texts: Texts = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a gold.jsonl that was edited by hand.")] = False,
    json_: Json = False,
) -> None:
    """Make gold labels from the annotators' labels of a corpus, and a page about how well they agree."""
    from annotation.summary import as_text

    summary, page = _gold(corpus, texts, replace=replace)
    if json_:
        said = {
            name: getattr(summary, name)
            for name in ("articles", "claims", "undecided", "adjudicated", "silver", "quality")
        }
        said |= {name: summary.agreement[name] for name in ("alpha", "pairs")}
        said |= {"aggregation": summary.method, "report": str(page), "rejected": len(summary.rejected)}
        print(json.dumps(said, ensure_ascii=False))
    else:
        print(f"{corpus / 'gold.jsonl'}: {as_text(summary)}")
        print(f"  all of it, with the hardest items: {page}")
    list_set_aside(corpus, summary.rejected)
    raise typer.Exit(1 if summary.rejected else 0)


@app.command()
def evaluate(release: ReleasePath, json_: Json = False) -> None:
    """Train the baselines on a release's train split and score them on its test split."""
    from baselines.evaluate import evaluate_release as run
    from baselines.leaderboard import as_text

    results = run(release, track=track)
    if json_:
        print(json.dumps([result.to_json() for result in results], ensure_ascii=False))
    else:
        print(as_text(results))


@app.command()
def demo(out: Out = Path("dist"), replace: Replace = False) -> None:
    """Build the sample corpus, load it back, and score the baselines on it."""
    from baselines.evaluate import evaluate_release as run
    from baselines.leaderboard import as_text

    say(f"building {SAMPLE.relative_to(HERE)} …")
    built = _build(SAMPLE, out=out, replace=replace)
    say("training baselines …")
    results = run(built.path, track=track)
    print(as_text(results))
    print(f"\nrelease    {built.path}   ({_size(built)})")
    print(f"card       {built.path / 'README.md'}")
    print(f'load it    load_dataset("{built.path}", "claims")')
    print(f"check it   standpunkt verify {built.path}")
    raise typer.Exit(1 if built.rejected else 0)


def _build(path: Path, **options: Any) -> Built:
    from dataset.build import build_release as run
    from dataset.corpus import read_corpus
    from dataset.gold import is_stale

    if is_stale(read_corpus(path, options.get("texts"))):
        say(f"{path}: gold.jsonl is older than what it is made from, making it anew")
        _gold(path, options.get("texts"))
    return run(path, track=track, **options)


def _gold(path: Path, texts: Path | None, *, replace: bool = False) -> tuple[Summary, Path]:
    """Gold, and the page about it, which is never older than the gold."""
    from annotation.gold import write_gold
    from annotation.report import write_report
    from dataset.build import read_articles, text_facts
    from dataset.corpus import read_corpus
    from dataset.gold import read_report

    read = read_corpus(path, texts)
    articles = [] if read.external and texts is None else read_articles(read, track=track)[0]
    facts = {one.source.id: one.facts for one in articles} or text_facts(read, track=track)[0]
    summary = write_gold(read, facts, replace=replace)
    report = read_report(path / "agreement.json")
    shown = {one.source.id: one.text for one in articles}
    pages = write_report(path / "report", read, report, summary.rows, summary.annotations, shown)
    return summary, pages[0]


def _size(built: Built) -> str:
    facts = built.facts
    return f"{len(facts.of('articles'))} articles, {len(facts.of('sentences'))} sentences, {len(facts.of('claims'))} claims"


def main() -> None:
    """The console script: every error is a line, none a traceback."""
    # Our own bars suffice, and a log needs none.
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    try:
        app()
    except StandpunktError as error:
        say(*error.lines)
        sys.exit(1)
    except (KeyboardInterrupt, SystemExit) as end:
        # typer turns Ctrl-C into a silent exit with this status.
        if isinstance(end, KeyboardInterrupt) or end.code == INTERRUPTED:
            say("stopped; what stood there before still does")
            sys.exit(INTERRUPTED)
        raise
    except MemoryError:
        say("out of memory")
        sys.exit(1)
    except OSError as error:
        say(f"{error.filename or 'file system'}: {error.strerror or error}")
        sys.exit(1)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        say(
            f"a bug in Standpunkt: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}; please report it"
        )
        sys.exit(70)


if __name__ == "__main__":
    main()
