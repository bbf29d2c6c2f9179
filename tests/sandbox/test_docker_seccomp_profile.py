"""The policy's system call rules say the same in Docker's words."""

from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Engine
from sandbox.docker_engine.seccomp_profile import blocks_without, profile, security_options
from sandbox.policy import load_policy
from tests.conformance.programs import program, run

ALL = (1 << 32) - 1


@given(st.sets(st.integers(0, ALL), max_size=6), st.integers(0, ALL))
def test_blocks_hold_every_number_but_the_excluded(excluded: set[int], number: int) -> None:
    for candidate in (number, *excluded, *((value + 1) & ALL for value in excluded)):
        hits = [value for mask, value in blocks_without(excluded) if candidate & mask == value]
        assert len(hits) == (candidate not in excluded)


def test_every_call_that_the_policy_denies_is_in_the_profile() -> None:
    policy = load_policy()
    denied = {call for rule in policy.sections["seccomp"]["rules"] for call in rule["calls"]}
    made = profile(policy, "x86_64")
    assert {name for entry in made["syscalls"] for name in entry["names"]} == denied
    assert {entry["action"] for entry in made["syscalls"]} == {"SCMP_ACT_ERRNO"}


def test_a_machine_whose_calls_are_unknown_gets_the_engines_own_profile() -> None:
    assert security_options(load_policy(), "riscv64") == ["no-new-privileges:true"]


CALLS = """
import ctypes, errno, socket
libc = ctypes.CDLL(None, use_errno=True)
def called(number, *arguments):
    ctypes.set_errno(0)
    return "done" if libc.syscall(number, *arguments) >= 0 else errno.errorcode[ctypes.get_errno()]
def opened(*arguments):
    try:
        socket.socket(*arguments).close()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
print(
    called(425, 1, 0), called(101, 0, 0, 0, 0), called(272, 0x10000000), called(319, b"x", 0),
    called(135, 0xFFFFFFFF), called(135, 0x0004_0000),
    opened(socket.AF_UNIX, socket.SOCK_STREAM), opened(socket.AF_INET, socket.SOCK_DGRAM),
    opened(socket.AF_INET6, socket.SOCK_STREAM), opened(socket.AF_VSOCK, socket.SOCK_STREAM),
    opened(socket.AF_ALG, socket.SOCK_SEQPACKET), opened(socket.AF_PACKET, socket.SOCK_RAW),
    opened(socket.AF_INET, socket.SOCK_RAW, 1), opened(socket.AF_NETLINK, socket.SOCK_RAW, 0),
    opened(socket.AF_NETLINK, socket.SOCK_RAW, 9),
)
"""


@pytest.mark.docker
def test_a_sandbox_is_refused_what_the_policy_denies_and_nothing_more(docker_engine: Engine) -> None:
    machine = docker_engine.describe().facts["architecture"]
    if machine != "x86_64":
        pytest.skip(f"the numbers of the calls are x86_64's; this engine is {machine}")
    with docker_engine.open_pod() as pod:
        _, printed = run(pod, program(CALLS))
    expected = [errno.ENOSYS, errno.EPERM, errno.EPERM, errno.ENOSYS, 0, errno.EPERM, 0, 0]
    assert printed.split()[:8] == [errno.errorcode.get(code, "done") for code in expected]
    assert printed.split()[8] in {"done", "EAFNOSUPPORT"}  # a machine may have no IPv6
    assert printed.split()[9:] == ["EAFNOSUPPORT"] * 3 + ["EPERM", "done", "EPERM"]
