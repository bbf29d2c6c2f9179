"""One request and its reply over a connection of its own, in HTTP/1.1."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from solution.addresses import Address

HEAD_BYTES = 65_536
PIECE = 65_536
WITHOUT_BODY = frozenset({204, 304})


class Broken(Exception):
    """The connection ended early, or what came is no HTTP."""


class TooLarge(Exception):
    """The body is larger than it may be."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the body of a reply with status {status} is too large")
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


async def fetch(address: Address, most_bytes: int) -> Reply:
    """Ask for a page. Raises `Broken`, `TooLarge` and `OSError`."""
    reader, writer = await asyncio.open_connection(
        address.host, address.port, ssl=address.is_secure or None, limit=HEAD_BYTES
    )
    try:
        writer.write(_request(address))
        status, headers = await _read_head(reader)
        body = await _read_body(reader, status, headers, most_bytes)
        return Reply(status, headers, body)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, zlib.error) as error:
        raise Broken(str(error)) from error
    finally:
        writer.close()


def _request(address: Address) -> bytes:
    lines = (
        f"GET {address.target} HTTP/1.1",
        f"Host: {address.authority}",
        "User-Agent: raw-streams",
        "Accept: */*",
        "Accept-Encoding: gzip",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise Broken(f"{first[:40]!r} is no status line")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return int(rest[:3]), headers


async def _read_body(
    reader: asyncio.StreamReader, status: int, headers: dict[str, str], most_bytes: int
) -> bytes:
    if status in WITHOUT_BODY:
        return b""
    body = bytearray()
    async for piece in _decoded(_pieces(reader, headers), headers, most_bytes):
        body += piece
        if len(body) > most_bytes:
            raise TooLarge(status)
    return bytes(body)


async def _decoded(
    pieces: AsyncIterator[bytes], headers: dict[str, str], most_bytes: int
) -> AsyncIterator[bytes]:
    """Unpack gzip, a bounded part at a time, so that a small body cannot become a huge one in memory."""
    if headers.get("content-encoding", "").lower() != "gzip":
        async for piece in pieces:
            yield piece
        return
    unpacker = zlib.decompressobj(wbits=31)
    async for piece in pieces:
        rest = piece
        while rest:
            yield unpacker.decompress(rest, most_bytes + 1)
            rest = unpacker.unconsumed_tail
    yield unpacker.flush()


async def _pieces(reader: asyncio.StreamReader, headers: dict[str, str]) -> AsyncIterator[bytes]:
    """Yield the body as it comes: in chunks, of a declared length, or until the connection ends."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            async for piece in _exactly(reader, size):
                yield piece
            await reader.readexactly(2)
    elif "content-length" in headers:
        async for piece in _exactly(reader, int(headers["content-length"])):
            yield piece
    else:
        while piece := await reader.read(PIECE):
            yield piece


async def _exactly(reader: asyncio.StreamReader, size: int) -> AsyncIterator[bytes]:
    while size > 0:
        piece = await reader.read(min(size, PIECE))
        if not piece:
            raise Broken(f"{size} bytes are missing")
        size -= len(piece)
        yield piece
