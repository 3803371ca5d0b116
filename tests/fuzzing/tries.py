"""One try: copy the material, damage a file, run a command in a process of its own, and look at how it ended."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import stat
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from dataset.files import sha256_bytes, sha256_file
from dataset.terminal import run_command
from standpunkt import app
from tests.fuzzing.mutations import mutate

HANG = 10.0  # seconds of processor time
DRAWING = 10.0  # seconds more for a report, whose figures take about eight when nothing is damaged
WAIT = 180.0  # seconds on the clock: a busy machine gives a process little of them
MEMORY = 2 << 30  # bytes
_LINES = 120  # on stderr: 50 of a kind, and there are few kinds

CORPUS = "c"
RELEASE = "dist/c/1.0.0"
LATER = "dist/c/2.0.0"
BARE = "bare/c/1.0.0"
RUN = "runs/c-1.0.0"

# What is damaged, and the commands that read it.
COMMANDS: dict[str, tuple[str, ...]] = {
    CORPUS: (
        "gold c",
        "build c --workers 1 --out new",
        "build c --workers 1 --out new --only-licenses CC-BY-4.0",
        "build c --workers 1 --out new --profile standoff",
        "build c --workers 1 --out dist --replace",
        "takedown c a3 --reason x --out dist",
        "studio import c export.json",
        "studio export c --out tasks",
    ),
    RELEASE: (
        f"verify {RELEASE}",
        f"diff {RELEASE} {LATER}",
        f"publish {RELEASE} file://{{here}}/store",
        f"publish {RELEASE} file://{{here}}/store --dry-run",
        f"evaluate {RELEASE} --inputs in.jsonl",
        f"score {RELEASE} own.jsonl --out runs",
        "build c --workers 1 --out dist --replace",
    ),
    BARE: (
        f"verify {BARE}",
        f"hydrate {BARE} --texts copies --out new --workers 1",
        f"diff {BARE} {LATER}",
        f"publish {BARE} file://{{here}}/store --dry-run",
    ),
    RUN: (f"report {RUN}", f"score {RELEASE} own.jsonl --out runs"),
    "own.jsonl": (f"score {RELEASE} own.jsonl --out runs",),
    "export.json": ("studio import c export.json",),
    "copies": (f"hydrate {BARE} --texts copies --out new --workers 1", "new fresh --from copies"),
}

WEIGHTS = {CORPUS: 5, RELEASE: 4, BARE: 3}  # of the others: 1


@dataclass(frozen=True)
class Outcome:
    """Result of a try."""

    seed: int
    file: str
    how: str
    command: str
    status: int
    seconds: float  # of processor time
    memory: int  # bytes
    said: str
    fault: str | None

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def attempt(material: Path, seed: int, work: Path) -> Outcome:
    """Run one try, the same for the same seed."""
    dice = random.Random(seed)
    (target,) = dice.choices(list(COMMANDS), [WEIGHTS.get(one, 1) for one in COMMANDS])
    folder = work / f"try-{seed}"
    shutil.copytree(material, folder, symlinks=True)
    at = folder / target
    files = [at] if at.is_file() else sorted(path for path in at.rglob("*") if path.is_file() and path.name != ".lock")
    file = dice.choice(files)
    command = dice.choice(COMMANDS[target])
    notes, said = work / f"{seed}.how", work / f"{seed}.said"
    child = os.fork()
    if child == 0:
        _in_child(folder, target, file, command, dice, notes, said)
    status, usage, waited = _wait(child)
    seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    text = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
    how = notes.read_text() if notes.exists() else "?"
    busy = seconds - DRAWING if command.startswith("report") else seconds
    fault = _fault(status, busy, memory, waited, text)
    name = file.relative_to(folder).as_posix()
    for path in (notes, said):
        path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    return Outcome(seed, name, how, command, status, round(seconds, 2), memory, text[-2000:] if fault else "", fault)


def _in_child(
    folder: Path, target: str, file: Path, command: str, dice: random.Random, notes: Path, said: Path
) -> None:
    code = 99
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
        os.chdir(folder)
        how = mutate(file, dice)
        if target in (RELEASE, BARE) and dice.random() < 0.6:
            how += "+sealed" if _seal(folder / target) else ""
        notes.write_text(how)
        with said.open("w", encoding="utf-8") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        sys.argv = ["standpunkt", *command.format(here=folder).split()]
        run_command(app)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _seal(release: Path) -> bool:
    """Renew the hashes of the manifest, so that the damage behind them is reached."""
    try:
        path = release / "manifest.json"
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        data = json.loads(path.read_bytes())
        for name, known in data["files"].items():
            if not stat.S_ISREG((release / name).stat().st_mode):
                return False
            known.update(sha256=sha256_file(release / name), bytes=(release / name).stat().st_size)
        rest = {key: value for key, value in data.items() if key != "manifest_sha256"}
        seal = sha256_bytes(json.dumps(rest, ensure_ascii=False, indent=1).encode())
        path.write_bytes((json.dumps({**rest, "manifest_sha256": seal}, ensure_ascii=False, indent=1) + "\n").encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return True


def _wait(child: int) -> tuple[int, resource.struct_rusage, bool]:
    """The exit status of a child (negative for a signal), its use of the machine, and whether it had to be killed."""
    start, killed = time.monotonic(), False
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage, killed
        if not killed and time.monotonic() - start > WAIT:
            os.killpg(child, signal.SIGKILL)
            killed = True
        time.sleep(0.01)


def _fault(status: int, seconds: float, memory: int, waited: bool, said: str) -> str | None:
    if waited:
        return f"hang: {WAIT:.0f} s on the clock"
    if status not in (0, 1):
        return f"exit status {status}"
    if "Traceback (most recent" in said:
        return "traceback"
    if seconds > HANG:
        return f"hang: {seconds:.1f} s of processor time"
    if memory > MEMORY:
        return f"memory: {memory >> 20} MB"
    if status == 1 and not said.strip():
        return "exit status 1 without a word"
    if len(said.splitlines()) > _LINES:
        return f"{len(said.splitlines())} lines"
    return None
