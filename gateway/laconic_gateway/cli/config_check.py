"""What `laconic config check` says about a file that is right."""

from laconic_gateway.config import ExpanderConfig, SiteConfig
from laconic_gateway.edge.link.keyring import expander_keys, site_keys


def summary(settings: SiteConfig | ExpanderConfig) -> str:
    """Names the service, its sites and the fingerprints of their keys, on one line.

    Raises: KeyMaterialError if the keys that the file names do not fit.
    """
    if isinstance(settings, SiteConfig):
        keys = site_keys(settings).fingerprint()
        chargers = _counted(len(settings.charger), "charger")
        return f"gateway of site {settings.site.name}, keys {keys}, {chargers}"
    sites = [
        f"{name} (keys {material.fingerprint()})"
        for name, material in expander_keys(settings).items()
    ]
    return f"expander of {_counted(len(sites), 'site')}: {', '.join(sites)}"


def warning(settings: SiteConfig | ExpanderConfig) -> str | None:
    """Tells what is allowed and yet hardly meant; None if there is nothing of that kind."""
    if isinstance(settings, SiteConfig):
        return None if settings.charger else "no [[charger]]: every charger will be refused"
    empty = ", ".join(site.name for site in settings.site if not site.charger)
    return f"no [[site.charger]] of {empty}: every charger will be refused" if empty else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
