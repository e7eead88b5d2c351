"""The keys that a configuration names: of the right end, of the right site, and distinct."""

from laconic_gateway.config import ExpanderConfig, SiteConfig
from laconic_gateway.edge.link.keys import End, KeyMaterial, KeyMaterialError, load


def site_keys(config: SiteConfig) -> KeyMaterial:
    """Return the keys of a gateway, without locking them.

    Raises: KeyMaterialError if they cannot be used, or are of another site.
    """
    return load(config.site.keys, End.SITE, config.site.name)


def expander_keys(config: ExpanderConfig) -> dict[str, KeyMaterial]:
    """Return the keys of every site of an expander, by name, without locking them.

    Raises: KeyMaterialError if some cannot be used, are of another site, or share a sender id,
    by which the expander tells the sites apart (RFC 8613, 3.3).
    """
    found = {site.name: load(site.keys, End.EXPANDER, site.name) for site in config.site}
    names: dict[bytes, str] = {}
    for name, material in found.items():
        other = names.setdefault(material.recipient_id, name)
        if other != name:
            raise KeyMaterialError(
                f"sites {other!r} and {name!r} have keys with the same sender id "
                f"{material.recipient_id.hex()}; make new keys for one of them with "
                "`laconic keys new`"
            )
    return found
