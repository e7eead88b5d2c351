"""Answers belong on the connection of their CALL."""

from laconic_bench.model.owed import Owed


def test_an_answer_is_said_once_and_only_where_the_call_came() -> None:
    one, other = Owed(), Owed()
    one.hear('[2,"a","Reset",{}]')
    one.hear('[3,"b",{}]')
    assert not other.may_say('[3,"a",{}]')
    assert not one.may_say('[3,"b",{}]')
    assert [one.may_say('[3,"a",{}]'), one.may_say('[4,"a","GenericError","",{}]')] == [True, False]


def test_what_is_no_answer_may_always_be_said() -> None:
    for text in ('[2,"a","Reset",{}]', '[6,"a","NotifyPeriodicEventStream",{}]', "anything"):
        assert Owed().may_say(text)
