"""Names of plots, which are names of files."""

import re
from pathlib import PurePath

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.results.plot import slug
from laconic_bench.results.result import Key

KEYS = st.builds(
    Key,
    st.text(min_size=1),
    st.text(),
    st.none() | st.floats(0, 999),
    st.just("model"),
    st.lists(st.text(), max_size=2).map(tuple),
)


def test_a_name_says_what_it_is() -> None:
    key = Key("boda-site", "2g", 120.0, "model")
    assert slug("layers", key) == "layers-boda-site-2g-nat120"
    assert slug("layers", key._replace(measured="live")) == "layers-boda-site-2g-nat120-live"
    assert slug("cost", key._replace(scenario="", nat_timeout_seconds=None)) == "cost-2g"


@given(KEYS)
def test_a_name_is_safe_for_files_and_ids(key: Key) -> None:
    name = slug("layers", key)
    assert re.fullmatch(r"[a-z0-9-]+", name)
    assert PurePath(name).name == name


def test_names_that_differ_only_in_what_is_not_safe_stay_apart() -> None:
    names = ["my site", "my/site", "My-Site", "my--site", "../my-site", "\u6f22", "\u5b57"]
    keys = [Key(name, "2g", 120.0, "model") for name in names]
    assert len({slug("layers", key) for key in keys}) == len(names)
