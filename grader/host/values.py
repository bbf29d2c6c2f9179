"""Values on the wire: JSON with everything that JSON lacks or blurs written as `{"$": kind, …}`."""

from __future__ import annotations

import binascii
import math
from collections.abc import Callable, Iterable
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
    except BaseException as error:
        return f"(its repr raised {type(error).__name__[:100]})"


def encode(value: object, registry: Registry, depth: int = 0) -> object:
    """Return what `json.dumps` may write for a value. Raises `Unsendable`."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, int | float):
        return _encode_number(value)
    if depth > MAX_DEPTH:
        raise Unsendable(f"the answer is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, list):
        return _all(list.__iter__(value), registry, depth + 1)
    return _encode_tagged(value, registry, depth + 1)


def _encode_number(value: float) -> object:
    if isinstance(value, int):
        return int(value) if -_SMALL < value < _SMALL else _tagged("int", hex(value))
    return float(value) if math.isfinite(value) else _tagged("float", float.__repr__(value))


def _encode_tagged(value: object, registry: Registry, depth: int) -> object:
    """Write what JSON has no word for; subclasses of the candidate's own count as what they derive from."""
    match value:
        case dict():
            return _tagged("dict", [_all(pair, registry, depth) for pair in dict.items(value)])
        case tuple() | set() | frozenset():
            kind = "tuple" if isinstance(value, tuple) else "set" if isinstance(value, set) else "frozenset"
            return _tagged(kind, _all(value, registry, depth))
        case str() | bytes() | bytearray():
            return _encode_text(value)
        case YieldingKey():
            return _tagged("key", value.n)
        case Value() if (number := registry.number_of(value)) is not None:
            return _tagged("ref", number)
    return {"$": "object", "type": type(value).__name__[:100], "repr": shown(value)}


def _encode_text(value: str | bytes | bytearray) -> object:
    if isinstance(value, str):
        text = str.__str__(value)
        return _tagged("str_subclass", text) if type(value) is Text else text
    kind = {Bytes: "bytes_subclass", bytearray: "bytearray"}.get(type(value), "bytes")
    return _tagged(kind, binascii.b2a_base64(value, newline=False).decode())


def _all(items: Iterable[object], registry: Registry, depth: int) -> list[object]:
    return [item if type(item) in _PLAIN else encode(item, registry, depth) for item in items]


def _tagged(kind: str, body: object) -> dict[str, object]:
    return {"$": kind, "v": body}


def decode(value: Any, registry: Registry) -> Any:  # noqa: ANN401 - JSON in, any value out
    """Return the value that the examiner wrote. Raises `KeyError` for a number that nothing has."""
    if type(value) is list:
        return [item if type(item) in _PLAIN else decode(item, registry) for item in value]
    if type(value) is not dict:
        return value
    return _DECODERS[value["$"]](value["v"], registry)


def _series(maker: Callable[[Iterable[Any]], Any]) -> Callable[[Any, Registry], Any]:
    return lambda body, registry: maker([decode(item, registry) for item in body])


_DECODERS: dict[str, Callable[[Any, Registry], Any]] = {
    "ref": lambda body, registry: registry.get(body),
    "dict": lambda body, registry: {decode(key, registry): decode(item, registry) for key, item in body},
    "key": lambda body, _: YieldingKey(body),
    "range": lambda body, _: range(*body),
    "int": lambda body, _: int(body, 16),
    "float": lambda body, _: float(body),
    "str_subclass": lambda body, _: Text(body),
    "bytes": lambda body, _: binascii.a2b_base64(body),
    "bytes_subclass": lambda body, _: Bytes(binascii.a2b_base64(body)),
    "bytearray": lambda body, _: bytearray(binascii.a2b_base64(body)),
    "tuple": _series(tuple),
    "set": _series(set),
    "frozenset": _series(frozenset),
}
