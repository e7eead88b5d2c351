"""The log of a service: one line per event on standard error."""

import logging
import sys
import time
from typing import Final

_LIBRARIES: Final = ("websockets", "aiocoap")


class LineFormatter(logging.Formatter):
    """Writes `2026-01-31T12:00:00.123Z info text`.

    Text from the network cannot start a line of its own: control characters are escaped. A
    library reports what a peer did wrong with a traceback; of this only the last line is kept.
    Tracebacks of our own modules remain, because they are faults of the program.
    """

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        text = record.getMessage()
        trace = ""
        if record.exc_info and record.exc_info[1] is not None:
            if record.name.partition(".")[0] in _LIBRARIES:
                text += f": {record.exc_info[1]!r}"
            else:
                trace = "\n" + self.formatException(record.exc_info)
        milliseconds = f"{int(record.msecs):03d}"
        return f"{moment}.{milliseconds}Z {record.levelname.lower()} {_printable(text)}{trace}"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def set_up(level: str) -> None:
    """Sends all log events from `level` on ("debug" to "error") to standard error.

    Libraries speak from warnings on, whatever the level.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
