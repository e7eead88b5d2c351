"""A lane with an open socket and an outbox, told as a story."""

from random import Random

from laconic_codec.messages import Call
from laconic_gateway.core.expander.csms_policy import CsmsPolicy
from laconic_gateway.core.expander.kept import KeptKind
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.notes import Topic
from tests.support.lane_world import LaneWorld


class Story(LaneWorld):
    """A lane with an open socket; it remembers what went down."""

    def __init__(self, version: str = "1.6", policy: CsmsPolicy | None = None) -> None:
        self.down: list[ToSite] = []
        super().__init__(Random(1), version=version, policy=policy or CsmsPolicy())
        self.open()

    def told(self, action: ToSite) -> None:
        self.down.append(action)

    def restart(self) -> None:
        super().restart()
        self.read()

    @property
    def actions(self) -> list[str]:
        """Return the actions of all CALLs that the CSMS has received."""
        return [call.action for call in self.received]

    @property
    def commands(self) -> list[Call]:
        """Return the CALLs that went down."""
        return [one.message for one in self.down if isinstance(one.message, Call)]

    def done(self, payload: str = "{}") -> None:
        """Have the CSMS answer, and all that follows be on disk."""
        self.answer(payload)
        self.commit()

    def kinds(self, kind: KeptKind) -> list[str]:
        """Return the names of what is kept of a kind."""
        return [name for found, name in self.kept if found == kind]

    def counted(self, topic: Topic) -> int:
        """Return how often a topic was noted."""
        return sum(note.topic is topic for note in self.notes)
