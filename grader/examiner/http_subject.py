"""What a hidden suite holds of an HTTP submission: clients of its server, and the server's life."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.examiner.channel import Usage
from grader.examiner.exchange import Answer, HttpConnection, Request, make_request
from grader.examiner.http_transcript import HttpTranscript
from grader.examiner.preparation import DEFAULT_SEED
from grader.examiner.server import Server

Job = Callable[[], Any] | tuple[Any, ...]
"""Something to do at once with others: a function, or `(method, path)` with a dict of options after it."""


class HttpClient:
    """A client with a connection of its own; redirects are never followed."""

    def __init__(self, server: Server, transcript: HttpTranscript) -> None:
        self._server = server
        self._connection = HttpConnection(server.address.port)
        self.transcript = transcript

    @property
    def base_url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self._server.address.port}"

    def request(self, method: str, path: str, **options: Any) -> Answer:  # noqa: ANN401 - `make_request`'s options
        """Send a request (`json` or `content`, `headers`) and return the answer."""
        return self.send(make_request(method, path, **options))

    def get(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - `make_request`'s options
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - `make_request`'s options
        """Send a POST."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - `make_request`'s options
        """Send a PUT."""
        return self.request("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - `make_request`'s options
        """Send a DELETE."""
        return self.request("DELETE", path, **options)

    def send(self, request: Request) -> Answer:
        """Send a request, take note of it and of what came back, and return that."""
        self._server.ensure()
        note = self.transcript.begin(request)
        answer = self._server.exchange(self._connection, request)
        self.transcript.end(note, answer)
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class HttpSubject(HttpClient):
    """The `http` of hidden suites: a client, and the server behind it."""

    def __init__(self, server: Server) -> None:
        super().__init__(server, HttpTranscript())

    def connect(self) -> HttpClient:
        """Return another client, with a connection of its own."""
        return HttpClient(self._server, self.transcript)

    def at_once(self, jobs: Sequence[Job]) -> list[Any]:
        """Do all jobs at once, each request over a connection of its own; return what they gave, in order.

        The first exception, if any, is raised when all have ended.
        """
        self._server.ensure()
        together = _Together(len(jobs))
        threads = [
            threading.Thread(target=together.run, args=(index, self._callable(job)), daemon=True)
            for index, job in enumerate(jobs)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return together.results()

    def restart(self, grace_s: float = 5.0, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Stop the server with SIGTERM, killing it after a grace, start it again, and return how it ended."""
        self.transcript.note(f"# the server gets SIGTERM, {grace_s:g} s to end, and is started again")
        self.close()
        ended = self._server.stop(grace_s)
        self._server.start(environment)
        return ended

    def kill(self) -> None:
        """Kill the server; it is started again by `start`, or by the next request."""
        self.transcript.note("# the server is killed")
        self.close()
        self._server.kill()

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start the server after a `kill`, with more in its environment."""
        self.transcript.note("# the server is started")
        self._server.start(environment)

    def fresh(self, environment: Mapping[str, str] | None = None, seed: str = DEFAULT_SEED) -> None:
        """Begin anew: a database as the suite's seed gives it, else empty, an empty data folder, a new process."""
        self.transcript.clear()
        self.close()
        self._server.begin_anew(seed)
        shown = (
            " with " + ", ".join(f"{key}={value}" for key, value in environment.items())
            if environment
            else ""
        )
        self.transcript.note(f"# a fresh server{shown}")
        self._server.start(environment)

    def seeded(self, seed: str) -> None:
        """Hold that the server works over a database as a seed gives it; begin anew where that is another one."""
        self.transcript.clear()
        self.close()
        self._server.seeded(seed)
        self.transcript.note(f"# a server over the data that are called {seed}")
        self._server.ensure()

    def cpu_s(self) -> float | None:
        """Return the CPU time of the server and its database, `None` where there is no account."""
        return self._server.cpu_s()

    def usage(self) -> Usage:
        """Return the kernel's account of the server's sandbox."""
        return self._server.usage()

    def log(self) -> str:
        """Return the last lines that the server printed."""
        return self._server.output()

    def reset(self) -> None:
        """Begin another test: the server runs, nothing was sent yet."""
        self.transcript.clear()
        self.close()
        self._server.ensure()

    def _callable(self, job: Job) -> Callable[[threading.Barrier], Any]:
        if callable(job):
            return lambda barrier: (barrier.wait(), job())[1]
        method, path, *options = job
        request = make_request(method, path, **(options[0] if options else {}))

        def send(barrier: threading.Barrier) -> Answer:
            client = self.connect()
            try:
                barrier.wait()
                return client.send(request)
            finally:
                client.close()

        return send


class _Together:
    """What jobs that are done at once gave."""

    def __init__(self, count: int) -> None:
        self._barrier = threading.Barrier(count)
        self._results: list[Any] = [None] * count
        self._errors: list[BaseException] = []

    def run(self, index: int, job: Callable[[threading.Barrier], Any]) -> None:
        """Do a job, together with the others."""
        try:
            self._results[index] = job(self._barrier)
        except BaseException as error:
            self._errors.append(error)

    def results(self) -> list[Any]:
        """Return what all jobs gave. Raises the first error."""
        if self._errors:
            raise self._errors[0]
        return self._results
