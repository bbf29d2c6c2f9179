"""Short programs in a sandbox, for tests of what every engine promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox import Ending, Image, Limits, Pod, Sandbox, SandboxSpec
from tests.conformance.lane import PYTHON, tar_of

LIMITS = Limits(wall_s=30.0, memory_mib=128, processes=32, open_files=256, tmp_mib=16)
ENOUGH_S = 40.0  # longer than any wall limit here: a wait that needs it has failed


def program(source: str, name: str = "program", limits: Limits = LIMITS, **more: Any) -> SandboxSpec:
    """Return a sandbox that runs one program; keywords are the specification's or its limits' own."""
    bounds = {key: more.pop(key) for key in list(more) if key in Limits.__dataclass_fields__}
    files = {"program.py": source.encode(), **more.pop("extra_files", {})}
    return SandboxSpec(
        name=name,
        image=more.pop("image", Image.CANDIDATE),
        command=more.pop("command", (PYTHON, "/files/program.py")),
        files=tar_of(files),
        limits=replace(limits, **bounds),
        **more,
    )


def ending_of(sandbox: Sandbox) -> Ending:
    """Return how a sandbox ended, and fail where it does not end."""
    ending = sandbox.wait(ENOUGH_S)
    assert ending is not None, f"{sandbox.name} still runs"
    return ending


def run(pod: Pod, spec: SandboxSpec) -> tuple[Ending, str]:
    """Run a sandbox to its end; return that and what it printed."""
    sandbox = pod.start(spec)
    ending = ending_of(sandbox)
    output = sandbox.output()
    return ending, (output.head + output.tail).decode("latin-1")
