"""Keeps a change of the log set-up inside one test."""

import logging
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def log_state_kept() -> Generator[None]:
    """Restores handlers and levels of the root and of the libraries."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name in ("websockets", "aiocoap"):
            logging.getLogger(name).setLevel(logging.NOTSET)
