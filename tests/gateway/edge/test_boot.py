"""Which start of the machine this is."""

from pathlib import Path

import pytest

from laconic_gateway.edge.boot import BOOT_ID_FILE, DIGITS, boot_id


@pytest.mark.skipif(not BOOT_ID_FILE.exists(), reason="this kernel tells no boot id")
def test_all_processes_of_a_boot_have_the_same_id() -> None:
    assert boot_id() == boot_id()
    assert len(boot_id()) == DIGITS


def test_the_id_is_the_begin_of_what_the_kernel_says(tmp_path: Path) -> None:
    file = tmp_path / "boot_id"
    file.write_text("1D9E6D2A-5C3B-4F0E-9A77-0C1B2D3E4F50\n")
    assert boot_id(file) == "1d9e6d2a5c3b"


@pytest.mark.parametrize("content", [None, b"", b"\xff\xff", b"no id at all, though of 32 digits"])
def test_without_an_id_each_process_is_a_boot_of_its_own(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "boot_id"
    if content is not None:
        file.write_bytes(content)
    one, other = boot_id(file), boot_id(file)
    assert one != other
    assert len(one) == len(other) == DIGITS
