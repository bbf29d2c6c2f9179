"""What a container is created with: the policy and a specification in the words of Docker's API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docker import APIClient
from docker.types import LogConfig, Mount, Ulimit

from sandbox.contract import DATA_ROOT, FILES_ROOT, SandboxSpec
from sandbox.images.store import BuiltImage
from sandbox.policy import Policy

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a container belongs: image, security options, labels, volumes, cgroup, network namespace, OCI runtime."""

    image: BuiltImage
    security: tuple[str, ...]
    labels: Mapping[str, str]
    files_volume: str
    data_volume: str | None
    cgroup_parent: str | None
    joins: str | None
    runtime: str | None


def create_sandbox(api: APIClient, spec: SandboxSpec, policy: Policy, placement: Placement) -> str:
    """Create the container of a sandbox, not started; return its id."""
    # without the engine's network the kernel still gives loopback, and a start takes 100 ms less
    network: dict[str, Any] = {} if placement.joins else {"network_disabled": True, "hostname": "sandbox"}
    created = api.create_container(
        image=placement.image.tag,
        command=list(spec.command),
        entrypoint=[],
        user=f"{policy.uid}:{policy.gid}",
        working_dir=spec.workdir,
        environment=_environment(spec, policy, placement.image.variables),
        labels=dict(placement.labels),
        stdin_open=spec.channel,
        healthcheck={"test": ["NONE"]},
        host_config=_host_config(api, spec, policy, placement),
        **network,
    )
    return str(created["Id"])


def hardened(
    api: APIClient,
    policy: Policy,
    security: Sequence[str],
    memory_mib: int,
    **more: Any,  # noqa: ANN401 - passed on
) -> dict[str, Any]:
    """Return the host configuration that holds for every container, ours included."""
    memory = memory_mib * _MIB
    config: dict[str, Any] = api.create_host_config(
        init=False,  # as the same user a candidate could trace and signal an init; without, process 1 is its own
        cap_drop=list(policy.drop_capabilities),
        security_opt=list(security),
        read_only=policy.read_only_root,
        ipc_mode="private",
        shm_size=policy.shm_mib * _MIB,
        cgroupns="private",
        log_config=LogConfig(type="none", config={}),
        mem_limit=memory,
        memswap_limit=memory,  # the sum of both: no swap
        **more,
    )
    return config


def _host_config(api: APIClient, spec: SandboxSpec, policy: Policy, placement: Placement) -> dict[str, Any]:
    limits = spec.limits
    file_size = limits.file_size_mib * _MIB
    tmp = (*policy.tmp_options, f"size={limits.tmp_mib}m", f"nr_inodes={limits.tmp_inodes}", "mode=1777")
    return hardened(
        api,
        policy,
        placement.security,
        limits.memory_mib,
        # "none" is said as well, for engines that do not know `network_disabled`
        network_mode=f"container:{placement.joins}" if placement.joins else "none",
        runtime=placement.runtime,
        cgroup_parent=placement.cgroup_parent,
        pids_limit=limits.processes,
        cpuset_cpus=",".join(map(str, spec.cpus)) or None,
        tmpfs={"/tmp": ",".join(tmp)},  # noqa: S108 - a fresh one of the sandbox's own
        ulimits=[
            Ulimit(name="nofile", soft=limits.open_files, hard=limits.open_files),
            Ulimit(name="fsize", soft=file_size, hard=file_size),
            Ulimit(name="core", soft=policy.core_bytes, hard=policy.core_bytes),
        ],
        mounts=_mounts(placement),
    )


def _mounts(placement: Placement) -> list[Mount]:
    mounts = [
        volume_mount(placement.files_volume, FILES_ROOT, placement.labels, read_only=True),
        Mount("/etc", placement.image.etc_volume, type="volume", read_only=True, no_copy=True),
    ]
    if placement.data_volume is not None:
        mounts.append(Mount(DATA_ROOT, placement.data_volume, type="volume", no_copy=True))
    return mounts


def volume_mount(volume: str, target: str, labels: Mapping[str, str], *, read_only: bool = False) -> Mount:
    """Return the mount of a volume, which is made with these labels if it is not there yet."""
    return Mount(target, volume, type="volume", read_only=read_only, no_copy=True, labels=dict(labels))


def _environment(spec: SandboxSpec, policy: Policy, image_variables: Sequence[str]) -> list[str]:
    """Return the variables; a bare name takes the image's own variable away."""
    wanted = {**policy.environment, **spec.environment}
    return [f"{name}={value}" for name, value in wanted.items()] + [
        name for name in image_variables if name not in wanted
    ]
