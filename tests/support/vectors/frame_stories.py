"""Stories of frames that are lost, late, damaged or from another life of the sender."""

import itertools
import random

from laconic_codec.items import Bind
from tests.support.vectors.payloads import boot_16, call, status_16, transaction_event
from tests.support.vectors.tape import Tape


def losses(tape: Tape) -> None:
    """Frames are lost, repeated, overtaken; urgent ones leave beside a committing one."""
    tape.begin("a committing frame is lost, urgent frames overtake it", 5)
    statuses = itertools.cycle(("Preparing", "Charging", "SuspendedEV", "Finishing", "Available"))
    for step in range(40):
        batch = [
            call(0, "StatusNotification", status_16(1 + step % 2, next(statuses))),
            call(1, "Heartbeat", {}),
        ]
        urgent = [call(0, "Authorize", {"idTag": f"04A2{step % 5:02X}7C"})]
        committing = tape.encode(batch)
        if step % 4 == 1:  # it arrives after an urgent one, which moves nothing
            tape.arrive(tape.encode(urgent, commit=False))
            tape.arrive(committing)
            tape.acknowledge()
        elif (
            step % 4 == 2
        ):  # its answer is lost; another one against the same state takes its place
            tape.arrive(committing)
            tape.lose()
            tape.send(urgent)
        elif step % 4 == 3:  # an urgent one that left before it arrives after it
            overtaken = tape.encode(urgent, commit=False)
            tape.arrive(committing)
            tape.arrive(overtaken)
            tape.acknowledge()
            tape.arrive(committing)  # once more: it changes nothing
        else:
            tape.arrive(committing)
            tape.acknowledge()
    _late_attempts(tape)


def _late_attempts(tape: Tape) -> None:
    """The sender gives frames up and makes others; they arrive in every order."""

    def attempts(count: int) -> list[bytes]:
        made: list[bytes] = []
        for number in range(count):
            batch = [call(number % 2, "Authorize", {"idTag": f"04B3{number:02X}7C"})]
            made.append(tape.encode(batch, acknowledged=number, advance=False))
            if number + 1 < count:
                tape.lose()
        return made

    def arrive(*frames: bytes) -> None:
        for encoded in frames:
            tape.arrive(encoded)
        tape.acknowledge()
        tape.send([call(0, "Heartbeat", {}), call(1, "Heartbeat", {})], commit=False)

    first, second = attempts(2)
    arrive(second, first)  # late: what is in it counts, but it moves nothing
    first, second = attempts(2)
    arrive(first, second, first)
    _, second, third = attempts(3)
    arrive(third, second)
    _, _, third = attempts(3)
    arrive(third, third)
    tape.send([call(0, "Heartbeat", {})])


def refusals(tape: Tape) -> None:
    """Frames that must be refused, between frames that must not."""
    tape.begin("frames that were cut, lengthened, changed, or belong elsewhere", 9)
    batch = [
        call(0, "BootNotification", boot_16("Acacia", "A-1100", "1.4.2")),
        call(0, "StatusNotification", status_16(1, "Available")),
    ]
    first = tape.encode(batch)
    for size in range(len(first)):
        tape.refuse(first[:size])
    for added in (b"\0", b"\x01", b"\xff", b"\0\x01", bytes(4)):
        tape.refuse(first + added)
    for place in range(len(first)):
        tape.refuse(first[:place] + bytes([first[place] ^ 1]) + first[place + 1 :])
    tape.arrive(first)
    tape.acknowledge()
    second = tape.encode(batch)
    tape.refuse(bytes([second[0] ^ 0x10]) + second[1:])
    tape.refuse(bytes([second[0] + 1]) + second[1:])
    tape.refuse(bytes([second[0] ^ 0x40]) + second[1:])
    repeated = bytes([second[0] ^ 0x04])
    for attempt in (b"\0\0", b"\0\1", b"\0", b""):  # never, another check, cut off
        tape.refuse(repeated + second[1:3] + attempt + second[3 if len(attempt) > 1 else 99 :])
    tape.refuse(bytes([repeated[0] ^ 0x20]) + second[1:3] + b"\0\1" + second[3:])
    random_ = random.Random(9)
    for _ in range(60):
        tape.refuse(bytes([second[0]]) + random_.randbytes(random_.randrange(1, 60)))
    tape.arrive(second)
    tape.begin("a frame of the epoch before", 11)
    tape.refuse(first)
    tape.refuse(second)


def restarts(tape: Tape) -> None:
    """The sender restarts, with old rows and young ones; frames go beside it, or are lost."""
    tape.begin("the sender restarts and condenses its state", 12)
    tape.send([Bind(0, "/BODA-01", "1.6"), Bind(1, "/SWAP-01", "2.1")])
    tape.send([call(0, "StatusNotification", status_16(1, "Available"))])
    tape.send([call(1, "TransactionEvent", transaction_event(3, 0, "Started", 12_000.0, 20.5))])
    tape.restart()
    tape.send([call(1, "TransactionEvent", transaction_event(3, 1, "Updated", 12_240.5, 27.0))])
    tape.send_all([call(0, "Heartbeat", {})] * 1_019)
    tape.send([call(1, "TransactionEvent", transaction_event(3, 2, "Updated", 12_481.0, 33.5))])
    tape.restart()
    beside = tape.encode(
        [call(1, "TransactionEvent", transaction_event(3, 3, "Updated", 12_721.5, 40.0))],
        commit=False,
    )
    tape.arrive(beside)
    lost = tape.encode([call(0, "Heartbeat", {})], advance=False)
    tape.lose()
    tape.restart()
    tape.send([call(0, "StatusNotification", status_16(1, "Preparing"))])
    for step in range(4, 7):
        event = transaction_event(3, step, "Updated", 12_000.0 + 240.5 * step, 20.5 + 6.5 * step)
        tape.send([call(1, "TransactionEvent", event)])
    tape.refuse(lost)
    tape.refuse(beside)
