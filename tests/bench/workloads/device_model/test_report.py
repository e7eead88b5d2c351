"""A report has every variable once, in parts that say whether more follow."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.device_model.report import report_parts
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.json_style import COMPACT
from tests.support.ocpp_schemas import check

TIME = "2026-03-02T06:05:04Z"


@given(st.integers(1, 60), st.integers(1, 20))
def test_the_parts_are_the_whole(count: int, items: int) -> None:
    variables = [
        Variable(
            f"Component{number}", "Problem", str(number), "integer", "s", "1,2", number % 2 > 0
        )
        for number in range(count)
    ]
    parts = list(report_parts(7, TIME, variables, items))
    assert [part["seqNo"] for part in parts] == list(range(len(parts)))
    assert [part["tbc"] for part in parts] == [*[True] * (len(parts) - 1), False]
    data = [datum for part in parts for datum in part["reportData"]]
    assert [datum["component"]["name"] for datum in data] == [v.component for v in variables]
    assert [datum["variableAttribute"][0]["value"] for datum in data] == [
        variable.value for variable in variables
    ]
    for part in parts:
        assert part["requestId"] == 7 and len(part["reportData"]) <= items
    check(2, "NotifyReport", COMPACT.text(parts[0]), "2.0.1")
    check(2, "NotifyReport", COMPACT.text(parts[-1]), "2.1")
