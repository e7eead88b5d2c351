"""What a process of the pool does about the end of a run: it cleans up, whatever ended it."""

import ctypes
import os
import signal
import sys
from multiprocessing import active_children
from types import FrameType
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
"""linux/prctl.h."""


def follow_parent() -> None:
    """End when the parent says so with `end_children`, and when it has died.

    Ctrl-C reaches all processes of a terminal, so this one leaves it: a second interruption would
    be in the way of what the first has begun.
    """
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def clean_up_at_end() -> None:
    """From now on the end is a `KeyboardInterrupt`; before there is nothing to be cleaned up."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)


def end_children() -> None:
    """Have all processes of the pool clean up and end."""
    for child in active_children():
        child.terminate()


def _interrupt(number: int, frame: FrameType | None) -> None:
    # asyncio knows what to do about this one.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.raise_signal(signal.SIGINT)
