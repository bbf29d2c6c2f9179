"""Fetches from the package index with bounds on size, time and redirects."""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.error import HTTPError
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from grader.dependencies.bounds import MIB, Bounds
from grader.dependencies.index import without_credentials

_CHUNK = 256 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_PAUSES_S = (0.5, 2.0)
"""Waits before the second and the third attempt."""


class IndexTrouble(Exception):  # noqa: N818 - what is the case with the index
    """The index does not answer as it should; nothing that a candidate could change."""


class TooLarge(Exception):  # noqa: N818 - what is the case with the file
    """A file is over its bound."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer to the end: its status (200, 404 or 410), where it came from at last, its type."""

    status: int
    url: str
    content_type: str


class _Sink(Protocol):
    """Where an answer goes; `begin` forgets what an earlier attempt brought."""

    def begin(self) -> None: ...

    def take(self, data: bytes) -> None: ...


class _Page:
    def __init__(self) -> None:
        self.body = bytearray()

    def begin(self) -> None:
        self.body.clear()

    def take(self, data: bytes) -> None:
        self.body += data


class _File:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def begin(self) -> None:
        self.digest = hashlib.sha256()
        self._file.seek(0)
        self._file.truncate()

    def take(self, data: bytes) -> None:
        self.digest.update(data)
        self._file.write(data)


class Fetcher:
    """Speaks HTTP as this machine is set up: its proxies, its certificates."""

    def __init__(self, bounds: Bounds, certificates: str | None = None) -> None:
        self._bounds = bounds
        context = ssl.create_default_context()
        if certificates is not None:
            context.load_verify_locations(certificates)
        self._opener = urllib.request.OpenerDirector()
        handlers = (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        )
        for handler in handlers:
            self._opener.add_handler(handler)

    def fetch_page(self, url: str, accept: str) -> tuple[Fetched, bytes]:
        """Return a page and its bytes. Raises `IndexTrouble`."""
        page = _Page()
        limit = self._bounds.page_mib * MIB
        try:
            answer = self._persist(url, accept, page, limit, self._bounds.page_s)
        except TooLarge:
            shown = without_credentials(url)
            raise IndexTrouble(f"{shown}: a page of over {self._bounds.page_mib} MiB") from None
        return answer, bytes(page.body)

    def fetch_file(self, url: str, target: Path, sha256: str | None) -> None:
        """Write a file to `target` and hold it against its hash. Raises `IndexTrouble` and `TooLarge`."""
        with target.open("wb") as file:
            sink = _File(file)
            answer = self._persist(url, "*/*", sink, self._bounds.file_mib * MIB, self._bounds.file_s)
        shown = without_credentials(url)
        if answer.status != 200:
            raise IndexTrouble(f"{shown}: the index names it and answers {answer.status} for it")
        if sha256 is not None and sink.digest.hexdigest() != sha256:
            raise IndexTrouble(f"{shown}: its SHA-256 is {sink.digest.hexdigest()}, the index says {sha256}")

    def _persist(self, url: str, accept: str, sink: _Sink, limit: int, wall_s: float) -> Fetched:
        """Fetch with new attempts where trying again may help."""
        deadline = time.monotonic() + wall_s
        for pause in (*_PAUSES_S, None):
            sink.begin()
            try:
                return self._follow(url, accept, sink, limit, deadline)
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, HTTPError) and error.code < 500 and error.code != 429:
                    raise IndexTrouble(f"{without_credentials(url)}: HTTP status {error.code}") from None
                if pause is None or time.monotonic() + pause > deadline:
                    raise IndexTrouble(f"{without_credentials(url)}: {_reason(error)}") from None
                time.sleep(pause)
        raise AssertionError("unreachable")

    def _follow(self, url: str, accept: str, sink: _Sink, limit: int, deadline: float) -> Fetched:
        for _ in range(self._bounds.redirects + 1):
            try:
                with self._opener.open(_request(url, accept), timeout=self._patience(deadline)) as answer:
                    self._read(answer, sink, limit, deadline)
                    return Fetched(200, url, answer.headers.get("Content-Type", ""))
            except HTTPError as error:
                with error:
                    if error.code in (404, 410):
                        return Fetched(error.code, url, "")
                    location = error.headers.get("Location")
                if error.code not in _REDIRECTS or not location:
                    raise
                url = _redirected(url, location)
        raise IndexTrouble(f"{without_credentials(url)}: over {self._bounds.redirects} redirects")

    def _patience(self, deadline: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long")
        return min(left, self._bounds.answer_s)

    def _read(self, answer: http.client.HTTPResponse, sink: _Sink, limit: int, deadline: float) -> None:
        stated, done = answer.length, 0
        if stated is not None and stated > limit:
            raise TooLarge
        while data := answer.read1(_CHUNK):
            done += len(data)
            if done > limit:
                raise TooLarge
            sink.take(data)
            self._patience(deadline)
        if stated is not None and done < stated:
            raise http.client.IncompleteRead(b"", stated - done)


def _request(url: str, accept: str) -> urllib.request.Request:
    """Return a request; credentials go from the address into a header, and so to that host alone."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    request = urllib.request.Request(urlunsplit(parts._replace(netloc=host)))  # noqa: S310 - http(s) handlers only
    request.add_header("Accept", accept)
    request.add_header("Accept-Encoding", "identity")
    request.add_header("User-Agent", "coding-challenge-grader")
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(pair).decode()}")
    return request


def _redirected(url: str, location: str) -> str:
    """Return where a redirect leads; from https it may not lead to less. Credentials stay with their host."""
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    if new.scheme not in ("http", "https") or (old.scheme == "https" and new.scheme != "https"):
        raise IndexTrouble(f"{without_credentials(url)}: redirects to {without_credentials(target)}")
    same_place = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
    if same_place and old.username and not new.username:
        credentials = old.netloc.rpartition("@")[0]
        target = urlunsplit(new._replace(netloc=f"{credentials}@{new.netloc}"))
    return target


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"HTTP status {error.code}"
    reason = getattr(error, "reason", None) or error
    return f"{type(reason).__name__}: {reason}" if str(reason) else type(reason).__name__
