"""An estimate as a whole: exact figures with a carrier whose bytes are known."""

from dataclasses import replace

import pytest

from laconic_bench.estimate.contenders import Contenders, Variant
from laconic_bench.estimate.estimate import MESSAGES_MIN, estimate
from laconic_bench.estimate.outcome import Outcome, Wishes
from laconic_bench.logs.found import LogError
from laconic_bench.logs.reader import LogFacts
from laconic_bench.trace import TraceRecord
from laconic_bench.units import DAY_SECONDS, MONTH_SECONDS
from tests.support.plain_carrier import PlainFactory
from tests.support.small_logs import Talk, charging_day

HEADER = 40
PLAIN = PlainFactory(HEADER)
CONTENDERS = Contenders({"plain": PLAIN, "lean": PlainFactory(10)}, ("plain",))
LOG = LogFacts("day.log", has_times=True)


def estimated(
    records: list[TraceRecord],
    contenders: Contenders = CONTENDERS,
    wishes: Wishes | None = None,
    log: LogFacts = LOG,
) -> Outcome:
    return estimate(records, [log], contenders, wishes or Wishes())


def whole_day() -> Talk:
    talk = charging_day()
    talk.heartbeats(DAY_SECONDS, DAY_SECONDS, 1)
    return talk


def test_a_month_is_thirty_times_a_day_to_the_byte() -> None:
    talk = whole_day()
    found = estimated(talk.records)
    day_bytes = sum(len(one.raw) + HEADER for one in talk.records)
    assert found.covered_days == 1
    assert found.contenders["plain"].bytes_per_month == pytest.approx(30 * day_bytes)
    assert found.text_bytes_per_month == 30 * sum(len(one.raw) for one in talk.records)
    assert found.warnings == []
    lean = found.contenders["lean"].bytes_per_month
    assert lean == pytest.approx(30 * (day_bytes - 30 * len(talk.records)))


@pytest.mark.parametrize("part", ["by_action", "by_key", "by_charger"])
def test_the_parts_of_a_month_add_up(part: str) -> None:
    one = estimated(whole_day().records).contenders["plain"]
    assert sum(getattr(one, part).values()) == pytest.approx(one.bytes_per_month)


def test_a_saving_is_what_the_changed_trace_really_costs_less() -> None:
    talk = whole_day()
    found = estimated(talk.records)
    savings = {one.key: one.bytes_per_month["plain"] for one in found.savings}
    beats = [one for one in talk.records if "Heartbeat" in one.raw or "currentTime" in one.raw]
    boot = [one for one in talk.records if '"interval"' in one.raw]
    beat_bytes = sum(len(one.raw) + HEADER for one in beats if one not in boot)
    # Of 288 heartbeats 24 stay; a heartbeat's size differs by the digits of its id.
    assert savings["HeartbeatInterval"] == pytest.approx(30 * beat_bytes * 264 / 288, rel=0.01)
    assert set(savings) == {
        *("MeterValueSampleInterval", "MeterValuesSampledData", "HeartbeatInterval"),
    }
    most = max(savings.values())
    assert found.savings[0].bytes_per_month["plain"] == most
    before = found.contenders["plain"].bytes_per_month
    assert before - sum(savings.values()) < found.after_all["plain"] < before - most


def test_advice_below_one_percent_is_not_given() -> None:
    talk = Talk()
    for number in range(2_000):
        talk.up(40 * number, "DataTransfer", {"vendorId": "v", "data": "x" * 400})
    talk.heartbeats(80_000, 80_240, 60)
    assert estimated(talk.records).savings == []


def test_another_setting_of_a_contender_is_advice_too() -> None:
    pinging = PlainFactory(HEADER, ping_seconds=60, ping_bytes=100)
    seldom = replace(pinging, ping_seconds=600)
    variant = Variant("plain", "WebSocketPingInterval", "charger", "60", "600", "Later.", seldom)
    contenders = Contenders({"plain": pinging}, (), (variant,))
    (saving,) = estimated(whole_day().records, contenders).savings
    month_pings = MONTH_SECONDS / 60 * 0.9
    assert saving.key == "WebSocketPingInterval"
    assert saving.bytes_per_month["plain"] == pytest.approx(100 * month_pings, rel=0.001)


def evening_of_charging() -> Talk:
    """Return a day with a transaction of an hour, and three with nothing but heartbeats."""
    talk = charging_day("CP1", 120)
    talk.heartbeats(86_520, 4 * DAY_SECONDS, 120)
    return talk


@pytest.mark.parametrize("messages_max", [100, 3_000])
def test_what_is_not_among_the_newest_messages_is_in_the_bill(messages_max: int) -> None:
    talk = evening_of_charging()
    plain = Contenders({"plain": PLAIN})
    found = estimated(talk.records, plain, Wishes(messages_max=messages_max))
    whole = estimated(talk.records, plain, Wishes(messages_max=100_000))
    assert whole.played_messages == found.messages == len(talk.records)
    assert MESSAGES_MIN / 2 < found.played_messages <= max(MESSAGES_MIN, messages_max) + 20
    one, exact = found.contenders["plain"], whole.contenders["plain"]
    assert one.by_action.keys() == exact.by_action.keys()
    assert one.by_action["MeterValues"] == pytest.approx(exact.by_action["MeterValues"], rel=0.01)
    assert one.bytes_per_month == pytest.approx(exact.bytes_per_month, rel=0.002)
    assert found.warnings[0] == (
        f"All {found.messages:,} messages are counted; {found.played_messages:,} of them, from all "
        "over the log, were played (--messages)."
    )
    assert not any("MeterValues" in one for one in found.warnings)


def test_actions_that_are_in_no_piece_are_told() -> None:
    talk = evening_of_charging()
    talk.heartbeats(4 * DAY_SECONDS, 40 * DAY_SECONDS, 120)
    found = estimated(talk.records, Contenders({"plain": PLAIN}), Wishes(messages_max=100))
    assert "BootNotification" in found.contenders["plain"].by_action
    assert found.warnings[-1].startswith("Rare in the log, so only about 10 of each were played")
    assert "BootNotification" in found.warnings[-1]


def test_pings_are_those_of_the_whole_log() -> None:
    pinging = Contenders({"plain": PlainFactory(HEADER, ping_seconds=60, ping_bytes=100)})
    talk = evening_of_charging()
    sizes = [
        estimated(talk.records, pinging, Wishes(messages_max=messages_max))
        .contenders["plain"]
        .by_action["(keepalive)"]
        for messages_max in (100, 100_000)
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)
    assert sizes[1] == pytest.approx(MONTH_SECONDS / 60 * 100, rel=0.01)


def test_few_messages_get_a_warning() -> None:
    talk = Talk()
    talk.heartbeats(0, DAY_SECONDS, 600)
    assert estimated(talk.records).warnings == [
        "Only 290 messages were played: Laconic learns while it works, so its figures are too high."
    ]


def test_without_times_no_interval_is_invented() -> None:
    records = whole_day().records
    log = replace(LOG, has_times=False)
    found = estimated(records, wishes=Wishes(days=1), log=log)
    assert [one.before for one in found.savings if one.key == "HeartbeatInterval"] == ["300 s"]
    assert "MeterValueSampleInterval" not in {one.key for one in found.savings}
    assert found.chargers["CP1"].heartbeat_seconds == 300
    assert found.warnings[0].startswith("The messages have no times: ")
    silent = estimated(records[2:], wishes=Wishes(days=1), log=log)
    assert silent.chargers["CP1"].heartbeat_seconds is None
    assert {one.key for one in silent.savings} == {"MeterValuesSampledData"}


def test_two_days_with_a_silent_night_between_are_two_days() -> None:
    first = whole_day()
    later = [
        replace(one, time_seconds=one.time_seconds + 2 * DAY_SECONDS)
        for one in whole_day().records
        if one.time_seconds is not None
    ]
    both = estimated([*first.records, *later])
    once = estimated(first.records)
    assert both.covered_days == 2
    assert both.contenders["plain"].bytes_per_month == pytest.approx(
        once.contenders["plain"].bytes_per_month
    )


def test_a_short_log_gets_a_warning() -> None:
    talk = Talk()
    talk.heartbeats(0, 7_200, 60)
    assert "The log covers 2.0 hours" in estimated(talk.records).warnings[0]


def test_what_is_missing_in_the_log_is_told() -> None:
    talk = whole_day()
    records = [one for one in talk.records if one.raw != '[3,"u1",{}]']
    records.remove(talk.records[3])  # The answer to a heartbeat.
    records.append(replace(talk.records[-1], raw='[3,"nobody",{}]'))
    assert estimated(records).messages == len(records) - 1
    log = replace(
        LOG, unreadable_lines=2, problems=["something"], repeated_lines=3, looks_mingled=True
    )
    assert estimated(records, log=log).warnings == [
        "1 CALLs have no answer in the log; a usual one was put in.",
        "1 answers belong to no CALL of the log and do not count.",
        "day.log: 2 lines cannot be read.",
        "day.log: 3 messages were there before and count once.",
        "day.log looks as if several chargers were in it, and it does not name them: they are "
        "billed as one, which is wrong. Name them in each line, or give each its own file.",
        "day.log: something.",
    ]


def test_without_times_the_user_must_say_the_days() -> None:
    log = replace(LOG, has_times=False)
    records = whole_day().records
    with pytest.raises(LogError, match=r"no times.*--days 7"):
        estimated(records, log=log)
    found = estimated(records, wishes=Wishes(days=2), log=log)
    once = estimated(records)
    assert found.played_days == 2
    assert found.contenders["plain"].bytes_per_month == pytest.approx(
        once.contenders["plain"].bytes_per_month / 2
    )


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ([TraceRecord(0, "CP1", "down", "1.6", '[3,"1",{}]')], "only answers"),
        (charging_day().records[:2], "covers 0 seconds"),
    ],
)
def test_a_log_that_says_nothing_about_a_month_is_refused(
    records: list[TraceRecord], told: str
) -> None:
    with pytest.raises(LogError, match=r"day\.log") as error:
        estimated(records)
    assert told in str(error.value)
