"""Meter, governor and throttle together, over a month of random messages in virtual time."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from laconic_codec.messages import Call
from laconic_gateway.core.coap.events import KEEPALIVE
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.site.budget.governor import BudgetSettings, Governor, Rung, Told
from laconic_gateway.core.site.budget.meter import Meter, Way
from laconic_gateway.core.site.budget.month import DAY_SECONDS, Month
from laconic_gateway.core.site.budget.throttle import Throttle, Treatment, is_protected
from laconic_gateway.core.site.policy import Answering, MessageClass, decide

MONTH = Month.of(1_795_770_856.0, 1)
START = MONTH.first_day * DAY_SECONDS
LOCAL = Answering("local", frozenset({"updates"}))
PATIENCE = dict(zip(MessageClass, (0.0, 2.0, 0.0, 10.0, 60.0, 300.0), strict=True))
BUDGET = BudgetSettings(monthly_bytes=2_000_000, reserve_bytes=200_000)
TICK_SECONDS = 60
CHARGERS = 3


def call(action: str, **fields: object) -> Call:
    return Call("1", action, json.dumps(fields))


KINDS = {
    "authorize": call("Authorize", idTag="A"),
    "stop": call("StopTransaction", transactionId=1, meterStop=1),
    "running": call(
        "MeterValues",
        connectorId=1,
        transactionId=1,
        meterValue=[{"timestamp": "2026-11-01T00:00:00Z"}],
    ),
    "signed": call("MeterValues", connectorId=0, meterValue=[{"format": "SignedData"}]),
    "alarm": call("StatusNotification", connectorId=1, status="Faulted", errorCode="X"),
    "security": call("SecurityEventNotification", type="T"),
    "plain": call("MeterValues", connectorId=0, meterValue=[{"timestamp": "2026-11-01T00:00:00Z"}]),
    "status": call("StatusNotification", connectorId=0, status="Available", errorCode="NoError"),
    "report": call("NotifyReport", requestId=1, seqNo=0),
}
PROTECTED = ("authorize", "stop", "running", "signed", "alarm", "security")


@dataclass
class Month30:
    """What a month did to the messages of a small site."""

    seed: int
    plain_bytes: int
    report_bytes: int
    offered: Counter[str] = field(default_factory=Counter[str])
    sent: Counter[str] = field(default_factory=Counter[str])
    used: Counter[str] = field(default_factory=Counter[str])
    notes: list[Note] = field(default_factory=list[Note])

    def run(self) -> "Month30":
        dice = random.Random(self.seed)
        meter, throttle = Meter(1), Throttle()
        governor = Governor(BUDGET, Told())
        held = 0

        def send(kind: str, size: int, unix: float) -> None:
            meter.take(Way.UP, size, KEEPALIVE, unix)
            self.sent[kind] += 1
            self.used["protected" if kind in PROTECTED else "rest"] += size

        for tick in range(MONTH.days * DAY_SECONDS // TICK_SECONDS):
            now = Instant(float(tick * TICK_SECONDS), START + tick * TICK_SECONDS)
            for charger in range(CHARGERS):
                kind = dice.choice(("plain", "plain", "plain", "plain", dice.choice(list(KINDS))))
                message = KINDS[kind]
                size = dice.randint(20, 40)
                size += {"plain": self.plain_bytes, "report": self.report_bytes}.get(kind, 0)
                if kind in PROTECTED and dice.random() < 0.7:
                    continue
                self.offered[kind] += 1
                version = "2.0.1" if kind in ("report", "security") else "1.6"
                decision = decide(message, version, LOCAL)
                treatment = throttle.decide(f"CP{charger}", message, decision, now.monotonic)
                patience = PATIENCE[decision.message_class]
                longer = throttle.patience_seconds(message, decision.message_class, patience)
                if kind in PROTECTED:
                    assert is_protected(message, decision.message_class)
                    assert (treatment, longer) == (Treatment.SEND, patience)
                if treatment is Treatment.SEND:
                    send(kind, size, now.unix)
                held += treatment is Treatment.HOLD
            self.notes += governor.check(meter.totals(now.unix), now)
            throttle.rung = governor.rung
            throttle.holds = governor.rung >= Rung.HELD or (throttle.holds and held > 0)
            if held and governor.rung < Rung.HELD:
                held -= 1
                send("report", self.report_bytes + 30, now.unix)
        return self


@pytest.mark.parametrize(("seed", "plain_bytes", "report_bytes"), [(1, 20, 60), (2, 60, 10)])
def test_the_budget_is_kept_and_protected_traffic_is_untouched(
    seed: int, plain_bytes: int, report_bytes: int
) -> None:
    month = Month30(seed, plain_bytes, report_bytes).run()
    # Everything would be more than twice the budget; what is protected fits into it.
    assert month.used["protected"] < BUDGET.monthly_bytes / 2
    assert month.used.total() <= BUDGET.monthly_bytes
    for kind in PROTECTED:
        assert month.sent[kind] == month.offered[kind]
    assert 0 < month.sent["plain"] < month.offered["plain"]
    alerts = [note.label for note in month.notes if note.topic is Topic.BUDGET_ALERT]
    assert alerts == ["50", "80"]
    steps = [note.label for note in month.notes if note.topic is Topic.BUDGET_STEP]
    assert {"wider", "thinner"} <= set(steps)
    assert "full" in steps  # and down again
