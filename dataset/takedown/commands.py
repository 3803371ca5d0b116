"""``standpunkt takedown``: what was done, what is left to do, and what no command can reach."""

from __future__ import annotations

import json
from pathlib import Path

from dataset.takedown.removal import TakenDown, take_down
from dataset.takedown.traces import STUDIO
from dataset.terminal import say


def print_takedown(
    corpus: Path, article: str, reason: str, *, texts: Path | None, out: Path, dry_run: bool, json_: bool
) -> int:
    """Take an article down, and say so.

    Returns:
        The exit status: 1 where the corpus still holds the very text, or quotes it.

    Raises:
        CorpusError: there is no such article, it was never released, or the folder cannot be written.
    """
    done = take_down(corpus, article, reason, texts=texts, out=out, dry_run=dry_run)
    stone, removed = done.stone, [trace.said(corpus) for trace in done.traces]
    if json_:
        answer = {
            "article_id": article,
            "version": stone.version,
            "dry_run": dry_run,
            "removed": removed,
            "fingerprints": len(stone.prints),
            "copies": done.copies,
            "releases": [str(one) for one in done.releases],
            "quoting": [str(one) for one in done.quoting],
        }
        print(json.dumps(answer, ensure_ascii=False))
    elif done.done:
        print(
            f"{corpus}: {article} was taken down on {stone.date} ({stone.reason}), since version {stone.version}; nothing is left to do"
        )
    else:
        print(f"{corpus}: {article} {'would be' if dry_run else 'is'} taken down, since version {stone.version}")
        for line in removed:
            print(f"  {'would remove' if dry_run else 'removed'}: {line}")
        if not dry_run:
            print(f"next: standpunkt build {corpus}{' --texts DIR' if texts else ''}")
    say(*_left(corpus, done))
    return 1 if done.quoting or 1.0 in done.copies.values() else 0


def _left(corpus: Path, done: TakenDown) -> list[str]:
    """What the command cannot take out itself."""
    stone = done.stone
    lines = [f"{one}: still quotes the article: take that out by hand" for one in done.quoting]
    for id_, share in done.copies.items():
        what = "is the same text" if share == 1 else f"is nearly the same text ({share:.0%} of the fingerprints)"
        lines.append(
            f"{id_} {what} and stays in the corpus; if it has to go: standpunkt takedown {corpus} {id_} --reason …"
        )
    if not stone.prints:
        lines.append(
            f"the text of {stone.article_id} was not found, so that only the very same text will be known again, and no near copy"
            " (where it is elsewhere: the same command with --texts DIR)"
        )
    if done.studio:
        lines.append(
            f"{corpus / STUDIO}: Label Studio still shows it: standpunkt studio push {corpus} deletes its tasks"
        )
    lines += [f"{one}: holds the article: delete it, and withdraw it where it was published" for one in done.releases]
    if not done.done:
        lines.append(
            "runs and reports of a release that holds it quote it too (runs/); what was published, downloaded or committed before is out"
            " of reach of this command"
        )
    return lines
