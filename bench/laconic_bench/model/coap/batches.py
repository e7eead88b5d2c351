"""JSON in batches, compressed by zstd with a dictionary, over CoAP under OSCORE.

A simple gateway: it answers heartbeats itself, and messages whose answer is empty at once; the
others wait for the CSMS. A batch leaves when a window is over or somebody waits for an answer, one
at a time (RFC 7252, 4.7). Its response waits a little for the answers of the CSMS. The dictionary
is trained with another day of the reference site, which is the best that one can hope for.
"""

from collections import defaultdict, deque
from typing import Final

from laconic_bench.model.carrier import Ends
from laconic_bench.model.coap.batcher import Batcher, Item, shares_of
from laconic_bench.model.coap.courier import PIECE_BYTES, Courier
from laconic_bench.model.coap.end import CoapEnd
from laconic_bench.model.coap.keepalive import Keepalive
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Version
from laconic_bench.virtual.nat import Nat
from laconic_codec.messages import Call, parse
from laconic_gateway.core.site.policy import Answer, Answering, decide
from laconic_gateway.edge.link.keys import End

ANSWERS_SECONDS: Final = 2.5
"""How long a response waits for answers of the CSMS."""
_TIME: Final = '{"currentTime":"2026-03-02T00:00:00Z"}'


class BatchCarrier:
    """Both ends."""

    def __init__(
        self, link: ModelLink, nat_seconds: float, ends: Ends, settings: LaconicSettings
    ) -> None:
        """Of the settings the windows count, and who answers updates of transactions."""
        self._ends = ends
        self._schedule = link.schedule
        self._answering = Answering(settings.answers, settings.empty_answers)
        self._patience_seconds = settings.patience_seconds
        nat = self._nat = Nat(link.schedule, nat_seconds, keeps_port=True)
        site, cloud = CoapEnd(End.SITE, link, nat), CoapEnd(End.EXPANDER, link, nat)
        site.other, cloud.other = cloud, site
        Keepalive(link.schedule, nat_seconds, site)
        self._cloud_end = cloud
        self._site_end = site
        self._up, self._down = Courier(site, cloud), Courier(cloud, site)
        self._site, self._cloud = Batcher(), Batcher()
        self._versions: dict[str, Version] = {}
        self._is_sending = self._is_commanding = False
        self._due: float | None = None
        self._owed: dict[str, str] = {}
        """Message ids of CALLs that the site has answered itself, by charger and id."""
        self._responding: int | None = None
        """The request of the site that waits for its response."""
        self._responses: deque[tuple[bytes, list[Item]]] = deque()
        self._present: set[str] = set()
        self._calls: defaultdict[str, deque[Item]] = defaultdict(deque)
        """What the CSMS has not been told: one CALL of a charger at a time."""
        self._waiting: dict[str, str] = {}
        """Message id of the CALL of each charger that the CSMS has not answered."""

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`: chargers and gateway are in one local network."""
        self._versions[identity] = version
        self._ends.opened(identity)

    def cut(self, identity: str) -> None:
        """See `Carrier`: the cloud learns nothing of it."""

    # --- the site

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        message = parse(text)
        decision = decide(message, self._versions[identity], self._answering)
        patience = self._patience_seconds[decision.message_class]
        if isinstance(message, Call) and decision.answer in (Answer.NOW, Answer.WHEN_DURABLE):
            is_time = decision.answer is Answer.NOW
            answer = f'[3,"{message.message_id}",{_TIME if is_time else "{}"}]'
            self._schedule.after(0.01, lambda: self._ends.charger_hears(identity, answer))
            if is_time:
                return
            self._owed[f"{identity} {message.message_id}"] = label
        self._site.add(Item(identity, text, label))
        due = self._schedule.now + patience
        if self._due is None or due < self._due:
            self._due = due
            self._schedule.at(due, self._flush)

    def _flush(self) -> None:
        """Send what waits, if it is time and nothing is under way."""
        if self._is_sending or self._due is None or self._due > self._schedule.now:
            return
        self._due, self._is_sending = None, True
        payload, items = self._site.take()
        if self._site:
            self._due = self._schedule.now
        self._up.send(
            payload,
            shares_of(items),
            lambda request: self._arrived(request, self._read(self._site, payload, items)),
            self._sent,
        )

    def _sent(self, response: bytes) -> None:
        self._is_sending = False
        if response:
            self._to_chargers(*self._responses.popleft())
        self._flush()

    def _to_chargers(self, payload: bytes, items: list[Item]) -> None:
        for item in self._read(self._cloud, payload, items):
            self._ends.charger_hears(item.identity, item.text)

    def _read(self, batcher: Batcher, payload: bytes, items: list[Item]) -> list[Item]:
        if not batcher.is_right(payload, items):
            self._ends.altered()
        return items

    # --- the cloud

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        message = parse(text)
        if self._waiting.get(identity) == message.message_id and not isinstance(message, Call):
            del self._waiting[identity]
            if self._owed.pop(f"{identity} {message.message_id}", None) is None:
                self._cloud.add(Item(identity, text, label))
            self._tell_csms(identity)
            if self._responding is not None and not self._waiting:
                self._respond(self._responding)
        else:
            self._cloud.add(Item(identity, text, label))
        if self._responding is None:
            self._command()

    def _arrived(self, request: int, items: list[Item]) -> None:
        self._responding = request
        for item in items:
            if item.identity not in self._present:
                self._present.add(item.identity)
                self._ends.csms_opened(item.identity)
            self._calls[item.identity].append(item)
            self._tell_csms(item.identity)
        if not self._waiting:
            self._respond(request)
        else:
            self._schedule.after(ANSWERS_SECONDS, lambda: self._respond(request))

    def _tell_csms(self, identity: str) -> None:
        """Tell the CSMS what it may be told of a charger."""
        queue = self._calls[identity]
        while queue and identity not in self._waiting:
            item = queue.popleft()
            message = parse(item.text)
            if isinstance(message, Call):
                self._waiting[identity] = message.message_id
            self._ends.csms_hears(identity, item.text)

    def _respond(self, request: int) -> None:
        """Answer a batch with what the CSMS has said meanwhile."""
        if self._responding != request:
            return
        self._responding = None
        if not self._cloud:
            self._cloud_end.respond(request, b"")
            return
        payload, items = self._cloud.take()
        if len(payload) > PIECE_BYTES:
            self._cloud_end.respond(request, b"")
            self._send_down(payload, items)
        else:
            self._responses.append((payload, items))
            self._cloud_end.respond(request, payload, shares_of(items))
        self._command()

    def _command(self) -> None:
        """Send what waits in a request of the cloud's own."""
        if self._cloud and not self._is_commanding and self._cloud_end.is_reached:
            self._send_down(*self._cloud.take())

    def _send_down(self, payload: bytes, items: list[Item]) -> None:
        self._is_commanding = True

        def arrived(request: int) -> None:
            self._site_end.respond(request, b"")
            self._to_chargers(payload, items)

        self._down.send(payload, shares_of(items), arrived, self._commanded)

    def _commanded(self, response: bytes) -> None:
        self._is_commanding = False
        if self._responding is None:
            self._command()

    def move(self) -> None:
        """See `Carrier`."""
        self._nat.rebind()

    def finish(self) -> None:
        """See `Carrier`: the bill is complete."""
