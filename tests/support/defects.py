"""Conversations without a defect, as both ends saw them, and the ways to put one in."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from hypothesis import assume

from laconic_bench.judge import Verdict, judge
from laconic_bench.transcript import Transcript

ACTIONS = ("Authorize", "StartTransaction", "MeterValues", "StatusNotification")


@dataclass(frozen=True)
class Line:
    """One message at one end, before it is written down."""

    up: bool
    text: str


class World:
    """Synthetic conversations of two chargers, as both ends saw them, without a defect."""

    def __init__(self, seed: int, exchanges: int) -> None:
        self.rng = random.Random(seed)
        self.charger: dict[str, list[Line]] = {"A": [], "B": []}
        self.csms: dict[str, list[Line]] = {"A": [], "B": []}
        for number in range(exchanges):
            for identity in ("A", "B"):
                self.rng.choice([self._call, self._command, self._heartbeat])(identity, number)

    def verdict(self) -> Verdict:
        return judge(written(self.charger), written(self.csms))

    def _call(self, identity: str, number: int) -> None:
        action = self.rng.choice(ACTIONS)
        payload = f'{{"number": {number}}}'
        content = "{}" if "V" in action or "N" in action else f'{{"answer":"{identity}{number}"}}'
        self._up(identity, f'[2,"{number}","{action}",{payload}]', f'[2,"u{number}","{action}",')
        self._replace_last_payload(identity, payload)
        self._down(identity, f'[3,"{number}",{content}]', f'[3,"u{number}",{content}]')

    def _replace_last_payload(self, identity: str, payload: str) -> None:
        last = self.csms[identity][-1]
        self.csms[identity][-1] = replace(last, text=f"{last.text}{payload}]")

    def _command(self, identity: str, number: int) -> None:
        command = f'"TriggerMessage",{{"number":{number}}}]'
        self._down(identity, f'[2,"d{number}",{command}', f'[2,"c{number}",{command}')
        content = f'{{"status":"{identity}{number}"}}'
        self._up(identity, f'[3,"d{number}",{content}]', f'[3,"c{number}",{content}]')

    def _heartbeat(self, identity: str, number: int) -> None:
        self.charger[identity].append(Line(True, f'[2,"{number}","Heartbeat",{{}}]'))
        self.charger[identity].append(Line(False, f'[3,"{number}",{{"currentTime":"now"}}]'))
        if self.rng.random() < 0.5:
            self.csms[identity].append(Line(True, f'[2,"h{number}","Heartbeat",{{}}]'))
            self.csms[identity].append(Line(False, f'[3,"h{number}",{{"currentTime":"then"}}]'))

    def _up(self, identity: str, at_charger: str, at_csms: str) -> None:
        self.charger[identity].append(Line(True, at_charger))
        self.csms[identity].append(Line(True, at_csms))

    def _down(self, identity: str, at_charger: str, at_csms: str) -> None:
        self.charger[identity].append(Line(False, at_charger))
        self.csms[identity].append(Line(False, at_csms))


def written(lines: dict[str, list[Line]]) -> dict[str, Transcript]:
    transcripts = {identity: Transcript(identity) for identity in lines}
    for identity, transcript in transcripts.items():
        for at_seconds, line in enumerate(lines[identity]):
            transcript.add(float(at_seconds), line.up, line.text)
    return transcripts


def _is_heartbeat(line: Line) -> bool:
    return "Heartbeat" in line.text or "currentTime" in line.text


def _arrivals(end: list[Line], up: bool) -> list[int]:
    """Places of the requests that arrived at an end."""
    return [
        place
        for place, line in enumerate(end)
        if line.up == up and line.text.startswith("[2") and not _is_heartbeat(line)
    ]


def _pick(world: World, up: bool) -> tuple[list[Line], int]:
    """An end and the place of a request that arrived there."""
    ends = world.csms if up else world.charger
    choices = [(end, place) for end in ends.values() for place in _arrivals(end, up)]
    return world.rng.choice(choices)


def lose(world: World, up: bool) -> Verdict:
    """A request never arrives, so there is no answer to it either."""
    end, place = _pick(world, up)
    identity = _owner(world, end)
    message_id = _message_id(end[place].text)
    others = world.charger[identity] if up else world.csms[identity]
    del end[place]
    for lines, own_id in ((end, message_id), (others, _twin_id(message_id))):
        lines[:] = [line for line in lines if not line.text.startswith(f'[3,"{own_id}"')]
    return Verdict(lost=1)


def duplicate(world: World, up: bool) -> Verdict:
    """A request arrives twice."""
    end, place = _pick(world, up)
    text = end[place].text
    again = text.replace(_message_id(text), "again", 1)
    end.insert(world.rng.randrange(place + 1, len(end) + 1), Line(up, again))
    return Verdict(duplicated=1)


def mutate(world: World, up: bool) -> Verdict:
    """A request arrives with one space less or more."""
    end, place = _pick(world, up)
    text = end[place].text
    other = text.replace('": ', '":') if '": ' in text else text.replace('":', '": ')
    end[place] = Line(up, other)
    return Verdict(payload_mismatches=1)


def swap(world: World, up: bool) -> Verdict:
    """Two neighbours of one direction arrive in the wrong order."""
    choices = [
        (end, here, there)
        for end in (world.csms if up else world.charger).values()
        for here, there in pairwise(_arrivals(end, up))
        # An answer between the two would be overtaken too.
        if not any(line.up == up for line in end[here + 1 : there])
    ]
    assume(choices)
    end, here, there = world.rng.choice(choices)
    end.insert(here, end.pop(there))
    return Verdict(reordered=1)


def change_answer(world: World, up: bool) -> Verdict:
    """The asker gets another answer than was given; a charger's empty answers are its own."""
    ends = world.charger if up else world.csms
    choices = [
        (end, place)
        for end in ends.values()
        for place, line in enumerate(end)
        if line.up != up and line.text.startswith("[3") and not _is_heartbeat(line)
    ]
    end, place = world.rng.choice(choices)
    message_id = _message_id(end[place].text)
    end[place] = Line(not up, f'[3,"{message_id}",{{"answer":"of another charger"}}]')
    return Verdict(payload_mismatches=1)


def lose_answer(world: World, up: bool) -> Verdict:
    """The answer that was given never arrives."""
    ends = world.charger if up else world.csms
    choices = [
        (end, place)
        for end in ends.values()
        for place, line in enumerate(end)
        if line.up != up
        and line.text.startswith("[3")
        # What the expander asks on its own, the judge does not ask for.
        and '"h' not in line.text
    ]
    end, place = world.rng.choice(choices)
    del end[place]
    return Verdict(lost=1)


def _owner(world: World, end: list[Line]) -> str:
    return next(i for i in "AB" if world.charger[i] is end or world.csms[i] is end)


def _message_id(text: str) -> str:
    return text.split('"')[1]


def _twin_id(message_id: str) -> str:
    """The id of the same message at the other end."""
    if message_id[0] in "cd":
        return ("d" if message_id[0] == "c" else "c") + message_id[1:]
    return message_id[1:] if message_id[0] == "u" else f"u{message_id}"


Defect = Callable[[World, bool], Verdict]
DEFECTS: Final[list[Defect]] = [
    lose,
    duplicate,
    mutate,
    swap,
    change_answer,
    lose_answer,
]
"""Each changes a world, upwards or downwards, and tells what a judge has to find."""
