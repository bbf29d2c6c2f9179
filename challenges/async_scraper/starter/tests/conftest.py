"""A small website in a thread, which counts its requests and how many it answers at once."""

import asyncio
import threading
from collections import Counter

import pytest

PAGE = "<!doctype html><html><head><title>{title}</title></head><body></body></html>"


class Site:
    """Pages by path: functions that return status, headers and body, and may take their time."""

    def __init__(self):
        self.pages = {}
        self.requests = Counter()
        self.busy = self.most_busy = 0
        self._loop = asyncio.new_event_loop()
        serving = asyncio.start_server(self._visit, "127.0.0.1", 0)
        self._server = self._loop.run_until_complete(serving)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.base_url = "http://127.0.0.1:{}".format(self._server.sockets[0].getsockname()[1])

    def put(self, path, title="Page", *, status=200, body=None, content_type="text/html", delay=0.0, fails=0, **headers):
        """Set what a path answers, after failing with 503 a number of times; return its URL."""
        data = PAGE.format(title=title).encode() if body is None else body
        self.pages[path] = (status, {"Content-Type": content_type, **headers}, data, delay, fails)
        return self.base_url + path

    def stop(self):
        """End all visits and the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self):
        self._server.close()
        visits = asyncio.all_tasks() - {asyncio.current_task()}
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    async def _visit(self, reader, writer):
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ")[1].decode()
                self.requests[path] += 1
                self.busy += 1
                self.most_busy = max(self.most_busy, self.busy)
                status, headers, body, delay, fails = self.pages.get(path, (404, {}, b"", 0, 0))
                if self.requests[path] <= fails:
                    status, headers, body = 503, {"Retry-After": "0"}, b""
                try:
                    await asyncio.sleep(delay)
                finally:
                    self.busy -= 1
                headers = {**headers, "Content-Length": len(body)}
                lines = [f"HTTP/1.1 {status} Answer", *(f"{name}: {value}" for name, value in headers.items())]
                writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@pytest.fixture
def site():
    """A website of the test's own."""
    running = Site()
    yield running
    running.stop()
