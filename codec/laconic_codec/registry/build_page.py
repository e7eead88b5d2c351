"""The page docs/registry.md, made by build.py."""

from typing import Final

from laconic_codec.registry.build_schemas import FOLDERS, PACKAGE_VERSION
from laconic_codec.registry.names import NUMBER_LIMIT, VENDOR_FIRST, Registry

_PAGE: Final = """\
# The registry

<!-- Made by `python -m laconic_codec.registry.build --update`. Do not edit. -->

The registry gives numbers to the names that OCPP uses, so that a frame carries one or two bytes
where OCPP-J has a word. It is frozen data in the source of the codec: the tables in
`codec/laconic_codec/registry/tables.py`, the shapes of the messages in `shapes.py` beside it.

| table | entries | what it holds |
|---|---|---|
| actions | {actions:,} | the actions of OCPP 1.6, 2.0.1 and 2.1 |
| keys | {keys:,} | the keys of all messages, requests and responses |
| enumerated keys | {enumerated_keys:,} | the keys whose text values are written as numbers |
| texts | {texts:,} | values of enumerations, and the names below |
| shapes | {rows:,} rows, {messages:,} messages ({by_version}) | \
properties of each message in order, and their types |

The fingerprint is `{fingerprint}`: the first 8 bytes of the SHA-256 over the whole content,
written as JSON with sorted keys and without spaces.

## Where the names come from

- Actions, keys, enumerations and shapes: the JSON schemas of OCPP 1.6, 2.0.1 and 2.1, as the
  package `ocpp` {package_version} ships them.
- Configuration keys of OCPP 1.6: edition 2, the security white paper, the application note on ISO
  15118 Plug & Charge, the white paper on California pricing.
- Components, variables, units, reason codes, connectors, id tokens, security events: OCPP 2.0.1
  and 2.1, part 2, appendices 1.4 and 2.0.
- Error codes: OCPP-J; ChargeX minimum required error codes CX001 to CX026; those of EVgo; the
  draft of CharIN's unified error codes.
- A few words that real chargers send although no text has them, as the unit `Amp`. Nothing that
  belongs to one vendor is in the registry; vendors add parts of their own.

Numbers below 24 take one byte and those below 256 two. The first went to what is frequent in
6,300 messages of real chargers, the next to what everyday messages of all versions have. `true`
and `false` are texts because configuration values often are; an empty text, `"0"` and `"1"` are
not, because they are as short without a number.

The Open Charge Alliance publishes OCPP and its schemas under the Creative Commons
Attribution-NoDerivatives 4.0 licence. The registry takes names and structure from them; it holds
no schema and no part of the text.

## Editions

The tables only grow at their end. What is added after a release becomes a new *edition*, with a
new fingerprint; `EDITIONS` in `tables.py` has the lengths of the tables by edition. A newer end
keeps every older edition and can act as an end that has only that one: it leaves away what came
later, the keys that became enumerated too. {edition_count}

The site names its registry in the frame that opens an epoch. The expander looks for it among all
that it can act as (`Registry.edition(fingerprint)`): its editions, each with all its vendors'
parts or without the last ones. If it finds it, both use that registry until the next epoch. If
not, the site is the newer one: the expander refuses the frame with UNKNOWN_REGISTRY, and the site
tries the next of its own (`Registry.known`, newest first). Every end has edition 1 without parts,
so they always find one. Numbers never have two meanings in one epoch, and no body travels without
a registry.

## Parts of vendors

A vendor's part adds names that only this vendor's chargers send. It is a TOML file. Its entries
get numbers from {vendor_first:,} on, in the order of the parts and of the entries; all numbers
are below {number_limit:,}. Numbers of the registry never change through a part. An entry that has
a number already is refused, with a message that names it. Both ends need the same parts in the
same order; the fingerprint covers them.

| entry | values | what it does |
|---|---|---|
| `name` | a text | tells parts apart |
| `version` | 1 or more | for people; the fingerprint covers it |
| `actions` | list of texts; may be left out | actions beside those of OCPP |
| `keys` | list of texts; may be left out | keys of objects |
| `enumerated_keys` | list of keys; may be left out | keys whose values are among the texts |
| `texts` | list of texts; may be left out | values that occur often |

```toml
{example_toml}```

```python
{example_python}```

```text
{example_output}```

Do not change a part that is in use. Add a second one after it: an end that has both can act as
one that has the first only. Under an enumerated key a JSON integer costs one byte more, so list
keys there whose values are texts.

## To change the registry

Put words into `codec/laconic_codec/registry/vocabulary/`, then run:

```
python -m laconic_codec.registry.build --update
```

It needs `ocpp` {package_version}. It appends what is new as one more edition, and writes this page.
With `--check` it compares only.
"""

_EXAMPLE_TOML: Final = """\
name = "example.swap"
version = 1
keys = ["slotVoltage", "doorState"]
enumerated_keys = ["doorState"]
texts = ["SlotReport", "Ajar", "Shut"]
"""

_EXAMPLE_PYTHON: Final = """\
from laconic_codec import cbor, payload
from laconic_codec.registry import CORE, VendorPart

part = VendorPart.parse(part_toml)  # the text above
registry = CORE.with_parts([part])

text = '{"vendorId":"example.swap","messageId":"SlotReport","slotVoltage":57,"doorState":"Ajar"}'
for used in (CORE, registry):
    body = payload.encode(text, used)
    assert payload.decode(body, used) == text
    print(len(text), "bytes became", len(cbor.dump(body)))
print("slotVoltage is", registry.key_numbers["slotVoltage"])
print("Ajar is", registry.text_numbers["Ajar"])
print("without the part:", registry.edition(CORE.fingerprint).fingerprint == CORE.fingerprint)
"""

_EXAMPLE_OUTPUT: Final = """\
88 bytes became 58
88 bytes became 32
slotVoltage is 16384
Ajar is 16385
without the part: True
"""


def page(registry: Registry) -> str:
    """Return the text of the page."""
    edition = registry.editions[-1]
    count = len(registry.editions)
    return _PAGE.format(
        actions=len(edition.actions),
        keys=len(edition.keys),
        enumerated_keys=len(edition.enumerated_keys),
        texts=len(edition.texts),
        rows=len(edition.shapes),
        messages=len(list(registry.skeletons)),
        by_version=_by_version(registry),
        fingerprint=registry.fingerprint.hex(),
        package_version=PACKAGE_VERSION,
        edition_count="There is one edition." if count == 1 else f"There are {count} editions.",
        vendor_first=VENDOR_FIRST,
        number_limit=NUMBER_LIMIT,
        example_toml=_EXAMPLE_TOML,
        example_python=_EXAMPLE_PYTHON,
        example_output=_EXAMPLE_OUTPUT,
    )


def _by_version(registry: Registry) -> str:
    versions = [version for version, _, _ in registry.skeletons]
    return ", ".join(f"{version}: {versions.count(version)}" for version in FOLDERS)
