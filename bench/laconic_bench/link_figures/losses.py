"""A thousand batches over a link that loses a tenth each way: delivered once, and at what cost.

Twice: as payloads of exactly 300 bytes between two endpoints, and as meter values of a charger
through both cores, in frames of about that size. One batch is under way at a time.
"""

import base64
from dataclasses import dataclass
from random import Random
from typing import Final

from laconic_bench.link_figures.exchanges import BATCH_BYTES, TWO_BYTE_SEQUENCE
from laconic_bench.virtual.coap_link import Link, up
from laconic_bench.virtual.nat_world import NatWorld

BATCHES: Final = 1_000
LOSS: Final = 0.1
SEED: Final = 1
_PATIENCE_SECONDS: Final = 3_600.0
_RAW_BYTES: Final = 268
"""Chance bytes of a message that make a frame of about 300 bytes: nothing can be saved on them."""
_BETWEEN_SECONDS: Final = 90.0
"""Meter values wait for 60 s. Less than an interval between keepalives, so that none is sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of some batches."""

    sent: int
    delivered: int
    """Different batches that arrived."""
    doubled: int
    in_order: bool
    wire_bytes: int
    failed_exchanges: int
    """Of five transmissions none was answered; the owner has sent the batch anew."""

    @property
    def is_perfect(self) -> bool:
        """Tell whether each batch was delivered once."""
        return self.delivered == self.sent and not self.doubled and self.in_order


def between_endpoints(loss: float, seed: int = SEED, batches: int = BATCHES) -> Delivery:
    """Send batches of exactly 300 bytes; who asked asks again if an exchange has failed."""
    link = Link(seed=seed, loss=loss, first_sequence=TWO_BYTE_SEQUENCE)
    link.cloud.answer = lambda payload: b""
    for number in range(batches):
        payload = number.to_bytes(4, "big") + bytes(BATCH_BYTES - 4)
        while len(link.site.responses) == number:
            up(link, payload, first=number)
            failures = len(link.site.failures)
            while len(link.site.responses) == number and len(link.site.failures) == failures:
                link.run(0.25)
    handled = link.cloud.handled
    return Delivery(
        sent=batches,
        delivered=len(set(handled)),
        doubled=len(handled) - len(set(handled)),
        in_order=handled == sorted(handled),
        wire_bytes=link.wire_bytes(),
        failed_exchanges=len(link.site.failures),
    )


def through_the_cores(loss: float, seed: int = SEED, batches: int = BATCHES) -> Delivery:
    """Let a charger send meter values, each of which makes a frame."""
    world = NatWorld("always", 1e9, seed=seed)
    world.run(86_400.0)  # the NAT is measured, the codec is new
    chance, expected = Random(seed), list[str]()
    bytes_before, counters = world.total_bytes, world.site.endpoint.counters
    failed_before = counters["exchange_failed"]
    world.nat.loss = loss
    for number in range(batches):
        data = base64.b64encode(chance.randbytes(_RAW_BYTES)).decode()
        payload = f'{{"connectorId":1,"meterValue":[],"data":"{data}"}}'
        expected.append(payload)
        world.says(f'[2,"{number}","MeterValues",{payload}]')
        started = world.schedule.now
        world.run(_BETWEEN_SECONDS)
        while len(world.cloud.csms) <= number and world.schedule.now < started + _PATIENCE_SECONDS:
            world.run(1.0)
    wire_bytes = world.total_bytes - bytes_before
    world.nat.loss = 0.0
    world.run(_PATIENCE_SECONDS)
    came = [text.partition('"MeterValues",')[2].removesuffix("]") for text in world.cloud.csms]
    return Delivery(
        sent=batches,
        delivered=len(set(came)),
        doubled=len(came) - len(set(came)),
        in_order=came == expected,
        wire_bytes=wire_bytes,
        failed_exchanges=counters["exchange_failed"] - failed_before,
    )
