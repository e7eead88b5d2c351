"""Lets what must be on time run before everything else on a busy machine."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager


def take_precedence(process_id: int = 0) -> None:
    """Have a process, 0 for this one, run as soon as it can.

    It is meant for processes that do little and wait for the clock. Where it is not allowed,
    nothing happens: the times that are measured have the delays of the machine in them then.
    """
    if sys.platform == "linux":
        try:
            os.sched_setscheduler(process_id, os.SCHED_RR, os.sched_param(1))
        except OSError:
            return


@contextmanager
def precedence() -> Generator[None]:
    """Let this process take precedence for a while."""
    take_precedence()
    try:
        yield
    finally:
        if sys.platform == "linux":
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
