"""What the examiner may ask for: one method a JSON-RPC name, each returning what JSON can hold."""

from __future__ import annotations

import inspect
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from .failures import describe
from .objects import Registry
from .values import decode, encode

_SWITCH_INTERVAL_S = 1e-6
Step = Sequence[Any]
"""One call of a program: the number of the object, the method's name, the arguments."""


class Calls:
    """The operations on one entry object; every one may be called from any thread."""

    def __init__(self, entry: Callable[..., Any]) -> None:
        self._entry = entry
        self._registry = Registry()

    def answer(self, method: str, params: dict[str, Any]) -> object:
        """Do what a request asks for. Raises what the candidate raises, `KeyError` for an unknown method."""
        return _METHODS[method](self, **params)

    def new(self, args: Any, kwargs: Any) -> object:  # noqa: ANN401 - JSON
        """Make an instance and keep it."""
        thing = self._entry(*decode(args, self._registry), **self._keywords(kwargs))
        return {"$": "ref", "v": self._registry.hold(thing)}

    def call(self, args: Any, kwargs: Any) -> object:  # noqa: ANN401 - JSON
        """Call the entry itself; a coroutine is run to its end."""
        return self._encoded(_finished(self._entry(*decode(args, self._registry), **self._keywords(kwargs))))

    def invoke(self, target: int, name: str, args: Any, kwargs: Any) -> object:  # noqa: ANN401 - JSON
        """Call a method of a kept object."""
        method = _method(self._registry.get(target), name)
        return self._encoded(_finished(method(*decode(args, self._registry), **self._keywords(kwargs))))

    def map(self, target: int, name: str, columns: list[Any], results: bool) -> object:
        """Call a method for each row of the columns, with no more around it than `map` itself."""
        method = _method(self._registry.get(target), name)
        decoded = [decode(column, self._registry) for column in columns]
        if results:
            return self._encoded(list(map(method, *decoded)))
        deque(map(method, *decoded), maxlen=0)
        return min(map(len, decoded))

    def batch(self, program: list[Step]) -> object:
        """Run calls one after another; each gives `["value", …]` or `["error", …]`."""
        return self._reported([_outcome(step) for step in self._decoded(program)])

    def threads(self, programs: list[list[Step]]) -> object:
        """Run programs at once, one thread each, switching between them as often as Python can."""
        decoded = [self._decoded(program) for program in programs]
        outcomes: list[list[Any]] = [[] for _ in decoded]
        barrier = threading.Barrier(len(decoded))

        def run(index: int) -> None:
            barrier.wait()
            outcomes[index] = [_outcome(step) for step in decoded[index]]

        workers = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(decoded))]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        finally:
            sys.setswitchinterval(interval)
        return [self._reported(program) for program in outcomes]

    def value(self, size: int | None) -> object:
        """Make a watched value."""
        made = self._registry.make_value(size)
        return {"id": made.handle, "size": sys.getsizeof(made)}

    def resize(self, target: int, size: int) -> object:
        """Change the size of a value, and return the size that it has now."""
        made = self._registry.get(target)
        made.resize(size)
        return sys.getsizeof(made)

    def release(self, target: int) -> object:
        """Let go of a kept object."""
        self._registry.release(target)
        return None

    def is_alive(self, target: int) -> object:
        """Say whether a released value is still referred to by anything."""
        return self._registry.is_alive(target)

    def modules(self) -> object:
        """Name every module that is loaded."""
        return sorted(name for name in list(sys.modules) if isinstance(name, str))

    def reset(self) -> object:
        """Let go of everything, before another test."""
        self._registry.clear()
        return None

    def _keywords(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {name: decode(value, self._registry) for name, value in kwargs.items()}

    def _encoded(self, value: object) -> object:
        return encode(value, self._registry)

    def _decoded(self, program: list[Step]) -> list[tuple[Any, str, Any]]:
        return [
            (self._registry.get(target), name, decode(args, self._registry)) for target, name, args in program
        ]

    def _reported(self, outcomes: list[tuple[str, Any]]) -> list[list[object]]:
        """Encode results once all calls have run, so that one which later calls change is seen changed."""
        return [[kind, self._encoded(what) if kind == "value" else what] for kind, what in outcomes]


_METHODS: dict[str, Callable[..., object]] = {
    "new": Calls.new,
    "call": Calls.call,
    "invoke": Calls.invoke,
    "map": Calls.map,
    "batch": Calls.batch,
    "threads": Calls.threads,
    "value": Calls.value,
    "resize": Calls.resize,
    "release": Calls.release,
    "is_alive": Calls.is_alive,
    "modules": Calls.modules,
    "reset": Calls.reset,
}


def _outcome(step: tuple[Any, str, Any]) -> tuple[str, Any]:
    thing, name, args = step
    try:
        return "value", _finished(_method(thing, name)(*args))
    except BaseException as error:
        return "error", describe(error)


def _method(thing: Any, name: str) -> Callable[..., Any]:  # noqa: ANN401 - the candidate's object
    if name == "__len__":
        return lambda: len(thing)
    if name == "__contains__":
        return lambda key: key in thing
    method: Callable[..., Any] = getattr(thing, name)
    return method


def _finished(result: Any) -> Any:  # noqa: ANN401 - the candidate's value
    if not inspect.isawaitable(result):
        return result
    import asyncio  # noqa: PLC0415 - 40 ms that only asynchronous entries pay

    async def awaited() -> object:
        return await result

    return asyncio.run(awaited())
