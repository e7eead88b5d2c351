"""Messages of both ends are opened with the keys of one, as often as they come."""

from pathlib import Path

import pytest

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.messages import CON, Parsed, Refused
from laconic_gateway.edge.link.keys import End, KeyMaterial, create, load
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.overheard import BINDINGS_KEPT, Overheard


@pytest.fixture
def ends(tmp_path: Path) -> tuple[KeyMaterial, KeyMaterial]:
    site, expander = create("kisumu-1", tmp_path / "keys")
    return load(site), load(expander)


def parsed(datagram: bytes) -> Parsed:
    found = messages.parse(datagram)
    assert found is not None
    return found


def asked(context: OscoreContext, payload: bytes, message_id: int = 1) -> Parsed:
    sealed = messages.seal_request(context, payload, confirmable=True, message_id=message_id)
    return parsed(sealed.datagram)


@pytest.mark.parametrize("own", [0, 1], ids=["site", "expander"])
def test_each_end_may_ask(ends: tuple[KeyMaterial, KeyMaterial], own: int) -> None:
    site, expander = (OscoreContext(material) for material in ends)
    overheard = Overheard(ends[own])
    request = asked(site, b"from the site")
    assert overheard.request(request) == (End.SITE, b"from the site")
    assert overheard.request(request) == (End.SITE, b"from the site"), "nothing is a replay"
    from_cloud = asked(expander, b"from the expander")
    assert overheard.request(from_cloud) == (End.EXPANDER, b"from the expander")
    binding = messages.open_request(site, from_cloud).binding
    answer = messages.seal_response(site, b"yes", binding, type=CON, message_id=5, token=b"")
    end, opened = overheard.response(parsed(answer))
    assert (end, opened.payload) == (End.SITE, b"yes")
    site.close()
    expander.close()


def test_damaged_and_foreign_messages_are_refused(ends: tuple[KeyMaterial, KeyMaterial]) -> None:
    site = OscoreContext(ends[0])
    overheard = Overheard(ends[1])
    sealed = messages.seal_request(site, b"payload", confirmable=True, message_id=1)
    damaged = sealed.datagram[:-1] + bytes([sealed.datagram[-1] ^ 1])
    with pytest.raises(Refused):
        overheard.request(parsed(damaged))
    with pytest.raises(Refused):
        overheard.response(parsed(sealed.datagram))
    site.close()


def test_requests_are_forgotten_in_the_end(ends: tuple[KeyMaterial, KeyMaterial]) -> None:
    site, expander = (OscoreContext(material) for material in ends)
    overheard = Overheard(ends[0])
    first = asked(site, b"first")
    overheard.request(first)
    binding = messages.open_request(expander, first).binding
    answer = parsed(
        messages.seal_response(expander, b"late", binding, type=CON, message_id=7, token=b"")
    )
    for message_id in range(2, BINDINGS_KEPT + 1):
        overheard.request(asked(site, b"more", message_id))
    assert overheard.response(answer)[1].payload == b"late"
    overheard.request(asked(site, b"one too many", BINDINGS_KEPT + 1))
    with pytest.raises(Refused):
        overheard.response(answer)
    site.close()
    expander.close()
