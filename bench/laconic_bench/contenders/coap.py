"""CoAP under OSCORE without Laconic's codec."""

from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.contenders.laconic import METERED
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.coap.batches import BatchCarrier
from laconic_bench.model.coap.by_message import ByMessageCarrier
from laconic_bench.model.link import ModelLink


def _by_message(
    link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
) -> Carrier:
    return ByMessageCarrier(link, nat_seconds, ends)


def _batches(
    link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
) -> Carrier:
    return BatchCarrier(link, nat_seconds, ends, METERED)


COAP: Final = (
    Entrant("coap-cbor", "CBOR over CoAP and OSCORE, message by message", _by_message),
    Entrant(
        "coap-zstd",
        "JSON in zstd batches with a dictionary over CoAP and OSCORE",
        _batches,
        {"window_seconds": METERED.window_seconds},
    ),
)
