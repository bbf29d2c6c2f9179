"""The grader's end of the relay: decides what may be fetched, fetches it, and remembers what it saw."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from grader.dependencies.bounds import MIB, Bounds
from grader.dependencies.errors import DependencyError
from grader.dependencies.fetching import Fetcher, IndexTrouble, TooLarge
from grader.dependencies.index import Index, without_credentials
from grader.dependencies.simple_page import ACCEPTED, JSON_TYPE, NotAPage, Page, Wheel, parse_page, write_page

_PAGE = re.compile(r"/(\d{1,2})/([a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?)/")
_FILE = re.compile(r"/files/([0-9a-f]{16})/([^/]{1,300}?\.whl)(\.metadata)?")
_CHUNK = 192 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to pip: a body in memory or a file."""

    status: int
    content_type: str
    body: bytes | Path

    def length(self) -> int:
        """Return how many bytes it has."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.stat().st_size

    def chunks(self) -> Iterator[bytes]:
        """Yield it piece by piece."""
        if isinstance(self.body, bytes):
            for start in range(0, len(self.body), _CHUNK):
                yield self.body[start : start + _CHUNK]
            return
        with self.body.open("rb") as file:
            while data := file.read(_CHUNK):
                yield data


_NOTHING = Answer(404, "text/plain", b"there is nothing of that name\n")


@dataclass(slots=True)
class Gateway:
    """One build's view of the index: simple pages by name, and the files that these pages named, nothing else."""

    index: Index
    bounds: Bounds
    spool: Path
    pages: dict[str, list[Page]] = field(default_factory=dict)
    _fetcher: Fetcher = field(init=False)
    _wheels: dict[str, tuple[Wheel, str]] = field(default_factory=dict)
    _waited_s: float = 0.0
    _since: float | None = None
    _requests: int = 0
    _fetched_bytes: int = 0

    def __post_init__(self) -> None:
        self._fetcher = Fetcher(self.bounds, self.index.certificates)

    def answer(self, path: str) -> Answer:
        """Answer a `GET`. Raises `IndexTrouble` (the index's fault) and `DependencyError` (too much is asked)."""
        self._requests += 1
        if self._requests > self.bounds.requests:
            raise DependencyError(
                f"resolving the dependencies took over {self.bounds.requests} requests; pin versions more narrowly"
            )
        self._since = time.monotonic()
        try:
            if match := _PAGE.fullmatch(path):
                return self._page(int(match[1]), match[2])
            if match := _FILE.fullmatch(path):
                return self._file(match[1], match[2], is_metadata=bool(match[3]))
        finally:
            self._waited_s += time.monotonic() - self._since
            self._since = None
        return _NOTHING

    def has_kept_waiting(self, limit_s: float) -> bool:
        """Tell whether pip waits for the index right now, or has waited for longer than that in all."""
        return self._since is not None or self._waited_s > limit_s

    def _page(self, number: int, name: str) -> Answer:
        if number >= len(self.index.urls) or canonicalize_name(name) != name:
            return _NOTHING
        root = self.index.urls[number]
        url = f"{root.rstrip('/')}/{name}/"
        answer, body = self._fetcher.fetch_page(url, ACCEPTED)
        if answer.status != 200:
            return _NOTHING
        try:
            page = parse_page(name, answer.content_type, body, answer.url)
        except NotAPage as error:
            raise IndexTrouble(f"{without_credentials(url)}: {error}") from None
        self.pages.setdefault(name, []).append(page)
        addresses = {wheel.filename: self._address(wheel, root) for wheel in page.wheels}
        return Answer(200, JSON_TYPE, write_page(page, addresses))

    def _address(self, wheel: Wheel, root: str) -> str:
        """Return a path that stands for a wheel; its token is the only way to ask for it."""
        token = secrets.token_hex(8)
        self._wheels[token] = (wheel, root)
        return f"/files/{token}/{wheel.filename}"

    def _file(self, token: str, name: str, *, is_metadata: bool) -> Answer:
        wheel, root = self._wheels.get(token, (None, ""))
        if wheel is None or wheel.filename != name or (is_metadata and wheel.metadata_sha256 is None):
            return _NOTHING
        target = self.spool / f"{wheel.filename}{'.metadata' if is_metadata else ''}.{wheel.sha256 or token}"
        if not target.is_file():
            self._fetch(wheel, root, target, is_metadata=is_metadata)
        return Answer(200, "application/octet-stream", target)

    def _fetch(self, wheel: Wheel, root: str, target: Path, *, is_metadata: bool) -> None:
        url = _with_credentials(wheel.url, root) + (".metadata" if is_metadata else "")
        filling = self.spool / "filling"
        try:
            self._fetcher.fetch_file(url, filling, wheel.metadata_sha256 if is_metadata else wheel.sha256)
        except TooLarge:
            raise DependencyError(
                f"{wheel.filename} is too large; expected a wheel of at most {self.bounds.file_mib} MiB"
            ) from None
        self._fetched_bytes += filling.stat().st_size
        if self._fetched_bytes > self.bounds.all_files_mib * MIB:
            raise DependencyError(
                f"the dependencies are over {self.bounds.all_files_mib} MiB of wheels; ask for fewer or smaller ones"
            )
        filling.rename(target)


def _with_credentials(url: str, root: str) -> str:
    """Give a file's address the index's credentials where it is on the index's own host."""
    parts, own = urlsplit(url), urlsplit(root)
    if own.username and not parts.username and (parts.scheme, parts.hostname, parts.port) == (
        own.scheme, own.hostname, own.port,
    ):  # fmt: skip
        credentials = own.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{credentials}@{parts.netloc}"))
    return url
