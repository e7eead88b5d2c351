"""Identities in paths, and the URLs made of them."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.uri import parse_uri

from laconic_gateway.core.identity import IdentityError, identity_of, upstream_url

PRINTABLE = st.text(min_size=1, max_size=60).filter(
    lambda text: text.isprintable() and ":" not in text
)
PREFIXES = st.sampled_from(["", "/ocpp", "/ws/v1.6", "//twice", "/a%2Fb"])


@given(PRINTABLE, PREFIXES, st.sampled_from(["", "/"]), st.sampled_from(["", "?a=b", "?/x/y"]))
def test_an_encoded_identity_comes_back(identity: str, prefix: str, slash: str, query: str) -> None:
    assert identity_of(f"{prefix}/{quote(identity, safe='')}{slash}{query}") == identity


@given(st.text(max_size=80))
def test_any_path_gives_a_printable_identity_or_the_documented_error(path: str) -> None:
    try:
        identity = identity_of(path)
    except IdentityError as error:
        assert str(error).isprintable()
        return
    assert identity and identity.isprintable() and ":" not in identity


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/CP1", "CP1"),
        ("/ocpp/RDAM%7C123", "RDAM|123"),  # the example of OCPP-J
        ("/a%2520b", "a%20b"),  # decoded once, not twice
        ("/with%20space", "with space"),  # legal in 1.6
        ("/a%2Fb", "a/b"),
        ("/" + "x" * 300, "x" * 300),
    ],
)
def test_examples(path: str, identity: str) -> None:
    assert identity_of(path) == identity


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a//",
        "*",
        "CP1",
        "/a:b",
        "/a%3Ab",
        "/%00",
        "/a%0Ab",
        "/%FF",
        "/a#b",
        "/\N{MICRO SIGN}",
    ],
)
def test_a_path_without_a_usable_identity_is_an_error(path: str) -> None:
    with pytest.raises(IdentityError):
        identity_of(path)


@given(PRINTABLE, PREFIXES)
def test_the_csms_sees_the_same_path_at_the_configured_host(identity: str, prefix: str) -> None:
    path = f"{prefix}/{quote(identity, safe='')}?key=value"
    uri = parse_uri(upstream_url("wss://csms.example:444{path}", path, identity))
    assert (uri.host, uri.port, uri.resource_name) == ("csms.example", 444, path)


@given(PRINTABLE)
def test_the_identity_is_encoded_once(identity: str) -> None:
    path = parse_uri(upstream_url("ws://csms/x/{identity}/", "/unused", identity)).path
    assert identity_of(path) == identity


def test_placeholders_in_a_path_stay() -> None:
    assert upstream_url("ws://csms{path}", "/{identity}/CP1", "CP1") == "ws://csms/{identity}/CP1"


def test_a_path_that_would_not_fit_the_wire_is_refused() -> None:
    assert identity_of("/" + "a" * 510 + "/CP1"[3:]) == "a" * 510 + "1"
    with pytest.raises(IdentityError, match="longer than 512"):
        identity_of("/" * 509 + "/CP1")
