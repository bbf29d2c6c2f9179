"""The trusted side's own look at the machine: processes, secrets, kernel settings, connections."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

_SETTINGS = (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/kernel/panic",
    "/proc/sys/kernel/printk",
    "/proc/sys/kernel/randomize_va_space",
    "/proc/sys/kernel/sysrq",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/vm/panic_on_oom",
    "/proc/modules",
    "/proc/swaps",
)


def kernel_settings() -> dict[str, str]:
    """Return what no sandbox may change, by path."""
    release_agents = (str(path) for path in Path("/sys/fs/cgroup").glob("*/release_agent"))
    found = {}
    for path in (*_SETTINGS, *release_agents):
        with contextlib.suppress(OSError):
            found[path] = _without_use_counts(path, Path(path).read_text(encoding="utf-8"))
    return found


def _without_use_counts(path: str, text: str) -> str:
    """Return the settings that a file tells; of loaded modules the names only."""
    return (
        "\n".join(sorted(line.split()[0] for line in text.splitlines())) if path == "/proc/modules" else text
    )


def processes_with(token: str) -> dict[int, int]:
    """Return the number of threads of each process of this machine whose environment holds the token."""
    found = {}
    wanted = token.encode()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                if wanted in Path("/proc", entry, "environ").read_bytes():
                    found[int(entry)] = len(os.listdir(f"/proc/{entry}/task"))
    return found


def command_of(process: int) -> str:
    """Return a process's name and state, for a message."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split(" ", 1)[1][:40]
    except OSError:
        return "(gone)"


def host_addresses() -> list[str]:
    """Return the addresses of this machine that are not loopback, a Docker bridge's among them."""
    found = []
    for line in Path("/proc/net/fib_trie").read_text(encoding="utf-8").splitlines():
        word = line.split()[-1] if line.strip() else ""
        if line.strip().startswith("|--"):
            candidate = word
        elif "/32 host LOCAL" in line and not candidate.startswith("127."):
            found.append(candidate)
    return sorted(set(found))


class Host:
    """What a sandbox must not reach on this machine: a file, an environment variable, listening sockets."""

    def __init__(self) -> None:
        self.secret = new_secret()
        self.reached: list[str] = []
        self._folder = tempfile.TemporaryDirectory(prefix="conformance-")
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        folder = Path(self._folder.name)
        folder.chmod(0o755)  # so that nothing but the sandbox itself keeps the file from being read
        (folder / "secret.txt").write_text(self.secret, encoding="utf-8")
        os.environ["CONFORMANCE_HOST_SECRET"] = self.secret
        self._listen(socket.create_server(("127.0.0.1", 0)), "127.0.0.1")
        self._listen(socket.create_server(("0.0.0.0", 0)), "0.0.0.0")
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0{folder.name}")
        abstract.listen()
        self._listen(abstract, "an abstract socket")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listener in self._sockets:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        os.environ.pop("CONFORMANCE_HOST_SECRET", None)
        self._folder.cleanup()

    def environment(self) -> dict[str, str]:
        """Return what a hostile program is told, so that it knows what to try."""
        ports = [str(listener.getsockname()[1]) for listener in self._sockets[:2]]
        return {
            "HOST_SECRET_FILE": str(Path(self._folder.name) / "secret.txt"),
            "HOST_PORTS": " ".join(ports),
            "HOST_ADDRESSES": " ".join(host_addresses()),
            "HOST_ABSTRACT": Path(self._folder.name).name,
        }

    def _listen(self, listener: socket.socket, name: str) -> None:
        """Note whoever connects, until the listener is closed."""
        self._sockets.append(listener)
        threading.Thread(target=self._note, args=(listener, name), daemon=True).start()

    def _note(self, listener: socket.socket, name: str) -> None:
        for connection in _connections(listener):
            with connection:
                self.reached.append(name)


def _connections(listener: socket.socket) -> Iterator[socket.socket]:
    """Yield connections until the listener is closed."""
    with contextlib.suppress(OSError):
        while True:
            yield listener.accept()[0]


def new_secret() -> str:
    """Return a word that is found nowhere but where it was put."""
    return f"SECRET-{secrets.token_hex(16)}"
