"""What words say about a message."""

import pytest

from laconic_bench.logs.words import IN, OUT, Hint, hint, identity, plain_name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("CP -> CSMS", Hint("up")),
        ("CSMS => ChargePoint: ", Hint("down")),
        ("central system <- charge point", Hint("up")),
        ("message from charger CP1: ", Hint("up")),
        ("sending to the charger", Hint("down")),
        ("direction=uplink", Hint("up")),
        ("down", Hint("down")),
        ("[chargeBoxId=a, sessionId=b] Received: ", Hint(mark=IN)),
        ("Sending: ", Hint(mark=OUT)),
        ("INFO:ocpp:CP_1: receive message ", Hint(mark=IN)),
        ("Received a request, sent: ", Hint(mark=OUT)),
        ("12:00:00 IN: ", Hint(mark=IN)),
        ("<< ", Hint(mark="<<")),
        ("12:00 => ", Hint(mark="=>")),
        ("← ", Hint(mark="←")),
        ("in the beginning: ", Hint()),
        ("12:00:01 ", Hint()),
    ],
)
def test_the_way_of_a_message(words: str, expected: Hint) -> None:
    assert hint(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("[chargeBoxId=KE-01, sessionId=3df7] Received: ", "KE-01"),
        ("INFO:ocpp:CP_1: receive message ", "CP_1"),
        ("2026-01-01 INFO (MainThread) [ocpp] CP/7: send ", "CP/7"),
        ("[ocpp  ] TRACE 2026/07/23 10:21:46 recv 4oSnX: ", "4oSnX"),
        ('level=info charger_id="A B" msg=', "A"),
        ("station: K-9, received: ", "K-9"),
        ("wss://csms.example/ocpp/BODA-1 >> ", "BODA-1"),
        ("12:00:00 Received: ", None),
        ("receive message: ", None),
    ],
)
def test_the_charger_of_a_message(words: str, expected: str | None) -> None:
    assert identity(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-03-02 06:00:00 CP1 -> CSMS ", "CP1"),
        ("06:00:00 CSMS -> CP1 ", "CP1"),
        ("06:00:00 CP1 -> ", "CP1"),
        ("06:00:00 [CP1] -> ", "CP1"),
        ("06:00:00 CP1: received ", "CP1"),
        ("06:00:00 (CP1) RX: ", "CP1"),
        ("06:00:00 recv CP1 ", "CP1"),
        ("06:00:00 << CP1 | ", "CP1"),
        ("06:00:00 Client CP1 sent: ", "CP1"),
        ("message from charger CP1: ", "CP1"),
        ("100234 -> CSMS ", "100234"),
        ("server -> Wallbox-A: ", "Wallbox-A"),
        ("CP -> CSMS ", None),
        ("charge point -> central system ", None),
        ("charger <- server ", None),
        ("06:00:00 -> ", None),
        ("1772431207.512 <= ", None),
        ("[2026-03-02T06:00:00+00:00] Sending: ", None),
        ("2026-03-02T06:00:00Z > ", None),
        ("12:00:01 PM Sent ", None),
        ("[3df7f3bc-e076-d275-a1b2-000000000000] Received: ", None),
        ("[INFO ] ocpp: received ", None),
    ],
)
def test_a_name_beside_an_arrow_or_a_verb(words: str, expected: str | None) -> None:
    assert plain_name(words) == expected
