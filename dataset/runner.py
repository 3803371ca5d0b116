"""Run a map step over articles, here or on a pool of processes, with the same result."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from dataset.errors import StandpunktError

T = TypeVar("T")
R = TypeVar("R")

# Below this many articles starting processes costs more than it saves.
_WORTH_A_POOL = 400
_SHARD = 64


def run(function: Callable[[T], R], items: Sequence[T], workers: int | None = None) -> Iterator[R]:
    """Yield ``function(item)`` for every item, in the items' order.

    Args:
        function: a module-level function.
        items: what to map.
        workers: processes; None takes one per core where there is enough to do.
    """
    if workers is None:
        workers = (os.cpu_count() or 1) if len(items) >= _WORTH_A_POOL else 1
    if workers <= 1 or len(items) <= 1:
        yield from map(function, items)
        return
    # Spawned, not forked: pyarrow and duckdb hold threads that a forked child would inherit dead.
    context = multiprocessing.get_context("spawn")
    shard = max(1, min(_SHARD, len(items) // workers))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_worker)
    try:
        yield from pool.map(function, items, chunksize=shard)
    except BrokenProcessPool:
        raise StandpunktError(
            "a worker process died (out of memory, or killed); nothing is released; try fewer --workers"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _worker() -> None:
    """In a worker: leave Ctrl-C to the parent, and do not outlive it when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
