"""Names of chargers and names of threads."""

import pytest

from laconic_bench.logs.found import Finding
from laconic_bench.logs.names import Names
from laconic_codec.messages import parse


def finding(kind: int, message_id: str, beside: str | None, identity: str | None = None) -> Finding:
    rest = '"Heartbeat",{}' if kind == 2 else "{}"
    text = f'[{kind},"{message_id}",{rest}]'
    return Finding(1, text, parse(text), identity=identity, plain_name=beside)


@pytest.mark.parametrize(
    ("answer_beside", "expected"), [("CP1", "CP1"), ("CP2", None), (None, None)]
)
def test_names_stand_beside_call_and_answer(
    answer_beside: str | None, expected: str | None
) -> None:
    names = Names()
    names.learn(finding(2, "a", "CP1"))
    names.learn(finding(3, "a", answer_beside))
    assert names.of(finding(2, "b", "CP1")) == expected
    assert names.of(finding(2, "b", "CP1", identity="KE-1")) == "KE-1"


def test_two_chargers_may_use_one_message_id() -> None:
    names = Names()
    for message in (finding(2, "1", "CP1"), finding(2, "1", "CP2")):
        names.learn(message)
    for message in (finding(3, "1", "CP1"), finding(3, "1", "CP2")):
        names.learn(message)
    assert names.of(finding(2, "2", "CP2")) == "CP2"


def test_without_answers_a_name_is_a_name() -> None:
    assert Names().of(finding(2, "1", "CP1")) == "CP1"
