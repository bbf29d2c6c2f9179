"""How large a submission may be, and meters that say stop at the first byte over."""

from __future__ import annotations

from dataclasses import dataclass

from grader.errors import SubmissionError

MIB = 1024 * 1024
CHUNK_BYTES = 64 * 1024
"""How much of a file is held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an intake accepts; every one is checked while reading, never taken from a header.

    `files`, `total_bytes` and `file_bytes` bound what is kept, `entries` and `unpacked_bytes` all that is looked at,
    what is left out included. An archive may unpack to `ratio` times its own size once it has given more than
    `ratio_from_bytes`. `fetched_bytes` and `fetch_s` bound what git does.
    """

    files: int = 2_000
    total_bytes: int = 32 * MIB
    file_bytes: int = 8 * MIB
    path_bytes: int = 240
    depth: int = 16
    entries: int = 20_000
    archive_bytes: int = 32 * MIB
    unpacked_bytes: int = 256 * MIB
    ratio: int = 200
    ratio_from_bytes: int = MIB
    fetched_bytes: int = 256 * MIB
    fetch_s: float = 60.0


DEFAULT_BOUNDS = Bounds()


class Meter:
    """Adds up to a limit; going over it raises `SubmissionError` with the message that it was made with."""

    def __init__(self, limit: int, message: str) -> None:
        self._left = limit
        self._message = message

    def add(self, amount: int) -> None:
        """Count `amount` more."""
        self._left -= amount
        if self._left < 0:
            raise SubmissionError(self._message)


def unpacking_meters(archive_bytes: int, bounds: Bounds) -> tuple[Meter, Meter]:
    """Return the meters that every byte which an archive of `archive_bytes` gives has to pass."""
    ratio_limit = max(bounds.ratio * archive_bytes, bounds.ratio_from_bytes)
    return (
        Meter(
            ratio_limit,
            f"unpacks to more than {bounds.ratio} times its size, as archives made to fill a disk do; "
            "leave out what is large and repetitive",
        ),
        Meter(
            bounds.unpacked_bytes,
            f"unpacks to more than {show_bytes(bounds.unpacked_bytes)}; leave out what is not your solution",
        ),
    )


def show_bytes(count: int) -> str:
    """Return a number of bytes as people read it: `8 MiB`, `1.5 KiB`, `12 bytes`."""
    for unit, size in (("GiB", 1024 * MIB), ("MiB", MIB), ("KiB", 1024)):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes"
