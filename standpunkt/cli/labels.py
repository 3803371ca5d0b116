"""The command ``gold``."""

from __future__ import annotations

from typing import Annotated

import typer

import standpunkt as sp
from dataset.records.record import plain
from standpunkt.cli.options import Accept, CorpusPath, Json, OldText, Texts
from standpunkt.cli.terminal import answer, say_rejected


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
    """Make gold labels from the annotators' labels, and an HTML page about their agreement."""
    from annotation.summary import as_text

    made = sp.gold(
        corpus,
        texts=texts,
        replace=replace,
        accept_corrections=accept or (),
        correction_from=tuple(correction_from or ()),
        progress=True,
    )
    summary = made.details
    if json_:
        named = ("articles", "claims", "undecided", "adjudicated", "silver", "quality")
        said = {name: getattr(summary, name) for name in named}
        said |= {name: plain(summary.agreement)[name] for name in ("alpha", "pairs")}
        answer(said | {"aggregation": made.aggregation, "report": str(made.report), "rejected": len(made.rejected)})
    else:
        print(f"{made.path}: {as_text(summary)}")
        print(f"  report, with the items on which annotators disagree most: {made.report}")
    say_rejected(made.rejected, corpus / "rejected.jsonl", made.notes)
    raise typer.Exit(1 if made.rejected else 0)
