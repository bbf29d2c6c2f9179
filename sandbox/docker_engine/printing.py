"""What one sandbox prints: where each piece goes, and when it is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox.contract import Limits, Output
from sandbox.docker_engine.attachment import STDOUT
from sandbox.docker_engine.capture import Capture, Lines
from sandbox.policy import Policy

_MIB = 1024 * 1024


class Printing:
    """Takes the pieces of both outputs; tells `too_much` once, with the reason, and then lets the rest go by."""

    def __init__(
        self, limits: Limits, policy: Policy, *, is_channel: bool, too_much: Callable[[str], None]
    ) -> None:
        self._limits, self._policy, self._too_much = limits, policy, too_much
        self._capture = Capture(policy.head_bytes, policy.tail_bytes)
        self._lines = Lines(policy.line_bytes) if is_channel else None
        self._total_bytes = 0
        self._is_over = False

    def receive(self, stream: int, data: bytes) -> None:
        """Take a piece. Must not wait: while nobody drains its output the engine can do nothing to a container."""
        self._total_bytes += len(data)
        if self._is_over:
            return
        if self._total_bytes > self._limits.output_mib * _MIB:
            self._stop(f"printed more than {self._limits.output_mib:g} MiB")
        elif stream != STDOUT or self._lines is None:
            self._capture.add(data)
        elif not self._lines.add(data):
            self._stop(f"printed a line longer than {self._policy.line_bytes // _MIB} MiB")

    def close(self) -> None:
        """Say that nothing more will come."""
        if self._lines is not None:
            self._lines.close()

    def output(self) -> Output:
        """Return what is kept of what is not lines."""
        return self._capture.output()

    def lines(self) -> Iterator[bytes]:
        """Yield lines as they come; none where it is no channel."""
        return iter(self._lines or ())

    def _stop(self, reason: str) -> None:
        self._is_over = True
        self._too_much(reason)
