"""What a hidden suite holds of a submission: the entry, objects made of it, and values with a purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from grader.examiner.channel import Usage
from grader.examiner.connection import candidate_error, decoded
from grader.examiner.errors import CandidateError, ProtocolBroken, Unexpected
from grader.examiner.lines import Block, Call, Note
from grader.examiner.remote import RemoteObject, RemoteValue, Step, as_number
from grader.examiner.showing import tidy
from grader.examiner.transcript import Transcript
from grader.examiner.wire import BytesSubclass, Malformed, TextSubclass, YieldingKey, encode

Given = object  # the builtin, which the method `object` hides within the class


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


class Subject:
    """One submission behind its host: the `candidate` and `reference` of hidden suites."""

    def __init__(self, asker: Asker, entry: str) -> None:
        self._asker = asker
        self.transcript = Transcript(entry)
        self._values: dict[int, RemoteValue] = {}

    def new(self, *args: Given, **kwargs: Given) -> RemoteObject:
        """Make an instance of the entry."""
        made = RemoteObject(self, self.transcript.object_name())
        call = Call(self.transcript.entry_name, args, kwargs, makes=made)
        made.become(self._send(call, "new"))
        call.is_over = True
        return made

    def call(self, *args: Given, **kwargs: Given) -> Any:  # noqa: ANN401 - any value
        """Call an entry that is a function; a coroutine is run to its end."""
        return self.record(Call(self.transcript.entry_name, args, kwargs), "call")

    def batch(self, program: Sequence[Step]) -> list[Result]:
        """Run calls one after another in one round trip."""
        raw = self._note(Block(program), "batch", program=_written(program))
        return self._results(raw, len(program))

    def threads(self, programs: Sequence[Sequence[Step]]) -> list[list[Result]]:
        """Run programs at once, one thread each, started together."""
        for number, program in enumerate(programs, 1):
            title = f"thread {number} of {len(programs)}, all started together"
            self.transcript.add(Block(program, title=title))
        raw = self.ask("threads", programs=[_written(program) for program in programs])
        if not isinstance(raw, list) or len(raw) != len(programs):
            raise ProtocolBroken("broke the protocol: sent results of another number of threads")
        return [self._results(part, len(program)) for part, program in zip(raw, programs, strict=True)]

    @contextmanager
    def raises(self, *types: str) -> Iterator[None]:
        """Hold that the candidate's code raises one of these types, or one derived from it, within the block."""
        wanted = " or ".join(types)
        try:
            yield
        except CandidateError as error:
            if not set(types) & {error.type, *error.mro}:
                message = f"{error.type} was raised, where {wanted} was expected"
                raise Unexpected(message, wanted, str(error)) from None
        else:
            raise Unexpected(f"nothing was raised, where {wanted} was expected", wanted, "no exception")

    def object(self, size: int | None = None) -> RemoteValue:
        """Make an opaque, weakly referenceable object; `size` is what `sys.getsizeof` says of it."""
        raw = self.ask("value", size=size)
        if not isinstance(raw, dict):
            raise ProtocolBroken("broke the protocol: sent no number for a value")
        number, actual = as_number(raw.get("id")), as_number(raw.get("size"))
        self._values[number] = made = RemoteValue(self, number, actual)
        return made

    def yielding_key(self, n: int) -> YieldingKey:
        """Return a key, equal to others of the same `n`, that lets other threads run when hashed or compared."""
        return YieldingKey(n)

    def unhashable(self) -> list[Given]:
        """Return something that cannot be a key."""
        return []

    def str_subclass(self, text: str) -> str:
        """Return a text that is an instance of a subclass of `str` there."""
        return TextSubclass(text)

    def bytes_subclass(self, data: bytes) -> bytes:
        """Return bytes that are an instance of a subclass of `bytes` there."""
        return BytesSubclass(data)

    def note(self, words: str) -> None:
        """Say in the transcript what somebody who repeats the calls must know."""
        self.transcript.add(Note(tidy(words, 2000)))

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
        self._values.clear()
        self.ask("reset")

    def ask(self, method: str, /, **params: Given) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask the host and return the undecoded result."""
        return self._asker.ask(method, params)

    def record(self, call: Call, method: str, **params: Given) -> Any:  # noqa: ANN401 - any value
        """Make a call, take note of it and of what came back, and return that."""
        call.result = decoded(self._send(call, method, **params), self._values.__getitem__)
        call.is_over = True
        return call.result

    def record_block(self, block: Block, method: str, **params: Given) -> Any:  # noqa: ANN401 - any value
        """Make many calls at once, take note of them, and return what came back."""
        block.result = decoded(self._note(block, method, **params), self._values.__getitem__)
        return block.result

    def _send(self, call: Call, method: str, **params: Given) -> Any:  # noqa: ANN401 - undecoded JSON
        self.transcript.add(call)
        args = [encode(item) for item in call.args]
        kwargs = {name: encode(item) for name, item in call.kwargs.items()}
        try:
            return self.ask(method, args=args, kwargs=kwargs, **params)
        except CandidateError as error:
            call.error = error
            raise

    def _note(self, block: Block, method: str, **params: Given) -> Any:  # noqa: ANN401 - undecoded JSON
        self.transcript.add(block)
        return self.ask(method, **params)

    def _results(self, raw: Any, count: int) -> list[Result]:  # noqa: ANN401 - undecoded JSON
        if not isinstance(raw, list) or len(raw) != count:
            raise ProtocolBroken("broke the protocol: sent another number of results than there were calls")
        return [self._result(item) for item in raw]

    def _result(self, raw: Any) -> Result:  # noqa: ANN401 - undecoded JSON
        match raw:
            case ["value", value]:
                return Result(decoded(value, self._values.__getitem__))
            case ["error", data]:
                try:
                    return Result(error=candidate_error(data))
                except Malformed as error:
                    raise ProtocolBroken(f"broke the protocol: sent {error}") from None
        raise ProtocolBroken("broke the protocol: sent something that is no result of a call")


def _written(program: Sequence[Step]) -> list[Given]:
    return [[target.number, name, [encode(item) for item in args]] for target, name, args in program]
