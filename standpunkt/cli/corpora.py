"""The commands ``demo``, ``new``, ``build`` and ``takedown``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import standpunkt as sp
from standpunkt.cli.options import (
    DIST,
    RUNS,
    Accept,
    CorpusPath,
    DryRun,
    Json,
    OldText,
    Out,
    Profile,
    Replace,
    Texts,
    Workers,
)
from standpunkt.cli.terminal import answer, say, say_rejected

PACKAGE = Path(__file__).resolve().parents[1]
# In a checkout and in an editable install the sample corpus is in the repository; a wheel contains a copy of it.
IN_REPOSITORY, IN_WHEEL = PACKAGE.parent / "seeds" / "sample", PACKAGE / "shipped" / "sample"


def demo(out: Out = DIST, replace: Replace = False) -> None:
    """Build the sample corpus, load it and score the baselines on it."""
    sample = _sample()
    say(f"building {sample.relative_to(PACKAGE.parent) if sample == IN_REPOSITORY else sample} …")
    release = sp.build(sample, out=out, replace=replace, progress=True)
    say("training baselines …")
    run = sp.evaluate(release, out=RUNS, progress=True)
    say(*release.notes)
    print(run.text())
    print(f"\nrelease    {release.path}   ({size(release)})")
    print(f"card       {release.path / 'README.md'}")
    print(f'load it    load_dataset("{release.path}", "claims")')
    print(f"check it   standpunkt verify {release.path}")
    print(f"run        {run.path}   (predictions and scores; standpunkt report {run.path} draws them)")
    raise typer.Exit(1 if release.rejected else 0)


def _sample() -> Path:
    """Return the sample corpus, in a folder that can be written."""
    if IN_REPOSITORY.is_dir():
        return IN_REPOSITORY
    copy = Path("seeds") / "sample"
    if not copy.exists():
        say(f"{copy}: copy of the sample corpus")
        shutil.copytree(IN_WHEEL, copy)
    return copy


def new(
    corpus: CorpusPath,
    from_: Annotated[
        list[Path], typer.Option("--from", metavar="PATH", help="Text file, or folder of text files; repeatable.")
    ],
    language: Annotated[str, typer.Option(help="Language of the articles, such as de or de-AT.")] = "de",
    json_: Json = False,
) -> None:
    """Create a corpus folder from text files."""
    made = sp.new(corpus, list(from_), language=language, progress=True)
    if json_:
        answer({"corpus": str(corpus), "articles": made.taken, "rejected": len(made.rejected)})
    else:
        scheme = corpus / "scheme.toml"
        print(
            f"{corpus}: {made.taken} articles. Next: put your questions into {scheme}, then standpunkt build {corpus}"
        )
    say_rejected(made.rejected, corpus / "rejected.jsonl")
    raise typer.Exit(1 if made.rejected else 0)


def build(
    corpus: CorpusPath,
    texts: Texts = None,
    out: Out = DIST,
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
            help="Release only articles under LICENCE, as OUT/NAME.only-LICENCE; repeatable.",
        ),
    ] = None,
    datasheet: Annotated[
        Path | None, typer.Option(help="Also update the section of the corpus in this Markdown file.")
    ] = None,
    accept: Accept = None,
    correction_from: OldText = None,
    json_: Json = False,
) -> None:
    """Build the release of a corpus: OUT/NAME/VERSION."""
    built = sp.build(
        corpus,
        texts=texts,
        out=out,
        profile=profile.value,
        workers=workers,
        replace=replace,
        only_licenses=only_licenses or (),
        datasheet=datasheet,
        accept_corrections=accept or (),
        correction_from=tuple(correction_from or ()),
        progress=True,
    )
    if json_:
        answer(
            {
                "release": str(built.path),
                "digest": built.digest,
                "written": built.written,
                "rejected": len(built.rejected),
                "withheld": list(built.withheld),
                "since": built.since,
                "changes": built.changes,
            }
        )
    else:
        print(f"{built.path}: {'built' if built.written else 'exists already, unchanged'} ({size(built)})")
        if built.changes:
            print(f"  since {built.since}: {built.reasons}")
        print(*(f"  {line}\n" for line in built.questions), sep="", end="")
    say_rejected(built.rejected, corpus / "rejected.jsonl", built.notes)
    raise typer.Exit(1 if built.rejected else 0)


def size(release: sp.Release) -> str:
    """Return the numbers of rows that matter most, in words."""
    return ", ".join(f"{release.count(name)} {name}" for name in ("articles", "sentences", "claims"))


def takedown(
    corpus: CorpusPath,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Id of the article.")],
    reason: Annotated[str, typer.Option(help="Why it is taken down; the tombstone keeps it.")],
    texts: Texts = None,
    out: Annotated[Path, typer.Option(help="Folder of releases; those that contain the article are named.")] = DIST,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Remove an article from a corpus for good. Neither it nor a near copy of it can come back."""
    if not reason.strip():
        raise typer.BadParameter("give a reason", param_hint="--reason")
    done = sp.takedown(corpus, article, reason, texts=texts, out=out, dry_run=dry_run)
    if json_:
        answer(
            {
                "article_id": article,
                "version": done.version,
                "dry_run": dry_run,
                "removed": list(done.removed),
                "fingerprints": len(done.details.stone.prints),
                "copies": dict(done.copies),
                "releases": [str(path) for path in done.releases],
                "quoting": [str(path) for path in done.quoting],
            }
        )
    elif done.complete:
        stone = done.details.stone
        print(
            f"{corpus}: {article} was taken down on {stone.date} ({stone.reason}), since version {done.version}; nothing is left to do"
        )
    else:
        print(f"{corpus}: {article} {'would be' if dry_run else 'is'} taken down, since version {done.version}")
        for line in done.removed:
            print(f"  {'would remove' if dry_run else 'removed'}: {line}")
        if not dry_run:
            print(f"next: standpunkt build {corpus}{' --texts DIR' if texts else ''}")
    say(*_left(corpus, done))
    # The corpus still contains the very text, or quotes it.
    raise typer.Exit(1 if done.quoting or 1.0 in done.copies.values() else 0)


def _left(corpus: Path, done: sp.Takedown) -> list[str]:
    """Return what the command cannot remove itself, one line each."""
    from dataset.takedown.traces import STUDIO

    lines = [f"{path}: still quotes the article: remove that by hand" for path in done.quoting]
    for id_, share in done.copies.items():
        what = "is the same text" if share == 1 else f"is nearly the same text ({share:.0%} of the fingerprints)"
        lines.append(
            f"{id_} {what} and stays in the corpus; to remove it: standpunkt takedown {corpus} {id_} --reason …"
        )
    if not done.details.stone.prints:
        lines.append(
            f"the text of {done.article} was not found, so only the very same text will be recognised, and no near copy"
            " (if it is elsewhere: the same command with --texts DIR)"
        )
    if done.details.studio:
        lines.append(
            f"{corpus / STUDIO}: Label Studio still shows it: standpunkt studio push {corpus} deletes its tasks"
        )
    lines += [
        f"{path}: contains the article: delete it, and withdraw it where it was published" for path in done.releases
    ]
    if not done.complete:
        lines.append(
            "runs and reports of a release that contains it quote it, too (runs/); this command cannot reach what was published, downloaded"
            " or committed before"
        )
    return lines
