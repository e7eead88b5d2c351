"""Stop orders: given until the charger has stopped, also after a restart (traps 12 and 21)."""

from laconic_codec.messages import CallError, CallResult
from laconic_gateway.core.expander.kept import Kept, KeptKind
from laconic_gateway.core.expander.stop_orders import (
    AGAIN_SECONDS,
    LIFETIME_SECONDS,
    ORDERS_MAX,
    StopOrders,
    command,
)

STOP = ("17", "RemoteStopTransaction")


def test_an_order_is_given_until_it_is_answered() -> None:
    orders = StopOrders()
    assert orders.give("17", "1.6", 5.0)
    assert orders.give("17", "1.6", 6.0) == []
    assert orders.due("2.0.1", 0.0) == []
    assert orders.due("1.6", 0.0) == [STOP]
    assert orders.due("1.6", 1.0) == [] and orders.timer("1.6") == AGAIN_SECONDS
    assert orders.due("1.6", AGAIN_SECONDS) == [STOP]
    assert orders.answered("17", CallResult("id", '{"status":"Rejected"}')) == "rejected"
    assert orders.timer("1.6") is None
    orders.may_try_again()
    assert orders.due("1.6", 2 * AGAIN_SECONDS) == [STOP]


def test_what_the_charger_says_is_told() -> None:
    orders = StopOrders()
    assert orders.answered("17", CallResult("id", '{"status":"Accepted"}')) == "accepted"
    assert orders.answered("17", CallError("id", '["InternalError"]')) == "error"


def test_an_order_ends_with_its_transaction_or_in_the_end() -> None:
    orders = StopOrders()
    (kept,) = orders.give('"abc"', "2.0.1", 5.0)
    again = StopOrders()
    again.restore(kept)
    assert again.due("2.0.1", 0.0) == [('"abc"', "RequestStopTransaction")]
    assert again.trim(5.0 + LIFETIME_SECONDS) == []
    assert again.trim(6.0 + LIFETIME_SECONDS) == [Kept(KeptKind.ORDER, '"abc"', None)]
    assert orders.end('"abc"') == [Kept(KeptKind.ORDER, '"abc"', None)]
    assert orders.end('"abc"') == []


def test_the_number_of_orders_is_limited() -> None:
    orders = StopOrders()
    for number in range(ORDERS_MAX):
        orders.give(str(number), "1.6", 0.0)
    assert orders.give("new", "1.6", 0.0)[-1] == Kept(KeptKind.ORDER, "0", None)


def test_a_command_has_the_id_as_the_charger_wrote_it() -> None:
    assert command("x", '"a\\"b"', "RequestStopTransaction").payload == '{"transactionId":"a\\"b"}'
