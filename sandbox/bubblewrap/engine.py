"""The engine: what `--engine bubblewrap` means."""

from __future__ import annotations

import os
from collections.abc import Callable

from sandbox import seccomp
from sandbox.bubblewrap.machine import (
    PROGRAMS,
    Machine,
    advise,
    look_at_machine,
    missing_program,
    trial,
    version,
)
from sandbox.bubblewrap.owner import reap_groups
from sandbox.bubblewrap.pod import BubblewrapPod
from sandbox.contract import EngineFacts, Image, Pod
from sandbox.environments import Environments
from sandbox.errors import EngineUnavailable
from sandbox.policy import load_policy


class BubblewrapEngine:
    """Makes pods out of bubblewrap's namespaces."""

    def __init__(self, environments: Environments | None = None, machine: Machine | None = None) -> None:
        self._environments = environments or Environments()
        self._machine = machine or look_at_machine()

    @property
    def name(self) -> str:
        """The name that `--engine` takes."""
        return "bubblewrap"

    def describe(self) -> EngineFacts:
        """Look at the machine without changing it; never raises."""
        problems = [missing_program(name) for name in PROGRAMS if name not in self._machine.programs]
        if not problems and (words := trial(self._machine)) is not None:
            problems.append(advise(words))
        is_available = not problems
        for image in Image:
            if not self._environments.is_ready(image):
                command = "`python -m sandbox images --engine bubblewrap`"
                problems.append(f"the {image} environment is not built; run {command}")
        return EngineFacts(
            name=self.name,
            version=version(self._machine),
            is_available=is_available,
            facts=self._facts(),
            problems=tuple(problems),
            limitations=self._limitations(),
        )

    def processors(self) -> tuple[int, ...]:
        """Return the numbers of the processors that sandboxes may be pinned to."""
        return tuple(sorted(os.sched_getaffinity(0)))

    def prepare(self, say: Callable[[str], None]) -> None:
        """Build the environments that are missing, remove old ones. Raises `SandboxError`."""
        for image in Image:
            self._environments.build(image, say)
        self._environments.remove_old(say)

    def open_pod(self) -> Pod:
        """Open an empty pod. Raises `SandboxError` where that cannot be done."""
        for name in PROGRAMS:
            self._machine.program(name)
        if not seccomp.is_supported():
            raise EngineUnavailable(seccomp.UNSUPPORTED)
        return BubblewrapPod(self._machine, load_policy(), self._environments)

    def reap(self) -> int:
        """Remove what killed graders left behind; return how many pods it was.

        Their processes and mounts went with their holders; cgroups stay, and with version 1 what was paused in them.
        """
        hierarchy = self._machine.cgroups
        return 0 if hierarchy is None else reap_groups(hierarchy)

    def _facts(self) -> dict[str, str]:
        hierarchy = self._machine.cgroups
        cgroups = (
            "not writable"
            if hierarchy is None
            else f"v{hierarchy.version}: {', '.join(sorted(hierarchy.folders))}"
        )
        facts = {
            "user": "root, a user number of its own for each sandbox" if self._machine.is_root
            else "an ordinary user, a user namespace for each sandbox",
            "cgroups": cgroups,
            "cpu_account": "the kernel's, of the cgroup" if hierarchy else "sampled from /proc",
            "seccomp": "applied" if seccomp.is_supported() else seccomp.UNSUPPORTED,
        }  # fmt: skip
        for image in Image:
            state = "" if self._environments.is_ready(image) else " (not built)"
            facts[f"image {image}"] = f"{self._environments.folder(image).name}{state}"
        return facts

    def _limitations(self) -> tuple[str, ...]:
        said = ["sandboxes see the /usr of this machine, read-only; the Docker engine's see an image"]
        if self._machine.cgroups is None:
            said += [
                "no writable cgroups: memory is measured every few hundredths of a second and the tree killed "
                "when it is over, so that a burst may exceed the limit for a moment",
                "no writable cgroups: CPU time and peak memory are sampled, and short-lived processes that nobody "
                "waited for may be missed",
                "no writable cgroups: a process that stopped itself goes on after `pause` and `resume`",
            ]
            if not self._machine.counts_processes_apart:
                said.append(
                    "no writable cgroups, and before Linux 5.14 a bound on an ordinary user's processes counts all "
                    "that the user runs: the number of processes is not limited, only their memory is"
                )
        return tuple(said)
