"""What is under way when a charger loses power may be lost; nothing else is lost or altered."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pytest

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.radio.profiles import PROFILES
from tests.support.played import BOOT, Said, play, said

NAMES: Final = (
    *("ocppj-tls", "mqtt-tls", "soap-https", "coap-cbor", "coap-zstd"),
    *("laconic", "laconic-active"),
)
Talk = Callable[[float], Sequence[Said]]
CUT_SECONDS: Final = 100.0
OFFSETS_SECONDS: Final = [-1.35 + 0.2 * number for number in range(16)]
"""From the power cut to what is said: as long as it may take to the other side, and some more."""


def call(at: float, message_id: str, action: str, payload: str, answer: str) -> Iterator[Said]:
    """Yield what a charger asks, and the answer of the CSMS."""
    yield at, "up", f'[2,"{message_id}","{action}",{payload}]'
    yield at + 0.1, "down", f'[3,"{message_id}",{answer}]'


def status(at: float, message_id: str) -> Iterator[Said]:
    """Yield a status without a time: each is like the others."""
    payload = '{"connectorId":1,"errorCode":"NoError","status":"Available"}'
    yield from call(at, message_id, "StatusNotification", payload, "{}")


def command(at: float, message_id: str, key: str) -> Iterator[Said]:
    """Yield a command, and the answer of the charger."""
    payload = f'{{"key":"{key}","value":"1"}}'
    yield at, "down", f'[2,"{message_id}","ChangeConfiguration",{payload}]'
    yield at + 0.14, "up", f'[3,"{message_id}",{{"status":"Accepted"}}]'


def boots() -> Iterator[Said]:
    """Yield the boot at the beginning, and the one after the power cut."""
    for at, way, text in BOOT:
        yield at, way, text
        yield at + CUT_SECONDS - BOOT[0][0], way, text.replace('"1"', '"b"', 1)


def statuses(at: float) -> Sequence[Said]:
    return [*boots(), *status(5.0, "2"), *status(at, "3"), *status(200.0, "4")]


def commands(at: float) -> Sequence[Said]:
    more = (*command(at + 0.25, "d", "B"), *command(200.0, "e", "C"))
    return [*boots(), *status(5.0, "2"), *command(at, "c", "A"), *more]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("talk", [statuses, commands])
def test_a_power_cut_loses_nothing_that_comes_later(name: str, talk: Talk) -> None:
    make, link = ENTRANTS[name].make, PROFILES["2g"]
    for seed, offset in enumerate(OFFSETS_SECONDS):
        records = said(*sorted(talk(CUT_SECONDS + offset), key=lambda one: one[0]))
        found = play(records, make, profile=link, seed=seed, seconds=600.0).findings
        assert (found.lost, found.payload_mismatches) == (0, 0), (offset, seed)
