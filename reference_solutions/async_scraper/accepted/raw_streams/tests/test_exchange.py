"""Addresses, and exchanges with a server that says what a test wants."""

import asyncio
import gzip

import pytest

from solution.addresses import Address, NotAbsolute
from solution.exchange import Broken, TooLarge, fetch


def exchange(said: bytes, most_bytes: int = 1000):
    """Fetch from a server that says this and closes."""

    async def visit(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async def both():
        async with await asyncio.start_server(visit, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await fetch(Address.parse(f"http://127.0.0.1:{port}/"), most_bytes)

    return asyncio.run(both())


def test_an_address_is_taken_apart():
    address = Address.parse("HTTP://me@example.com:81/a?b=c#d")
    assert (address.host, address.port, address.target) == ("example.com", 81, "/a?b=c")
    assert address.authority == "example.com:81"


@pytest.mark.parametrize("url", ["/a", "ftp://a", "http://", "http://[a"])
def test_other_strings_are_no_addresses(url):
    with pytest.raises(NotAbsolute):
        Address.parse(url)


def test_chunks_are_put_together():
    reply = exchange(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
    assert reply.body == b"abcde"


def test_gzip_is_unpacked_and_bounded_by_its_unpacked_size():
    packed = gzip.compress(b"x" * 1001)
    said = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    assert len(exchange(said, 1001).body) == 1001
    with pytest.raises(TooLarge):
        exchange(said)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"])
def test_what_ends_early_is_broken(said):
    with pytest.raises(Broken):
        exchange(said)


def test_a_body_without_a_length_ends_with_the_connection():
    assert exchange(b"HTTP/1.1 200 OK\r\n\r\nall of it").body == b"all of it"
