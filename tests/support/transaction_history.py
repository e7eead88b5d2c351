"""Random histories of sessions of OCPP 1.6, and what must be true in each of them.

A charger starts, measures and stops; the site answers by itself or lets the CSMS answer, and gives
a provisional id when that takes too long; answers get lost, and the charger says it again; the
expander restarts between any two steps, the CSMS comes and goes, refuses and blocks.
"""

from dataclasses import dataclass, field
from random import Random

from laconic_codec.messages import Call, CallResult
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.provisional import provisional_id
from tests.support.lane_world import PATH, LaneWorld, content


@dataclass(slots=True)
class Session:
    """One session as charger and CSMS know it."""

    number: int
    is_poison: bool
    is_blocked: bool
    given: list[int] = field(default_factory=list[int])
    """Ids that the charger was given, the last one in use."""
    lost: list[int] = field(default_factory=list[int])
    """Ids that the site gave it in answers that got lost."""
    waits: int | None = None
    """Sequence of the start whose answer the charger waits for."""
    real: int | None = None
    """Id of the CSMS."""
    provisional: set[int] = field(default_factory=set[int])
    refused: set[str] = field(default_factory=set[str])
    """Ids of messages to which the CSMS gave a CALLERROR: they may come again."""
    shown: bool = False
    """A message with the id in use has reached the expander."""
    messages: int = 0
    over: bool = False

    @property
    def issued(self) -> list[int]:
        """Return the ids that were given, whether or not the charger got them."""
        return self.given + self.lost

    @property
    def start(self) -> str:
        """Return the payload of its start."""
        return (
            f'{{"connectorId":1, "idTag":"T{self.number}","meterStart":{self.number},'
            f'"timestamp":"2026-01-01T00:00:{self.number % 60:02}Z"}}'
        )


class History(LaneWorld):
    """One history."""

    def __init__(self, seed: int) -> None:
        self.problems: list[str] = []
        self.sessions: list[Session] = []
        self.stops_told: list[int] = []
        self._by_sequence: dict[int, Session] = {}
        self._payloads: dict[str, tuple[Session, str]] = {}  # message id -> session, as sent
        self._is_quiet = False
        super().__init__(Random(seed))

    def run(self, steps: int) -> list[str]:
        """Play the history to its end; return what was wrong."""
        for _ in range(steps):
            self._step()
        self._is_quiet = True
        for session in self.sessions:
            if session.given and not session.over:
                self._speak(session, "StopTransaction")
        self.settle()
        self._check_end()
        return self.problems

    def _step(self) -> None:
        dice = self.random.random()
        if dice < 0.12:
            self._begin()
        elif dice < 0.30 and self.sessions:
            self._go_on(self.random.choice(self.sessions[-3:]))
        elif dice < 0.36 and self.sessions:
            self._order(self.random.choice(self.sessions))
        elif dice < 0.40:
            self.restart()
        elif dice < 0.46:
            self.lose()
        elif dice < 0.62:
            self.wait(self.random.choice((0.1, 1.0, 30.0, 70.0)))
        elif dice < 0.70:
            self.read()
        elif dice < 0.80:
            self.commit()
        elif dice < 0.86:
            self.open()
        elif self.unanswered is not None:
            self.settle_one({})

    # --- the charger and its site

    def _begin(self) -> None:
        if self.sessions and not self.sessions[-1].over and self.random.random() < 0.7:
            return
        dice = self.random.random
        session = Session(len(self.sessions) + 1, dice() < 0.1, dice() < 0.15)
        self.sessions.append(session)
        self._start(session)

    def _start(self, session: Session) -> None:
        """Send a start, for the first time or again: a new CALL with a new message id (trap 11)."""
        # A site that has answered a start answers the same words in the same way again.
        answered = bool(session.provisional & set(session.issued)) or self.random.random() < 0.6
        sequence = self.sequence + 1
        self._by_sequence[sequence] = session
        provisional = provisional_id(PATH, session.start)
        session.provisional.add(provisional)
        if answered:
            is_lost = self.random.random() < 0.2
            (session.lost if is_lost else session.given).append(provisional)
        session.waits = None if answered else sequence
        session.shown = session.shown and answered is False
        self._payloads[f"id-{sequence}"] = (session, session.start)
        self.store("StartTransaction", session.start, answered=answered)

    def _go_on(self, session: Session) -> None:
        if session.over:
            return
        if session.given:
            stops = self.random.random() < 0.4
            self._speak(session, "StopTransaction" if stops else "MeterValues")
        elif session.waits is not None and self.random.random() < 0.5:
            session.given.append(provisional_id(PATH, session.start))  # no answer came in time
            session.waits = None
        else:
            self._start(session)

    def _speak(self, session: Session, action: str) -> None:
        session.messages += 1
        session.over = session.over or action == "StopTransaction"
        known = session.given[-1]
        note = f'"note": "{known} \\"transactionId\\":{known}", "more":{{"transactionId": {known}}}'
        payload = f'{{ {note} , "transactionId" : %s,"n":{session.messages}}}'
        self._payloads[f"id-{self.sequence + 1}"] = (session, payload)
        session.shown = True
        self.store(action, payload % known, answered=self.random.random() < 0.8)

    # --- the CSMS

    def _order(self, session: Session) -> None:
        """Quote the CSMS's id, also days later (trap 10).

        Not before the charger has shown which id it uses, until then only the site knows; nor
        before the expander has the answer on disk, or has read what waits there.
        """
        is_known = any(
            ("start", str(sequence)) in self.kept
            for sequence, one in self._by_sequence.items()
            if one is session
        )
        if session.real is None or not session.shown or session.waits is not None:
            return
        if is_known:
            self.read()
            self.wait(self.random.choice((0.0, 0.0, 20 * 86_400.0)))
            self.say("RemoteStopTransaction", f'{{"transactionId":{session.real}}}')

    def settle_one(self, answers: dict[str, str]) -> None:
        call = self.unanswered
        assert call is not None
        session = self._payloads[call.message_id][0]
        fails = session.is_poison and call.action == "StartTransaction"
        if fails or (not self._is_quiet and self.random.random() < 0.1):
            session.refused.add(call.message_id)
            self.refuse()
        elif call.action == "StartTransaction":
            if session.real is None:
                session.real = 100 + session.number
            status = "Blocked" if session.is_blocked else "Accepted"
            self.answer(f'{{"idTagInfo":{{"status":"{status}"}},"transactionId":{session.real}}}')
        else:
            self.answer("{}")

    def heard(self, call: Call) -> None:
        session, payload = self._payloads[call.message_id]
        if call.action == "StartTransaction":
            if call.payload != payload:
                self.problems.append(f"a start was changed: {call.payload}")
            return
        known = content(call)["transactionId"]
        if known in session.provisional:
            self.problems.append(f"the CSMS saw the provisional id {known}")
        if known == -1 and session.real is not None:
            self.problems.append(f"-1 for the session {session.number}, which has an id")
        if known not in (-1, session.real):
            self.problems.append(f"session {session.number} went with id {known}")
        if not _differs_in_id_only(call.payload, payload, str(known)):
            self.problems.append(f"more than the id was changed: {call.payload}")

    def told(self, action: ToSite) -> None:
        message = action.message
        if isinstance(message, Call):
            known = content(message)["transactionId"]
            users = [session for session in self.sessions if known in session.issued]
            if not users:
                self.problems.append(f"the charger was told of {known}, which it was not given")
            elif not message.message_id.startswith("own-"):
                if known != users[0].given[-1]:
                    self.problems.append(f"the charger was told of {known}, which is out of use")
            else:
                self.stops_told.append(users[0].number)
                if not users[0].is_blocked:
                    self.problems.append(f"session {users[0].number} was stopped without reason")
        elif isinstance(message, CallResult) and action.answers is not None:
            session = self._by_sequence.get(action.answers.sequence)
            if session is not None and session.waits == action.answers.sequence:
                session.waits = None
                session.given.append(int(str(content_of(message)["transactionId"])))

    # --- at the end

    def _check_end(self) -> None:
        starts = [call for call in self.received if call.action == "StartTransaction"]
        for session in self.sessions:
            taken = {c.message_id for c in starts if self._payloads[c.message_id][0] is session}
            if len(taken - session.refused) > 1:
                self.problems.append(f"session {session.number} was started {len(taken)} times")
            if not taken:
                self.problems.append(f"session {session.number} was never sent")
        if self.delivered != self.sequence:
            self.problems.append("something is left")


def content_of(result: CallResult) -> dict[str, object]:
    """Return the payload of a CALLRESULT."""
    return content(Call("", "", result.payload))


def _differs_in_id_only(payload: str, template: str, known: str) -> bool:
    before, after = template.split("%s")
    return payload == f"{before}{known}{after}"
