"""The system call filter: the policy's rules, assembled into the kernel's classic BPF.

The program reads the kernel's description of a call (`struct seccomp_data`: number, architecture, instruction
pointer, six arguments of 64 bits) and returns what is to be done with it. Of an argument only the lower half is
looked at, which is all that the kernel itself uses of the arguments that rules speak of.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.policy import Policy
from sandbox.syscalls import ARCHITECTURES, KNOWN_NAMES, Architecture

UNSUPPORTED = f"no system call numbers for {platform.machine()}; expected one of {', '.join(ARCHITECTURES)}"

_LOAD, _AND, _JUMP_IF_EQUAL, _JUMP_IF_BITS, _RETURN = 0x20, 0x54, 0x15, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_LOWER_HALF = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where an argument, masked, is one of the values; with `is_negated`, where it is none of them."""

    argument: int
    mask: int
    values: tuple[int, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Denies calls with an error number where all conditions hold."""

    calls: tuple[str, ...]
    error: int
    conditions: tuple[Condition, ...] = ()


def is_supported() -> bool:
    """Tell whether we know this machine's system calls."""
    return platform.machine() in ARCHITECTURES


def program(policy: Policy, denied_more: Iterable[str] = (), machine: str | None = None) -> bytes:
    """Return the filter for a machine (this one), as `bwrap --seccomp` reads it.

    `denied_more` names calls that are denied beside the policy's. Raises `KeyError` for an unknown machine.
    """
    rules = read_rules(policy.sections["seccomp"]["rules"])
    if more := tuple(denied_more):
        rules.append(Rule(more, errno.EPERM))
    return assemble(rules, ARCHITECTURES[machine or platform.machine()])


def read_rules(rows: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """Read the rules of the policy. Raises `ValueError` for a call that we have no number for on any machine."""
    rules = []
    for row in rows:
        if unknown := set(row["calls"]) - KNOWN_NAMES:
            raise ValueError(
                f"policy.toml: seccomp.rules: unknown calls {sorted(unknown)}; add them to syscalls.py"
            )
        conditions = tuple(_read_condition(condition) for condition in row.get("where", ()))
        rules.append(Rule(tuple(row["calls"]), getattr(errno, row["errno"]), conditions))
    return rules


def assemble(rules: Iterable[Rule], architecture: Architecture) -> bytes:
    """Return the program of some rules; the first that denies a call decides."""
    code = [
        _load(_ARCHITECTURE),
        _jump(_JUMP_IF_EQUAL, architecture.audit, 1, 0),
        _return(_KILL),
        _load(_NUMBER),
    ]
    if architecture.foreign_bit is not None:
        code += [_jump(_JUMP_IF_BITS, architecture.foreign_bit, 0, 1), _return(_ERRNO | errno.ENOSYS)]
    for rule in rules:
        for call in rule.calls:
            if (number := architecture.numbers.get(call)) is not None:
                code += _deny(number, rule)
    return b"".join([*code, _return(_ALLOW)])


def _deny(number: int, rule: Rule) -> list[bytes]:
    """Return what denies one call; it finds the call's number loaded, and leaves it so."""
    block = [_return(_ERRNO | rule.error)]
    for condition in reversed(rule.conditions):
        block = [*_test(condition, len(block)), *block]
    if rule.conditions:
        block.append(_load(_NUMBER))
    return [_jump(_JUMP_IF_EQUAL, number, 0, len(block)), *block]


def _test(condition: Condition, to_end: int) -> list[bytes]:
    """Return what goes on to the next instruction where a condition holds, and skips `to_end` more where not."""
    tests: list[bytes] = []
    for left, value in zip(range(len(condition.values) - 1, -1, -1), condition.values, strict=True):
        if condition.is_negated:
            tests.append(_jump(_JUMP_IF_EQUAL, value, left + to_end, 0))
        else:
            tests.append(_jump(_JUMP_IF_EQUAL, value, left, 0 if left else to_end))
    loaded = [_load(_ARGUMENTS + 8 * condition.argument)]
    if condition.mask != _LOWER_HALF:
        loaded.append(struct.pack("=HBBI", _AND, 0, 0, condition.mask))
    return [*loaded, *tests]


def _read_condition(row: Mapping[str, Any]) -> Condition:
    is_negated = "not_in" in row
    values = tuple(int(value) for value in row["not_in" if is_negated else "in"])
    return Condition(int(row["argument"]), int(row.get("mask", _LOWER_HALF)), values, is_negated)


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", _LOAD, 0, 0, offset)


def _jump(kind: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", kind, if_true, if_false, value)


def _return(action: int) -> bytes:
    return struct.pack("=HBBI", _RETURN, 0, 0, action)
