"""Objects that live in a subject's process, as a hidden suite holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, overload

from grader.examiner.errors import ProtocolBroken
from grader.examiner.lines import Block, Call
from grader.examiner.wire import encode

Step = tuple["RemoteObject", str, Sequence[object]]
"""One call of a program: the object, the method's name, the arguments."""


class Recorder(Protocol):
    """What remote objects need of their subject."""

    def ask(self, method: str, /, **params: object) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask the host and return the undecoded result."""

    def record(self, call: Call, method: str, **params: object) -> Any:  # noqa: ANN401 - any value
        """Make a call, take note of it and of what came back, and return that."""

    def record_block(self, block: Block, method: str, **params: object) -> Any:  # noqa: ANN401 - any value
        """Make many calls at once, take note of them, and return what came back."""


class RemoteValue:
    """An opaque object that lives beside the candidate's code, and is watched there by a weak reference."""

    base = "value"

    def __init__(self, recorder: Recorder, number: int, size: int) -> None:
        self._recorder = recorder
        self._number = number
        self.size = size
        self.name = self.base
        self.spelled = f"Value({size})"

    def __repr__(self) -> str:
        return self.name

    def on_wire(self) -> object:
        """Return the reference that stands for it."""
        return {"$": "ref", "v": self._number}

    def resize(self, size: int) -> None:
        """Change what `sys.getsizeof` says of it from now on; `size` follows."""
        self.size = as_number(self._recorder.ask("resize", target=self._number, size=size))

    def release(self) -> None:
        """Let go of it, so that only the candidate's code may still refer to it."""
        self._recorder.ask("release", target=self._number)

    def is_alive(self) -> bool:
        """Return whether anything still refers to it; nothing is garbage-collected meanwhile."""
        return as_flag(self._recorder.ask("is_alive", target=self._number))


class RemoteObject:
    """An instance of the entry: its methods are called as if it were here, and give plain values."""

    spelled = ""

    def __init__(self, recorder: Recorder, base: str) -> None:
        self._recorder = recorder
        self._number = 0
        self.base = self.name = base

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def method(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - any value
            return self.invoke(name, *args, **kwargs)

        return method

    def __len__(self) -> int:
        return as_number(self.invoke("__len__"))

    def __contains__(self, key: object) -> bool:
        return as_flag(self.invoke("__contains__", key))

    @property
    def number(self) -> int:
        """The number that it has in the host."""
        return self._number

    def become(self, raw: Any) -> None:  # noqa: ANN401 - undecoded JSON
        """Take the number that the host gave to what was made."""
        if not isinstance(raw, dict) or raw.get("$") != "ref":
            raise ProtocolBroken("broke the protocol: sent no reference to the object that was made")
        self._number = as_number(raw.get("v"))

    def on_wire(self) -> object:
        """Return the reference that stands for it."""
        return {"$": "ref", "v": self._number}

    def invoke(self, name: str, /, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - any value
        """Call a method by its name. Raises `CandidateError` where the candidate's code raises."""
        call = Call(name, args, kwargs, target=self)
        return self._recorder.record(call, "invoke", target=self._number, name=name)

    def map(self, name: str, columns: Sequence[Sequence[object]], *, results: bool = True) -> Any:  # noqa: ANN401
        """Call a method for each row of the columns in one round trip; without `results` only count the rows."""
        block = Block(_Rows(self, name, columns))
        encoded = [encode(column) for column in columns]
        return self._recorder.record_block(
            block, "map", target=self._number, name=name, columns=encoded, results=results
        )

    def release(self) -> None:
        """Let go of it in the host."""
        self._recorder.ask("release", target=self._number)


class _Rows(Sequence[Step]):
    """The calls of a `map`, made only when they are looked at."""

    def __init__(self, target: RemoteObject, name: str, columns: Sequence[Sequence[object]]) -> None:
        self._target = target
        self._name = name
        self._columns = columns

    def __len__(self) -> int:
        return min(map(len, self._columns))

    @overload
    def __getitem__(self, index: int) -> Step: ...

    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...

    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return self._target, self._name, tuple(column[index] for column in self._columns)


def as_number(value: Any) -> int:  # noqa: ANN401 - undecoded JSON
    """Return an answer that must be a number. Raises `ProtocolBroken`."""
    if type(value) is not int or not 0 <= value < 2**53:
        raise ProtocolBroken("broke the protocol: sent no number where one belongs")
    return value


def as_flag(value: Any) -> bool:  # noqa: ANN401 - undecoded JSON
    """Return an answer that must be true or false. Raises `ProtocolBroken`."""
    if type(value) is not bool:
        raise ProtocolBroken("broke the protocol: sent neither true nor false where one belongs")
    return value
