"""Runs a test on each event loop that the services may run on."""

from functools import partial

import pytest

from tests.support.loops import LOOPS, Run, run_on


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Run:
    return partial(run_on, request.param)
