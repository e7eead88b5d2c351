"""What kind of message a record is."""

import pytest

from laconic_gateway.core.expander.traffic import Kind, traffic_of
from laconic_gateway.core.records import Record, RecordKind


def record(text: str, version: str = "1.6", *, answered: bool = False) -> Record:
    return Record(1, RecordKind.MESSAGE, "CP1", "/CP1", version, text, answered=answered)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("BootNotification", Kind.BOOT),
        ("Authorize", Kind.INTERACTIVE),
        ("DataTransfer", Kind.INTERACTIVE),
        ("SignCertificate", Kind.INTERACTIVE),
        ("StartTransaction", Kind.TRANSACTION),
        ("StopTransaction", Kind.TRANSACTION),
        ("MeterValues", Kind.TRANSACTION),
        ("TransactionEvent", Kind.TRANSACTION),
        ("StatusNotification", Kind.STATUS),
        ("NotifyEvent", Kind.OTHER),
        ("SecurityEventNotification", Kind.OTHER),
        ("BatterySwap", Kind.OTHER),
        ("OpenPeriodicEventStream", Kind.OTHER),
        ("VendorAction", Kind.OTHER),
    ],
)
def test_the_kind_follows_from_the_action(action: str, kind: Kind) -> None:
    """D7: what is not known to be a question keeps its place."""
    assert traffic_of(record(f'[2,"id","{action}",{{}}]')).kind is kind


def test_a_question_that_was_answered_is_in_no_hurry() -> None:
    assert traffic_of(record('[2,"id","Authorize",{}]', answered=True)).kind is Kind.OTHER


def test_a_send_keeps_its_place_and_what_is_no_message_too() -> None:
    assert traffic_of(record('[6,"id","Authorize",{}]')).kind is Kind.OTHER
    assert traffic_of(record("nonsense")).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("version", "text", "transaction", "ends"),
    [
        ("1.6", '"StopTransaction",{"transactionId":7}', "7", True),
        ("1.6", '"MeterValues",{"transactionId":7}', "7", False),
        ("1.6", '"MeterValues",{"connectorId":1}', None, False),
        ("1.6", '"StopTransaction",{"transactionId":[]}', None, True),
        ("2.1", '"TransactionEvent",{"transactionInfo":{"transactionId":"a"}}', '"a"', False),
        (
            "2.0.1",
            '"TransactionEvent",{"eventType":"Ended","transactionInfo":{"transactionId":"a"}}',
            '"a"',
            True,
        ),
        ("2.0.1", '"TransactionEvent",{"transactionInfo":3}', None, False),
    ],
)
def test_the_transaction_is_read(
    version: str, text: str, transaction: str | None, ends: bool
) -> None:
    traffic = traffic_of(record(f'[2,"id",{text}]', version))
    assert (traffic.transaction, traffic.ends) == (transaction, ends)
