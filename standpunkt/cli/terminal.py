"""Output of commands: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from dataset.errors import StandpunktError, at_most, printable
from dataset.records.rejected import Rejected

INTERRUPTED = 130
MOST = 50  # lines of one kind
NAMED = 10  # rejected records that are printed if all of them are listed in a file
LONGEST = 4_000  # characters of a line, because lines contain values from data

err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def say(*lines: object) -> None:
    """Print lines on stderr; of many, the first ones, how many more there are, and the last one, which says what to do."""
    left = len(lines) - MOST - 1
    for line in lines if left <= 0 else (*lines[:MOST], f"… and {left:,} more", lines[-1]):
        # Ids and names are data: a line break in one must not start a second line, nor an escape sequence colour the terminal.
        text = printable(str(line)[: LONGEST + 1])
        err.print(f"standpunkt: {text if len(text) <= LONGEST else text[:LONGEST] + '…'}")


def answer(value: Any) -> None:
    """Print a result as JSON."""
    print(json.dumps(value, ensure_ascii=False))


def say_rejected(
    rejected: Sequence[Rejected], where: Path, notes: Sequence[str] = (), *, dry_run: bool = False
) -> None:
    """Print rejected records: the first ones, and the file that lists all of them.

    Args:
        rejected: the records.
        where: ``rejected.jsonl`` of the corpus.
        notes: of the result; one that names ``where`` says that the list could not be written, so more records are printed.
        dry_run: no list was written.
    """
    unlisted = [note for note in notes if note.startswith(f"{where}: ")]
    say(*(note for note in notes if note not in unlisted))
    if dry_run:
        say(*at_most(map(str, rejected)))
    elif unlisted:
        number = len(rejected)
        say(*rejected)
        said = "this was all of it" if number <= MOST else f"these were the first {MOST} of {number:,}"
        say(*(f"{note}: {said}" for note in unlisted))
    elif rejected:
        say(*rejected[:NAMED])
        if len(rejected) > NAMED:
            say(f"… and {len(rejected) - NAMED} more")
        say(f"{len(rejected)} rejected, listed in {where}")


def run_command(command: Callable[[], Any]) -> None:
    """Run a command line: every error is one line, none a traceback; may end by ``sys.exit``."""
    # Our own progress bars suffice, and a log needs none.
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    # A signal ends the command as Ctrl-C does: no temporary file, worker or server is left. A signal that nohup ignores stays ignored.
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
            say("interrupted; existing files are unchanged")
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
