"""Starts the service in this folder as it will be started later, and gives tests a client for it."""

import os
import shlex
import signal
import socket
import subprocess
import time
import tomllib
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent
DEFAULT_COMMAND = "uvicorn app:app --host $HOST --port $PORT"
READY_S = 20
STOP_S = 5


class Service:
    """The service as a process of its own; its data outlive a restart."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = data
        self.process = None

    def start(self) -> None:
        """Run the command and wait until `/health` answers."""
        settings = ROOT / "submission.toml"
        written = tomllib.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
        command = written.get("run", {}).get("command", DEFAULT_COMMAND)
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(self.port))):
            command = command.replace(f"${{{name}}}", value).replace(f"${name}", value)
        environment = {"RATE_LIMIT_PER_MINUTE": "60", **os.environ, "HOST": "127.0.0.1", "PORT": str(self.port)}
        environment["DATA_DIR"] = str(self.data)
        self.process = subprocess.Popen(shlex.split(command), cwd=ROOT, env=environment, start_new_session=True)
        self._wait_until_ready()

    def stop(self) -> None:
        """Send SIGTERM, and kill what is still there later."""
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                pytest.exit(f"the service ended with exit code {self.process.returncode} before it was ready")
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/health", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self.stop()
        pytest.exit(f"GET /health did not answer 200 within {READY_S} s")


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """The running service."""
    running = Service(tmp_path_factory.mktemp("data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(service):
    """A client that follows no redirects."""
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", trust_env=False) as connected:
        yield connected
