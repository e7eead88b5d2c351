"""Who is connected: channels and generations, for any coming and going."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.items import Bind, Presence
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.session import Session


class Hall:
    """A roster and what it announces."""

    def __init__(self) -> None:
        self.told: dict[int, Presence] = {}
        self.binds: dict[int, Bind] = {}
        self.generations: dict[int, list[int]] = {}
        self.roster = Roster(
            self.announce, recreates_heartbeats=lambda name: name == "CP1", preserve_ids=False
        )
        self.connections = 0

    def announce(self, bind: Bind, presence: Presence) -> None:
        assert bind.channel == presence.channel
        self.binds[bind.channel] = bind
        self.told[presence.channel] = presence
        self.generations.setdefault(presence.channel, []).append(presence.generation)

    def connect(self, name: str, version: str = "1.6") -> Session:
        self.connections += 1
        session = Session(self.connections, name, f"/{name}", version)
        self.roster.connect(session)
        return session


VISITS = st.lists(
    st.tuples(st.sampled_from(["CP1", "CP2"]), st.sampled_from(["1.6", "2.1"])) | st.integers(0, 5),
    max_size=30,
)


@given(VISITS)
def test_a_channel_belongs_to_its_newest_connection(visits: list[tuple[str, str] | int]) -> None:
    hall = Hall()
    inside: list[Session] = []
    for visit in visits:
        if isinstance(visit, tuple):
            inside.append(hall.connect(*visit))
        elif inside:
            leaving = inside.pop(visit % len(inside))
            newest = hall.roster.session_on(channel(hall, leaving)) is leaving
            assert hall.roster.disconnect(leaving.connection) == newest
            assert hall.roster.session(leaving.connection) is None
        for number, presence in hall.told.items():
            session = hall.roster.session_on(number)
            assert presence.connected == (session is not None)
            assert session is None or session in inside
    assert all(numbers == sorted(set(numbers)) for numbers in hall.generations.values())
    paths = [(bind.path, bind.version) for bind in hall.binds.values()]
    assert len(paths) == len(set(paths))


def channel(hall: Hall, session: Session) -> int:
    return hall.roster.bind(session.identity, session.path, session.version).channel


def test_a_replaced_connection_has_a_generation_of_its_own_and_stays_connected() -> None:
    hall = Hall()
    hall.connect("CP1")
    second = hall.connect("CP1")
    assert not hall.roster.disconnect(1)
    assert hall.generations == {0: [1, 3]}
    assert hall.roster.session_on(0) is second


def test_the_channel_that_changed_last_is_told_last() -> None:
    """Of two channels of one charger the later one counts; those that are gone are told too."""
    hall = Hall()
    first = hall.connect("CP1")
    hall.connect("CP1", "2.1")
    hall.connect("CP1")
    hall.roster.disconnect(2)
    assert [presence for _, presence in hall.roster.states()] == [Presence(0, 3), Presence(1, 2)]
    assert all(bind.channel == presence.channel for bind, presence in hall.roster.states())
    hall.roster.disconnect(first.connection)
    assert [presence for _, presence in hall.roster.states()] == [Presence(0, 3), Presence(1, 2)]


def test_the_closing_of_an_unknown_connection_is_nothing() -> None:
    assert not Hall().roster.disconnect(5)


def test_a_binding_says_who_makes_the_heartbeats() -> None:
    roster = Hall().roster
    assert roster.bind("CP1", "/CP1", "1.6").recreate_heartbeats
    assert not roster.bind("CP2", "/CP2", "1.6").recreate_heartbeats
