"""Making and loading keys."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.edge.link.keys import (
    KEY_FILE,
    End,
    KeyMaterial,
    KeyMaterialError,
    create,
    free_sender_id,
    load,
)


def test_the_two_ends_fit_together(tmp_path: Path) -> None:
    site_directory, expander_directory = create("kisumu-1", tmp_path / "keys")
    assert site_directory == tmp_path / "keys" / "kisumu-1" / "site"
    assert expander_directory == tmp_path / "keys" / "kisumu-1" / "expander"
    site, expander = load(site_directory, End.SITE), load(expander_directory, End.EXPANDER)
    assert (len(site.sender_id), site.recipient_id) == (2, b"")
    assert (expander.sender_id, expander.recipient_id) == (b"", site.sender_id)
    assert (site.site, site.end) == ("kisumu-1", End.SITE)
    assert (expander.site, expander.end) == ("kisumu-1", End.EXPANDER)
    assert site.master_secret == expander.master_secret
    assert site.master_salt == expander.master_salt
    assert site.fingerprint() == expander.fingerprint()
    assert len(site.master_secret) == 16


def test_every_site_has_its_own_secret_and_id(tmp_path: Path) -> None:
    made = [load(create(f"site-{number}", tmp_path)[0]) for number in range(8)]
    assert len({material.sender_id for material in made}) == 8
    assert len({material.master_secret for material in made}) == 8


def test_keys_made_in_different_directories_have_different_ids(tmp_path: Path) -> None:
    made = [load(create("kisumu-1", tmp_path / f"{number}")[0]) for number in range(4)]
    # Of 65,536 ids; that all four are the same by chance will not be seen.
    assert len({material.sender_id for material in made}) > 1


IDS = [number.to_bytes(2, "big") for number in range(65_536)]


@given(st.sets(st.sampled_from(IDS), min_size=1, max_size=3))
def test_a_new_id_is_one_that_nobody_has(free: set[bytes]) -> None:
    assert free_sender_id({*IDS, b"\x00"} - free) in free


def test_without_a_free_id_no_keys_are_made() -> None:
    with pytest.raises(KeyMaterialError, match="all sender ids are in use here"):
        free_sender_id(set(IDS))


def test_the_id_of_a_moved_half_is_still_in_use(tmp_path: Path) -> None:
    for number, end in enumerate(["expander", "site"] * 100):
        directory = tmp_path / f"site-{number}" / end
        directory.mkdir(parents=True)
        ids = [f"{number:04x}", ""] if end == "site" else ["", f"{number:04x}"]
        (directory / KEY_FILE).write_text(
            f'site = "s"\nend = "{end}"\nsender_id = "{ids[0]}"\nrecipient_id = "{ids[1]}"\n'
            f'master_secret = "{"00" * 16}"\nmaster_salt = "{"00" * 8}"\n'
        )
    assert load(create("one-more", tmp_path)[0]).sender_id not in IDS[:200]


def test_files_and_folders_are_private_whatever_the_umask(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        create("kisumu-1", tmp_path / "keys")
    finally:
        os.umask(previous)
    paths = [tmp_path / "keys", *(tmp_path / "keys").rglob("*")]
    assert len(paths) == 8
    for path in paths:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_two_at_the_same_time_get_two_ids(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from laconic_gateway.edge.link.keys import create;"
        "create(sys.argv[1], Path(sys.argv[2]))"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, f"site-{number}", str(tmp_path)])
        for number in range(4)
    ]
    assert [child.wait(timeout=60) for child in children] == [0] * 4
    ids = {load(tmp_path / f"site-{number}" / "site").sender_id for number in range(4)}
    assert len(ids) == 4


def test_create_waits_for_another_create(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from laconic_gateway.edge.link.keys import create;"
        "print('here', flush=True); create('kisumu-1', Path(sys.argv[1]))"
    )
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child.stdout as lines:
        assert lines.readline() == "here\n"
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=0.5)
        assert list(tmp_path.iterdir()) == []
        os.close(descriptor)
        assert child.wait(timeout=60) == 0


def test_existing_keys_are_never_overwritten(tmp_path: Path) -> None:
    site, _ = create("kisumu-1", tmp_path)
    before = (site / KEY_FILE).read_bytes()
    with pytest.raises(KeyMaterialError, match="exists already and is left as it is"):
        create("kisumu-1", tmp_path)
    assert (site / KEY_FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["kisumu-1"]


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a b", "ä", "x" * 65, "a\n"])
def test_unusable_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyMaterialError, match="cannot name a site; use 1 to 64"):
        create(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyMaterialError, match=r"cannot make keys in .*file"):
        create("kisumu-1", tmp_path / "file" / "keys")


def test_missing_keys_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(KeyMaterialError, match=r"no keys in .*nowhere; .*`laconic keys new`"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_keys_that_others_may_read_are_refused(tmp_path: Path, mode: int) -> None:
    site, _ = create("kisumu-1", tmp_path)
    (site / KEY_FILE).chmod(mode)
    with pytest.raises(KeyMaterialError, match=r"other users may read .*; run `chmod 600 "):
        load(site)


def test_the_keys_of_the_other_end_are_refused(tmp_path: Path) -> None:
    site, expander = create("kisumu-1", tmp_path)
    with pytest.raises(KeyMaterialError, match="are for the expander end; this is the site end"):
        load(expander, End.SITE)
    with pytest.raises(KeyMaterialError, match="are for the site end; this is the expander end"):
        load(site, End.EXPANDER)


def test_the_keys_of_another_site_are_refused(tmp_path: Path) -> None:
    site, _ = create("kisumu-1", tmp_path)
    assert load(site, End.SITE, "kisumu-1").site == "kisumu-1"
    with pytest.raises(KeyMaterialError, match=r"are of site 'kisumu-1', but .* site 'nairobi-1'"):
        load(site, End.SITE, "nairobi-1")


def test_the_folder_of_both_ends_is_not_the_folder_of_one(tmp_path: Path) -> None:
    site, expander = create("kisumu-1", tmp_path)
    with pytest.raises(KeyMaterialError, match=rf"give {site} or {expander}$"):
        load(tmp_path / "kisumu-1")
    expander.rename(tmp_path / "moved")
    with pytest.raises(KeyMaterialError, match=rf"give {site}$"):
        load(tmp_path / "kisumu-1")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("master_secret", "master_sekret", "master_secret is missing"),
        ('sender_id = "0102"', "sender_id = 0", "a value has the wrong form"),
        ('sender_id = "0102"', 'sender_id = "0g"', "a value has the wrong form"),
        ('sender_id = "0102"', 'sender_id = ""', "sender_id and recipient_id are the same"),
        ('sender_id = "0102"', f'sender_id = "{"00" * 8}"', "an id is longer than 7 bytes"),
        ('end = "site"', 'end = "both"', "a value has the wrong form"),
        ('master_salt = "', 'master_salt = "00', "master_salt does not have 8 bytes"),
        ('master_secret = "', 'master_secret = "00', "master_secret does not have 16 bytes"),
        ("site = ", "site : ", "it is not TOML"),
        ("# OSCORE", "\xff", "it is not text"),
    ],
)
def test_damaged_keys_are_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    site, _ = create("kisumu-1", tmp_path)
    path = site / KEY_FILE
    text = path.read_text().replace(load(site).sender_id.hex(), "0102", 1)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="latin-1")
    with pytest.raises(KeyMaterialError, match=rf"is damaged: {what}; .*`laconic keys new`"):
        load(site)


@given(secret=st.binary(min_size=16, max_size=16), salt=st.binary(min_size=8, max_size=8))
def test_nothing_shown_holds_the_secret(secret: bytes, salt: bytes) -> None:
    material = KeyMaterial(Path(), "s", End.SITE, b"\x00", b"", secret, salt)
    shown = f"{material!r} {material} {material.fingerprint()}"
    for hidden in (secret, salt):
        assert hidden.hex() not in shown
        assert repr(hidden) not in shown


def test_an_error_never_shows_the_secret(tmp_path: Path) -> None:
    site, _ = create("kisumu-1", tmp_path)
    secret = load(site).master_secret.hex()
    path = site / KEY_FILE
    path.write_text(path.read_text().replace(secret, secret + "zz"))
    with pytest.raises(KeyMaterialError) as caught:
        load(site)
    assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
