"""Whether what stands beside the messages of a log are names of chargers.

A name in `CP1 -> CSMS` stands where other programs write a thread, as `[exec-3] received`. Answers
tell them apart: an answer stands beside the same charger as its CALL, but beside any thread.
"""

from collections import OrderedDict
from typing import Final

from laconic_bench.logs.found import Finding
from laconic_codec.messages import Call, CallError, CallResult

FITTING_SHARE: Final = 0.9
"""Of the answers; fewer beside the name of their CALL, and they are no names."""
OPEN_MAX: Final = 1_000


class Names:
    """Looks at the beginning of a log, and then tells the charger of each message."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, set[str | None]] = OrderedDict()
        """Beside which words the CALLs with a message id stand."""
        self._answers = 0
        self._fitting = 0

    def learn(self, finding: Finding) -> None:
        """Look at a message of the beginning."""
        message_id = finding.message.message_id
        if isinstance(finding.message, Call):
            self._asked.setdefault(message_id, set()).add(finding.plain_name)
            if len(self._asked) > OPEN_MAX:
                self._asked.popitem(last=False)
        elif isinstance(finding.message, CallResult | CallError) and message_id in self._asked:
            self._answers += 1
            self._fitting += finding.plain_name in self._asked[message_id]

    def of(self, finding: Finding) -> str | None:
        """Return the charger of a message; None if the log does not name it."""
        if finding.identity is not None:
            return finding.identity
        are_names = self._fitting >= FITTING_SHARE * self._answers
        return finding.plain_name if are_names else None
