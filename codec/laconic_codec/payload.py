"""The `cbor` coding of a payload: JSON text to a CBOR value and back, byte for byte.

    body = map                 ; an object in compact JSON (style 0)
         / [style, value]      ; another style, or not an object
         / tstr                ; the JSON text itself: the escape

The encoder proves each body: it decodes what it made and compares. Whatever differs travels as
text. The coding is stateless; it needs nothing but the registry.
"""

from typing import Final

from laconic_codec import cbor, jsontext, scalars
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError
from laconic_codec.jsontext import Number, Tree
from laconic_codec.registry import CORE, Registry

_INTEGER_MAX: Final = 2**63 - 1


def encode(text: str, registry: Registry = CORE) -> Cbor:
    """Return the body for a JSON text; never fails, at worst the body is the text itself."""
    try:
        tree = jsontext.parse(text)
        number = jsontext.style_number(text, tree)
        if number is None:
            return text
        value = _value_to_cbor(tree, None, registry)
        body = value if number == 0 and isinstance(value, dict) else [number, value]
        return body if _proves(body, text, registry) else text
    except (FrameError, ValueError, RecursionError):
        return text


def decode(body: Cbor, registry: Registry = CORE) -> str:
    """Return the JSON text of a body.

    Raises:
        ValueError: the body is none that the profile describes.
    """
    if isinstance(body, str):
        return body
    if isinstance(body, dict):
        return jsontext.render(_value_to_tree(body, None, registry), jsontext.STYLES[0])
    if isinstance(body, list) and len(body) == 2:
        number, value = body
        if type(number) is int and 0 <= number < len(jsontext.STYLES):
            return jsontext.render(_value_to_tree(value, None, registry), jsontext.STYLES[number])
    raise ValueError("not a body")


def has_style(text: str) -> bool:
    """Tell whether a style writes a JSON text exactly as it is; other texts travel as they are.

    So do some with a style: those with lone surrogates, or with too many values for a frame.
    """
    try:
        return jsontext.style_number(text, jsontext.parse(text)) is not None
    except (FrameError, ValueError, RecursionError):
        return False


def is_escape(body: Cbor) -> bool:
    """Tell whether a body is the text itself."""
    return isinstance(body, str)


def _proves(body: Cbor, text: str, registry: Registry) -> bool:
    # The CBOR is made and read too: it has no lone surrogates, and its depth and the number of its
    # values are limited. What is around the body stands for a frame with one item, which counts.
    held: Cbor = [0, 0, 0, 0, 0, [0, 0, body, 0]]
    return cbor.load(cbor.dump(held)) == held and decode(body, registry) == text


def _value_to_cbor(tree: Tree, key: str | None, registry: Registry) -> Cbor:
    if isinstance(tree, Number):
        return _number_to_cbor(tree, key, registry)
    if isinstance(tree, str):
        return _text_to_cbor(tree, key, registry)
    if isinstance(tree, dict):
        return {
            registry.key_numbers.get(name, name): _value_to_cbor(value, name, registry)
            for name, value in tree.items()
        }
    if isinstance(tree, list):
        return [_value_to_cbor(value, key, registry) for value in tree]
    return tree


def _number_to_cbor(text: Number, key: str | None, registry: Registry) -> Cbor:
    # Under an enumerated key a CBOR integer is a number of the registry.
    if key not in registry.enumerated_keys and len(text) < 20:
        try:
            number = int(text)
        except ValueError:
            return scalars.pack_number(text)
        if str(number) == text and abs(number) <= _INTEGER_MAX:
            return number
    return scalars.pack_number(text)


def _text_to_cbor(text: str, key: str | None, registry: Registry) -> Cbor:
    number = registry.text_numbers.get(text)
    if number is None:
        packed = scalars.pack_text(text)
    elif key in registry.enumerated_keys:
        return number
    else:
        packed = scalars.pack_registered(number)
    return text if packed is None or len(packed) > len(text) else packed


def _value_to_tree(value: Cbor, key: str | None, registry: Registry) -> Tree:
    if isinstance(value, bytes):
        is_number, text = scalars.unpack(value, registry.text_name)
        return Number(text) if is_number else text
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if key in registry.enumerated_keys:
            return registry.text_name(value)
        if abs(value) > _INTEGER_MAX:
            raise ValueError("an integer of more than 64 bits")
        return Number(value)
    if isinstance(value, dict):
        return _object_to_tree(value, registry)
    if type(value) is list:
        return [_value_to_tree(entry, key, registry) for entry in value]
    raise ValueError(f"a CBOR {type(value).__name__} stands for nothing in JSON")


def _object_to_tree(value: dict[int | str, Cbor], registry: Registry) -> dict[str, Tree]:
    tree: dict[str, Tree] = {}
    for key, entry in value.items():
        if type(key) is int:
            name = registry.key_name(key)
        elif isinstance(key, str):
            name = key
        else:
            raise ValueError("a key is neither a number of the registry nor a text")
        tree[name] = _value_to_tree(entry, name, registry)
    if len(tree) != len(value):
        raise ValueError("a key stands twice in one object")
    return tree
