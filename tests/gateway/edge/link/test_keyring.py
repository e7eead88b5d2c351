"""The keys that a configuration names."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from laconic_gateway import expander, site
from laconic_gateway.config import ExpanderConfig, SiteConfig, load_expander, load_site
from laconic_gateway.edge.link.keyring import expander_keys, site_keys
from laconic_gateway.edge.link.keys import KEY_FILE, KeyMaterialError, create

LISTEN = '[expander]\nlisten = "127.0.0.1:0"\n[csms]\nurl = "ws://127.0.0.1:1{path}"\n'


def site_config(folder: Path, name: str, keys: str) -> SiteConfig:
    file = folder / "site.toml"
    text = f'[site]\nname = "{name}"\nkeys = "{keys}/site"\nexpander = "127.0.0.1:1"\n'
    file.write_text(text + '[chargers]\nlisten = "127.0.0.1:0"\n', encoding="utf-8")
    return load_site(file)


def expander_config(folder: Path, keys: dict[str, str]) -> ExpanderConfig:
    file = folder / "expander.toml"
    sites = (f'[[site]]\nname = "{name}"\nkeys = "{at}/expander"\n' for name, at in keys.items())
    file.write_text(LISTEN + "".join(sites), encoding="utf-8")
    return load_expander(file)


def copied_id(source: Path, target: Path) -> str:
    """Gives `target` the sender id of the site whose expander's keys are in `source`."""
    ids = [
        re.search(r'^recipient_id = "(\w+)"', (folder / KEY_FILE).read_text(), re.MULTILINE)
        for folder in (source, target)
    ]
    assert ids[0] is not None and ids[1] is not None
    text = (target / KEY_FILE).read_text().replace(f'"{ids[1][1]}"', f'"{ids[0][1]}"')
    (target / KEY_FILE).write_text(text)
    return ids[0][1]


def test_both_ends_find_their_keys(tmp_path: Path) -> None:
    create("a", tmp_path)
    create("b", tmp_path)
    found = expander_keys(expander_config(tmp_path, {"a": "a", "b": "b"}))
    assert list(found) == ["a", "b"]
    assert site_keys(site_config(tmp_path, "a", "a")).fingerprint() == found["a"].fingerprint()


def test_a_service_does_not_start_with_the_keys_of_another_site(tmp_path: Path) -> None:
    create("a", tmp_path)
    wrong = "are of site 'a', but the configuration gives them to site 'b'"
    with pytest.raises(KeyMaterialError, match=wrong):
        asyncio.run(site.serve(site_config(tmp_path, "b", "a"), asyncio.Event()))
    with pytest.raises(KeyMaterialError, match=wrong):
        asyncio.run(expander.serve(expander_config(tmp_path, {"b": "a"}), asyncio.Event()))
    assert not (tmp_path / "state").exists()


def test_an_expander_does_not_start_with_two_sites_of_one_sender_id(tmp_path: Path) -> None:
    shared = copied_id(create("a", tmp_path)[1], create("b", tmp_path)[1])
    config = expander_config(tmp_path, {"a": "a", "b": "b"})
    with pytest.raises(KeyMaterialError) as caught:
        asyncio.run(expander.serve(config, asyncio.Event()))
    assert str(caught.value) == (
        f"sites 'a' and 'b' have keys with the same sender id {shared}; make new keys for one of"
        " them with `laconic keys new`"
    )
    assert not (tmp_path / "state").exists()
    # New keys for one of them, as the text says, are enough.
    shutil.rmtree(tmp_path / "b")
    create("b", tmp_path)
    assert len(expander_keys(config)) == 2
