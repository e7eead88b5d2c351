"""Both ends of one charger's conversation, which say what a trace says.

A charger keeps to OCPP-J (1.6, 4.1.1; 2.0.1 part 4, 4.1): one CALL at a time, the next one when
the answer is there, so what a slow link delays is said later. The CSMS does the same. Answers take
as long as they took in the trace.
"""

from collections import deque
from itertools import islice
from typing import Final

from laconic_bench.model.answers import usual_answer
from laconic_bench.model.carrier import Carrier
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.findings import HEARTBEAT, Answer, Findings, is_right, is_same
from laconic_bench.model.interrupted import Interrupted
from laconic_bench.model.latency import COMMAND, classes_of
from laconic_bench.model.timeline import Timeline
from laconic_bench.model.told import Told
from laconic_codec.messages import Call, CallError, CallResult, Send, parse
from laconic_gateway.core.expander.command_desk import OUTCOME_UNKNOWN
from laconic_gateway.core.express import QUESTIONS

BOOT: Final = "BootNotification"
_TIME_SECONDS: Final = 0.024
"""Until the CSMS answers a heartbeat that a gateway has made."""


class Conversation:
    """One charger and the CSMS, with a carrier between them."""

    def __init__(
        self, identity: str, timeline: Timeline, carrier: Carrier, findings: Findings
    ) -> None:
        self._identity = identity
        self._timeline = timeline
        self._carrier = carrier
        self._findings = findings
        self._is_open = False
        self._asking: deque[Exchange] = deque()
        """What the charger still has to say."""
        self._asked: Exchange | None = None
        """The CALL of the charger that waits for its answer."""
        self._on_way: deque[Exchange] = deque()
        """What the charger has said and the CSMS has not heard."""
        self._csms_is_open = False
        self._commanding: deque[Exchange] = deque()
        self._commanded: Exchange | None = None
        """The CALL of the CSMS that waits for its answer."""
        self._is_obeyed = False
        """The charger has heard that CALL."""
        self._told: Final = Told()
        self._interrupted: Final = Interrupted()

    # --- the trace

    def add(self, exchange: Exchange) -> None:
        """Have something said as soon as it may be."""
        if exchange.is_up:
            if exchange.message.action == BOOT:
                self._switch_on(exchange)
            else:
                self._asking.append(exchange)
            self._ask()
        else:
            self._commanding.append(exchange)
            self._command()

    def finish(self) -> None:
        """Count what has not arrived."""
        waiting = [*self._asking, *self._on_way, *self._commanding]
        waiting += [one for one in (self._asked, self._commanded) if one is not None]
        missing = {one for one in waiting if one.message.action != HEARTBEAT}
        self._findings.lost += sum(one not in self._interrupted for one in missing)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is to be said, is under way, or has no answer."""
        queues = (self._asking, self._awaited, self._commanding)
        return any(queues) or self._asked is not None or self._commanded is not None

    def waits_since(self, seconds: float) -> bool:
        """Tell whether something that was to be said before then has not arrived."""
        return any(one.at_seconds < seconds for one in (*self._asking, *self._awaited))

    @property
    def _awaited(self) -> list[Exchange]:
        """What the CSMS has not heard and will hear."""
        return [one for one in self._on_way if one not in self._interrupted]

    # --- the charger

    def opened(self) -> None:
        """Let the charger speak; what it has no answer to it asks again."""
        self._is_open = True
        if self._asked is not None:
            self._asking.appendleft(self._asked)
            self._asked = None
        self._ask()

    def closed(self) -> None:
        """Let the charger wait for a new connection."""
        self._is_open = False

    def charger_hears(self, text: str) -> None:
        """Take a message of the CSMS, or of a gateway."""
        match parse(text):
            case Call() as command:
                self._obey(command)
            case CallResult() | CallError() as answer:
                self._take_answer(answer)
            case _:
                self._findings.payload_mismatches += 1

    def _switch_on(self, boot: Exchange) -> None:
        """Boot. The connection before is gone without a word, what was not said is kept."""
        self._carrier.cut(self._identity)
        self._is_open = False
        under_way = [self._asked, self._commanded, *self._on_way]
        self._interrupted.add(one for one in under_way if one is not None)
        self._asked = self._commanded = None
        self._asking.appendleft(boot)
        self._carrier.open(self._identity, boot.version)
        self._command()

    def _ask(self) -> None:
        while self._is_open and self._asking:
            first = self._asking[0]
            if isinstance(first.message, Call):
                if self._asked is not None:
                    return
                self._asked = first
            self._asking.popleft()
            if first.message.action != HEARTBEAT and first not in self._on_way:
                self._on_way.append(first)
            self._carrier.charger_says(self._identity, first.text, first.message.action)

    def _take_answer(self, answer: Answer) -> None:
        asked = self._asked
        if asked is None or asked.message.message_id != answer.message_id:
            self._take_stray(answer, is_up=True)
            return
        if not asked.is_answered and asked.message.action in QUESTIONS:
            # Nobody misses at the CSMS what was to be known at the site.
            self._findings.substituted += 1
            self._interrupted.add([asked])
        elif not is_right(asked, answer):
            if asked.is_answered:
                self._findings.payload_mismatches += 1
            else:
                self._findings.substituted += 1
        for name in classes_of(asked.message, asked.version):
            self._findings.latency.add(name, self._timeline.now - asked.at_seconds)
        self._asked = None
        self._ask()

    def _take_stray(self, answer: Answer, *, is_up: bool) -> None:
        if self._interrupted.asked(answer.message_id, is_up=is_up) is None:
            self._findings.payload_mismatches += 1

    def _obey(self, command: Call) -> None:
        # It may have left on a connection of the CSMS that is gone, and be asked again later.
        known = (self._commanded, *islice(self._commanding, 1))
        asked = next((one for one in known if one is not None and is_same(one, command)), None)
        asked = asked or self._interrupted.command(command)
        if asked is None:
            self._findings.payload_mismatches += 1
            return
        self._is_obeyed = self._is_obeyed or asked is self._commanded
        text, label = asked.answer_to(command.message_id), asked.answer_label
        if text is not None:
            self._timeline.after(asked.think_seconds, lambda: self._say(text, label))

    def _say(self, text: str, label: str) -> None:
        if self._is_open:
            self._carrier.charger_says(self._identity, text, label)

    # --- the CSMS

    def csms_opened(self) -> None:
        """Let the CSMS speak."""
        self._csms_is_open = True
        self._command()

    def csms_closed(self) -> None:
        """Let the CSMS wait. What it had asked it asks again."""
        self._csms_is_open = False
        if self._commanded is not None:
            self._commanding.appendleft(self._commanded)
            self._commanded = None

    def csms_hears(self, text: str) -> None:
        """Take a message of the charger, or of a gateway in its name."""
        match parse(text):
            case Call(action="Heartbeat") as heartbeat:
                self._answer_heartbeat(heartbeat)
            case Call() | Send() as request:
                self._answer(request)
            case CallResult() | CallError() as answer:
                self._take_obedience(answer)
            case _:
                self._findings.payload_mismatches += 1

    def _answer_heartbeat(self, heartbeat: Call) -> None:
        """Answer the charger's own heartbeat as in the trace, and one of a gateway's as well."""
        asked = self._asked
        if asked is not None and asked.message.action == HEARTBEAT:
            self._reply(asked, heartbeat.message_id)
            return
        text = usual_answer(heartbeat, "1.6").to_text()
        self._timeline.after(_TIME_SECONDS, lambda: self._csms_says(text, "Heartbeat (answer)"))

    def _answer(self, request: Call | Send) -> None:
        same = [one for one in self._on_way if is_same(one, request)]
        # What a power cut has met may never come; then this is the one after it.
        said = min(same, key=lambda one: one in self._interrupted, default=None)
        if said is not None:
            self._on_way.remove(said)
            self._told.note(said)
            for name in classes_of(said.message, said.version):
                self._findings.delivery.add(name, self._timeline.now - said.at_seconds)
            self._reply(said, request.message_id)
        elif self._asked is not None and is_same(self._asked, request):
            self._findings.repeated += 1
            self._reply(self._asked, request.message_id)
        elif (told := self._told.find(request)) is not None:
            self._findings.repeated += 1
            self._reply(told, request.message_id)
        else:
            self._findings.payload_mismatches += 1

    def _reply(self, asked: Exchange, message_id: str) -> None:
        text, label = asked.answer_to(message_id), asked.answer_label
        if text is None:
            return

        def answer() -> None:
            asked.is_answered = True
            self._csms_says(text, label)

        self._timeline.after(asked.think_seconds, answer)

    def _csms_says(self, text: str, label: str) -> None:
        if self._csms_is_open:
            self._carrier.csms_says(self._identity, text, label)

    def _command(self) -> None:
        if self._csms_is_open and self._commanded is None and self._commanding:
            first = self._commanded = self._commanding.popleft()
            self._is_obeyed = False
            self._carrier.csms_says(self._identity, first.text, first.message.action)

    def _take_obedience(self, answer: Answer) -> None:
        asked = self._commanded
        if asked is None or asked.message.message_id != answer.message_id:
            self._take_stray(answer, is_up=False)
            return
        if isinstance(answer, CallError) and not self._is_obeyed:
            self._findings.refused += 1
            if OUTCOME_UNKNOWN in answer.arguments:
                self._interrupted.add([asked])
        else:
            if not is_right(asked, answer):
                self._findings.payload_mismatches += 1
            self._findings.latency.add(COMMAND, self._timeline.now - asked.at_seconds)
        self._commanded = None
        self._command()
