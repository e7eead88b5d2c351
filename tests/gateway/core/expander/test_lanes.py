"""The registry of lanes: who may have one, who is asked, when."""

from laconic_codec.items import Bind, Presence
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.csms_socket import Present
from laconic_gateway.core.expander.io import OpenCsms, ReadOutbox
from laconic_gateway.core.expander.lanes import Lanes
from laconic_gateway.core.expander.reach import SiteReach
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic


def build(notes: list[Note] | None = None) -> Lanes:
    said = [] if notes is None else notes
    return Lanes(
        {"a": frozenset({"CP1", "CP2"}), "b": frozenset({"CP3"})},
        random=lambda: 0.5,
        new_id=lambda: "id",
        note=said.append,
    )


def test_a_site_speaks_for_the_chargers_that_are_listed_and_no_others() -> None:
    notes: list[Note] = []
    lanes = build(notes)
    assert lanes.of(("b", "CP2")) is None
    assert lanes.of(("b", "CP2")) is None
    assert [note.topic for note in notes] == [Topic.UNKNOWN_CHARGER], "said once"
    first = lanes.of(("a", "CP1"))
    assert first is not None
    assert lanes.of(("a", "CP1")) is first is lanes.existing(("a", "CP1"))
    assert lanes.of(("b", "CP3")) is not first
    assert lanes.known("a") == ["CP1"]


def test_presence_opens_a_socket_and_counts() -> None:
    lanes = build()
    site = Association("a", SiteReach(90.0))
    site.reach.heard(1.0)
    site.channels.begin(5)
    site.channels.note_presence(Presence(0, 1), Bind(0, "/CP1", "1.6"))
    lanes.show_presence(site, ["CP1", "CP2"], 1.0)
    assert list(lanes.outgoing(Instant(1.0, 1.0))) == [OpenCsms(("a", "CP1"), "/CP1", "1.6")]
    assert lanes.present == 1
    lanes.show_presence(site, ["CP1"], 91.0)
    assert lanes.present == 0, "the lease of the site is over"


def test_only_a_lane_that_was_touched_is_asked() -> None:
    lanes = build()
    for identity in ("CP1", "CP2"):
        assert lanes.of(("a", identity)) is not None
    assert list(lanes.outgoing(Instant(0.0, 0.0))) == []
    lanes.existing(("a", "CP2")).queue.add_backlog()
    assert [
        action.key for action in lanes.outgoing(Instant(0.0, 0.0)) if isinstance(action, ReadOutbox)
    ] == [("a", "CP2")]
    assert list(lanes.outgoing(Instant(0.0, 0.0))) == []


def test_a_lane_is_asked_again_when_it_is_due() -> None:
    lanes = build()
    lane = lanes.of(("a", "CP1"))
    assert lane is not None
    lane.set_present(Present("/CP1", "1.6", True, 1))
    assert list(lanes.outgoing(Instant(0.0, 0.0))) == [OpenCsms(("a", "CP1"), "/CP1", "1.6")]
    lanes.existing(("a", "CP1")).lost(1.0)
    assert list(lanes.outgoing(Instant(1.0, 1.0))) == []
    due = lanes.timer()
    assert due is not None and due > 1.0
    lanes.handle_timer(due)
    assert list(lanes.outgoing(Instant(due, due))) == [OpenCsms(("a", "CP1"), "/CP1", "1.6")]
    assert lanes.timer() is None
