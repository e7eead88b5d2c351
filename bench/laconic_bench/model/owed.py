"""What one end of a connection owes the other: answers to the CALLs that came over it."""

import re
from typing import Final

_KIND_AND_ID: Final = re.compile(r'\s*\[\s*(\d)\s*,\s*"((?:[^"\\]|\\.)*)"')
_CALL: Final = "2"
_ANSWERS: Final = frozenset("34")


class Owed:
    """One end of one connection. A CALL is answered on the connection on which it came."""

    def __init__(self) -> None:
        self._message_ids: set[str] = set()

    def hear(self, text: str) -> None:
        """Take note of a message that came."""
        found = _KIND_AND_ID.match(text)
        if found and found[1] == _CALL:
            self._message_ids.add(found[2])

    def may_say(self, text: str) -> bool:
        """Tell whether a message belongs on this connection; an answer does so once."""
        found = _KIND_AND_ID.match(text)
        if not found or found[1] not in _ANSWERS:
            return True
        if found[2] not in self._message_ids:
            return False
        self._message_ids.remove(found[2])
        return True
