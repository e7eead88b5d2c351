"""What an operator decides about the way to the CSMS."""

from dataclasses import dataclass
from typing import Final

from laconic_gateway.core.expander.commands import ANSWER_SECONDS as COMMAND_SECONDS

REFRESH_STATUS_SECONDS: Final = 300.0
"""Default of the time after which the CSMS gets the last statuses again."""


@dataclass(frozen=True, slots=True)
class CsmsPolicy:
    """How to deal with the CSMS."""

    command_seconds: float = COMMAND_SECONDS
    """How long a CALL of the CSMS may take."""
    replay_boot: bool = False
    """Send the last accepted boot first on a new socket after the CSMS was away (trap 4)."""
    refresh_status_seconds: float = REFRESH_STATUS_SECONDS
    """After an absence this long, send the last status of each connector again (trap 23)."""


DEFAULT_POLICY: Final = CsmsPolicy()
