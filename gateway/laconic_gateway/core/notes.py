"""Notes: what a core wants counted, and what it wants said to the operator."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How loud a note is in the log; SILENT is counted only."""

    SILENT = "silent"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Topic(StrEnum):
    """What a note is about; each topic is one counter."""

    MESSAGE = "message"
    LOCAL_ANSWER = "local_answer"
    STAND_IN = "stand_in"
    BAD_INPUT = "bad_input"
    LATE_ANSWER = "late_answer"
    CSMS_ERROR = "csms_error"
    UNUSED_ANSWER = "unused_answer"
    ESCAPE = "escape"
    LINK = "link"
    CSMS_LINK = "csms_link"
    REFUSED_FRAME = "refused_frame"
    SEQUENCE_GAP = "sequence_gap"
    UNKNOWN_CHARGER = "unknown_charger"
    CLAIM = "claim"
    SECOND_CLAIM = "second_claim"
    BUDGET_STEP = "budget_step"
    BUDGET_ALERT = "budget_alert"
    KEPT_BACK = "kept_back"
    COMMAND_GIVEN_UP = "command_given_up"
    RETRIED = "retried"
    QUARANTINED = "quarantined"
    LATE_REFUSAL = "late_refusal"
    OWN_COMMAND = "own_command"
    BOOT_HELD = "boot_held"
    REPEATED_START = "repeated_start"
    STATUS_SKIPPED = "status_skipped"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that happened."""

    topic: Topic
    label: str = ""
    """What the counter is divided by: a direction, a reason, an error code."""
    text: str = ""
    """For the log; empty if there is nothing to say."""
    level: Level = Level.SILENT
