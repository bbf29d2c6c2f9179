"""What the website says to a request: steps that are taken one after another, and what becomes of the connection."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

HTML = "text/html; charset=utf-8"
FLOOD_BYTES = 24 * 2**20
_PIECE = b"<p>" + b"x" * 65_529 + b"</p>"


class After(Enum):
    """What becomes of the connection after the last step."""

    KEEP = "kept for the next request"
    CLOSE = "closed"
    RESET = "reset"
    HANG = "left open without a word"


@dataclass(frozen=True, slots=True)
class Send:
    """Send some bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send a piece again and again, with a pause between, until the client goes or `most` bytes are sent."""

    piece: bytes
    most: int = FLOOD_BYTES
    pause_s: float = 0.0


Step = Send | Wait | Repeat


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `unpacked` is sent in its place to a client that does not accept gzip."""

    steps: tuple[Step, ...]
    after: After = After.KEEP
    unpacked: Answer | None = None

    def after_waiting(self, seconds: float) -> Answer:
        """Return the same answer, given later."""
        return replace(self, steps=(Wait(seconds), *self.steps))


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return the status line and headers of an answer."""
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def answer(status: int = 200, body: bytes = b"", content_type: str | None = HTML, **headers: str) -> Answer:
    """Return a whole answer; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    typed = {} if content_type is None else {"Content-Type": content_type}
    length = {} if status in {204, 304} else {"Content-Length": str(len(body))}
    return Answer((Send(head(status, typed | length | named) + body),))


def html(title: str, filling: str = "") -> str:
    """Return a page with a title, as it stands in the source."""
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>x</h1>{filling}</body></html>"


def page(title: str = "Page", *, delay_s: float = 0.0, status: int = 200, **headers: str) -> Answer:
    """Return an HTML page, given after a delay."""
    return answer(status, html(title).encode(), **headers).after_waiting(delay_s)


def redirect(target: str, status: int = 302) -> Answer:
    """Return a redirect."""
    return answer(status, b"elsewhere", "text/plain", Location=target)


def packed(body: bytes, content_type: str = HTML) -> Answer:
    """Return a body in gzip, or as it is for a client that does not accept that."""
    plain = answer(200, body, content_type)
    return replace(answer(200, gzip.compress(body), content_type, Content_Encoding="gzip"), unpacked=plain)


def chunked(*pieces: bytes, content_type: str = HTML) -> Answer:
    """Return a body in chunks."""
    start = head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"})
    return Answer((Send(start), *(Send(_chunk(piece)) for piece in (*pieces, b""))))


def endless(content_type: str = HTML, *, is_declared: bool = False) -> Answer:
    """Return a body that goes on and on, in chunks or of a declared length."""
    if is_declared:
        start = head(200, {"Content-Type": content_type, "Content-Length": str(FLOOD_BYTES)})
        return Answer((Send(start), Repeat(_PIECE)), After.CLOSE)
    start = head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"})
    return Answer((Send(start), Repeat(_chunk(_PIECE))), After.CLOSE)


def silent() -> Answer:
    """Say nothing at all."""
    return Answer((), After.HANG)


def stuck_in_headers() -> Answer:
    """Stop within the headers."""
    return Answer((Send(b"HTTP/1.1 200 OK\r\nContent-Ty"),), After.HANG)


def stuck_in_body() -> Answer:
    """Stop within the body."""
    return Answer((Send(_cut(html("Stuck"))),), After.HANG)


def trickle() -> Answer:
    """Send a body that never ends, a byte now and then."""
    start = head(200, {"Content-Type": HTML, "Content-Length": "100000"})
    return Answer((Send(start + b"<title>Slow</title>"), Repeat(b" ", pause_s=0.05)), After.HANG)


def dropped() -> Answer:
    """Close without an answer."""
    return Answer((), After.CLOSE)


def reset() -> Answer:
    """Reset within the headers."""
    return Answer((Send(b"HTTP/1.1 200 OK\r\nContent-"),), After.RESET)


def truncated() -> Answer:
    """Close before the declared end of the body."""
    return Answer((Send(_cut(html("Truncated"))),), After.CLOSE)


def truncated_chunks() -> Answer:
    """Close before the last chunk."""
    start = head(200, {"Content-Type": HTML, "Transfer-Encoding": "chunked"})
    return Answer((Send(start + _chunk(html("Cut").encode())),), After.CLOSE)


def garbage() -> Answer:
    """Say what is no HTTP."""
    return Answer((Send(b"\x00\x01 this is no HTTP \xff\xfe\r\n\r\n"),), After.CLOSE)


def _cut(text: str) -> bytes:
    return head(200, {"Content-Type": HTML, "Content-Length": str(len(text) + 1000)}) + text.encode()


def _chunk(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
