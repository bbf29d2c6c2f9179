"""The system call filter: judged by an interpreter of the kernel's BPF, by the kernel's headers, by the kernel."""

from __future__ import annotations

import errno
import platform
import re
import struct
from pathlib import Path

import pytest

from sandbox import Engine, seccomp
from sandbox.policy import load_policy
from sandbox.syscalls import ARCHITECTURES
from tests.conformance.programs import program, run

ALLOWED = 0x7FFF_0000
KILLED = 0x8000_0000
CLONE_NEWUSER, SIGCHLD = 0x1000_0000, 17
THREAD_FLAGS = 0x003D_0F00  # what pthread_create passes


def denied(error: int) -> int:
    return 0x0005_0000 | error


def verdict(code: bytes, number: int, arguments: tuple[int, ...] = (), audit: int = 0) -> int:
    """Run a filter as the kernel would: return its action for one call."""
    padded = (*arguments, *([0] * (6 - len(arguments))))
    data = struct.pack("=IIQ6Q", number, audit, 0, *padded)
    accumulator, at = 0, 0
    instructions = [struct.unpack_from("=HBBI", code, offset) for offset in range(0, len(code), 8)]
    while True:
        kind, if_true, if_false, value = instructions[at]
        at += 1
        if kind == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif kind == 0x54:
            accumulator &= value
        elif kind == 0x15:
            at += if_true if accumulator == value else if_false
        elif kind == 0x45:
            at += if_true if accumulator & value else if_false
        elif kind == 0x06:
            return value
        else:
            raise AssertionError(f"unknown instruction {kind:#x}")


CASES = [
    ("ptrace", (), denied(errno.EPERM)),
    ("io_uring_setup", (8, 0), denied(errno.ENOSYS)),
    ("memfd_create", (), denied(errno.ENOSYS)),
    ("unshare", (0,), denied(errno.EPERM)),
    ("clone", (SIGCHLD,), ALLOWED),
    ("clone", (THREAD_FLAGS,), ALLOWED),
    ("clone", (CLONE_NEWUSER | SIGCHLD,), denied(errno.EPERM)),
    ("clone", (THREAD_FLAGS | 0x0002_0000,), denied(errno.EPERM)),
    ("clone3", (), denied(errno.ENOSYS)),
    ("personality", (0xFFFF_FFFF,), ALLOWED),
    ("personality", (0x0004_0000,), denied(errno.EPERM)),
    ("socket", (1, 1, 0), ALLOWED),
    ("socket", (2, 1 | 0o2000000, 0), ALLOWED),
    ("socket", (10, 2, 17), ALLOWED),
    ("socket", (2, 3, 1), denied(errno.EPERM)),
    ("socket", (10, 3 | 0o2000000, 58), denied(errno.EPERM)),
    ("socket", (2, 10, 768), denied(errno.EPERM)),
    ("socket", (16, 3, 0), ALLOWED),
    ("socket", (16, 3, 9), denied(errno.EPERM)),
    ("socket", (17, 3, 768), denied(errno.EAFNOSUPPORT)),
    ("socket", (38, 5, 0), denied(errno.EAFNOSUPPORT)),
    ("socket", (40, 1, 0), denied(errno.EAFNOSUPPORT)),
    ("socketpair", (1, 1, 0), ALLOWED),
    ("socketpair", (2, 1, 0), denied(errno.EPERM)),
    ("mknodat", (0, 0, 0o010644), ALLOWED),
    ("mknodat", (0, 0, 0o020644), denied(errno.EPERM)),
    ("ioctl", (0, 0x5401), ALLOWED),
    ("ioctl", (0, 0x5412), denied(errno.EPERM)),
    ("sched_setaffinity", (0,), ALLOWED),
]


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
@pytest.mark.parametrize(("call", "arguments", "expected"), CASES)
def test_the_policy_decides_as_it_says(
    machine: str, call: str, arguments: tuple[int, ...], expected: int
) -> None:
    architecture = ARCHITECTURES[machine]
    code = seccomp.program(load_policy(), machine=machine)
    assert verdict(code, architecture.numbers[call], arguments, architecture.audit) == expected


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_every_call_without_a_condition_is_denied_whatever_its_arguments(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    rules = seccomp.read_rules(load_policy().sections["seccomp"]["rules"])
    code = seccomp.assemble(rules, architecture)
    plain = {call for rule in rules if not rule.conditions for call in rule.calls} & set(architecture.numbers)
    assert len(plain) > 50
    for call in plain:
        assert verdict(
            code, architecture.numbers[call], (7,) * 6, architecture.audit
        ) & 0xFFFF_0000 == denied(0), call


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_a_call_of_another_architecture_kills(machine: str) -> None:
    code = seccomp.program(load_policy(), machine=machine)
    assert verdict(code, 1, audit=0x4000_0003) == KILLED  # i386's


def test_the_second_abi_of_x86_64_is_denied() -> None:
    x86 = ARCHITECTURES["x86_64"]
    code = seccomp.program(load_policy(), machine="x86_64")
    assert verdict(code, 0x4000_0000 | 39, audit=x86.audit) == denied(errno.ENOSYS)


def test_calls_can_be_denied_beside_the_policy() -> None:
    x86 = ARCHITECTURES["x86_64"]
    code = seccomp.program(load_policy(), ["sched_setaffinity"], machine="x86_64")
    assert verdict(code, x86.numbers["sched_setaffinity"], audit=x86.audit) == denied(errno.EPERM)


def test_a_misspelt_call_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"policy\.toml.*ptracee"):
        seccomp.read_rules([{"calls": ["ptracee"], "errno": "EPERM"}])


@pytest.mark.parametrize(
    ("machine", "header", "pattern"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", r"#define __NR_(\w+) (\d+)"),
        ("aarch64", "/usr/include/asm-generic/unistd.h", r"#define __NR(?:3264)?_(\w+) (\d+)"),
    ],
)
def test_numbers_are_those_of_the_kernel_headers(machine: str, header: str, pattern: str) -> None:
    if not Path(header).exists():
        pytest.skip(f"no {header} here")
    told = {name: int(number) for name, number in re.findall(pattern, Path(header).read_text())}
    ours = ARCHITECTURES[machine].numbers
    known = set(told) & set(ours)
    assert len(known) > 60
    assert {name: ours[name] for name in known} == {name: told[name] for name in known}


KERNEL = """
import ctypes, errno, os, socket, subprocess, threading
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    done = libc.syscall(*arguments)
    print(name, "allowed" if done >= 0 else errno.errorcode[ctypes.get_errno()])
call("ptrace", 101, 0, 0, 0, 0)
call("io_uring_setup", 425, 8, 0)
call("unshare", 272, 0x10000000)
call("clone", 56, 0x10000000 | 17, 0, 0, 0, 0)
call("socket", 41, 40, 1, 0)
call("inet", 41, 2, 1, 0)
call("x32", 0x40000000 + 39)
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
print(subprocess.run(["/bin/echo", "child"], capture_output=True, text=True).stdout, end="")
os.mkfifo("/tmp/pipe")
print(socket.getaddrinfo("localhost", 80)[0][4][0], [name for _, name in socket.if_nameindex()])
"""


@pytest.mark.engine
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers in the program are of x86_64")
def test_the_kernel_denies_what_the_policy_denies_and_ordinary_programs_run(
    bubblewrap_engine: Engine,
) -> None:
    with bubblewrap_engine.open_pod() as pod:
        _, said = run(pod, program(KERNEL))
    assert said.splitlines() == [
        "ptrace EPERM", "io_uring_setup ENOSYS", "unshare EPERM", "clone EPERM", "socket EAFNOSUPPORT",
        "inet allowed", "x32 ENOSYS", "thread", "child", "127.0.0.1 ['lo']",
    ]  # fmt: skip
