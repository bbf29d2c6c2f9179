"""The policy's system call rules as Docker's profile: allow, but for what is denied.

In a profile a rule may look at each argument once, and knows no "none of these". So what is to be denied is written
as alternatives, each a block of values with equal leading bits.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.policy import Policy
from sandbox.seccomp import Condition, Rule, read_rules

_BITS = 32
_ALL = (1 << _BITS) - 1
_NATIVE_ONLY = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}
"""Calls of another ABI, 32 bit ones for instance, end the process: their numbers mean other things."""


def security_options(policy: Policy, machine: str) -> list[str]:
    """Return the security options of a container; an unknown machine gets the engine's own profile."""
    options = ["no-new-privileges:true"] if policy.no_new_privileges else []
    if machine in _NATIVE_ONLY:
        options.append(f"seccomp={json.dumps(profile(policy, machine), separators=(',', ':'))}")
    return options


def profile(policy: Policy, machine: str) -> dict[str, Any]:
    """Return the profile for a machine, as the engine's API takes it."""
    rules = read_rules(policy.sections["seccomp"]["rules"])
    return {
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": [_NATIVE_ONLY[machine]],
        "syscalls": [entry for rule in rules for entry in _entries(rule)],
    }


def _entries(rule: Rule) -> Iterator[dict[str, Any]]:
    """Yield an entry for each way in which all conditions can hold."""
    for arguments in itertools.product(*(list(_alternatives(condition)) for condition in rule.conditions)):
        yield {
            "names": list(rule.calls),
            "action": "SCMP_ACT_ERRNO",
            "errnoRet": rule.error,
            "args": list(arguments),
        }


def _alternatives(condition: Condition) -> Iterator[dict[str, Any]]:
    if not condition.is_negated:
        blocks: Iterable[tuple[int, int]] = ((condition.mask, value) for value in condition.values)
    elif condition.values == (0,):
        blocks = ((bit, bit) for bit in _bits(condition.mask))
    elif condition.mask == _ALL:
        blocks = blocks_without(condition.values)
    else:
        raise ValueError(f"a condition that is masked and negated can only exclude 0, not {condition.values}")
    for mask, value in blocks:
        yield {"index": condition.argument, "op": "SCMP_CMP_MASKED_EQ", "value": mask, "valueTwo": value}


def _bits(mask: int) -> Iterator[int]:
    return (1 << place for place in range(_BITS) if mask >> place & 1)


def blocks_without(excluded: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield blocks, as mask and value, that together hold every 32 bit number but the excluded ones."""
    start = 0
    for value in (*sorted(set(excluded)), _ALL + 1):
        yield from _blocks_between(start, value)
        start = value + 1


def _blocks_between(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the largest aligned blocks that fill the numbers from `start` up to but not including `end`."""
    while start < end:
        size = start & -start or _ALL + 1
        while start + size > end:
            size >>= 1
        yield _ALL & ~(size - 1), start
        start += size
