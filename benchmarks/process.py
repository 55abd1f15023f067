"""Work in processes of their own: isolated from each other, and ended when their time is up."""

from __future__ import annotations

import gc
import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

FORK = multiprocessing.get_context("fork")
"""A fork has the world of its parent without anything being copied or read again."""


class OverBudget(Exception):  # noqa: N818  that something took too long is a result here
    """What was asked for was not there in time."""


class Broken(RuntimeError):  # noqa: N818  said by somebody else, in its own words
    """The other process could not do it; this is what it said."""


class Worker:
    """A process that holds one thing and does with it what it is told, one at a time."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.connection, theirs = FORK.Pipe()
        gc.collect()
        gc.freeze()
        self.process = FORK.Process(target=_serve, args=(make, theirs), daemon=False)
        self.process.start()
        gc.unfreeze()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self.process.is_alive() and not self.connection.closed

    def ask(self, work: Callable[..., Any], *given: Any, budget: float) -> Any:
        """What a function answers there, called with what the process holds; at most so many seconds."""
        self.connection.send((work, given))
        if not self.connection.poll(budget):
            self.kill()
            raise OverBudget
        try:
            done, found = self.connection.recv()
        except EOFError as error:
            self.kill()
            raise Broken(f"it ended with code {self.process.exitcode}") from error
        if not done:
            raise Broken(found)
        return found

    def end(self) -> None:
        """Let it finish by itself, if it can."""
        if self.is_alive:
            self.connection.send(None)
            self.process.join(10)
        self.kill()

    def kill(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(make: Callable[[], Any], connection: Connection[Any, Any]) -> None:
    held: Any = None
    try:
        held = make()
        while (told := connection.recv()) is not None:
            work, given = told
            try:
                connection.send((True, work(held, *given)))
            except Exception:  # noqa: BLE001  whatever it is, who asked is told
                connection.send((False, traceback.format_exc()))
    except (EOFError, KeyboardInterrupt):
        pass
    finally:
        close = getattr(held, "close", None)
        if close is not None:
            close()


def isolated(work: Callable[..., Any], *given: Any, budget: float) -> Any:
    """What a function answers in a process of its own, which has what it is given by being a fork."""
    with Worker(lambda: given) as worker:
        return worker.ask(_applied, work, budget=budget)


def _applied(held: tuple[Any, ...], work: Callable[..., Any]) -> Any:
    return work(*held)
