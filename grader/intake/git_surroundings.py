"""The closed surroundings that git runs in: its whole configuration and its whole environment."""

from __future__ import annotations

import os
from pathlib import Path

from grader.intake.bounds import MIB

_ALLOCATION_BYTES = 256 * MIB
_SSH = (
    "ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15 -oServerAliveCountMax=2 "
    "-oForwardAgent=no -oForwardX11=no -oPermitLocalCommand=no"
)

# What a user's own set-up needs to reach a host at all; nothing of it can make git run a program.
_PASSED_ON = ("PATH", "SSH_AUTH_SOCK", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "ALL_PROXY", "all_proxy",
              "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO")  # fmt: skip

_CONFIGURATION = """\
[core]
    hooksPath = /dev/null
    attributesFile = /dev/null
    excludesFile = /dev/null
    fsmonitor = false
    askPass =
    bigFileThreshold = 1m
[credential]
    helper =
    helper = store
[http]
    lowSpeedLimit = 1
    lowSpeedTime = 30
[fetch]
    recurseSubmodules = false
    writeCommitGraph = false
[submodule]
    recurse = false
[gc]
    auto = 0
[maintenance]
    auto = false
[pack]
    threads = 1
[index]
    threads = 1
[init]
    defaultBranch = main
[protocol]
    version = 2
"""


def furnish(folder: Path, protocols: str, login: str) -> dict[str, str]:
    """Write what git finds in its home into `folder`, and return its environment.

    `protocols` are the only ways by which git may reach another repository; `login` is an https URL with nothing
    but user, password and host, or empty.
    """
    home = folder / "home"
    home.mkdir(mode=0o700)
    (folder / "configuration").write_text(_CONFIGURATION, encoding="utf-8")
    # In a file that only we can read: a command line is shown to every user of the machine. It is where
    # `credential.helper = store` looks.
    (home / ".git-credentials").touch(mode=0o600)
    (home / ".git-credentials").write_text(login and f"{login}\n", encoding="utf-8")
    return _environment(folder, protocols)


def _environment(folder: Path, protocols: str) -> dict[str, str]:
    """Return all that git finds in its environment."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {
        "HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": str(folder / "home"),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(folder / "configuration"),
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": protocols or "none",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ALLOC_LIMIT": str(_ALLOCATION_BYTES),
        "GIT_SSH_COMMAND": _SSH,
    }
