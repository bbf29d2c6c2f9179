"""Values on the wire: JSON with everything that JSON lacks or blurs written as `{"$": kind, …}`."""

from __future__ import annotations

import binascii
import math
from typing import Any

from .objects import Bytes, Registry, Text, Value, YieldingKey

MAX_DEPTH = 64
MAX_TEXT = 2048

_PLAIN = frozenset({str, bool, type(None)})
_SMALL = 2**53


class Unsendable(Exception):  # noqa: N818 - says what is the case
    """An answer that is nested too deep to be sent."""


def shown(thing: object) -> str:
    """Return a capped `repr`, or a note where there is none."""
    try:
        return repr(thing)[:MAX_TEXT]
    except BaseException as error:  # noqa: BLE001 - the candidate's `__repr__` may raise anything
        return f"(its repr raised {type(error).__name__[:100]})"


def encode(value: object, registry: Registry, depth: int = 0) -> object:
    """Return what `json.dumps` may write for a value. Raises `Unsendable`."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, int):
        return int(value) if -_SMALL < value < _SMALL else {"$": "int", "v": hex(value)}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$": "float", "v": float.__repr__(value)}
    if depth > MAX_DEPTH:
        raise Unsendable(f"the answer is nested more than {MAX_DEPTH} levels deep")
    return _encode_deep(value, registry, depth + 1)


def _encode_deep(value: object, registry: Registry, depth: int) -> object:
    match value:
        case list():
            return [
                item if type(item) in _PLAIN else encode(item, registry, depth)
                for item in list.__iter__(value)
            ]
        case dict():
            pairs = [
                [encode(key, registry, depth), encode(item, registry, depth)]
                for key, item in dict.items(value)
            ]
            return {"$": "dict", "v": pairs}
        case tuple():
            return {"$": "tuple", "v": [encode(item, registry, depth) for item in tuple.__iter__(value)]}
        case set() | frozenset():
            name = "set" if isinstance(value, set) else "frozenset"
            return {"$": name, "v": [encode(item, registry, depth) for item in value]}
        case str():
            text = str.__str__(value)
            return {"$": "str_subclass", "v": text} if type(value) is Text else text
        case bytes() | bytearray():
            name = {Bytes: "bytes_subclass", bytearray: "bytearray"}.get(type(value), "bytes")
            return {"$": name, "v": binascii.b2a_base64(value, newline=False).decode()}
        case YieldingKey():
            return {"$": "key", "v": value.n}
        case Value() if (number := registry.number_of(value)) is not None:
            return {"$": "ref", "v": number}
    return {"$": "object", "type": type(value).__name__[:100], "repr": shown(value)}


def decode(value: Any, registry: Registry) -> Any:  # noqa: ANN401 - JSON in, any value out
    """Return the value that the examiner wrote. Raises `KeyError` for a number that nothing has."""
    if type(value) is list:
        return [item if type(item) in _PLAIN else decode(item, registry) for item in value]
    if type(value) is not dict:
        return value
    kind, body = value["$"], value["v"]
    match kind:
        case "ref":
            return registry.get(body)
        case "dict":
            return {decode(key, registry): decode(item, registry) for key, item in body}
        case "key":
            return YieldingKey(body)
        case "range":
            return range(*body)
        case "int":
            return int(body, 16)
        case "float":
            return float(body)
        case "str_subclass":
            return Text(body)
        case "bytes" | "bytes_subclass" | "bytearray":
            maker = {"bytes": bytes, "bytes_subclass": Bytes, "bytearray": bytearray}[kind]
            return maker(binascii.a2b_base64(body))
    maker = {"tuple": tuple, "set": set, "frozenset": frozenset}[kind]
    return maker(decode(item, registry) for item in body)
