"""A package index of the simple repository API, on the loopback of the test's machine, that can also misbehave."""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from grader.dependencies import Index
from tests.dependencies.wheels import Archive

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
Misbehave = Callable[[BaseHTTPRequestHandler], bool]
"""Answers a request by itself, or says that it did not."""


class IndexServer(ThreadingHTTPServer):
    """Serves archives; `requests` are the paths that were asked for."""

    daemon_threads = True

    def __init__(self, archives: Iterable[Archive], *, form: str, offers_metadata: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.archives = {archive.filename: archive for archive in archives}
        self.form, self.offers_metadata = form, offers_metadata
        self.misbehave: Misbehave = lambda request: False
        self.requests: list[str] = []
        self.headers_seen: list[dict[str, str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/simple"

    @property
    def index(self) -> Index:
        return Index((self.url,))

    def of_project(self, name: str) -> list[Archive]:
        return [one for one in self.archives.values() if _project(one.filename) == name]


@contextlib.contextmanager
def serve_index(
    *archives: Archive, form: str = "json", offers_metadata: bool = False
) -> Iterator[IndexServer]:
    """Serve archives for as long as the context lasts."""
    with IndexServer(archives, form=form, offers_metadata=offers_metadata) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def send(request: BaseHTTPRequestHandler, status: int, kind: str, body: bytes, **headers: str) -> None:
    """Answer a request."""
    request.send_response(status)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def _project(filename: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"-\d", filename, maxsplit=1)[0]).lower()


class _Handler(BaseHTTPRequestHandler):
    server: IndexServer

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        self.server.headers_seen.append(dict(self.headers))
        with contextlib.suppress(ConnectionError):
            if not self.server.misbehave(self):
                self._answer()

    def _answer(self) -> None:
        if match := re.fullmatch(r"/simple/([a-z0-9-]+)/", self.path):
            archives = self.server.of_project(match[1])
            if not archives:
                send(self, 404, "text/plain", b"no such project")
            elif self.server.form == "json":
                send(self, 200, JSON_TYPE, json.dumps(self._document(match[1], archives)).encode())
            else:
                send(self, 200, "text/html; charset=utf-8", self._page(archives).encode())
            return
        name = self.path.removeprefix("/files/")
        is_metadata = name.endswith(".metadata")
        archive = self.server.archives.get(name.removesuffix(".metadata"))
        if archive is None or (is_metadata and not self.server.offers_metadata):
            send(self, 404, "text/plain", b"no such file")
            return
        send(self, 200, "application/zip", archive.metadata if is_metadata else archive.content)

    def _document(self, name: str, archives: list[Archive]) -> dict[str, Any]:
        files = []
        for one in archives:
            file: dict[str, Any] = {
                "filename": one.filename,
                "url": f"../../files/{one.filename}",
                "hashes": {"sha256": one.sha256},
                "requires-python": one.requires_python,
            }
            if self.server.offers_metadata:
                file["core-metadata"] = {"sha256": hashlib.sha256(one.metadata).hexdigest()}
            files.append(file)
        return {"meta": {"api-version": "1.1"}, "name": name, "files": files}

    def _page(self, archives: list[Archive]) -> str:
        links = []
        for one in archives:
            attributes = ""
            if one.requires_python:
                attributes += f' data-requires-python="{html.escape(one.requires_python)}"'
            if self.server.offers_metadata:
                attributes += f' data-core-metadata="sha256={hashlib.sha256(one.metadata).hexdigest()}"'
            address = f"../../files/{one.filename}#sha256={one.sha256}"
            links.append(f'<a href="{address}"{attributes}>{one.filename}</a><br>')
        return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>"

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Keep quiet."""
