"""The exchanges in flight share no message id."""

from laconic_bench.virtual.coap_link import CLOUD, Link
from laconic_gateway.core.coap.endpoint import Timing
from laconic_gateway.core.coap.peer import Peer, Wire
from laconic_gateway.core.coap.requester import Requester


def test_a_message_id_in_use_is_not_given_again() -> None:
    link = Link()
    wire = Wire(random=lambda: 0.0, first_message_id=7, timing=Timing())
    requester = Requester(wire)
    peer = Peer("expander", link.site.context, CLOUD)
    requester.request(peer, b"long in flight", 1, 0.0)
    for _ in range(65_535):
        wire.next_message_id()
    requester.request(peer, b"after all the others", 2, 0.0)
    first, second = (outgoing.datagram for outgoing in wire.drain_outgoing())
    assert first[2:4] == bytes([0, 7])
    assert second[2:4] == bytes([0, 8])
