"""Small traces for the tests of commands that read some."""

import json
from pathlib import Path
from random import Random
from string import ascii_letters, digits

from laconic_bench.trace import write
from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.workload import START

BOOT = '{"chargePointVendor":"A","chargePointModel":"B"}'
STATUS = '{"connectorId":1,"errorCode":"NoError","status":"Charging"}'


def line(raw: str, way: str = "up", cp: str = "CP1", t: str | None = None, ver: str = "1.6") -> str:
    """Return the line of a message."""
    return json.dumps({"t": t, "cp": cp, "dir": way, "ver": ver, "raw": raw})


def call(number: int, action: str, payload: str) -> str:
    """Return the OCPP-J text of a CALL."""
    return f'[2,"{number}","{action}",{payload}]'


def trace(path: Path, *lines: str) -> Path:
    """Write a trace; return its path."""
    path.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    return path


def boda_trace(path: Path, days: float) -> Path:
    """Write a trace of the reference workload; return its path."""
    with path.open("w", encoding="utf-8") as file:
        write(file, boda_site(1, days).records(), START)
    return path


def noise(characters: int, seed: int = 1) -> str:
    """Return a text that no coding makes much shorter; it stands in JSON as it is."""
    return "".join(Random(seed).choices(ascii_letters + digits + "+-*.:;", k=characters))
