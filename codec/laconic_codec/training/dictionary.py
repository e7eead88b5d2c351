"""Trains the dictionary of the `zstd` coding.

    python -m laconic_codec.training.dictionary --check    exit code 1 if another one comes out
    python -m laconic_codec.training.dictionary --update   writes it

The dictionary is data of the registry: frozen with a release, the same at both ends. It is made
from generated messages only (`samples`), in the `cbor` coding, so it goes with the numbers of the
registry's tables:

- one message of each shape in the registry, all versions, requests and responses;
- of 1,500 made-up chargers, the first frame of each (bind, presence, boot, states), a frame of 1 to
  25 everyday messages, and one large message: a GetConfiguration answer with the standard keys, a
  NotifyReport, GetVariables or SetVariables over the standard device model, a SendLocalList, a
  SetChargingProfile, a StopTransaction with signed values (OCMF).

No recorded traffic is in it. The size was chosen by measurement, in bytes:

| dictionary | recorded, frames of 50 | recorded, first 10 up | generated anew, large |
|---|---|---|---|
| none | 32,491 | 6,571 | 75,409 |
| 4 kB | 28,817 | 5,136 | 41,540 |
| 8 kB | 28,503 | 4,913 | 33,042 |
| 16 kB | 28,297 | 4,919 | 26,292 |
| 32 kB | 27,983 | 4,851 | 24,127 |

Recorded traffic, mostly of 1.6 and with few large messages, is served by 8 kB; settings, device
models and signed values by 16 kB. 32 kB save little more and cost a small decoder its memory.

The trainer is libzstd's. Another version of it may make another dictionary of equal worth; that is
no reason to change the frozen one.
"""

import sys
from pathlib import Path
from typing import Any, Final

import zstandard

from laconic_codec import registry
from laconic_codec.training.samples import samples
from laconic_codec.zstd_coding import DICTIONARY_FILE, LEVEL

SIZE_BYTES: Final = 16_384
CHARGERS: Final = 1_500

TRAINER: Final = (1, 5, 7)
"""Version of libzstd that trains; zstandard 0.25.0 has it."""

PATH: Final = Path(registry.__file__).with_name(DICTIONARY_FILE)


def main(arguments: list[str]) -> int:
    """Compare or write the dictionary; return the exit code."""
    if arguments not in (["--check"], ["--update"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not is_available():
        print("needs the trainer of libzstd 1.5.7: pip install zstandard==0.25.0", file=sys.stderr)
        return 2
    dictionary = train(SIZE_BYTES)
    if PATH.exists() and PATH.read_bytes() == dictionary:
        return 0
    if arguments == ["--check"]:
        print(f"{PATH} is out of date: run this command with --update", file=sys.stderr)
        return 1
    PATH.write_bytes(dictionary)
    print(f"wrote {PATH}")
    return 0


def is_available() -> bool:
    """Tell whether the trainer is here in the right version."""
    return zstandard.ZSTD_VERSION == TRAINER


def train(size_bytes: int) -> bytes:
    """Return a dictionary of a size; the same samples make the same bytes."""
    texts: list[Any] = [*samples(CHARGERS)]  # a list of bytes is no list of bytes-like objects
    return zstandard.train_dictionary(size_bytes, texts, level=LEVEL).as_bytes()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
