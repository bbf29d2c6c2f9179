"""What the hostile programs share: saying what was tried, and whether the sandbox refused it."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Collection

REFUSALS = frozenset(
    {
        errno.EPERM,
        errno.EACCES,
        errno.ENOSYS,
        errno.EROFS,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ENXIO,
        errno.ENODEV,
    }
)
"""What a kernel answers that does not allow something, or does not have it here."""


def say(text: str) -> None:
    """Print a line at once, so that it is seen whatever comes next."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def refused(what: str, action: Callable[[], object], also: Collection[int] = ()) -> bool:
    """Try what must be refused and say what came of it; an answer that is no refusal is said to be unclear."""
    try:
        result = action()
    except OSError as error:
        if error.errno in REFUSALS or error.errno in also:
            say(f"CONTAINED {what}: {errno.errorcode.get(error.errno or 0, error)}")
            return True
        say(f"UNCLEAR {what}: {error!r}")
        return False
    say(f"ESCAPED {what}: {result!r}")
    return False


def must(holds: bool, what: str, found: object = "") -> None:
    """Say that a bound was kept or broken."""
    say(f"{'CONTAINED' if holds else 'ESCAPED'} {what} {found}")
