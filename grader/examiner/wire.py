"""Values on the wire, the examiner's side: what we write is plain, what we read is hostile.

JSON with everything that JSON lacks or blurs written as `{"$": kind, …}`. Decoding never runs anything, and is
bounded in depth; its size is bounded by whoever reads the line.
"""

from __future__ import annotations

import binascii
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 100
MAX_KEYS = 10_000  # of all dicts and sets of a value: keys can be chosen so that all of them collide

_PLAIN = frozenset({str, bool, type(None), int, float})
_SMALL = 2**53


Resolve = Callable[[int], object]
"""What gives the object of ours that has a number; raises `KeyError` where none has."""


class Malformed(ValueError):  # noqa: N818 - says what is the case
    """What came is no value or frame of ours."""


class TextSubclass(str):
    """A string that is an instance of a subclass in the candidate's process."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Text({super().__repr__()})"


class BytesSubclass(bytes):
    """Bytes that are an instance of a subclass in the candidate's process."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Bytes({super().__repr__()})"


@dataclass(frozen=True, slots=True)
class YieldingKey:
    """A key that lets other threads run whenever it is hashed or compared in the candidate's process."""

    n: int

    def __repr__(self) -> str:
        return f"Key({self.n})"


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """An object of a type that does not travel: its type's name and what it says of itself. Equal to nothing."""

    type: str
    text: str

    def __repr__(self) -> str:
        return self.text if self.text.startswith("<") else f"<{self.type} {self.text}>"


def encode(value: object) -> object:
    """Return what `json.dumps` may write for a value of ours. Raises `TypeError` for what cannot travel."""
    kind = type(value)
    if kind is int and not -_SMALL < value < _SMALL:  # type: ignore[operator]
        return {"$": "int", "v": hex(value)}  # type: ignore[arg-type]
    if kind is float and not math.isfinite(value):  # type: ignore[arg-type]
        return {"$": "float", "v": repr(value)}
    if kind in _PLAIN:
        return value
    if kind is list:
        return [encode(item) for item in value]  # type: ignore[attr-defined]
    encoder = _ENCODERS.get(kind)
    if encoder is None:
        on_wire = getattr(value, "on_wire", None)
        if on_wire is None:
            raise TypeError(f"{kind.__name__} cannot be sent; expected plain values or what `candidate` made")
        return on_wire()
    return encoder(value)


def _items(name: str) -> Callable[[Any], object]:
    return lambda value: {"$": name, "v": [encode(item) for item in value]}


def _base64(name: str) -> Callable[[Any], object]:
    return lambda value: {"$": name, "v": binascii.b2a_base64(value, newline=False).decode()}


_ENCODERS: dict[type, Callable[[Any], object]] = {
    dict: lambda value: {"$": "dict", "v": [[encode(key), encode(item)] for key, item in value.items()]},
    range: lambda value: {"$": "range", "v": [value.start, value.stop, value.step]},
    YieldingKey: lambda value: {"$": "key", "v": value.n},
    TextSubclass: lambda value: {"$": "str_subclass", "v": str.__str__(value)},
    **{kind: _items(kind.__name__) for kind in (tuple, set, frozenset)},
    bytes: _base64("bytes"),
    bytearray: _base64("bytearray"),
    BytesSubclass: _base64("bytes_subclass"),
}


def decode(value: Any, resolve: Resolve) -> Any:  # noqa: ANN401 - any value
    """Return the value that was written; `resolve` gives what has a number. Raises `Malformed`."""
    return _decode(value, _Decoding(resolve), 0)


@dataclass(slots=True)
class _Decoding:
    """What the parts of one value share."""

    resolve: Resolve
    keys_left: int = MAX_KEYS


def _decode(value: Any, shared: _Decoding, depth: int) -> Any:  # noqa: ANN401 - any value
    if type(value) in _PLAIN:
        return value
    if depth > MAX_DEPTH:
        raise Malformed(f"a value nested more than {MAX_DEPTH} levels deep")
    if type(value) is list:
        return _all(value, shared, depth + 1)
    try:
        return _DECODERS[value["$"]](value, shared, depth + 1)
    except Malformed:
        raise
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Malformed("a value that is written wrongly") from None


def _all(items: list[Any], shared: _Decoding, depth: int) -> list[Any]:
    return [item if type(item) in _PLAIN else _decode(item, shared, depth) for item in items]


def _keys(value: dict[str, Any], shared: _Decoding) -> list[Any]:
    """Return what a dict or set is made of, where the whole value has few enough of that."""
    body = value["v"]
    if not isinstance(body, list):
        raise Malformed(f"a {value['$']} that is written wrongly")
    shared.keys_left -= len(body)
    if shared.keys_left < 0:
        raise Malformed(f"dicts and sets of more than {MAX_KEYS} keys")
    return body


def _decode_dict(value: dict[str, Any], shared: _Decoding, depth: int) -> dict[Any, Any]:
    return {_decode(key, shared, depth): _decode(item, shared, depth) for key, item in _keys(value, shared)}


def _decode_foreign(value: dict[str, Any], _shared: _Decoding, _depth: int) -> Foreign:
    return Foreign(text_of(value["type"], 100), text_of(value["repr"], 2048))


def text_of(value: object, limit: int) -> str:
    """Return what should be a text, cut; anything else is nothing (its `str` could be deep or long without end)."""
    return value[:limit] if isinstance(value, str) else ""


def _bytes(value: dict[str, Any]) -> bytes:
    return binascii.a2b_base64(value["v"], strict_mode=True)


_DECODERS: dict[str, Callable[[dict[str, Any], _Decoding, int], Any]] = {
    "ref": lambda value, shared, _: shared.resolve(value["v"]),
    "int": lambda value, *_: int(value["v"], 16),
    "float": lambda value, *_: float(value["v"]),
    "key": lambda value, *_: YieldingKey(int(value["v"])),
    "object": _decode_foreign,
    "dict": _decode_dict,
    "tuple": lambda value, shared, depth: tuple(_all(value["v"], shared, depth)),
    "set": lambda value, shared, depth: set(_all(_keys(value, shared), shared, depth)),
    "frozenset": lambda value, shared, depth: frozenset(_all(_keys(value, shared), shared, depth)),
    "str_subclass": lambda value, *_: TextSubclass(value["v"]),
    "bytes": lambda value, *_: _bytes(value),
    "bytearray": lambda value, *_: bytearray(_bytes(value)),
    "bytes_subclass": lambda value, *_: BytesSubclass(_bytes(value)),
}


def parse(line: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read one line of JSON. Raises `Malformed` for everything that strict JSON does not allow."""
    try:
        return _DECODER.decode(line.decode("utf-8"))
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else "not JSON"
        raise Malformed(f"a line that is {reason}: {line[:60]!r}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("an object that has a key twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed(f"a number that is too large: {text[:40]}")
    return number


def _refuse(constant: str) -> float:
    raise Malformed(f"{constant}, which is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)
