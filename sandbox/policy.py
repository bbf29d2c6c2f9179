"""The policy that all sandboxes share, read from the commented `policy.toml` beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).with_name("policy.toml")


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for every sandbox; the reasons are in `policy.toml`.

    `sections` is the whole file, for what only one engine reads.
    """

    uid: int
    gid: int
    drop_capabilities: tuple[str, ...]
    no_new_privileges: bool
    read_only_root: bool
    files_options: tuple[str, ...]
    tmp_options: tuple[str, ...]
    data_options: tuple[str, ...]
    data_mib: int
    data_inodes: int
    shm_mib: int
    core_bytes: int
    environment: Mapping[str, str]
    hosts: tuple[tuple[str, str], ...]
    head_bytes: int
    tail_bytes: int
    line_bytes: int
    venv: str
    sections: Mapping[str, Any]

    @property
    def python(self) -> str:
        """The interpreter that a sandbox's command usually names."""
        return f"{self.venv}/bin/python"


@cache
def load_policy(path: Path = _FILE) -> Policy:
    """Read the policy; a missing key is a programming error and raises `KeyError`."""
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    files, output = sections["files"], sections["output"]
    return Policy(
        uid=sections["user"]["uid"],
        gid=sections["user"]["gid"],
        drop_capabilities=tuple(sections["privileges"]["drop_capabilities"]),
        no_new_privileges=sections["privileges"]["no_new_privileges"],
        read_only_root=sections["privileges"]["read_only_root"],
        files_options=tuple(files["files_options"]),
        tmp_options=tuple(files["tmp_options"]),
        data_options=tuple(files["data_options"]),
        data_mib=files["data_mib"],
        data_inodes=files["data_inodes"],
        shm_mib=files["shm_mib"],
        core_bytes=sections["processes"]["core_bytes"],
        environment=MappingProxyType(dict(sections["processes"]["environment"])),
        hosts=tuple((address, name) for address, name in sections["network"]["hosts"]),
        head_bytes=output["head_kib"] * 1024,
        tail_bytes=output["tail_kib"] * 1024,
        line_bytes=output["line_mib"] * 1024 * 1024,
        venv=sections["python"]["venv"],
        sections=MappingProxyType(sections),
    )
