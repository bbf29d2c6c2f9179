"""The file system that a sandbox sees, as arguments of bubblewrap."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.contract import DATA_ROOT, FILES_ROOT, Image
from sandbox.policy import Policy

POD = "/pod"
"""In the holder's view: what belongs to the pod. No sandbox sees it, only binds of what is in it."""

TMP = f"{POD}/tmp"  # noqa: S108 - a place of our own
SHM = f"{POD}/shm"

_SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


@dataclass(frozen=True, slots=True)
class Places:
    """Where in the holder's view the parts of one sandbox's view are."""

    files: str
    etc: str
    data: str | None


def holder_view(environments: Mapping[Image, Path]) -> list[str]:
    """Return the view of a pod's holder: the system, every environment, and an empty `POD`."""
    view = [*_system(), "--dir", "/etc", *_linker_cache(), "--proc", "/proc", "--dev", "/dev"]
    view += ["--dir", "/tmp"]  # noqa: S108 - where bubblewrap puts a view together
    for image, folder in environments.items():
        view += ["--ro-bind", str(folder), _environment(image)]
    view += ["--perms", "0711", "--tmpfs", POD]
    for name in ("files", "etc", "data", "tmp", "shm"):
        view += ["--dir", f"{POD}/{name}"]
    return [*view, "--remount-ro", "/"]


def sandbox_view(policy: Policy, image: Image, places: Places) -> list[str]:
    """Return the view of one sandbox, taken from what the holder sees."""
    view = [*_system(), "--ro-bind", places.etc, "/etc", *_linker_cache()]
    view += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--proc", "/proc"]
    view += _devices(policy.sections["bubblewrap"]["devices"])
    for path in policy.sections["bubblewrap"]["masked"]:
        if Path(path).exists():
            view += ["--ro-bind", "/dev/null", path]
    view += [*_folders_above(policy.venv), "--ro-bind", _environment(image), policy.venv]
    view += ["--bind", TMP, "/tmp", "--ro-bind", places.files, FILES_ROOT]  # noqa: S108 - the sandbox's own
    if places.data is not None:
        view += ["--bind", places.data, DATA_ROOT]
    return [*view, "--remount-ro", "/"]


def etc_files(policy: Policy, uid: int, gid: int) -> dict[str, str]:
    """Return the files of a sandbox's `/etc`: enough for users, groups and `localhost` to have names."""
    hosts = "".join(f"{address}\t{name}\n" for address, name in policy.hosts)
    return {
        "passwd": f"root:x:0:0:root:/nonexistent:/bin/false\nsandbox:x:{uid}:{gid}:sandbox:/tmp:/bin/sh\n",
        "group": f"root:x:0:\nsandbox:x:{gid}:\n",
        "hosts": hosts,
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "resolv.conf": "",
        "ld.so.cache": "",  # the system's is bound over it
    }


def mount_options(options: tuple[str, ...], size_mib: int, inodes: int, **more: str | int) -> str:
    """Return the options of a bounded tmpfs, as `mount -o` takes them."""
    bounds = [f"size={size_mib}m", f"nr_inodes={inodes}", *(f"{key}={value}" for key, value in more.items())]
    return ",".join([*options, *bounds])


def _system() -> list[str]:
    """Return binds of the system's programs and libraries and of our own Python, read-only."""
    view = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM_FOLDERS:
        path = Path("/", name)
        if path.is_symlink():
            view += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            view += ["--ro-bind", str(path), str(path)]
    prefix = Path(sys.base_prefix)
    if not prefix.is_relative_to("/usr"):
        view += [*_folders_above(str(prefix)), "--ro-bind", str(prefix.resolve()), str(prefix)]
    return view


def _folders_above(path: str) -> list[str]:
    """Return what makes the folders above a mount, which everybody must be able to enter."""
    above = [str(folder) for folder in reversed(Path(path).parents) if folder != Path("/")]
    return [word for folder in above for word in ("--perms", "0755", "--dir", folder)]


def _linker_cache() -> list[str]:
    return ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]


def _devices(names: list[str]) -> list[str]:
    view = ["--tmpfs", "/dev"]
    for name in names:
        view += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        view += ["--symlink", f"/proc/self/{target}", f"/dev/{name}"]
    return [*view, "--bind", SHM, "/dev/shm", "--remount-ro", "/dev"]  # noqa: S108 - the sandbox's own


def _environment(image: Image) -> str:
    return f"/environments/{image}"
