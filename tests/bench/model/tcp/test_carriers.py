"""All contenders over TCP: what is said arrives once, in order and unchanged, and is billed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.model.tcp.carriers import tcp_carriers
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from tests.support.tcp_carriers import VERSIONS, Play, Said, perfect

NAMES = list(tcp_carriers)
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
LAYERS = {"ip", "tcp", "tls", "websocket", "mqtt", "http", "payload"}
CAUSES = {"message", "acknowledgement", "repetition", "keepalive", "handshake"}


def booted(*said: Said) -> list[Said]:
    """Return a trace that begins with both chargers' boots."""
    return [*(Said(1.0, name, "BootNotification", BOOT) for name in VERSIONS), *said]


def check(play: Play) -> None:
    """See that nothing is lost or altered, and that the bill is right."""
    findings, bill = play.replay.findings, play.link.bill
    assert (findings.lost, findings.payload_mismatches) == (0, 0)
    assert sum(bill.layers.values()) == bill.total_bytes
    assert sum(bill.by_action().values()) == sum(bill.by_cause().values()) == bill.total_bytes
    assert set(bill.layers) <= LAYERS and set(bill.by_cause()) <= CAUSES


def calls(identity: str) -> "st.SearchStrategy[Said]":
    """Return exchanges of one charger with something in it."""
    return st.builds(
        Said,
        st.floats(2.0, 600.0),
        st.just(identity),
        st.sampled_from(["Authorize", "MeterValues", "StatusNotification"]),
        st.fixed_dictionaries({"n": st.integers(0, 9), "t": st.text("ab&<ü", max_size=2_000)}),
        st.fixed_dictionaries({"status": st.sampled_from(["Accepted", "Rejected"])}),
        st.just("up"),
        st.floats(0.0, 0.3),
    )


def commands(identity: str) -> "st.SearchStrategy[Said]":
    """Return exchanges that the CSMS begins."""
    return st.builds(
        Said,
        st.floats(60.0, 600.0),
        st.just(identity),
        st.sampled_from(["TriggerMessage", "ChangeConfiguration"]),
        st.fixed_dictionaries({"key": st.text("xyz", max_size=20)}),
        st.just({"status": "Accepted"}),
        st.just("down"),
    )


PROFILE = st.builds(
    LinkProfile,
    delay_seconds=st.floats(0.01, 1.0),
    jitter_seconds=st.floats(0.0, 0.2),
    loss=st.floats(0.0, 0.3),
    rate_bits_per_second=st.sampled_from([0.0, 20_000.0, 1e6]),
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(
    profile=PROFILE,
    seed=st.integers(0, 1_000),
    nat=st.sampled_from([30.0, 120.0]),
    said=st.lists(st.sampled_from(list(VERSIONS)).flatmap(calls), max_size=8),
    asked=st.lists(st.sampled_from(list(VERSIONS)).flatmap(commands), max_size=4),
    reboot=st.none() | st.floats(100.0, 500.0),
)
def test_everything_said_arrives_once_and_in_order(
    name: str,
    profile: LinkProfile,
    seed: int,
    nat: float,
    said: list[Said],
    asked: list[Said],
    reboot: float | None,
) -> None:
    again = [] if reboot is None else [Said(reboot, "CP-16", "BootNotification", BOOT)]
    play = Play(name, booted(*said, *asked, *again), profile, seed, TcpSettings(nat))
    play.run(3_600.0)
    check(play)


@pytest.mark.parametrize("name", NAMES)
def test_an_outage_breaks_connections_and_loses_nothing(name: str) -> None:
    said = [Said(30.0 * number, "CP-16", "Authorize", {"idTag": "A"}) for number in range(1, 60)]
    said += [
        Said(31.0 * number, "CP-21", "TriggerMessage", {"n": number}, way="down")
        for number in range(2, 50)
    ]
    play = Play(name, booted(*said), PROFILES["2g"])
    play.outage(400.0, 1_000.0)
    play.run(3_600.0)
    check(play)
    if name != "soap-https":
        assert play.link.bill.by_cause()["handshake"] > 3 * 2_500, "both connected again"


@pytest.mark.parametrize("name", NAMES)
def test_each_message_is_payload_once(name: str) -> None:
    said = [Said(9.0 * one, "CP-16", "MeterValues", {"n": one}) for one in range(2, 40)]
    play = Play(name, booted(*said), perfect(PROFILES["2g"]))
    play.run(600.0)
    check(play)
    assert play.link.bill.payload_bytes == play.link.bill.layers["payload"] > 0
    assert "repetition" not in play.link.bill.by_cause()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bill(name: str) -> None:
    def bill() -> tuple[dict[str, int], dict[str, int]]:
        said = [Said(9.0 * one, "CP-16", "MeterValues", {"n": one}) for one in range(2, 40)]
        play = Play(name, booted(*said), PROFILES["nbiot"], 7)
        play.run(600.0)
        return dict(play.link.bill.layers), play.link.bill.by_cause()

    assert bill() == bill()


@pytest.mark.parametrize(("nat", "ping"), [(30.0, 25.0), (120.0, 110.0)])
@pytest.mark.parametrize("name", ["ocppj-tls", "mqtt-tls"])
def test_an_idle_hour_costs_a_ping_for_each_interval(name: str, nat: float, ping: float) -> None:
    """Pings keep the mapping: a command gets through at the end of the hour."""
    command = Said(3_590.0, "CP-21", "TriggerMessage", {"n": 1}, way="down")
    boot = Said(1.0, "CP-21", "BootNotification", BOOT)
    play = Play(name, [boot, command], perfect(PROFILES["2g"]), settings=TcpSettings(nat))
    play.run(3_600.0)
    check(play)
    assert play.replay.findings.repeated == 0
    pings = int(3_600.0 / ping)
    # A frame of 10 bytes with its mask and one of 6, or two packets of 2 bytes; two records, two
    # segments, one acknowledgement.
    frames = 10 + 6 if name == "ocppj-tls" else 2 + 2
    each = frames + 2 * (22 + 52) + 52
    found = play.link.bill.by_cause()["keepalive"] / each
    assert found == pytest.approx(pings, abs=2)


def test_soap_has_its_connection_closed_after_a_minute_and_opens_another() -> None:
    said = [Said(at, "CP-16", "Heartbeat", {}, {"currentTime": "t"}) for at in (60.0, 65.0, 200.0)]
    boot = Said(1.0, "CP-16", "BootNotification", BOOT)
    play = Play("soap-https", [boot, *said], perfect(PROFILES["2g"]))
    play.run(600.0)
    check(play)
    assert "websocket" not in play.link.bill.layers
    handshake = 2 * 60 + 52 + 250 + 1_237 + 80 + 510
    # At 1 s, at 60 s once more since it was idle too long at 61 s, and at 200 s.
    assert play.link.bill.by_cause()["handshake"] // handshake == 2


@pytest.mark.parametrize("seed", range(20))
def test_soap_gets_over_an_end_that_the_nat_has_kept_out(seed: int) -> None:
    """The server has closed, and nothing of it came through: the next request finds out."""
    said = [Said(98.0 + 90.0 * one, "CP-16", "Authorize", {"idTag": "A"}) for one in range(5)]
    profile = LinkProfile(delay_seconds=1.0, loss=0.25)
    play = Play("soap-https", booted(*said), profile, seed, TcpSettings(30.0))
    play.run(600.0)
    check(play)


def test_stations_of_2x_do_not_speak_soap() -> None:
    play = Play(
        "soap-https", [Said(1.0, "CP-21", "BootNotification", BOOT)], perfect(PROFILES["2g"])
    )
    play.run(60.0)
    assert "http" not in play.link.bill.layers and play.link.bill.layers["websocket"]


def test_a_charger_over_mqtt_is_pinged_for_even_while_it_speaks() -> None:
    said = [Said(60.0 * minute, "CP-16", "Heartbeat") for minute in range(1, 30)]
    play = Play("mqtt-tls", said, perfect(PROFILES["lte"]))
    play.run(1_800.0)
    pings = play.link.bill.by_cause()["keepalive"]
    # After the pause each packet, of 24 bytes and the headers, has an acknowledgement of its own.
    assert pings == 1_740 // 110 * 2 * (24 + 52 + 52)
