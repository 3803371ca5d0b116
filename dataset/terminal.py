"""How commands talk to their user: answers on stdout, everything else on stderr, progress on a terminal only."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track as rich_track

from dataset.corpus import list_rejected
from dataset.errors import BusyError, StandpunktError, at_most, printable
from dataset.lock import held
from dataset.records.rejected import Rejected

INTERRUPTED = 130
MOST = 50  # lines of one kind
LONGEST = 4_000  # characters of a line: values from data are in it

err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def track(items: Iterable[Any], what: str, total: int) -> Iterable[Any]:
    """A progress bar, on a terminal only."""
    if not err.is_terminal:
        return items
    return rich_track(items, description=what, total=total, console=err, transient=True)


def say(*lines: object) -> None:
    """Print to stderr; of many lines the first ones, how many more there are, and the last one, which contains the advice."""
    left = len(lines) - MOST - 1
    for line in lines if left <= 0 else (*lines[:MOST], f"… and {left:,} more", lines[-1]):
        # Ids and names are data: a line break in one makes no second line, an escape sequence colours no terminal.
        text = printable(str(line)[: LONGEST + 1])
        err.print(f"standpunkt: {text if len(text) <= LONGEST else text[:LONGEST] + '…'}")


def set_aside(rejected: list[Rejected], where: Path) -> None:
    """Name what was set aside, the first ones here and all of them in a file."""
    for one in rejected[:10]:
        say(one)
    if len(rejected) > 10:
        say(f"… and {len(rejected) - 10} more")
    if rejected:
        say(f"{len(rejected)} rejected, listed in {where}")


def list_set_aside(corpus: Path, rejected: list[Rejected], *, studio: str | None = None, dry_run: bool = False) -> None:
    """Name what this run rejected, and bring the corpus's list up to date; a dry run only names it."""
    if dry_run:
        say(*at_most(map(str, rejected)))
        return
    try:
        with held(corpus, wait=5):
            where = list_rejected(corpus, rejected, studio=studio)
    except (OSError, BusyError) as error:
        say(*rejected)
        if rejected:
            why = error.strerror if isinstance(error, OSError) else "another command is at work there"
            named = (
                "this was all of it" if len(rejected) <= MOST else f"these were the first {MOST} of {len(rejected):,}"
            )
            say(f"{corpus / 'rejected.jsonl'}: cannot be written ({why}): {named}")
        return
    set_aside(rejected, where)


def run_command(command: Callable[[], Any]) -> None:
    """Run a command line: every error is a line, none a traceback; it may end by ``sys.exit``."""
    # Our own bars suffice, and a log needs none.
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    # Whoever ends us by a signal wants what Ctrl-C does: no temporary file, worker or server left. What nohup made us deaf to stays so.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        command()
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
        say(f"{error.filename2 or error.filename or 'file system'}: {error.strerror or error}")
        sys.exit(1)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        say(
            f"a bug in Standpunkt: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}; please report it"
        )
        sys.exit(70)
