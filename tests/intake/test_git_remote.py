"""A repository elsewhere is fetched by https or ssh, one commit of it, within bounds, and never with a question."""

from __future__ import annotations

import http.server
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grader.intake import Bounds, take_in
from tests.intake.builders import SOLUTION, git, make_bare, make_repository

SSH = """\
#!/bin/sh
# Stands for ssh and its server: leaves out options and host, and runs the command here.
while :; do case "$1" in -o|-p) shift 2;; -*) shift;; *) break;; esac; done
shift
{before}
exec sh -c "$*"
"""


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """Give a function that puts an `ssh` first on the path, which runs some shell lines before it serves."""

    def install(before: str = "") -> None:
        programs = tmp_path / "programs"
        programs.mkdir()
        (programs / "ssh").write_text(SSH.format(before=before))
        (programs / "ssh").chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    return install


class _Backend(http.server.BaseHTTPRequestHandler):
    """Serves the repositories below `root` by git's own CGI program; `/private/` asks for a login."""

    protocol_version = "HTTP/1.0"
    root: Path
    login = "Basic dXNlcjpzZWNyZXQtdG9rZW4="

    def do_GET(self) -> None:
        if self.path.startswith("/private/") and self.headers.get("Authorization") != self.login:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.removeprefix("/private").partition("?")
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "REMOTE_ADDR": "127.0.0.1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = subprocess.run(
            ["git", "http-backend"], check=False, env=environment, input=body, capture_output=True
        ).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for field in fields.items():
            self.send_header(*field)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the base class asks for these names

    def log_message(self, *_arguments) -> None:
        pass


@pytest.fixture
def https(tmp_path, monkeypatch):
    """The address of a server of the repositories in `tmp_path`, by TLS with a certificate made for it."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl, which makes the server's certificate, is not installed")
    handler = type("Backend", (_Backend,), {"root": tmp_path})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"https://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_branch_a_tag_and_a_commit_come_by_ssh(tmp_path, ssh):
    ssh()
    origin = make_repository(tmp_path / "x", SOLUTION)
    git(origin, "tag", "--annotate", "--message=t", "v1")
    first = git(origin, "rev-parse", "main")
    git(origin, "commit", "--quiet", "--allow-empty", "--message=later")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    digests = set()
    for ref in ("", "#main", "#v1", f"#{first}"):
        for address in (f"git@example.org:{origin}", f"ssh://git@example.org:2222{origin}"):
            with take_in(address + ref) as submission:
                digests.add(submission.digest)
                assert submission.source == address + ref
    assert len(digests) == 1


def test_a_repository_comes_by_https(tmp_path, https, refused):
    make_bare(tmp_path / "x.git", SOLUTION)
    said: list[str] = []
    with (
        take_in(f"{https}/x.git#main", say=said.append) as submission,
        take_in(tmp_path / "x.git-origin") as same,
    ):
        assert submission.digest == same.digest
    assert said == [f"fetching {https}/x.git#main"]
    assert "has no branch or tag 'nope'; there are 'main'" in refused(f"{https}/x.git#nope")
    assert "there is no git repository" in refused(f"{https}/y.git")
    assert "has no commit" in refused(f"{https}/x.git#{'1' * 40}")


def test_a_login_is_used_where_given_and_never_repeated(tmp_path, https, refused):
    make_bare(tmp_path / "x.git", SOLUTION)
    host = https.removeprefix("https://")
    line = refused(f"{https}/private/x.git")
    assert "needs a login" in line
    line = refused(f"https://user:wrong-token@{host}/private/x.git")
    assert "needs a login" in line
    assert "wrong-token" not in line
    with take_in(f"https://user:secret-token@{host}/private/x.git") as submission:
        assert submission.source == f"{https}/private/x.git"


def test_an_unknown_certificate_is_said(https, refused, monkeypatch):
    monkeypatch.delenv("GIT_SSL_CAINFO")
    assert "certificate was not accepted" in refused(f"{https}/x.git")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("git@example.org: Permission denied (publickey).", "needs a login"),
        ("Host key verification failed.", "key is not known"),
        ("ssh: Could not resolve hostname example.org: Name or service not known", "cannot be reached"),
        ("ssh: connect to host example.org port 22: Connection timed out", "cannot be reached"),
    ],
)
def test_why_a_host_gives_nothing_is_said_in_plain_words(words, reason, tmp_path, ssh, refused):
    ssh(f"echo '{words}' >&2; exit 255")
    assert reason in refused("git@example.org:x/y.git")


def test_nobody_listening_is_a_host_that_cannot_be_reached(refused):
    assert "cannot be reached" in refused("https://user:secret@127.0.0.1:9/x.git", bounds=Bounds(fetch_s=20))


def test_a_host_that_does_not_answer_ends_at_the_deadline_with_all_it_started(tmp_path, ssh, refused):
    ssh(f"sleep 300 & echo $! > {tmp_path}/pid; wait")
    assert "took longer than 1 s" in refused("git@example.org:x.git", bounds=Bounds(fetch_s=1))
    assert _all_have_ended([int((tmp_path / "pid").read_text())])


def _is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def _all_have_ended(pids: list[int]) -> bool:
    for _ in range(200):
        if not any(map(_is_running, pids)):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv, which ties git to us, is not installed")
def test_git_ends_with_a_grader_that_is_killed(tmp_path, ssh):
    ssh(
        f"echo $$ $PPID >> {tmp_path}/pids; cat > /dev/null"
    )  # reads until its other end is gone, as ssh does
    program = "from grader.intake import take_in\nwith take_in('git@example.org:x.git'): pass"
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, cwd=Path(__file__).parents[2]
    ) as grader:
        (tmp_path / "pids").touch()
        while not (tmp_path / "pids").read_text().endswith("\n"):
            assert grader.poll() is None
            time.sleep(0.02)
        grader.kill()
    assert _all_have_ended([int(pid) for pid in (tmp_path / "pids").read_text().split()])


def test_a_large_repository_is_cut_off_while_it_is_fetched(tmp_path, ssh, refused):
    ssh()
    origin = make_repository(tmp_path / "x", {**SOLUTION, "noise": os.urandom(3_000_000)})
    line = refused(f"git@example.org:{origin}", bounds=Bounds(fetched_bytes=1024 * 1024))
    assert "over 1 MiB" in line


REFUSED = {
    "http://example.org/x.git": "not taken",
    "git://example.org/x.git": "not taken",
    "ftp://example.org/x.zip": "not taken",
    "ext::sh -c 'touch /tmp/x'": "never run",
    "fd::17": "never run",
    "https:///x.git": "names no host",
    "ssh://-oProxyCommand=touch%20x/x": "names no host",
    "ssh://-lroot@example.org/x": "names no host",
    "git@-oProxyCommand=x:y": "is not there",
    "https://example.org:port/x": "well-formed",
    "file://elsewhere/x.git": "another machine",
    "https://example.org/x.git#--upload-pack=x": "no ref",
    "https://example.org/x\n.git": "no submission",
    "": "no submission",
}


@pytest.mark.parametrize("source", REFUSED)
def test_an_address_that_is_none_is_refused(source, refused):
    assert REFUSED[source] in refused(source)


@pytest.mark.parametrize("source", ["ftp://user:secret@example.org/x?key=secret", "https://secret@:x/y", "https://user:secret/x@h/",
                                    "https://user:12#secret@example.org/x", "https://secret@"])  # fmt: skip
def test_a_refused_address_shows_no_secret(source, refused):
    assert "secret" not in refused(source)
