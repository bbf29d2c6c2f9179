"""What `grader doctor` says of a Docker engine."""

from __future__ import annotations

from typing import Any

from docker import APIClient

from sandbox.contract import EngineFacts
from sandbox.images.store import ImageStore

_NO_ACCOUNTS = (
    "this engine's cgroups cannot be read from here (it is remote, in a virtual machine, or uses systemd's): CPU "
    "time and memory come from its API while a sandbox runs, and are unavailable after its end"
)
_DATA_IN_MEMORY = "/data is kept in memory, and what is written there counts as memory of the sandbox"
_EXIT_STATUS = (
    "an exit status of 128 plus a fault's number is taken for that fault: the engine does not tell them apart"
)


def facts_of(api: APIClient, images: ImageStore, runtime: str | None) -> EngineFacts:
    """Ask the engine about itself. Raises what the SDK does."""
    info, version = api.info(), api.version()
    facts = {
        "api": str(version.get("ApiVersion", "?")),
        "address": str(api.base_url),
        "runtimes": ", ".join(sorted(info.get("Runtimes") or ())),
        "runtime": runtime or str(info.get("DefaultRuntime", "?")),
        "cgroups": f"version {info.get('CgroupVersion', '1')}, {info.get('CgroupDriver', '?')}",
        "storage": str(info.get("Driver", "?")),
        "architecture": str(info.get("Architecture", "?")),
        "machine": f"{info.get('NCPU', '?')} processors, {info.get('OperatingSystem', '?')}",
    }
    tags = images.tags()
    facts |= {f"{role} image": tag or "missing or out of date" for role, tag in tags.items()}
    problems = (*_problems(info, runtime), *_missing([role for role, tag in tags.items() if tag is None]))
    limitations = [_DATA_IN_MEMORY, _EXIT_STATUS]
    if info.get("CgroupDriver") != "cgroupfs":
        limitations.insert(0, _NO_ACCOUNTS)
    return EngineFacts("docker", str(version.get("Version", "?")), True, facts, problems, tuple(limitations))


def nothing_answers(why: str) -> EngineFacts:
    """Return the facts of an engine that is not there."""
    return EngineFacts("docker", "", False, {}, (why,))


def _problems(info: dict[str, Any], runtime: str | None) -> tuple[str, ...]:
    problems = []
    if info.get("OSType", "linux") != "linux":
        problems.append("the engine runs Windows containers; switch it to Linux containers")
    runtimes = info.get("Runtimes") or {}
    if runtime is not None and runtimes and runtime not in runtimes:
        problems.append(f"the engine has no runtime {runtime!r}; it has {', '.join(sorted(runtimes))}")
    for what, flag in (("memory", "MemoryLimit"), ("processes", "PidsLimit"), ("processors", "CpuCfsQuota")):
        if info.get(flag) is False:
            problems.append(f"the engine cannot limit {what}; enable that cgroup controller in its kernel")
    return tuple(problems)


def _missing(roles: list[str]) -> tuple[str, ...]:
    return (f"no current image for {' and '.join(roles)}; run `python -m sandbox images`",) if roles else ()
