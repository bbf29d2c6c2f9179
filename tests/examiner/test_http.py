"""HTTP challenges: servers that answer, lie, hang, die, restart and keep what they acknowledged."""

from __future__ import annotations

import pytest

from tests.examiner.conftest import RunSuite, checks, only
from tests.examiner.grader_side import Run, server_command

SERVER = """
import http.server, json, os, pathlib, signal, sys, threading, time
STORE = pathlib.Path(os.environ["DATA_DIR"]) / "store"
LOCK = threading.Lock()
OK = b"HTTP/1.1 200 OK\\r\\n"
BAD = b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nab"

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *args): pass
    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items(): self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        action = getattr(self, "get_" + self.path.strip("/").replace("/", "_"), None)
        action() if action else self.say(404, b"nothing here")
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with LOCK:
            count = int(STORE.read_text()) + 1 if STORE.exists() else 1
            STORE.write_text(str(count))
        self.say(201, json.dumps({"sent": body.decode(), "count": count}).encode(), Content_Type="application/json")
    def get_health(self): self.say(200, b"ok")
    def get_count(self): self.say(200, STORE.read_bytes() if STORE.exists() else b"0")
    def get_mode(self): self.say(200, os.environ.get("MODE", "none").encode())
    def get_moved(self): self.say(307, Location="https://example.com/a?b=c")
    def get_twice(self): self.say(200, b'{"a": 1, "a": 2}')
    def get_nojson(self): self.say(200, b"<html>")
    def get_hang(self): time.sleep(3600)
    def get_drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\n")
        while True: self.wfile.write(b"X-A: b\\r\\n"); self.wfile.flush(); time.sleep(0.03)
    def get_dripbody(self):
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 100000\\r\\n\\r\\n")
        while True: self.wfile.write(b"x"); self.wfile.flush(); time.sleep(0.03)
    def get_endless(self):
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
        while True: self.wfile.write(b"10000\\r\\n" + b"x" * 65536 + b"\\r\\n")
    def get_huge(self): self.say(200, b"x" * 5_000_000)
    def get_garbage(self): self.wfile.write(b"\\x00\\xff garbage\\r\\n\\r\\n"); self.close_connection = True
    def get_headers(self):
        self.wfile.write(OK + b"X-A: b\\r\\n" * 100_000 + b"\\r\\n"); self.close_connection = True
    def get_longline(self):
        self.wfile.write(OK + b"X-A: " + b"b" * 1_000_000 + b"\\r\\n\\r\\n"); self.close_connection = True
    def get_short(self): self.wfile.write(BAD); self.close_connection = True
    def get_reset(self): self.close_connection = True
    def get_exit(self): print("last words", flush=True); os._exit(7)
    def get_idle(self): self.say(200, b"closing", Connection="close"); self.close_connection = True

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    def handle_error(self, request, client_address): pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
COMMAND = server_command("solution.py")
HTTP = {"kind": "http", "entry": None, "command": COMMAND, "reference_command": COMMAND}
MISDEEDS = {
    "hang": ("timed_out", "did not return within 1 s"),
    "drip": ("timed_out", "did not return within 1 s"),
    "dripbody": ("timed_out", "did not return within 1 s"),
    "endless": ("crashed", "a body of more than 4 MiB"),
    "huge": ("crashed", "a body of more than 4 MiB"),
    "garbage": ("crashed", "sent no HTTP answer"),
    "headers": ("crashed", "sent no HTTP answer"),
    "longline": ("crashed", "sent no HTTP answer"),
    "short": ("crashed", "ended 3 bytes too early"),
    "reset": ("crashed", "closed the connection"),
    "exit": ("crashed", "exit code 7"),
}
SUITE = """
@pytest.mark.check("exchange")
def test_exchange(http):
    answer = http.post("/links", json={"url": "x"}, headers={"X-A": "b"})
    expect(answer.status, 201, "created")
    expect(answer.json()["sent"], '{"url": "x"}', "the body")
    expect(answer.headers["content-type"], "application/json", "the type")
    expect(http.get("/moved").headers["LOCATION"], "https://example.com/a?b=c", "not followed")
    expect(http.get("/idle").text, "closing", "the body")
    expect(http.get("/count").body, b"1", "over another connection")
    expect(http.get("/nowhere").status, 404, "unknown")

@pytest.mark.check("wrong")
def test_wrong(http):
    http.fresh()
    http.post("/links", content=b"a")
    expect(http.get("/count").text, "2", "what was counted")

@pytest.mark.check("nojson")
def test_nojson(http):
    http.get("/nojson").json()

@pytest.mark.check("twice")
def test_twice(http):
    http.get("/twice").json()

@pytest.mark.check("together")
def test_together(http):
    http.fresh()
    answers = http.at_once([("POST", "/links", {"content": b"a"})] * 30)
    expect(sorted(answer.json()["count"] for answer in answers), list(range(1, 31)), "all counted")
    values = http.at_once([lambda: http.connect().get("/count").text] * 5)
    expect(values, ["30"] * 5, "functions too")

@pytest.mark.check("restart")
def test_restart(http):
    http.fresh({"MODE": "first"})
    expect(http.get("/mode").text, "first", "the environment")
    http.post("/links")
    expect(http.restart()["exit_code"], 0, "ended by itself")
    expect(http.get("/count").text, "1", "kept")
    expect(http.get("/mode").text, "none", "only for that start")
    http.kill()
    http.start({"MODE": "second"})
    expect(http.get("/mode").text, "second", "the environment")
    expect(http.get("/count").text, "1", "kept")
    http.fresh()
    expect(http.get("/count").text, "0", "gone")
    assert http.usage().wall_s > 0

@pytest.mark.check("given")
@settings(max_examples=20)
@given(st.integers(0, 100))
def test_given(http, n):
    http.post("/links", content=str(n).encode())
    assert n < 10, "too many"

class Machine(RuleBasedStateMachine):
    @initialize()
    def start(self):
        self.http = current_candidate()
        self.count = int(self.http.get("/count").text)
    @rule()
    def post(self):
        self.count += 1
        expect(self.http.post("/links").json()["count"], self.count, "counted")

@pytest.mark.check("machine")
class TestMachine(Machine.TestCase):
    settings = settings(max_examples=5, stateful_step_count=5)
"""


@pytest.fixture(scope="module")
def served(run_suite: RunSuite) -> Run:
    misdeeds = "".join(
        f"""
@pytest.mark.check("m_{name}")
def test_m_{name}(http):
    http.get("/{name}")
"""
        for name in MISDEEDS
    )
    names = ["exchange", "wrong", "nojson", "twice", "together", "restart", "given", "machine"]
    ids = [*names, *(f"m_{name}" for name in MISDEEDS)]
    return run_suite(SUITE + misdeeds, SERVER, reference=SERVER, checks=checks(*ids), call_s=1.0, **HTTP)


@pytest.mark.parametrize("check", ["exchange", "together", "restart", "machine"])
def test_what_holds_passes(served: Run, check: str) -> None:
    assert only(served, check)["outcome"] == "passed", (only(served, check), served.errors)


def test_a_counterexample_is_the_exchanges(served: Run) -> None:
    lines = only(served, "wrong")["counterexample"].splitlines()
    assert lines[0] == "# a fresh server"
    assert lines[1].startswith("POST /links a → 201 ")
    assert lines[2] == "GET /count → 200 1  # expected '2'"


def test_a_found_example_is_told_alone(served: Run) -> None:
    lines = only(served, "given")["counterexample"].splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("POST /links 10 → 201")


@pytest.mark.parametrize(("check", "words"), [("nojson", "not JSON"), ("twice", "a key twice")])
def test_a_body_that_is_no_strict_json_is_a_failure(served: Run, check: str, words: str) -> None:
    test = only(served, check)
    assert test["outcome"] == "failed"
    assert words in test["message"]
    assert test["actual"]


@pytest.mark.parametrize(("name", "outcome", "words"), [(name, *told) for name, told in MISDEEDS.items()])
def test_a_misbehaving_server_costs_itself_that_test(
    served: Run, name: str, outcome: str, words: str
) -> None:
    test = only(served, f"m_{name}")
    assert test["outcome"] == outcome
    assert words in test["message"]


def test_the_examiner_outlives_all_of_them(served: Run) -> None:
    assert served.exit_code == 0, served.errors
    assert "last words" in only(served, "m_exit")["log"]


@pytest.mark.parametrize(
    ("server", "words", "log"),
    [
        ("import nothing_like_it", "the process ended while starting: exit code 1", "ModuleNotFoundError"),
        ("import time; time.sleep(60)", "within 2 s the process was not ready", ""),
        (
            SERVER.replace('get_health(self): self.say(200, b"ok")', "get_health(self): self.say(503)"),
            "answered 503",
            "",
        ),
    ],
    ids=["dies", "never listens", "is never healthy"],
)
def test_a_server_that_does_not_start_is_a_failed_build(
    run_suite: RunSuite, server: str, words: str, log: str
) -> None:
    run = run_suite(SUITE, server, reference=SERVER, checks=checks("exchange"), start_s=2.0, **HTTP)
    (event,) = run.of("build_failed")
    assert words in event["message"]
    assert log in event["log"]
    assert run.exit_code == 0


LOCUSTFILE = """
from locust import FastHttpUser, task

class Counter(FastHttpUser):
    abstract = True

    @classmethod
    def prepare(cls, side):
        return side.base_url, side.random.random()

    @task
    def count(self):
        assert self.prepared[0] == self.host
        with self.client.get("/health", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}")

class Missing(Counter):
    abstract = True

    @task
    def missing(self):
        with self.client.get("/nowhere", catch_response=True) as response:
            response.success() if response.status_code == 200 else response.failure(f"status {response.status_code}")

class Unprepared(Counter):
    abstract = True

    @classmethod
    def prepare(cls, side):
        raise RuntimeError("not to be prepared")
"""
QUICK = {"block_s": 0.2, "blocks": 3, "extended_blocks": 3, "warmup_s": 0.1, "users": 2}


@pytest.fixture(scope="module")
def loaded(run_suite: RunSuite) -> Run:
    suite = """
@pytest.mark.check("paired")
def test_paired(load):
    load.compare("paired", "Counter")

@pytest.mark.check("grown")
def test_grown(load):
    load.growth("grown", "Counter", "Counter")

@pytest.mark.check("sequence")
def test_sequence(load):
    load.growth("sequence", "Counter", "Counter", interleaved=False)

@pytest.mark.check("after")
def test_after(http, load):
    expect(http.get("/health").status, 200, "it goes on")
"""
    limits = checks("after", paired=3.0, grown=3.0, sequence=3.0)
    return run_suite(
        suite, SERVER, reference=SERVER, locustfile=LOCUSTFILE, checks=limits, load=QUICK, **HTTP
    )


def test_http_users_put_load_on_every_side(loaded: Run) -> None:
    paired, grown, sequence = loaded.of("measurement")
    assert loaded.exit_code == 0, loaded.errors
    assert 0.4 < paired["ratio"] < 2.5
    assert {block["side"] for block in paired["blocks"]} == {"candidate", "reference", "reference_copy"}
    assert 0.4 < grown["ratio"] < 2.5
    assert grown["self_check"] is None
    assert [block["side"] for block in sequence["blocks"]] == ["reference"] * 3 + ["candidate"] * 3
    assert "one after the other" in sequence["detail"]
    assert only(loaded, "after")["outcome"] == "passed"


def test_a_status_that_is_wrong_under_load_is_a_failure(run_suite: RunSuite) -> None:
    suite = (
        '@pytest.mark.check("grown")\ndef test_grown(load):\n    load.growth("grown", "Missing", "Missing")'
    )
    run = run_suite(
        suite, SERVER, reference=SERVER, locustfile=LOCUSTFILE, checks=checks(grown=3.0), load=QUICK, **HTTP
    )
    assert "wrong answers under load" in only(run, "grown")["message"]
    assert "status 404" in only(run, "grown")["message"]


def test_a_candidate_that_cannot_be_prepared_has_failed(run_suite: RunSuite) -> None:
    suite = '@pytest.mark.check("grown")\ndef test_grown(load):\n    load.growth("grown", "Unprepared", "Counter")'
    run = run_suite(
        suite, SERVER, reference=SERVER, locustfile=LOCUSTFILE, checks=checks(grown=3.0), load=QUICK, **HTTP
    )
    assert only(run, "grown")["outcome"] == "failed"
    assert "load could not begin: RuntimeError: not to be prepared" in only(run, "grown")["message"]
