"""Run a map step over articles, here or on a pool of processes, with the same result."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from dataset.errors import StandpunktError

T = TypeVar("T")
R = TypeVar("R")

# Below this many articles starting processes costs more than it saves.
_WORTH_A_POOL = 400
_SHARD = 64


def run(
    function: Callable[[T], R], items: Sequence[T], workers: int | None = None, *, shard: int = _SHARD
) -> Iterator[R]:
    """Yield ``function(item)`` for every item, in the items' order.

    Args:
        function: a module-level function.
        items: what to map.
        workers: processes; None takes one per core where there is enough to do.
        shard: how many items a process is handed at a time, at most.
    """
    if workers is None:
        workers = (os.cpu_count() or 1) if len(items) >= _WORTH_A_POOL else 1
    if workers <= 1 or len(items) <= 1:
        yield from map(function, items)
        return
    # Spawned, not forked: pyarrow and duckdb hold threads that a forked child would inherit dead.
    context = multiprocessing.get_context("spawn")
    shard = max(1, min(shard, len(items) // workers))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_worker)
    try:
        with _quiet_start():
            results = pool.map(function, items, chunksize=shard)
        yield from results
    except KeyboardInterrupt:
        # What a worker has in hand may take it minutes: nobody who stops wants to wait for that.
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    except BrokenProcessPool:
        raise StandpunktError(
            "a worker process died (out of memory, or killed); nothing is written; try fewer --workers"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Start processes that say nothing when the build is stopped while they start.

    Until ``_worker`` runs in them, Ctrl-C and the parent's death make Python print a traceback of its own start-up there. They inherit a
    blocked Ctrl-C and a closed standard error; what goes wrong in their work comes back as an exception.
    """
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _worker() -> None:
    """In a worker: leave Ctrl-C to the parent, and do not outlive it when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
