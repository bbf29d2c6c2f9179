"""What the website saw of its visitors, by one clock, and what that says."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

now = time.monotonic


@dataclass(slots=True)
class Visit:
    """One request: when it was there, when its answer was given in full, and the bytes that were taken of it."""

    path: str
    asked_at: float
    done_at: float | None = None
    taken_bytes: int = 0


@dataclass(slots=True)
class Contact:
    """One connection, from its acceptance until either side closes it."""

    opened_at: float
    closed_at: float | None = None
    visits: list[Visit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Excess:
    """The longest time for which more connections than allowed were open, and how many there were at most then."""

    seconds: float = 0.0
    most: int = 0


def excess(contacts: Iterable[Contact], allowed: int) -> Excess:
    """Return the longest stretch with more than `allowed` connections open at once."""
    end = now()
    changes = [(contact.opened_at, 1) for contact in contacts]
    changes += [(end if contact.closed_at is None else contact.closed_at, -1) for contact in contacts]
    count, since, most, worst = 0, end, 0, Excess()
    for moment, change in sorted(changes):
        before, count = count, count + change
        if before <= allowed < count:
            since, most = moment, count
        elif count > allowed:
            most = max(most, count)
        elif before > allowed and moment - since > worst.seconds:
            worst = Excess(moment - since, most)
    return worst


def peak(contacts: Iterable[Contact], lasting_s: float) -> int:
    """Return how many connections were open at once, leaving aside what passed within `lasting_s`."""
    known, allowed = [*contacts], 0
    while excess(known, allowed).seconds > lasting_s:
        allowed += 1
    return allowed
