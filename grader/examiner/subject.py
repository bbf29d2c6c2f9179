"""What a hidden suite holds of a submission: the entry, objects made of it, and values with a purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from grader.examiner.channel import Usage
from grader.examiner.connection import candidate_error, decoded
from grader.examiner.errors import CandidateError, ExaminerBroken, ProtocolBroken, Unexpected
from grader.examiner.transcript import Block, Call, Transcript
from grader.examiner.wire import BytesSubclass, Malformed, TextSubclass, YieldingKey, encode

Step = tuple["RemoteObject", str, Sequence[object]]
"""One call of a program: the object, the method's name, the arguments."""


class Asker(Protocol):
    """A sandbox that answers requests."""

    def ask(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - undecoded JSON
        """Return the undecoded result. Raises `CandidateError` and `SandboxLost`."""

    def usage(self) -> Usage:
        """Return the kernel's account of the sandbox."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one call of a program gave: a value, or the exception that it raised."""

    value: Any = None
    error: CandidateError | None = None


class RemoteValue:
    """An opaque object that lives beside the candidate's code, and is watched there by a weak reference."""

    def __init__(self, subject: Subject, number: int, size: int, name: str) -> None:
        self._subject = subject
        self._number = number
        self.size = size
        self.name = name
        self.spelled = f"Value({size})"

    def __repr__(self) -> str:
        return self.name

    def on_wire(self) -> object:
        """Return the reference that stands for it."""
        return {"$": "ref", "v": self._number}

    def resize(self, size: int) -> None:
        """Change what `sys.getsizeof` says of it from now on; `size` follows."""
        self.size = _number(self._subject.ask("resize", target=self._number, size=size))

    def release(self) -> None:
        """Let go of it, so that only the candidate's code may still refer to it."""
        self._subject.ask("release", target=self._number)

    def is_alive(self) -> bool:
        """Return whether anything still refers to it; nothing is garbage-collected meanwhile."""
        return _flag(self._subject.ask("is_alive", target=self._number))


class RemoteObject:
    """An instance of the entry: its methods are called as if it were here, and give plain values."""

    def __init__(self, subject: Subject, number: int, name: str) -> None:
        self._subject = subject
        self._number = number
        self.name = name

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
        return _number(self.invoke("__len__"))

    def __contains__(self, key: object) -> bool:
        return _flag(self.invoke("__contains__", key))

    def on_wire(self) -> object:
        """Return the reference that stands for it."""
        return {"$": "ref", "v": self._number}

    def invoke(self, name: str, /, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - any value
        """Call a method by its name. Raises `CandidateError` where the candidate's code raises."""
        templates = {"__len__": "len({target})", "__contains__": "{args} in {target}"}
        call = Call(templates.get(name, f"{{target}}.{name}({{args}})"), args, kwargs, target=self)
        return self._subject.record(call, "invoke", target=self._number, name=name)

    def map(self, name: str, columns: Sequence[Sequence[object]], *, results: bool = True) -> Any:  # noqa: ANN401
        """Call a method for each row of the columns, in one round trip; without results only count the rows."""
        rows = _Rows(self, name, columns)
        block = Block(rows, title=f"{len(rows)} calls of {name}" if len(rows) > 20 else "")
        self._subject.transcript.add(block)
        encoded = [encode(column) for column in columns]
        raw = self._subject.ask("map", target=self._number, name=name, columns=encoded, results=results)
        block.result = decoded(raw, self._subject.resolve)
        return block.result

    def release(self) -> None:
        """Let go of it in the host."""
        self._subject.ask("release", target=self._number)


class _Rows(Sequence[Step]):
    """The calls of a `map`, made when they are looked at."""

    def __init__(self, target: RemoteObject, name: str, columns: Sequence[Sequence[object]]) -> None:
        self._target = target
        self._name = name
        self._columns = columns

    def __len__(self) -> int:
        return min(map(len, self._columns))

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - int or slice
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return self._target, self._name, tuple(column[index] for column in self._columns)

    def __iter__(self) -> Iterator[Step]:
        return (self[number] for number in range(min(len(self), 1)))


class Subject:
    """One submission behind its host: the `candidate` and `reference` of hidden suites."""

    def __init__(self, asker: Asker, entry: str) -> None:
        self._asker = asker
        self.transcript = Transcript(entry)
        self._names: dict[str, int] = {}
        self._values: dict[int, RemoteValue] = {}

    def new(self, *args: object, **kwargs: object) -> RemoteObject:
        """Make an instance of the entry."""
        call = Call(f"{self.transcript.entry_name}({{args}})", args, kwargs)
        call.makes = made = RemoteObject(self, 0, self._name(self.transcript.object_name()))
        self.record(call, "new", made=made)
        return made

    def call(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - any value
        """Call an entry that is a function; a coroutine is run to its end."""
        return self.record(Call(f"{self.transcript.entry_name}({{args}})", args, kwargs), "call")

    def batch(self, program: Sequence[Step]) -> list[Result]:
        """Run calls one after another in one round trip."""
        block = Block(program, title=f"{len(program)} calls" if len(program) > 20 else "")
        self.transcript.add(block)
        results = self._results(self.ask("batch", program=_written(program)), len(program))
        block.result = results
        return results

    def threads(self, programs: Sequence[Sequence[Step]]) -> list[list[Result]]:
        """Run programs at once, one thread each, started together."""
        for number, program in enumerate(programs, 1):
            self.transcript.add(
                Block(program, title=f"thread {number} of {len(programs)}, all started together:")
            )
        raw = self.ask("threads", programs=[_written(program) for program in programs])
        if not isinstance(raw, list) or len(raw) != len(programs):
            raise ProtocolBroken("broke the protocol: sent results of another number of threads")
        return [self._results(part, len(program)) for part, program in zip(raw, programs, strict=True)]

    @contextmanager
    def raises(self, *types: str) -> Iterator[None]:
        """Hold that the candidate's code raises one of these types (or one derived from it) within the block."""
        expected = " or ".join(types)
        try:
            yield
        except CandidateError as error:
            if not set(types) & {error.type, *error.mro}:
                raise Unexpected(
                    f"{error.type} was raised, where {expected} was expected", expected, str(error)
                ) from None
        else:
            raise Unexpected(f"nothing was raised, where {expected} was expected", expected, "no exception")

    def object(self, size: int | None = None) -> RemoteValue:
        """Make an opaque, weakly referenceable object; `size` is what `sys.getsizeof` says of it."""
        raw = self.ask("value", size=size)
        if not isinstance(raw, dict):
            raise ProtocolBroken("broke the protocol: sent no number for a value")
        number, actual = _number(raw.get("id")), _number(raw.get("size"))
        return self._values.setdefault(number, RemoteValue(self, number, actual, self._name("value")))

    def yielding_key(self, n: int) -> YieldingKey:
        """Return a key, equal to others of the same `n`, that lets other threads run when hashed or compared."""
        return YieldingKey(n)

    def unhashable(self) -> list[object]:
        """Return something that cannot be a key."""
        return []

    def str_subclass(self, text: str) -> str:
        """Return a text that is an instance of a subclass of `str` there."""
        return TextSubclass(text)

    def bytes_subclass(self, data: bytes) -> bytes:
        """Return bytes that are an instance of a subclass of `bytes` there."""
        return BytesSubclass(data)

    def usage(self) -> Usage:
        """Return the kernel's account of the sandbox."""
        return self._asker.usage()

    def loaded_modules(self) -> list[str]:
        """Return the names of all modules loaded beside the candidate's code."""
        names = self.ask("modules")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ProtocolBroken("broke the protocol: sent no names of modules")
        return names

    def reset(self) -> None:
        """Let go of everything, before another test."""
        self.transcript.clear()
        self._names.clear()
        self._values.clear()
        self.ask("reset")

    def ask(self, method: str, /, **params: object) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask the host and return the undecoded result."""
        return self._asker.ask(method, params)

    def record(self, call: Call, method: str, made: RemoteObject | None = None, **params: object) -> Any:  # noqa: ANN401
        """Make a call, take note of it and of what came back, and return that."""
        self.transcript.add(call)
        args = [encode(item) for item in call.args]
        kwargs = {name: encode(item) for name, item in call.kwargs.items()}
        try:
            raw = self.ask(method, args=args, kwargs=kwargs, **params)
        except CandidateError as error:
            call.error = error
            raise
        if made is not None:
            made._number = _reference(raw)  # noqa: SLF001 - it is being made
            call.result = made
        else:
            call.result = decoded(raw, self.resolve)
        call.is_over = True
        return call.result

    def resolve(self, number: int) -> RemoteValue:
        """Return the value that has a number."""
        return self._values[number]

    def _name(self, base: str) -> str:
        self._names[base] = count = self._names.get(base, 0) + 1
        return base if count == 1 else f"{base}_{count}"

    def _results(self, raw: Any, count: int) -> list[Result]:  # noqa: ANN401 - undecoded JSON
        if not isinstance(raw, list) or len(raw) != count:
            raise ProtocolBroken("broke the protocol: sent another number of results than there were calls")
        return [self._result(item) for item in raw]

    def _result(self, raw: Any) -> Result:  # noqa: ANN401 - undecoded JSON
        match raw:
            case ["value", value]:
                return Result(decoded(value, self.resolve))
            case ["error", data]:
                try:
                    return Result(error=candidate_error(data))
                except Malformed as error:
                    raise ProtocolBroken(f"broke the protocol: sent {error}") from None
        raise ProtocolBroken("broke the protocol: sent something that is no result of a call")


def _written(program: Sequence[Step]) -> list[object]:
    return [[target._number, name, [encode(item) for item in args]] for target, name, args in program]  # noqa: SLF001


def _number(value: Any) -> int:  # noqa: ANN401 - undecoded JSON
    if type(value) is not int or not 0 <= value < 2**53:
        raise ProtocolBroken("broke the protocol: sent no number where one belongs")
    return value


def _flag(value: Any) -> bool:  # noqa: ANN401 - undecoded JSON
    if type(value) is not bool:
        raise ProtocolBroken("broke the protocol: sent neither true nor false where one belongs")
    return value


def _reference(raw: Any) -> int:  # noqa: ANN401 - undecoded JSON
    if not isinstance(raw, dict) or raw.get("$") != "ref":
        raise ProtocolBroken("broke the protocol: sent no reference to the object that was made")
    return _number(raw.get("v"))
