"""How a firmware or a CSMS writes JSON."""

import json
from typing import Any, Final

JsonObject = dict[str, Any]


class Style:
    """White space and the order of keys; the default is compact, with the keys as they come."""

    def __init__(self, comma: str = ",", colon: str = ":", sorts_keys: bool = False) -> None:
        self.comma: Final = comma
        encoder = json.JSONEncoder(
            ensure_ascii=False, separators=(comma, colon), sort_keys=sorts_keys
        )
        self.text: Final = encoder.encode
        """Returns the text of a tree."""


COMPACT: Final = Style()
