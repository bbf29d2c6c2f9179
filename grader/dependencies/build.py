"""One build: opens a pod, lets pip resolve and install in it, and receives what was installed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.dependencies.bounds import Bounds
from grader.dependencies.errors import DependencyError
from grader.dependencies.explanation import explain
from grader.dependencies.gateway import Gateway
from grader.dependencies.index import Index
from grader.dependencies.passage import open_passage
from grader.dependencies.repacking import repack
from grader.dependencies.requirements import Requirements
from grader.dependencies.sandboxes import builder_spec, most_output_bytes
from grader.errors import GraderError, GradingFailed
from sandbox import Ending, Engine, Outcome, Sandbox

Say = Callable[[str], None]

_END_S = 10.0
_MOST_PACKAGES = 500


@dataclass(frozen=True, slots=True)
class Built:
    """What a build brought: the names and versions of what is new, and a tar of it."""

    packages: tuple[str, ...]
    tar: Path


def build(
    requirements: Requirements, engine: Engine, index: Index, workplace: Path, say: Say, bounds: Bounds
) -> Built:
    """Install what is new into a tar in `workplace`. Raises `DependencyError`, `GradingFailed`, `SandboxError`."""
    received = workplace / "received.tar"
    gateway = Gateway(index, bounds, workplace)
    with engine.open_pod() as pod:
        passage = open_passage(pod, gateway, bounds)
        builder = pod.start(builder_spec(requirements.text(), len(index.urls), bounds))
        passage.serve(builder)
        story = _receive(builder, received, bounds, say)
        ending = builder.wait(_END_S)
    if passage.failure is not None and not story.is_done:
        raise passage.failure
    if story.failed is not None:
        raise explain(str(story.failed.get("said")), requirements, gateway.pages)
    if not story.is_done:
        raise _explain_ending(ending, requirements, gateway, bounds)
    tar = workplace / "layer.tar"
    repack(received, tar, bounds)
    return Built(tuple(story.packages), tar)


@dataclass(slots=True)
class _Story:
    """What the builder told."""

    packages: list[str] = field(default_factory=list)
    failed: dict[str, Any] | None = None
    is_done: bool = False

    def take(self, event: dict[str, Any], say: Say) -> None:
        """Take the next event."""
        kind = event["event"]
        if kind == "resolved":
            self.packages = [str(one)[:200] for one in event["packages"]][:_MOST_PACKAGES]
            say(f"dependencies: installing {', '.join(self.packages) or 'nothing new'}")
        elif kind == "failed":
            self.failed = event
        elif kind == "done":
            self.is_done = True


def _receive(builder: Sandbox, target: Path, bounds: Bounds, say: Say) -> _Story:
    """Read the builder's lines to the end: events are JSON, everything else is base64 of the tar."""
    story, room = _Story(), most_output_bytes(bounds)
    with target.open("wb") as file:
        for line in builder.lines():
            try:
                if line.startswith(b"{"):
                    story.take(json.loads(line), say)
                    continue
                data = base64.b64decode(line, validate=True)
            except (ValueError, KeyError, TypeError, binascii.Error) as error:
                builder.kill()
                raise GradingFailed(
                    f"the build sandbox wrote {line[:100]!r}, which is nothing known"
                ) from error
            room -= len(data)
            if room < 0:
                builder.kill()
                raise DependencyError(
                    f"the installed dependencies are over {bounds.layer_mib} MiB; ask for fewer"
                )
            file.write(data)
    return story


def _explain_ending(
    ending: Ending | None, requirements: Requirements, gateway: Gateway, bounds: Bounds
) -> GraderError:
    """Say why the builder ended before it was done; waiting for a slow index is not the candidate's fault."""
    outcome = ending.outcome if ending else None
    source = requirements.source
    if outcome is Outcome.TIMED_OUT and gateway.has_kept_waiting(bounds.wall_s / 2):
        return GradingFailed(f"the package index is too slow: no end after {bounds.wall_s:g} s")
    if outcome is Outcome.TIMED_OUT:
        return DependencyError(
            f"{source}: the dependencies were not resolved and installed within {bounds.wall_s:g} s; "
            "pin their versions, or ask for fewer"
        )
    if outcome in (Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_LIMIT):
        return DependencyError(f"{source}: the dependencies are too large to be installed; ask for fewer")
    detail = f"{outcome} ({ending.detail})" if ending else "it did not end"
    return GradingFailed(f"the build sandbox failed: {detail}")
