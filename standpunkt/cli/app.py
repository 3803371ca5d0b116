"""The command line: ``standpunkt --help``. Commands are listed in the order in which they are met."""

from __future__ import annotations

from typing import Annotated

import typer

from standpunkt.cli import corpora, labels, releases, scores, studio
from standpunkt.cli.terminal import run_command

app = typer.Typer(
    help="Package and annotate news articles as datasets about stance and claims.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

START, RELEASES, LABELS, MODELS = "Make a dataset", "Releases", "Labels", "Compare models"
for command, group in (
    (corpora.demo, START),
    (corpora.new, START),
    (corpora.build, START),
    (releases.verify, RELEASES),
    (releases.diff, RELEASES),
    (releases.hydrate, RELEASES),
    (corpora.takedown, RELEASES),
    (releases.publish, RELEASES),
    (releases.fetch, RELEASES),
    (labels.gold, LABELS),
    (scores.evaluate, MODELS),
    (scores.score, MODELS),
    (scores.report, MODELS),
):
    app.command(rich_help_panel=group)(command)
app.add_typer(studio.app, name="studio", rich_help_panel=LABELS)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"standpunkt {version('standpunkt')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Package and annotate news articles as datasets about stance and claims."""


def main() -> None:
    """Run the command line (the console script)."""
    run_command(app)
