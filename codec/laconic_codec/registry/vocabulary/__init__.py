"""Names that OCPP messages carry although no schema lists them, and what is frequent.

Input of build.py; each module names its sources. Nothing here has a number: build.py gives them.
"""

from typing import Final

from laconic_codec.registry.vocabulary import device_model, faults, settings_16, values

ENUMERATED_BESIDES: Final[frozenset[str]] = frozenset(
    """
    actualValue attributeValue encodingMethod instance key messageId name paymentBrand
    paymentRecognition reasonCode signingMethod techCode unit unknownKey v vendorErrorCode vendorId
    """.split()
)
"""Keys whose text often stands in the registry although a schema leaves it free. None of them has
JSON integers, which cost more under an enumerated key."""

KEYS_BESIDES: Final[frozenset[str]] = frozenset(("heartbeatInterval",))
"""Keys of OCPP 1.5 that are still sent as 1.6: the interval in the answer to a BootNotification."""

WORDS: Final[frozenset[str]] = device_model.WORDS | faults.WORDS | settings_16.WORDS | values.WORDS
"""Texts of the registry beside the enumerations of the schemas."""
