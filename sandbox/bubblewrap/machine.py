"""What this machine offers to the bubblewrap engine: its programs, user namespaces, cgroups."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.cgroups import Hierarchy, find_hierarchy
from sandbox.errors import EngineUnavailable

PROGRAMS = ("bwrap", "nsenter", "unshare", "mount", "umount", "prlimit", "setpriv", "sh", "true")
"""What the engine runs: bubblewrap's own program, a shell, and util-linux."""

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_TRIAL_S = 10.0


@dataclass(frozen=True, slots=True)
class Machine:
    """A look at the machine, taken once: who we are, the programs by name, where cgroups can be made."""

    is_root: bool
    programs: Mapping[str, str] = field(default_factory=dict)
    hierarchy: Hierarchy | None = None
    kernel: tuple[int, ...] = (0,)

    def program(self, name: str) -> str:
        """Return where a program is. Raises `EngineUnavailable` where it is missing."""
        if (found := self.programs.get(name)) is None:
            raise EngineUnavailable(missing_program(name))
        return found

    @property
    def counts_processes_apart(self) -> bool:
        """Whether the kernel's bound on a user's processes means one sandbox, not all that the user runs."""
        return self.is_root or self.kernel >= (5, 14)

    @property
    def cgroups(self) -> Hierarchy | None:
        """Where cgroups with limits can be made; `None` where they cannot."""
        return self.hierarchy if self.hierarchy is not None and self.hierarchy.is_writable() else None


def look_at_machine() -> Machine:
    """Return what is here; changes nothing."""
    found = {name: shutil.which(name, path=SEARCH_PATH) for name in PROGRAMS}
    programs = {name: path for name, path in found.items() if path is not None}
    kernel = tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])
    return Machine(os.geteuid() == 0, programs, find_hierarchy(), kernel)


def missing_program(name: str) -> str:
    """Say that a program is missing, and how to get it."""
    package = "bubblewrap" if name == "bwrap" else "util-linux"
    return (
        f"{name}: not found on {SEARCH_PATH}; install {package} (Debian, Ubuntu: `apt-get install {package}`, "
        f"Fedora: `dnf install {package}`, Arch: `pacman -S {package}`)"
    )


def version(machine: Machine) -> str:
    """Return bubblewrap's version, "unknown" where it cannot be asked."""
    try:
        told = _run([machine.programs["bwrap"], "--version"]).stdout
    except (KeyError, OSError, subprocess.SubprocessError):
        return "unknown"
    return told.removeprefix("bubblewrap").strip() or "unknown"


def trial(machine: Machine) -> str | None:
    """Make and leave the namespaces of a pod; return what went wrong, in bubblewrap's words."""
    identity = [] if machine.is_root else ["--unshare-user", "--uid", "0", "--gid", "0"]
    kinds = ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1"]
    try:
        command = [machine.program("bwrap"), *identity, *kinds, "--ro-bind", "/", "/", "--proc", "/proc"]
        done = _run([*command, "--", machine.program("true")])
    except (EngineUnavailable, OSError, subprocess.SubprocessError) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip() or f"exit {done.returncode}"


def advise(words: str) -> str:
    """Turn bubblewrap's words about a failed trial into a problem with what to do."""
    advice = [
        hint
        for setting, bad, hint in (
            ("kernel/unprivileged_userns_clone", "0", "`sysctl kernel.unprivileged_userns_clone=1`"),
            ("user/max_user_namespaces", "0", "`sysctl user.max_user_namespaces=10000`"),
            (
                "kernel/apparmor_restrict_unprivileged_userns",
                "1",
                "an AppArmor profile that lets /usr/bin/bwrap use `userns` (Ubuntu 24.04: `apt-get install "
                "apparmor-profiles`), or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`",
            ),
        )
        if read_setting(setting) == bad
    ]
    what = " and ".join(advice) or (
        "inside a container, let it make namespaces (a privileged container, or seccomp and AppArmor unconfined "
        "and /proc unmasked)"
    )
    return f"bubblewrap cannot make a sandbox here ({words}); what helps: {what}"


def read_setting(name: str) -> str | None:
    """Return a kernel setting of `/proc/sys`, `None` where this kernel does not have it."""
    try:
        return (Path("/proc/sys") / name).read_text().strip()
    except OSError:
        return None


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=_TRIAL_S, check=False, stdin=subprocess.DEVNULL
    )
