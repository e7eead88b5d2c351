"""What two ends of a site say to each other in OSCORE messages, as a capture sees it."""

from pathlib import Path

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.messages import ACK, NON, Challenged
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.oscore import OscoreContext
from tests.support.captures import capture, ethernet, udp

SITE, CLOUD = ("198.51.100.7", 40000), ("192.0.2.1", 5683)


class Conversation:
    """Two ends with keys on disk; every datagram is written down."""

    def __init__(self, folder: Path) -> None:
        self.site_keys, self.expander_keys = keys.create("kisumu-1", folder)
        self.site = OscoreContext(keys.load(self.site_keys))
        self.expander = OscoreContext(keys.load(self.expander_keys))
        self._datagrams: list[tuple[bool, bytes]] = []
        """Whether it is from the site."""
        self._message_id = 0

    def exchange(self, payload: bytes, answer: bytes, *, separate: bool = False) -> None:
        """Let the site ask and the expander answer, in the acknowledgement or on its own."""
        request = self.ask(payload)
        parsed = messages.parse(request)
        assert parsed is not None
        binding = messages.open_request(self.expander, parsed).binding
        if separate:
            self._datagrams.append((False, messages.empty_ack(parsed.message_id)))
        response = messages.seal_response(
            self.expander,
            answer,
            binding,
            type=NON if separate else ACK,
            message_id=9_999 if separate else parsed.message_id,
            token=parsed.token,
        )
        self._datagrams.append((False, response))

    def ask(self, payload: bytes, *, confirmable: bool = True, echo: bytes | None = None) -> bytes:
        """Let the site send a request that nobody answers; return it."""
        self._message_id += 1
        sealed = messages.seal_request(
            self.site,
            payload,
            confirmable=confirmable,
            message_id=self._message_id,
            echo=echo,
        )
        self._datagrams.append((True, sealed.datagram))
        return sealed.datagram

    def challenge(self, payload: bytes) -> None:
        """Let an expander that has started anew challenge a request of the site."""
        self.expander.close()
        self.expander = OscoreContext(keys.load(self.expander_keys))
        parsed = messages.parse(self.ask(payload))
        assert parsed is not None
        try:
            messages.open_request(self.expander, parsed)
        except Challenged as challenged:
            answer = messages.seal_challenge(challenged, ACK, parsed.message_id, parsed.token)
            self._datagrams.append((False, answer))

    def again(self, place: int) -> None:
        """Send a datagram once more, bit for bit."""
        self._datagrams.append(self._datagrams[place])

    def lose(self, place: int) -> None:
        """Take a datagram out of the capture."""
        del self._datagrams[place]

    def move_to_end(self, place: int) -> None:
        """Let a datagram arrive last."""
        self._datagrams.append(self._datagrams.pop(place))

    def noise(self, payload: bytes) -> None:
        """Send something that has nothing to do with it."""
        self._datagrams.append((True, payload))

    def captured(self) -> bytes:
        """Return the capture of everything so far."""
        return capture(
            *(
                (float(number), ethernet(udp(SITE, CLOUD, data) if up else udp(CLOUD, SITE, data)))
                for number, (up, data) in enumerate(self._datagrams)
            )
        )

    def close(self) -> None:
        """Let go of the keys."""
        self.site.close()
        self.expander.close()
