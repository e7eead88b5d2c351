"""The life of a station on OCPP 2.0.1 is what the standard allows, in content and in order."""

from typing import Final

import pytest

from laconic_bench.chargers import Place
from laconic_bench.makes import DOUM
from laconic_bench.station_201 import Station201
from tests.support.site_life import Life
from tests.support.transaction_events import check_series, transactions

IDENTITY: Final = "STATION-1"


@pytest.fixture(scope="module")
def life() -> Life:
    place = Place(IDENTITY, "secret", Station201, DOUM)
    return Life([place], seconds=1_200, seed=5, command_seconds=4, reset_probability=0.03)


def test_a_life_is_valid_by_the_schemas_and_without_defect(life: Life) -> None:
    life.check_schemas()
    assert life.verdict.defects == 0
    assert life.notebook.timeouts == 0


def test_each_connection_begins_with_a_boot_and_all_states(life: Life) -> None:
    sent = [request for request in life.requests(IDENTITY) if request.up]
    boots = [i for i, request in enumerate(sent) if request.action == "BootNotification"]
    assert boots[0] == 0
    assert len(boots) == life.notebook.connections > 1
    told = [request.payload["evseId"] for request in sent if request.action[0] == "S"][:2]
    assert told == [1, 2]


def test_each_transaction_is_started_updated_and_ended_once(life: Life) -> None:
    series = transactions(life.requests(IDENTITY))
    assert len(series) > 10
    for events in series.values():
        check_series(events)


def test_a_transaction_begins_with_a_token_that_was_authorised(life: Life) -> None:
    authorised: set[str] = set()
    for request in life.requests(IDENTITY):
        if request.action == "Authorize":
            authorised.add(request.payload["idToken"]["idToken"])
        if request.action == "TransactionEvent" and request.payload["eventType"] != "Updated":
            assert request.payload["idToken"]["idToken"] in authorised


def test_an_evse_has_one_transaction_at_a_time(life: Life) -> None:
    open_ids: dict[int, str] = {}
    for request in life.requests(IDENTITY):
        if request.action == "BootNotification":
            open_ids.clear()
        if request.action == "TransactionEvent":
            evse: int = request.payload["evse"]["id"]
            transaction_id: str = request.payload["transactionInfo"]["transactionId"]
            assert open_ids.setdefault(evse, transaction_id) == transaction_id
            if request.payload["eventType"] == "Ended":
                del open_ids[evse]


def test_the_csms_starts_and_stops_transactions(life: Life) -> None:
    events = [
        event for series in transactions(life.requests(IDENTITY)).values() for event in series
    ]
    triggers = {event["triggerReason"] for event in events}
    assert triggers >= {"Authorized", "RemoteStart", "RemoteStop", "StopAuthorized", "Trigger"}
    reasons = {
        (event["triggerReason"], event["transactionInfo"]["stoppedReason"])
        for event in events
        if event["eventType"] == "Ended"
    }
    assert reasons == {("RemoteStop", "Remote"), ("StopAuthorized", "Local")}
