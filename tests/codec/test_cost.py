"""What the codec may cost, in bits and bytes: the figures that were promised."""

from laconic_codec.adaptive.ledger import Ledger, Part
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Call

FRAME_OVERHEAD_MAX_BYTES = 4
REPEATED_MAX_BITS = 2.0
FIRST_FRAME_MAX_BYTES = 60


def _call(action: str, payload: str) -> Item:
    return MessageItem(0, Call("", action, payload))


def _status(minute: int) -> Item:
    hours, minutes = divmod(minute, 60)
    return _call(
        "StatusNotification",
        '{"connectorId":1,"errorCode":"NoError","status":"Available",'
        f'"timestamp":"2026-03-02T{hours:02}:{minutes:02}:00Z"}}',
    )


def test_what_comes_as_predicted_costs_at_most_two_bits() -> None:
    ledger = Ledger()
    encoder = Encoder(Direction.UP, 1, code_body=ledger.code)
    costs: list[dict[int, float]] = []
    for minute in range(0, 600, 5):
        batch = [_call("Heartbeat", "{}"), _status(minute)]
        encoder.encode(Header(1, len(costs) * 2, 0), batch, commit=True)
        encoder.acknowledge()
        bits: dict[int, float] = {}
        for spent in ledger.spent:
            if spent.entry >= 0:
                bits[spent.entry] = bits.get(spent.entry, 0.0) + spent.bits
        costs.append(bits)
    heartbeat, status = costs[-1][0], costs[-1][1]
    print(f"repeated heartbeat {heartbeat:.2f} bits, unchanged status {status:.2f} bits")
    assert heartbeat <= REPEATED_MAX_BITS
    assert status <= REPEATED_MAX_BITS


def test_the_overhead_of_a_frame_in_the_steady_state() -> None:
    ledger = Ledger()
    encoder = Encoder(Direction.UP, 1, code_body=ledger.code)
    overheads: list[float] = []
    for number in range(200):
        made = encoder.encode(Header(1, number, 0), [_status(5 * number % 1_440)], commit=True)
        encoder.acknowledge()
        content = sum(spent.bits for spent in ledger.spent if spent.part is not Part.CURSORS)
        overheads.append(len(made.frame) - content / 8)
    mean = sum(overheads[100:]) / 100
    print(f"overhead of a frame: {mean:.2f} bytes")
    assert mean <= FRAME_OVERHEAD_MAX_BYTES


def test_the_first_frame_of_a_new_charger_of_each_version() -> None:
    boot_16 = (
        '{"chargePointVendor":"Kilima","chargePointModel":"Boda 2","chargePointSerialNumber":'
        '"KB2-004217","firmwareVersion":"2.4.1"}'
    )
    boot_2x = (
        '{"reason":"PowerUp","chargingStation":{"model":"Swap 12","vendorName":"Kilima",'
        '"serialNumber":"KS-00042","firmwareVersion":"2.4.1"}}'
    )
    status_2x = (
        '{"timestamp":"2026-03-02T00:00:05Z","connectorStatus":"Available","evseId":1,'
        '"connectorId":1}'
    )
    for version, boot, status in (
        ("1.6", boot_16, _status(0)),
        ("2.0.1", boot_2x, _call("StatusNotification", status_2x)),
        ("2.1", boot_2x, _call("StatusNotification", status_2x)),
    ):
        encoder = Encoder(Direction.UP, 1)
        opening: list[Item] = [Bind(0, "/KE-0042", version), Presence(0, 1)]
        given = [*opening, _call("BootNotification", boot), status]
        made = encoder.encode(Header(1, 0, 0), given, commit=True)
        print(f"first frame of a charger on {version}: {len(made.frame)} bytes")
        assert len(made.order) == 4
        assert len(made.frame) <= FIRST_FRAME_MAX_BYTES
