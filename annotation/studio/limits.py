"""Limits in time for requests to a server."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NoReturn, TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return the result of a call, or stop waiting for it.

    The timeouts of HTTP libraries count from one byte to the next, so a server that sends one byte now and then holds them for ever. The
    call runs in a thread of its own, which does not keep the process alive.

    Raises:
        TimeoutError: the call took longer.
    """
    done: SimpleQueue[Callable[[], T]] = SimpleQueue()

    def work() -> None:
        try:
            value = call()
        except BaseException as error:
            done.put(_raising(error))
        else:
            done.put(lambda: value)

    Thread(target=work, daemon=True).start()
    try:
        result = done.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    return result()


def _raising(error: BaseException) -> Callable[[], NoReturn]:
    def again() -> NoReturn:
        raise error

    return again
