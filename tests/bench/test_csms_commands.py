"""The commands of the small CSMS are valid and suit the charger that gets them."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.csms_answers import ChargerState
from laconic_bench.csms_commands import next_command, reset_command
from tests.support import ocpp_schemas

VERSIONS = ("1.6", "2.0.1", "2.1")
SEEDS = st.integers(0, 2**32)
TRANSACTIONS = st.dictionaries(st.integers(1, 10**6).map(str), st.just("T"), max_size=3)


@given(SEEDS, st.sampled_from(VERSIONS), TRANSACTIONS)
def test_every_command_is_valid_by_its_schema(
    seed: int, version: str, transactions: dict[str, str]
) -> None:
    state = ChargerState(version, transactions=transactions)
    action, payload = next_command(state, Random(seed))
    ocpp_schemas.check(2, action, json.dumps(payload), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reset_is_valid_by_its_schema(version: str) -> None:
    action, payload = reset_command(ChargerState(version))
    assert action == "Reset"
    ocpp_schemas.check(2, action, json.dumps(payload), version)


@given(SEEDS, st.sampled_from(["1.6", "2.0.1"]), TRANSACTIONS)
def test_only_what_is_open_is_stopped(
    seed: int, version: str, transactions: dict[str, str]
) -> None:
    rng, state = Random(seed), ChargerState(version, transactions=transactions)
    for _ in range(20):
        action, payload = next_command(state, rng)
        if "Stop" in action:
            assert str(payload["transactionId"]) in transactions


@pytest.mark.parametrize(
    ("version", "actions"),
    [
        (
            "1.6",
            "RemoteStartTransaction RemoteStopTransaction GetConfiguration ChangeConfiguration"
            " TriggerMessage",
        ),
        (
            "2.0.1",
            "RequestStartTransaction RequestStopTransaction GetVariables SetVariables"
            " TriggerMessage",
        ),
        ("2.1", "RequestBatterySwap GetVariables TriggerMessage"),
    ],
)
def test_in_time_a_charger_gets_every_command_of_its_kind(version: str, actions: str) -> None:
    rng, state = Random(1), ChargerState(version, transactions={"7": "T"})
    assert {next_command(state, rng)[0] for _ in range(200)} == set(actions.split())
