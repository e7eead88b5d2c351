"""Stories in the codings without a state."""

from collections.abc import Callable
from typing import Final

from laconic_codec import cbor, zstd_coding
from laconic_codec.frame import Coding
from laconic_codec.items import Bind, Presence
from tests.support.vectors.payloads import call
from tests.support.vectors.tape import Tape

_STATUS: Final = '{"connectorId":1,"errorCode":"NoError","status":"Charging"}'


def plain(tape: Tape) -> None:
    """A batch in CBOR, and what is none."""
    tape.begin("cbor: a charger and its status", 1, codings=Coding.CBOR)
    tape.send(
        [Bind(0, "/CP1", "1.6"), Presence(0, 1), call(0, "StatusNotification", _STATUS, "19")]
    )
    good = tape.encode([call(0, "StatusNotification", _STATUS)])
    tape.arrive(good)
    for size in range(len(good)):
        tape.refuse(good[:size])
    tape.refuse(good + b"\0")
    tape.refuse(cbor.dump([4, 1, 0, 0]))  # no such kind
    tape.refuse(cbor.dump([0, 1, 2, bytes(8), 0, 0]))  # version 2 of the profile
    tape.refuse(cbor.dump([1, 1, 0, 0, [2, 65_000, {}]]))  # no such action
    tape.refuse(cbor.dump([1, 1, 0, 0, [2, 0, {}, "x" * 37]]))  # a message id of 37 characters
    tape.refuse(cbor.dump([1, 1, 0, 0, [8 * 65_536, "/x", 0, 1]]))  # channel 65,536
    tape.refuse(bytes.fromhex("9f0101" + "0000ff"))  # an array without a length
    tape.refuse(bytes.fromhex("84010100" + "1800"))  # not the shortest form
    tape.refuse(bytes.fromhex("8501010000" + "c100"))  # a tag
    tape.refuse(bytes(1_025))


def compressed(tape: Tape) -> None:
    """A batch in CBOR under zstd, and what is none."""
    tape.begin("zstd: many configuration keys", 1, codings=Coding.ZSTD)
    keys = [
        {"key": name, "readonly": False, "value": str(10 * place)}
        for place, name in enumerate(("HeartbeatInterval", "MeterValueSampleInterval") * 20)
    ]
    tape.send([call(0, "DataTransfer", {"vendorId": "v", "data": keys}) for _ in range(6)])
    good = tape.encode([call(0, "DataTransfer", {"vendorId": "v", "data": keys})])
    tape.arrive(good)
    tape.refuse(good[:-1])
    tape.refuse(good + b"\0")
    tape.refuse(bytes([zstd_coding.MARK]))
    tape.refuse(zstd_coding.compress(bytes(70_000)))  # more than 65,536 bytes of content
    tape.refuse(zstd_coding.compress(cbor.dump([3, 1])))  # a kind that is never compressed


STORIES: Final[dict[str, Callable[[Tape], None]]] = {
    "01-cbor": plain,
    "02-zstd": compressed,
}
