"""The grader's end of the relay's standard input and output: requests in, answers out, one after the other."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.dependencies.bounds import Bounds
from grader.dependencies.errors import DependencyError
from grader.dependencies.fetching import IndexTrouble
from grader.dependencies.gateway import Gateway
from grader.dependencies.sandboxes import relay_spec
from grader.errors import GraderError, GradingFailed
from sandbox import Pod, Sandbox, SandboxError


@dataclass(slots=True)
class Passage:
    """A relay that listens; `failure` is what ended the passage before its time."""

    relay: Sandbox
    requests: Iterator[bytes]
    gateway: Gateway
    failure: GraderError | None = None

    def serve(self, builder: Sandbox) -> None:
        """Answer requests in the background until the pod ends; the first failure ends the builder at once."""
        threading.Thread(target=self._serve, args=(builder,), name="package index", daemon=True).start()

    def _serve(self, builder: Sandbox) -> None:
        try:
            for line in self.requests:
                self._answer(json.loads(line))
        except IndexTrouble as error:
            self._fail(builder, GradingFailed(f"the package index cannot be used: {error}"))
        except DependencyError as error:
            self._fail(builder, error)
        except (SandboxError, BrokenPipeError):
            return  # the pod is closing
        except Exception as error:  # nothing may leave the builder waiting for an answer
            reason = f"{type(error).__name__}: {error}"
            self._fail(builder, GradingFailed(f"the way to the package index broke: {reason}"))

    def _fail(self, builder: Sandbox, failure: GraderError) -> None:
        self.failure = failure
        builder.kill()

    def _answer(self, request: dict[str, Any]) -> None:
        number, answer = request["id"], self.gateway.answer(str(request["path"]))
        head = {"id": number, "status": answer.status, "type": answer.content_type, "length": answer.length()}
        self._send(head)
        for chunk in answer.chunks():
            self._send({"id": number, "data": base64.b64encode(chunk).decode()})

    def _send(self, message: dict[str, object]) -> None:
        self.relay.send(json.dumps(message).encode() + b"\n")


def open_passage(pod: Pod, gateway: Gateway, bounds: Bounds) -> Passage:
    """Start a relay in a pod and wait until it listens. Raises `GradingFailed`."""
    relay = pod.start(relay_spec(bounds))
    requests = relay.lines()
    if b'"listening"' not in next(requests, b""):
        said = relay.output().tail[-500:].decode("utf-8", "replace")
        raise GradingFailed(f"the relay to the package index did not start: {said}")
    return Passage(relay, requests, gateway)
