"""Tests and load call themselves the same, by turns: nobody can tell either by its user agent."""

from __future__ import annotations

from grader.examiner.visitors import USER_AGENTS
from tests.examiner.conftest import RunSuite, checks, only
from tests.examiner.grader_side import server_command

SERVER = """
import http.server, json, sys
SEEN = {"tests": set(), "load": set(), "own": set()}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *args): pass
    def do_GET(self):
        SEEN.get(self.path.strip("/"), set()).add(self.headers["User-Agent"] + " " + self.headers["Accept-Encoding"])
        body = json.dumps({name: sorted(map(str, seen)) for name, seen in SEEN.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
LOCUSTFILE = """
from locust import FastHttpUser, task
class Visitor(FastHttpUser):
    abstract = True
    @task
    def visit(self):
        self.client.get("/load")
"""
SUITE = f"""
NAMES = {sorted(f"{name} identity" for name in USER_AGENTS)!r}

@pytest.mark.check("visitors")
def test_visitors(http, load):
    for _ in NAMES:
        http.connect().get("/tests")
    answered = load.compare("visitors", "Visitor")
    assert answered > 0
    seen = http.get("/").json()
    expect(sorted(seen["tests"]), NAMES, "the names of tests")
    expect(seen["load"], NAMES, "the names under load")

@pytest.mark.check("own")
def test_own(http):
    http.get("/own", headers={{"User-Agent": "mine"}})
    expect(http.get("/").json()["own"], ["mine identity"], "its own name")
"""


def test_load_is_not_told_by_its_user_agent(run_suite: RunSuite) -> None:
    command = server_command("solution.py")
    run = run_suite(
        SUITE,
        SERVER,
        reference=SERVER,
        locustfile=LOCUSTFILE,
        kind="http",
        entry=None,
        command=command,
        reference_command=command,
        checks=checks("own", visitors=50.0),
        load={"block_s": 0.1, "blocks": 3, "extended_blocks": 3, "warmup_s": 0.1, "users": len(USER_AGENTS)},
    )
    for check in ("visitors", "own"):
        assert only(run, check)["outcome"] == "passed", (
            only(run, check)["expected"],
            only(run, check)["actual"],
            run.errors,
        )
