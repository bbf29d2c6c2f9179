"""Values with a purpose: watched by weak references, giving the processor away, or of a subclass."""

from __future__ import annotations

import gc
import itertools
import sys
import time
import weakref
from typing import Any


class Value:
    """An opaque object that can be watched, with a size of our choosing."""

    __slots__ = ("__weakref__", "_size", "handle")

    def __init__(self, handle: int, size: int | None) -> None:
        self.handle = handle
        self.resize(size if size is not None else 64)

    def resize(self, size: int) -> None:
        """Make `sys.getsizeof` answer `size` from now on (never under the collector's own header)."""
        self._size = 0
        self._size = max(0, size - sys.getsizeof(self))

    def __sizeof__(self) -> int:
        return self._size


class Text(str):
    """A string of a subclass."""

    __slots__ = ()


class Bytes(bytes):
    """Bytes of a subclass."""

    __slots__ = ()


class YieldingKey:
    """A key that lets other threads run whenever it is hashed or compared."""

    __slots__ = ("n",)

    def __init__(self, n: int) -> None:
        self.n = n

    def __hash__(self) -> int:
        time.sleep(1e-5)
        return hash(("yielding", self.n))

    def __eq__(self, other: object) -> bool:
        time.sleep(1e-5)
        return isinstance(other, YieldingKey) and other.n == self.n


class Registry:
    """The objects that the examiner refers to by number, and those that it let go but still watches."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._held: dict[int, Any] = {}
        self._watched: dict[int, weakref.ref[Value]] = {}

    def hold(self, thing: object) -> int:
        """Keep a thing and return its number."""
        number = next(self._numbers)
        self._held[number] = thing
        return number

    def get(self, number: int) -> Any:  # noqa: ANN401 - it is the candidate's, of any type
        """Return what has a number. Raises `KeyError`."""
        return self._held[number]

    def make_value(self, size: int | None) -> Value:
        """Make a watched value; from now on nothing is garbage-collected until the next `clear`."""
        gc.disable()
        number = next(self._numbers)
        value = Value(number, size)
        self._held[number] = value
        self._watched[number] = weakref.ref(value)
        return value

    def number_of(self, value: Value) -> int | None:
        """Return the number of a value of ours, `None` for a look-alike."""
        watch = self._watched.get(value.handle)
        return value.handle if watch is not None and watch() is value else None

    def release(self, number: int) -> None:
        """Let go of a thing."""
        self._held.pop(number, None)

    def is_alive(self, number: int) -> bool:
        """Return whether a watched value still exists."""
        return self._watched[number]() is not None

    def clear(self) -> None:
        """Let go of everything and let the garbage collector run again."""
        self._held.clear()
        self._watched.clear()
        if not gc.isenabled():
            gc.enable()
            gc.collect()
