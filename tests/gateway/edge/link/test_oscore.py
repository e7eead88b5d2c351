"""The security context: its starts, its limits, its algorithm."""

import os
from pathlib import Path
from typing import Any

import aiocoap  # pyright: ignore[reportMissingTypeStubs]
import pytest

from laconic_bench.virtual.coap_link import MemoryFiles
from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.endpoint import ContextUnavailable
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.oscore import MESSAGE_LIMIT, OscoreContext
from laconic_gateway.edge.link.sequence import (
    BLOCK,
    STATE_FILE,
    SequenceState,
    SequenceStateError,
    decode_state,
)


@pytest.fixture
def ends(tmp_path: Path) -> tuple[keys.KeyMaterial, keys.KeyMaterial]:
    """Return the keys of site and expander."""
    site, expander = keys.create("kisumu-1", tmp_path / "keys")
    return keys.load(site), keys.load(expander)


Ends = tuple[keys.KeyMaterial, keys.KeyMaterial]


def seal(context: OscoreContext) -> messages.SealedRequest:
    return messages.seal_request(context, b"payload", confirmable=True, message_id=1)


def unseal(context: OscoreContext, sealed: messages.SealedRequest) -> tuple[bytes, Any]:
    parsed = messages.parse(sealed.datagram)
    assert parsed is not None
    opened = messages.open_request(context, parsed)
    return opened.payload, opened.binding


def test_each_start_continues_at_the_end_of_the_reserved_block(ends: Ends) -> None:
    site, _ = ends
    for start in range(3):
        context = OscoreContext(site)
        assert [seal(context).sequence for _ in range(3)] == [
            start * BLOCK,
            start * BLOCK + 1,
            start * BLOCK + 2,
        ]
        context.close()


def test_a_start_that_sends_nothing_uses_no_numbers(ends: Ends) -> None:
    site, _ = ends
    for _ in range(3):
        OscoreContext(site).close()
    assert seal(OscoreContext(site)).sequence == 0


@pytest.mark.parametrize("end", ["crash", "close"])
def test_after_a_restart_a_request_has_to_prove_that_it_is_fresh(ends: Ends, end: str) -> None:
    site, expander = (OscoreContext(end) for end in ends)
    recorded = seal(site)
    unseal(expander, recorded)
    crash(expander) if end == "crash" else expander.close()
    expander = OscoreContext(ends[1])
    with pytest.raises(messages.Challenged):
        unseal(expander, recorded)
    assert decode_state((ends[1].directory / STATE_FILE).read_bytes(), Path()).fresh is False


def crash(context: OscoreContext) -> None:
    """Let go of the lock, as the kernel does for a dead process, and nothing else."""
    context._numbers._release()  # pyright: ignore[reportPrivateUsage]


def test_a_second_process_cannot_use_the_same_keys(ends: Ends) -> None:
    site, _ = ends
    context = OscoreContext(site)
    with pytest.raises(SequenceStateError, match="in use by another process") as caught:
        OscoreContext(site)
    assert str(site.directory) in str(caught.value)
    context.close()
    OscoreContext(site).close()


def test_a_missing_state_is_refused(ends: Ends) -> None:
    site, _ = ends
    (site.directory / STATE_FILE).unlink()
    with pytest.raises(SequenceStateError, match=r"is missing.*laconic keys new"):
        OscoreContext(site)


def test_the_state_of_other_keys_is_refused(ends: Ends, tmp_path: Path) -> None:
    other, _ = keys.create("kisumu-2", tmp_path / "keys")
    site, _ = ends
    (other / STATE_FILE).replace(site.directory / STATE_FILE)
    with pytest.raises(SequenceStateError, match=r"belongs to other keys.*laconic keys new"):
        OscoreContext(site)


def test_after_close_there_are_no_numbers(ends: Ends) -> None:
    context = OscoreContext(ends[0])
    seal(context)
    context.close()
    with pytest.raises(ContextUnavailable, match="are closed"):
        seal(context)


# Limits


def set_reserved(material: keys.KeyMaterial, reserved: int) -> None:
    state = SequenceState(material.fingerprint(), reserved, fresh=True)
    (material.directory / STATE_FILE).write_bytes(state.encode())


def test_at_the_limit_of_the_cipher_the_keys_are_refused(ends: Ends) -> None:
    set_reserved(ends[0], MESSAGE_LIMIT - 2)
    site = OscoreContext(ends[0])
    assert seal(site).sequence == MESSAGE_LIMIT - 2
    seal(site)
    with pytest.raises(ContextUnavailable, match=r"1,048,576 messages.*laconic keys new"):
        seal(site)


def test_answers_count_too(ends: Ends) -> None:
    set_reserved(ends[0], MESSAGE_LIMIT - 1)
    site, expander = (OscoreContext(end) for end in ends)
    _, binding = unseal(expander, seal(site))
    assert expander.messages_used == MESSAGE_LIMIT
    with pytest.raises(ContextUnavailable, match="used up"):
        messages.seal_response(expander, b"", binding, type=messages.ACK, message_id=1, token=b"")


def test_half_of_the_limit_is_reported_once(ends: Ends) -> None:
    set_reserved(ends[0], MESSAGE_LIMIT // 2 - 1)
    calls: list[str] = []
    site = OscoreContext(ends[0], on_half_used=lambda: calls.append("half"))
    seal(site)
    assert calls == []
    seal(site)
    seal(site)
    assert calls == ["half"]


# Algorithm


def test_vector_of_rfc_8613_appendix_c_1_1() -> None:
    """The keys derived from the master secret are those of the RFC."""
    material = keys.KeyMaterial(
        Path(),
        "vector",
        keys.End.SITE,
        b"",
        b"\x01",
        bytes(range(1, 17)),
        bytes.fromhex("9e7ca92223786340"),
    )
    context: Any = OscoreContext(material, files=MemoryFiles(material.fingerprint()))
    assert context.sender_key.hex() == "f0910ed7295e6ad4b54fc793154302ff"
    assert context.recipient_key.hex() == "ffb14e093c94c9cac9471648b4f98710"
    assert context.common_iv.hex() == "4622d4dd6d944168eefb54987c"
    assert context.alg_aead.tag_bytes == 8


def test_an_answer_is_bound_to_its_request(ends: Ends) -> None:
    site, expander = (OscoreContext(end) for end in ends)
    first, second = seal(site), seal(site)
    _, binding = unseal(expander, first)
    answer = messages.parse(
        messages.seal_response(
            expander, b"for the first", binding, type=messages.ACK, message_id=1, token=b""
        )
    )
    assert answer is not None
    with pytest.raises(messages.Refused):
        messages.open_response(site, answer, second.binding)
    assert messages.open_response(site, answer, first.binding).payload == b"for the first"


def test_only_post_is_served_and_only_changed_is_an_answer(ends: Ends) -> None:
    site, expander = (OscoreContext(end) for end in ends)
    outer, binding = site.protect(aiocoap.Message(code=aiocoap.GET))
    got = messages.parse(encoded(outer))
    assert got is not None
    with pytest.raises(messages.Refused, match="unexpected_code"):
        messages.open_request(expander, got)

    asked = seal(site)
    _, binding = unseal(expander, asked)
    outer, _ = expander.protect(aiocoap.Message(code=aiocoap.NOT_FOUND), binding)
    answered = messages.parse(encoded(outer))
    assert answered is not None
    with pytest.raises(messages.Refused, match="unexpected_code"):
        messages.open_response(site, answered, asked.binding)


def encoded(outer: Any) -> bytes:
    outer.mtype, outer.mid = aiocoap.CON, 1
    return bytes(outer.encode())


def test_the_state_file_is_private(ends: Ends) -> None:
    seal(OscoreContext(ends[0]))
    for name in os.listdir(ends[0].directory):
        assert (ends[0].directory / name).stat().st_mode & 0o077 == 0, name
