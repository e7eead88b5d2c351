"""What overtakes a backlog: a driver who comes during it must not wait for all of it (D7).

A question of a charger, or its answer to a command, goes on an express channel (wire profile 7.6):
before all messages that wait, and not through the journal. What is lost with an epoch is asked
again in the next one, as long as the charger waits.
"""

from typing import Final

from laconic_codec.items import Bind, MessageItem
from laconic_codec.messages import Call, Message
from laconic_gateway.core.express import QUESTIONS
from laconic_gateway.core.records import split_reference
from laconic_gateway.core.site.offline.availability import Availability
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.session import Session, with_id
from laconic_gateway.core.site.uplink import Uplink

QUESTIONS_MAX: Final = 64
"""Questions that may wait at a time; those beyond wait behind everything else."""

_NO_TOKEN: Final = 0


def is_token(sequence: int) -> bool:
    """Tell whether a session waits under a token, and not under a number of the journal."""
    return sequence < 0


class Express:
    """Sends what must not wait, and knows which answer belongs to which question."""

    def __init__(
        self,
        uplink: Uplink,
        roster: Roster,
        availability: Availability,
        *,
        preserve_ids: bool,
    ) -> None:
        self._uplink = uplink
        self._roster = roster
        self._availability = availability
        self._preserve_ids = preserve_ids
        self._last_token = _NO_TOKEN
        self._questions: dict[int, tuple[MessageItem, Bind]] = {}  # by token, unanswered

    @property
    def is_needed(self) -> bool:
        """Tell whether what is new would wait for long behind others, and can overtake them."""
        uplink = self._uplink
        return self._availability.is_behind and uplink.contact.link_up and uplink.epoch.is_open

    def ask(self, session: Session, call: Call) -> int | None:
        """Send a question at once; None: it has to go the ordinary way.

        Returns the token under which `session` is to wait for the answer: a negative number, and
        so none of the journal.
        """
        may_overtake = call.action in QUESTIONS and len(self._questions) < QUESTIONS_MAX
        if not may_overtake or not self.is_needed:
            return None
        self._last_token -= 1
        message = call if self._preserve_ids else with_id(call, "")
        bind = self._roster.bind_express(session)
        self._questions[self._last_token] = (MessageItem(bind.channel, message), bind)
        self._send(self._last_token)
        return self._last_token

    def reply(self, session: Session, answer: Message, reference: int) -> bool:
        """Send a charger's answer to a command at once; False: it has to go the ordinary way."""
        epoch, number = split_reference(reference)
        if not self.is_needed or epoch != self._uplink.epoch.number:
            return False
        bind = self._roster.bind_express(session)
        item = MessageItem(bind.channel, with_id(answer, ""), number)
        self._uplink.queue.add_express(_NO_TOKEN, item, bind)
        self._uplink.flush()
        return True

    def token_of(self, answer: MessageItem) -> int | None:
        """Return the token of the question that an item of the downlink answers."""
        return self._uplink.queue.express_token(answer.reference)

    def settle(self, token: int) -> None:
        """Take note that nobody waits for an answer any more."""
        self._questions.pop(token, None)

    def restart(self) -> None:
        """Ask again in a new epoch."""
        for token in self._questions:
            self._send(token)

    def _send(self, token: int) -> None:
        item, bind = self._questions[token]
        self._uplink.queue.add_express(token, item, bind)
        self._uplink.flush()
