"""Endpoints over connections (RFC 8323), alone and beside datagrams, in virtual time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.virtual.coap_link import SITE
from laconic_gateway.core.coap import framing
from laconic_gateway.core.coap.endpoint import StreamId
from laconic_gateway.core.coap.events import Kind
from laconic_gateway.core.coap.framing import Message
from tests.support.stream_link import StreamLink


def connected(seed: int = 0) -> StreamLink:
    link = StreamLink(seed)
    link.connect()
    assert link.is_connected
    return link


def ask(link: StreamLink, payload: bytes, exchange: int) -> None:
    link.site.endpoint.request("expander", payload, link.now, exchange=exchange)


def command(link: StreamLink, payload: bytes, exchange: int) -> None:
    link.cloud.endpoint.request("kisumu-1", payload, link.now, exchange=exchange)


def test_an_exchange_takes_one_message_each_way_and_no_acknowledgement() -> None:
    link = connected()
    ask(link, bytes(10), 1)
    link.run(5.0)
    assert link.site.responses == [(1, b"re:" + bytes(10))]
    # Against datagrams: type, message id and version are gone; the length is new.
    assert [(way, len(message)) for way, message in link.log] == [("up", 28), ("down", 28)]


def test_a_slow_answer_is_simply_late() -> None:
    link = connected()
    link.cloud.answer_after = lambda payload: 20.0
    ask(link, b"x", 1)
    link.run(25.0)
    assert link.site.responses == [(1, b"re:x")]
    assert len(link.log) == 2


def test_an_exchange_without_an_answer_fails_in_the_end_and_is_never_repeated() -> None:
    link = connected()
    link.cloud.answer_after = lambda payload: None
    ask(link, b"x", 1)
    link.site.endpoint.hasten("expander", 1, link.now + 5)
    link.run(40.0)
    assert link.site.failures == [(1, "no answer")]
    assert len(link.log) == 1


def test_the_expander_asks_over_the_connection_that_the_site_opened() -> None:
    link = connected()
    command(link, b"early", 1)
    assert [event for event in link.cloud.endpoint.events()] != []
    ask(link, b"hello", 2)
    link.run(1.0)
    command(link, b"late", 3)
    link.run(1.0)
    assert link.cloud.responses == [(3, b"re:late")]
    assert link.cloud.moves == [link.stream_id]


def test_several_exchanges_have_tokens_of_their_own_and_one_alone_has_none() -> None:
    link = connected()
    link.cloud.answer_after = lambda payload: float(payload[0])
    for number, seconds in enumerate((3, 1, 2), 1):
        ask(link, bytes([seconds]), number)
    link.run(5.0)
    assert [number for number, _ in link.site.responses] == [2, 3, 1]
    tokens = [message[0] & 0x0F for way, message in link.log if way == "up"]
    assert tokens == [0, 1, 1]


def test_a_one_way_message_says_that_it_wants_no_answer() -> None:
    link = connected()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    assert link.cloud.handled == [b""]
    assert [way for way, _ in link.log] == ["up"]
    ask(link, b"x", 1)
    link.run(1.0)
    assert link.site.responses == [(1, b"re:x")]


def test_a_lost_connection_fails_what_was_on_its_way_at_both_ends() -> None:
    link = connected()
    link.cloud.answer_after = link.site.answer_after = lambda payload: 10.0
    ask(link, b"hello", 1)
    link.run(1.0)
    command(link, b"command", 2)
    link.run(1.0)
    link.cut()
    assert [number for number, _ in link.site.failures] == [1]
    assert [number for number, _ in link.cloud.failures] == [2]
    assert link.cloud.endpoint.address_of("kisumu-1") is None
    link.cloud.answer_after = lambda payload: 0.0
    link.connect()
    ask(link, b"again", 3)
    link.run(15.0)
    assert link.site.responses == [(3, b"re:again")]


def test_a_change_of_carrier_fails_what_waits_and_the_expander_follows() -> None:
    link = connected()
    ask(link, b"over the connection", 1)
    link.run(1.0)
    link.cloud.answer_after = lambda payload: 60.0
    ask(link, b"slow", 2)
    link.run(1.0)
    link.use_datagrams()
    link.site.take_events(link.now)
    assert [number for number, _ in link.site.failures] == [2]
    ask(link, b"by datagram", 3)
    (outgoing,) = link.site.endpoint.outgoing()
    link.cloud.endpoint.receive(outgoing.datagram, SITE, link.now)
    link.cloud.take_events(link.now)
    assert link.cloud.moves == [link.stream_id, SITE]
    assert link.cloud.endpoint.peer_at(link.stream_id) is None


def test_an_expander_that_was_restarted_challenges_over_the_connection() -> None:
    link = connected()
    ask(link, b"one", 1)
    link.run(1.0)
    link.cut()
    link.cloud.stop()
    link.cloud.start()
    link.connect()
    ask(link, b"two", 2)
    ask(link, b"three", 3)
    link.run(3.0)
    assert sorted(link.site.responses) == [(1, b"re:one"), (2, b"re:two"), (3, b"re:three")]
    assert any(mark.kind is Kind.ECHO for _, mark in link.marks)


def test_a_recorded_message_gets_nothing_and_moves_nobody() -> None:
    link = connected()
    ask(link, b"one", 1)
    link.run(1.0)
    (recorded, _) = (message for _, message in link.log)
    (message,) = framing.Reader().feed(recorded)
    mark = link.cloud.endpoint.receive_message(message, StreamId(99), link.now)
    link.cloud.take_events(link.now)
    assert link.cloud.handled == [b"one"]
    assert link.cloud.endpoint.peer_at(StreamId(99)) is None
    assert mark.kind in (Kind.STRAY, Kind.REPEATED)


@given(st.binary(max_size=300), st.sampled_from([framing.POST, framing.CHANGED]))
def test_no_message_of_a_stranger_is_taken(body: bytes, code: int) -> None:
    link = StreamLink()
    mark = link.cloud.endpoint.receive_message(Message(code, b"", body), StreamId(1), 0.0)
    assert mark.kind is Kind.STRAY
    assert link.cloud.endpoint.outgoing_messages() == []
    assert link.cloud.endpoint.events() == []


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(st.sampled_from(["up", "down", "cut", "pause", "keepalive"]), max_size=25),
)
def test_every_exchange_ends_once_whatever_happens(seed: int, story: list[str]) -> None:
    link = connected(seed)
    ask(link, b"hello", 1000)
    link.run(0.5)
    asked: dict[str, list[int]] = {"up": [1000], "down": []}
    for number, what in enumerate(story):
        match what:
            case "up":
                ask(link, b"u%d" % number, number)
                asked["up"].append(number)
            case "down":
                command(link, b"d%d" % number, number)
                asked["down"].append(number)
            case "keepalive":
                link.site.endpoint.send("expander", b"", link.now)
            case "cut":
                link.cut()
                link.connect()
            case _:
                link.run(0.3)
    link.run(40.0)
    for way, node in (("up", link.site), ("down", link.cloud)):
        ended = [number for number, _ in node.responses] + [number for number, _ in node.failures]
        assert sorted(ended) == sorted(asked[way])
