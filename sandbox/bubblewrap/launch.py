"""Start a sandbox's first process and hold it at its first instruction until it is told to go."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox.bubblewrap.holder import TRUSTED_ENVIRONMENT, Holder
from sandbox.bubblewrap.identity import Identity
from sandbox.bubblewrap.machine import Machine
from sandbox.bubblewrap.processes import children
from sandbox.bubblewrap.view import SHM, TMP, Places, mount_options, sandbox_view
from sandbox.contract import SandboxSpec
from sandbox.errors import PodError
from sandbox.policy import Policy

MIB = 1024 * 1024
_BUILDERS_END_S = 2.0

# Mounts that only this sandbox has: they are made in a mount namespace of their own and go with it.
_MOUNT = (
    'mount -n -t tmpfs -o "$1" tmpfs "$3" && mount -n -t tmpfs -o "$2" tmpfs "$4" && shift 4 && exec "$@"'
)

# Runs as the sandbox's user, with all restrictions in force. Says that it is ready, or why the command cannot be
# run; the first line of its standard input is the word to go, and without one nothing is run.
_GATE = """
cd -- "$1" 2>/dev/null || { echo "absent no folder $1"; exit 127; }
shift
case $1 in
*/*) [ -f "$1" ] && [ -x "$1" ] && _there=1 ;;
*)  IFS=:
    for _folder in $PATH; do [ -f "$_folder/$1" ] && [ -x "$_folder/$1" ] && _there=1 && break; done
    unset IFS ;;
esac
[ "$_there" ] || { echo "absent no executable file $1"; exit 127; }
echo ready
read -r _go || exit 125
unset _go _there _folder OLDPWD
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What one start needs to know beside the specification."""

    machine: Machine
    policy: Policy
    holder: Holder
    identity: Identity
    places: Places
    has_cgroup: bool
    seccomp: bytes


@dataclass(frozen=True, slots=True)
class Tree:
    """A started process tree: its first process on the host and by its number in the pod, our ends of its pipes.

    `failure` says why the command could not be run; the process then is gone.
    """

    pid: int
    number: int
    pidfd: int
    stdin: int
    stdout: int
    stderr: int | None
    failure: str | None = None


def launch(spec: SandboxSpec, setting: Setting) -> Tree:
    """Start a sandbox up to the gate. Raises `PodError` where it cannot be set up."""
    deadline = time.monotonic() + float(setting.policy.sections["bubblewrap"]["start_s"])
    with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
        stdin = _pipe(reader=theirs, writer=ours)
        stdout = _pipe(reader=ours, writer=theirs)
        stderr = _pipe(reader=ours, writer=theirs) if spec.channel else stdout
        options = _memory_file(_options(spec, setting), theirs)
        seccomp = _memory_file(setting.seccomp, theirs)
        process = subprocess.Popen(
            _command(spec, setting, options, seccomp), env=TRUSTED_ENVIRONMENT, start_new_session=True,
            stdin=stdin[0], stdout=stdout[1], stderr=stderr[1], pass_fds=[options, seccomp],
        )  # fmt: skip
        theirs.close()
        ours.callback(_end_quietly, process)
        word = _first_word(stdout[0], stderr[0], deadline)
        pid, number, pidfd = _first_process(process) if word == "ready" else (0, 0, -1)
        # Its parent now is the pod's reaper, whose word tells `_exit(137)` from SIGKILL, as bubblewrap's does not.
        _end_quietly(process)
        ours.pop_all()
    failure = None if word == "ready" else word.removeprefix("absent ")
    return Tree(pid, number, pidfd, stdin[1], stdout[0], stderr[0] if spec.channel else None, failure)


def _command(spec: SandboxSpec, setting: Setting, options: int, seccomp: int) -> list[str]:
    """Return the chain of programs, each of which starts the next: from the holder's namespaces to the gate."""
    program, policy, limits = setting.machine.program, setting.policy, spec.limits
    owner = (
        {} if setting.machine.is_root else {"uid": 0, "gid": 0}
    )  # the sandbox's user, as the holder counts
    tmp_mib, shm_mib = (_folder_mib(size, spec, setting) for size in (limits.tmp_mib, policy.shm_mib))
    tmp = mount_options(policy.tmp_options, tmp_mib, limits.tmp_inodes, mode=1777, **owner)
    shm_options = ("rw", "nosuid", "nodev", "noexec")
    shm = mount_options(shm_options, shm_mib, limits.tmp_inodes, mode=1777, **owner)
    mounts = [program("sh"), "-c", _MOUNT, "sh", tmp, shm, TMP, SHM]
    bwrap = [program("bwrap"), "--seccomp", str(seccomp), "--args", str(options), "--"]
    gate = [program("sh"), "-c", _GATE, "sh", spec.workdir, *spec.command]
    first = [*setting.holder.enter(), "--", program("unshare"), "--mount", "--", *mounts]
    return [*first, *bwrap, *_resources(spec, setting), *_credentials(setting), *gate]


def _folder_mib(size_mib: int, spec: SandboxSpec, setting: Setting) -> int:
    """Return the size of a folder in memory: where only a watchdog holds the memory, not much over its limit."""
    if setting.has_cgroup:
        return size_mib
    return min(
        size_mib, int(spec.limits.memory_mib * setting.policy.sections["bubblewrap"]["memory_folder_factor"])
    )


def _options(spec: SandboxSpec, setting: Setting) -> bytes:
    """Return bubblewrap's options for a file: they hold passwords, and command lines are seen by everybody."""
    policy = setting.policy
    options = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--as-pid-1"]
    options += ["--hostname", policy.sections["bubblewrap"]["hostname"], "--cap-drop", "ALL"]
    if setting.identity.is_of_host:
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):  # for setpriv, which gives them up
            options += ["--cap-add", capability]
    else:
        options += ["--unshare-user", "--uid", str(setting.identity.uid), "--gid", str(setting.identity.gid)]
    options += [*sandbox_view(policy, spec.image, setting.places), "--clearenv"]
    for name, value in {**policy.environment, **spec.environment}.items():
        options += ["--setenv", name, value]
    return b"".join(os.fsencode(option) + b"\0" for option in options)


def _resources(spec: SandboxSpec, setting: Setting) -> list[str]:
    """Return the program that sets what one process may use."""
    limits, section = spec.limits, setting.policy.sections["bubblewrap"]
    bounds = {
        "nofile": limits.open_files,
        "fsize": limits.file_size_mib * MIB,
        "core": setting.policy.core_bytes,
    }
    if setting.machine.counts_processes_apart:
        bounds["nproc"] = limits.processes
    if not setting.has_cgroup:
        extra = section["address_space_extra_mib"]
        bounds["as"] = (limits.memory_mib * section["address_space_factor"] + extra) * MIB
    return [setting.machine.program("prlimit"), *(f"--{name}={n}:{n}" for name, n in bounds.items()), "--"]


def _credentials(setting: Setting) -> list[str]:
    """Return the program that becomes the sandbox's user; in a user namespace bubblewrap has done so."""
    if not setting.identity.is_of_host:
        return []
    user = [f"--reuid={setting.identity.uid}", f"--regid={setting.identity.gid}", "--clear-groups"]
    return [
        setting.machine.program("setpriv"),
        *user,
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--no-new-privs",
        "--",
    ]


def _first_process(process: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    """Return the numbers of the process at the gate and a descriptor of it: nsenter, bubblewrap, then it."""
    found = [pid for builder in children(process.pid) for pid in children(builder)]
    if len(found) != 1:
        raise PodError(
            f"cannot find the sandbox's first process below {process.pid}; expected one, found {found}"
        )
    status = Path(f"/proc/{found[0]}/status").read_text()
    numbers = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
    return found[0], int(numbers[-2]), os.pidfd_open(found[0])  # its last number is 1, in its own namespace


def _first_word(stdout: int, stderr: int, deadline: float) -> str:
    """Return the gate's first line. Raises `PodError` with what was printed instead."""
    told = b""
    while not told.endswith(b"\n") or not _is_word(told):
        ready, _, _ = select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise PodError("the sandbox was not set up in time")
        if not (data := os.read(stdout, 4096)):
            words = told + (os.read(stderr, 4096) if stderr != stdout else b"")
            raise PodError(f"the sandbox could not be set up: {words.decode(errors='replace').strip()}")
        told += data
    return told.decode(errors="replace").splitlines()[-1]


def _is_word(told: bytes) -> bool:
    return told.splitlines()[-1].startswith((b"ready", b"absent "))


def _end_quietly(process: subprocess.Popen[bytes]) -> None:
    """End nsenter and its child; the child first, since an orphan of it would be left to the machine's init."""
    for child in children(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    try:
        process.wait(_BUILDERS_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    reader.callback(os.close, ends[0])
    writer.callback(os.close, ends[1])
    return ends


def _memory_file(content: bytes, owner: contextlib.ExitStack) -> int:
    file = os.memfd_create("options", os.MFD_CLOEXEC)
    owner.callback(os.close, file)
    os.write(file, content)
    os.lseek(file, 0, os.SEEK_SET)
    return file
