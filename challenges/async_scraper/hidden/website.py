"""The website that is scraped: an asyncio server on many hosts, in a thread of the examiner's, that notes everything.

Each of its hosts is an address of loopback. What a path answers is set beforehand, one answer for each request of it,
and the last one for all that follow.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Sequence

from answers import After, Answer, Repeat, Send, Step, Wait, answer
from gates import Gate
from records import Contact, Visit, now

HOSTS = 12
_PORT = 8300
_KERNEL_BUFFER = 65_536
_FORGOTTEN = answer(404, b"there is no such page", "text/plain")
AnswerFor = Callable[[str], Answer]


class Website:
    """Pages and records; used from the test's thread, while the loop's thread serves."""

    def __init__(self, fallback: AnswerFor = lambda _: _FORGOTTEN) -> None:
        self._fallback = fallback
        self._loop = asyncio.new_event_loop()
        self._pages: dict[str, list[Answer]] = {}
        self._gates: dict[str, Gate] = {}
        self._open: set[_Connection] = set()
        self.contacts: list[Contact] = []
        listeners = _listen()
        self.port: int = listeners[0].getsockname()[1]
        self._servers = self._loop.run_until_complete(self._serve(listeners))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def _serve(self, listeners: Sequence[socket.socket]) -> list[asyncio.Server]:
        def connection() -> _Connection:
            return _Connection(self, self._loop)

        return [
            await self._loop.create_server(connection, sock=listener, backlog=512) for listener in listeners
        ]

    def clear(self) -> None:
        """Forget pages and records, and close what is still open."""
        done = threading.Event()

        def clear() -> None:
            for connection in [*self._open]:
                connection.abort()
            self._pages, self._gates, self.contacts = {}, {}, []
            done.set()

        self._loop.call_soon_threadsafe(clear)
        done.wait()

    def close(self) -> None:
        """Close everything and end the thread."""
        self.clear()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for connection in [*self._open]:
            connection.abort()
        await asyncio.sleep(0.01)  # for what follows a lost connection

    def url(self, path: str, host: int = 0) -> str:
        """Return the URL of a path on one of the hosts."""
        return f"http://127.0.0.{1 + host % HOSTS}:{self.port}{path}"

    def put(self, path: str, *answers: Answer, host: int = 0, gate: Gate | None = None) -> str:
        """Set what a path answers, and behind which gate; return its URL."""
        self._pages[path] = [*answers]
        if gate is not None:
            self._gates[path] = gate
        return self.url(path, host)

    def visits(self, path: str | None = None) -> list[Visit]:
        """Return all requests in the order in which they came, or those of one path."""
        found = [visit for contact in [*self.contacts] for visit in [*contact.visits]]
        return sorted(
            (visit for visit in found if path in {None, visit.path}), key=lambda visit: visit.asked_at
        )

    def paths(self) -> list[str]:
        """Return the paths of all requests in the order in which they came."""
        return [visit.path for visit in self.visits()]

    def next_answer(self, path: str) -> Answer:
        """Return what the next request of a path is answered."""
        answers = self._pages.get(path)
        if answers is None:
            return self._fallback(path)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def gate_of(self, path: str) -> Gate | None:
        """Return the gate in front of a path."""
        return self._gates.get(path)

    def opened(self, connection: _Connection) -> None:
        """Take note of a connection."""
        self._open.add(connection)
        self.contacts.append(connection.contact)

    def closed(self, connection: _Connection) -> None:
        """Take note of its end."""
        self._open.discard(connection)


class _Connection(asyncio.Protocol):
    """One visitor's connection; answers its requests one by one."""

    def __init__(self, website: Website, loop: asyncio.AbstractEventLoop) -> None:
        self._website = website
        self._loop = loop
        self._received = b""
        self._job: asyncio.Task[None] | None = None
        self._may_write = asyncio.Event()
        self.contact = Contact(now())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._may_write.set()
        self._website.opened(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._begin()

    def eof_received(self) -> None:
        self._note_end()

    def connection_lost(self, _: Exception | None) -> None:
        self._note_end()
        self._website.closed(self)
        self._may_write.set()
        if self._job is not None:
            self._job.cancel()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _note_end(self) -> None:
        if self.contact.closed_at is None:
            self.contact.closed_at = now()

    def _begin(self) -> None:
        """Answer the request that is there in full, unless another one is being answered."""
        if self._job is not None or b"\r\n\r\n" not in self._received:
            return
        asked, _, self._received = self._received.partition(b"\r\n\r\n")
        lines = asked.decode("latin-1").split("\r\n")
        visit = Visit(lines[0].split(" ")[1] if lines[0].count(" ") == 2 else lines[0], now())
        self.contact.visits.append(visit)
        takes_gzip = any(
            line.lower().startswith("accept-encoding:") and "gzip" in line.lower() for line in lines[1:]
        )
        self._job = self._loop.create_task(self._answer(visit, takes_gzip))

    async def _answer(self, visit: Visit, takes_gzip: bool) -> None:
        given = self._website.next_answer(visit.path)
        gate = self._website.gate_of(visit.path)
        if gate is not None:
            await gate.wait()
        if given.unpacked is not None and not takes_gzip:
            given = given.unpacked
        for step in given.steps:
            await self._take(step, visit)
        if given.after is After.HANG:
            return
        visit.done_at = now()
        self._job = None
        if given.after is After.KEEP:
            self._begin()
        elif given.after is After.CLOSE:
            self._note_end()
            self._transport.close()
        else:
            self._reset()

    async def _take(self, step: Step, visit: Visit) -> None:
        if isinstance(step, Wait):
            await asyncio.sleep(step.seconds)
        elif isinstance(step, Send):
            await self._send(step.data, visit)
        elif isinstance(step, Repeat):
            sent = 0
            while sent < step.most:
                await self._send(step.piece, visit)
                sent += len(step.piece)
                await asyncio.sleep(step.pause_s)

    async def _send(self, data: bytes, visit: Visit) -> None:
        await self._may_write.wait()
        self._transport.write(data)
        await self._may_write.wait()
        visit.taken_bytes += len(data)

    def _reset(self) -> None:
        taken = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._note_end()
        self._transport.abort()


def _listen() -> list[socket.socket]:
    """Return a listening socket on each host, all on one port: the usual one if it is free."""
    try:
        first = _bound(1, _PORT)
    except OSError:
        first = _bound(1, 0)
    return [first, *(_bound(number, first.getsockname()[1]) for number in range(2, HOSTS + 1))]


def _bound(host: int, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(
        socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER
    )  # or much is sent that nobody reads
    try:
        listener.bind((f"127.0.0.{host}", port))
    except OSError:
        listener.close()
        raise
    return listener
