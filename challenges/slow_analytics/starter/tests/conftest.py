"""Fills a database, starts the service in this folder over it as it is started later, and gives tests a client."""

import os
import shlex
import signal
import socket
import subprocess
import time
import tomllib
from pathlib import Path

import httpx
import psycopg
import pytest

ROOT = Path(__file__).parent.parent
DEFAULT_COMMAND = "uvicorn app:app --host $HOST --port $PORT"
READY_S = 20
STOP_S = 5
MARK = "made by the public tests"
TABLES = f"""
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
COMMENT ON SCHEMA public IS '{MARK}';
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE TABLE order_items (
    id integer PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders (id),
    price numeric(10, 2) NOT NULL,
    quantity integer NOT NULL
);
INSERT INTO users VALUES (1, 'Ada', 'ada@example.com'), (2, 'Bob', 'bob@example.com'), (3, 'Eve', 'eve@example.com');
INSERT INTO orders VALUES
    (1, 2, '2024-03-01T00:00:00Z'), (2, 1, '2024-03-10T12:00:00Z'),
    (3, 1, '2024-03-31T23:59:59Z'), (4, 1, '2024-04-01T00:00:00Z');
INSERT INTO order_items VALUES (1, 1, 0.10, 3), (2, 2, 19.99, 1), (3, 2, 5.00, 2), (4, 4, 1.00, 1);
"""
CONTENTS = """
SELECT
    (SELECT count(*) FROM pg_tables WHERE schemaname = 'public'),
    obj_description(to_regnamespace('public'), 'pg_namespace')
"""


def start_service(url: str) -> tuple[subprocess.Popen, str]:
    """Run the command; return the process and where it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ROOT / "submission.toml"
    written = tomllib.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    command = written.get("run", {}).get("command", DEFAULT_COMMAND)
    for name, value in (("HOST", "127.0.0.1"), ("PORT", str(port))):
        command = command.replace(f"${{{name}}}", value).replace(f"${name}", value)
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "DATABASE_URL": url}
    process = subprocess.Popen(shlex.split(command), cwd=ROOT, env=environment, start_new_session=True)
    return process, f"http://127.0.0.1:{port}"


def wait_until_ready(process: subprocess.Popen, base_url: str) -> None:
    """Wait until `/health` answers."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.exit(f"the service ended with exit code {process.returncode} before it was ready")
        try:
            if httpx.get(f"{base_url}/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.exit(f"GET /health did not answer 200 within {READY_S} s")


@pytest.fixture(scope="session")
def database():
    """A connection to the filled database; whatever it does is committed at once."""
    if "DATABASE_URL" not in os.environ:
        pytest.exit("set DATABASE_URL to an empty PostgreSQL database")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        tables, remark = connection.execute(CONTENTS).fetchone()
        if tables and remark != MARK:
            pytest.exit("the database of DATABASE_URL holds tables that these tests did not make")
        connection.execute(TABLES)
        if (ROOT / "optimise.sql").exists():
            command = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-f", "optimise.sql", os.environ["DATABASE_URL"]]
            subprocess.run(command, cwd=ROOT, check=True)
        yield connection


@pytest.fixture(scope="session")
def service(database):
    """Where the running service answers."""
    process, base_url = start_service(os.environ["DATABASE_URL"])
    wait_until_ready(process, base_url)
    yield base_url
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def client(service):
    """A client of the service."""
    with httpx.Client(base_url=service, trust_env=False) as connected:
        yield connected
