"""Facts: what changes is written down, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.site.offline.facts import Facts, KeepFact

NAMES = st.sampled_from(["token/a", "token/b", "token/c", "boot/a"])
STEPS = st.lists(st.tuples(NAMES, st.sampled_from(["", "1", "2"])), max_size=30)


@given(STEPS)
def test_what_was_written_down_is_what_is_known(steps: list[tuple[str, str]]) -> None:
    written: list[KeepFact] = []
    facts = Facts({}, written.append)
    for name, value in steps:
        if value:
            facts.put(name, value)
        else:
            facts.drop(name)
    known: dict[str, str] = {}
    for fact in written:
        known.pop(fact.name, None)
        if fact.value:
            known[fact.name] = fact.value
    again = Facts(known, written.append)
    assert list(again.names("")) == list(facts.names(""))
    assert all(again.get(name) == facts.get(name) for name in facts.names(""))


def test_the_same_again_is_not_written_again() -> None:
    written: list[KeepFact] = []
    facts = Facts({"a": "1"}, written.append)
    facts.put("a", "1")
    facts.drop("b")
    assert written == []


def test_the_oldest_of_a_kind_make_room() -> None:
    written: list[KeepFact] = []
    facts = Facts({f"token/{n}": "x" for n in range(5)} | {"boot/1": "y"}, written.append)
    facts.put("token/0", "renewed")
    facts.limit("token/", 2)
    assert list(facts.names("token/")) == ["token/4", "token/0"]
    assert facts.get("boot/1") == "y"
    assert written[1:] == [KeepFact(f"token/{n}", "") for n in (1, 2, 3)]
