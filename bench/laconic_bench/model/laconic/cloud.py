"""The cloud of the model: the expander's core, an outbox in memory, the sockets to the CSMS."""

from laconic_bench.model.carrier import Ends
from laconic_bench.model.laconic.outbox import Outbox
from laconic_bench.model.laconic.site import SENDER_ID, LaconicSite
from laconic_bench.model.link import ModelLink
from laconic_bench.virtual.nat import HEADERS_BYTES, Nat
from laconic_bench.virtual.nat_cloud import NAME, Cloud
from laconic_gateway.core.coap.endpoint import Address
from laconic_gateway.core.expander import io as e
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.notes import Note

LEASE_SECONDS = 90.0
SOCKET_SECONDS = 0.05
"""Until a WebSocket to the CSMS is open: both are in a data centre."""


class LaconicCloud(Cloud):
    """The expander, and one WebSocket for each charger."""

    def __init__(
        self, link: ModelLink, nat: Nat, site: LaconicSite, identities: frozenset[str]
    ) -> None:
        settings = SiteSettings(LEASE_SECONDS, identities, stored=0, delivered=0)
        super().__init__(
            link.schedule, nat, site, settings, link.schedule.random.random, kid=SENDER_ID
        )
        self._link = link
        self.ends: Ends
        self._outbox = Outbox(link.schedule)
        self._numbers: dict[e.Key, int] = {}
        """Of the WebSocket of each charger that has one."""
        self._opened_numbers: set[int] = set()
        self._last_number = 0

    def says(self, identity: str, text: str) -> None:
        """Take a text of the CSMS."""
        self.process.feed(e.CsmsText((NAME, identity), text))

    def _perform(self, action: e.Action) -> None:
        match action:
            case e.StoreRecords():
                self._outbox.commit(action.records, self._stored)
            case e.ResetStored():
                self._outbox.reset(action.stored)
            case e.DeliverDone(key, sequence):
                self._outbox.done(sequence, lambda: self._done(key, sequence))
            case e.ReadOutbox(key, after, limit):
                self._outbox.read(
                    key[1], after, limit, lambda page: self.process.feed(e.OutboxPage(key, page))
                )
            case e.OpenCsms():
                self._open(action.key)
            case e.CloseCsms():
                self._close(action.key)
            case e.SendToCsms():
                if action.key in self._numbers:
                    self.ends.csms_hears(action.key[1], action.text)
            case Note():
                pass
            case _:
                super()._perform(action)

    def _stored(self, through: int) -> None:
        self.process.feed(e.DeliveredThrough(NAME, self._outbox.delivered))
        self.process.feed(e.RecordsStored(NAME, through))

    def _done(self, key: e.Key, sequence: int) -> None:
        self.process.feed(e.DeliveredThrough(NAME, self._outbox.delivered))
        self.process.feed(e.RecordDone(key, sequence))

    def _open(self, key: e.Key) -> None:
        self._last_number += 1
        number = self._numbers[key] = self._last_number
        self._schedule.after(SOCKET_SECONDS, lambda: self._shaken(key, number))

    def _shaken(self, key: e.Key, number: int) -> None:
        if self._numbers.get(key) == number:
            self._opened_numbers.add(number)
            self.process.feed(e.CsmsOpened(key))
            self.ends.csms_opened(key[1])

    def _close(self, key: e.Key) -> None:
        number = self._numbers.pop(key, None)
        if number in self._opened_numbers:
            self.ends.csms_closed(key[1])

    def _send(self, datagram: bytes, target: Address) -> None:
        inside = self._nat.inwards(target, datagram)
        if inside is not None:
            self._link.carry(
                "down",
                len(datagram) + HEADERS_BYTES,
                lambda: self._site.receive(inside, datagram),
            )
