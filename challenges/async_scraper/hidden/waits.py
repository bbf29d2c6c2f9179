"""The scrapes that take long, made at once in one event loop: what came back, and what the website saw of them.

Each is a call of its own with options of its own. Tests look at one of them each, so that all together take as long
as the longest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from answers import (
    Answer,
    dropped,
    endless,
    garbage,
    page,
    redirect,
    reset,
    silent,
    stuck_in_body,
    stuck_in_headers,
    trickle,
    truncated,
    truncated_chunks,
)
from doors import Doors
from records import Contact, Visit
from scraping import put_pages, results_of
from website import Website

from grader.examiner.errors import SandboxLost
from grader.examiner.lines import Call

Options = dict[str, Any]
Part = tuple[list[str], Options]
MakePart = Callable[[Website, Doors], Part]

STALL_TIMEOUT_S = 0.8
STALLS = {
    "before_headers": silent,
    "in_headers": stuck_in_headers,
    "in_body": stuck_in_body,
    "trickle": trickle,
}
RETRY_AFTER = ("5", "120", "2", "1", "0", "Wed, 21 Oct 2037 07:28:00 GMT")
FAILING: dict[str, Callable[[], Answer]] = {
    "missing": lambda: page("Missing", status=404),
    "busy": lambda: page("Busy", status=500),
    "dropped": dropped,
    "reset": reset,
    "truncated": truncated,
    "cut_chunks": truncated_chunks,
    "garbage": garbage,
    "silent": silent,
    "stuck": stuck_in_body,
    "endless": endless,
    "loop": lambda: redirect("/failures/loop"),
}
BROKEN = {"dropped": dropped, "reset": reset, "truncated": truncated}


def well(*before: Answer) -> list[Answer]:
    """Return answers that end well."""
    return [*before, page("Well")]


def stalls(site: Website, doors: Doors) -> Part:
    """Pages that stall at each point."""
    urls = [site.put(f"/stalls/{name}", make()) for name, make in STALLS.items()]
    return [*urls, doors.deaf], {"timeout": STALL_TIMEOUT_S, "retries": 0}


def slow(site: Website, _: Doors) -> Part:
    """Pages that are slow, but in time."""
    return [site.put(f"/slow/{n}", page("Slow", delay_s=0.2 * n)) for n in (1, 2, 3)], {
        "timeout": 2.5,
        "retries": 0,
    }


def chain(site: Website, _: Doors) -> Part:
    """A chain of redirects that takes a second."""
    site.put("/chain/0", page("End", delay_s=0.2))
    for number in range(1, 5):
        site.put(f"/chain/{number}", redirect(f"/chain/{number - 1}").after_waiting(0.2))
    return [site.url("/chain/4")], {"timeout": 0.6, "retries": 0}


def attempts(site: Website, _: Doors) -> Part:
    """A page whose attempts together take longer than the timeout of each."""
    busy = page("Busy", status=503, Retry_After="0", delay_s=0.5)
    return [site.put("/attempts", busy, busy, page("Well", delay_s=0.5))], {"timeout": 1.2, "retries": 2}


def queue(site: Website, _: Doors) -> Part:
    """Pages that wait for one connection for longer than the timeout."""
    urls = [site.put(f"/queue/{number}", page(f"Page {number}", delay_s=0.4)) for number in range(5)]
    return urls, {"timeout": 1.2, "retries": 0, "max_connections": 1}


def stalls_again(site: Website, _: Doors) -> Part:
    """Pages that stall each time, and at first only."""
    never, later = site.put("/again/never", stuck_in_headers()), site.put("/again/later", *well(silent()))
    return [never, later], {"timeout": 1.0, "retries": 1}


def broken(site: Website, doors: Doors) -> Part:
    """Connections that break each time."""
    urls = [site.put(f"/broken/{name}", make()) for name, make in BROKEN.items()]
    return [*urls, doors.refusing], {"retries": 1}


def mended(site: Website, _: Doors) -> Part:
    """Connections that break twice."""
    urls = [site.put(f"/mended/{name}", *well(make(), make())) for name, make in BROKEN.items()]
    return urls, {"retries": 3}


def pauses(site: Website, _: Doors) -> Part:
    """Failures that do not say when to come back."""
    failures = {"503": page("Busy", status=503), "500": page("Broken", status=500), "dropped": dropped()}
    urls = [site.put(f"/pauses/{name}", *well(failure, failure)) for name, failure in failures.items()]
    return urls, {"retries": 5}


def retry_after(number: int) -> MakePart:
    """A failure that says when to come back."""

    def make(site: Website, _: Doors) -> Part:
        later = page("Later", status=503, Retry_After=RETRY_AFTER[number])
        return [site.put(f"/retry_after/{number}", *well(later))], {}

    return make


def freed(site: Website, _: Doors) -> Part:
    """Pages that ask for a pause, and others, over one connection."""
    busy = [site.put(f"/freed/busy/{n}", *well(page("Busy", status=503, Retry_After="1"))) for n in range(3)]
    return [*busy, *(site.put(f"/freed/other/{n}", page("Other")) for n in range(5))], {"max_connections": 1}


def one_connection(site: Website, _: Doors) -> Part:
    """Pages over a single connection."""
    return put_pages(site, 3, delay_s=0.4, prefix="/one_connection"), {"max_connections": 1}


def four_connections(site: Website, _: Doors) -> Part:
    """Pages over a few connections."""
    return put_pages(site, 12, delay_s=0.4, prefix="/four_connections"), {"max_connections": 4}


def many_hosts(site: Website, _: Doors) -> Part:
    """Pages of many hosts over few connections."""
    return put_pages(site, 24, delay_s=0.08, hosts=12, prefix="/many_hosts"), {"max_connections": 3}


def moves(site: Website, _: Doors) -> Part:
    """Redirects from host to host over few connections."""
    urls = []
    for number in range(6):
        end = page(f"Page {number}", delay_s=0.25)
        target = site.put(f"/moves/end/{number}", end, host=number + 6)
        urls.append(site.put(f"/moves/start/{number}", redirect(target), host=number))
    return urls, {"max_connections": 2}


def comebacks(site: Website, _: Doors) -> Part:
    """Pages of many hosts that are asked for twice, over few connections."""
    busy = page("Not yet", status=503, Retry_After="0")
    return [site.put(f"/comebacks/{n}", busy, page(f"Page {n}", delay_s=0.2), host=n) for n in range(8)], {
        "max_connections": 2
    }


def failures(site: Website, doors: Doors) -> Part:
    """Good pages, each beside one that fails in another way."""
    good = put_pages(site, len(FAILING) + 2, prefix="/failures/good")
    bad = [site.put(f"/failures/{name}", make()) for name, make in FAILING.items()]
    urls = [url for pair in zip(good, [*bad, doors.refusing, "nonsense"], strict=True) for url in pair]
    return urls, {"max_connections": 6, "retries": 0, "timeout": 1.0}


_MAKERS: tuple[MakePart, ...] = (
    *(queue, attempts, pauses, stalls_again, freed, slow, mended),
    *(stalls, chain, broken),
    *(one_connection, four_connections, many_hosts, moves, comebacks, failures),
)
PARTS: dict[str, MakePart] = {
    **{f"retry_after_{number}": retry_after(number) for number in range(len(RETRY_AFTER))},
    **{make.__name__: make for make in _MAKERS},
}


class Waits:
    """What became of every part."""

    def __init__(self, candidate: Any, site: Website, doors: Doors) -> None:
        self._candidate = candidate
        self._parts = {name: make(site, doors) for name, make in PARTS.items()}
        self._told: dict[str, Any] = {}
        self._lost: SandboxLost | None = None
        first, *others = self._parts.values()
        try:
            told = candidate.call(first[0], beside=others, **first[1])
            self._told = dict(zip(self._parts, told, strict=True))
        except SandboxLost as lost:
            self._lost = lost
        self._contacts: list[Contact] = [*site.contacts]

    def require_calls(self) -> None:
        """Hold that the candidate survived the calls; every test that needs them is told if it did not."""
        if self._lost is not None:
            raise self._lost

    def results(self, name: str) -> list[dict[str, Any]]:
        """Return the results of a part, which must be there; what is told of a failure shows that call alone."""
        urls, options = self._parts[name]
        transcript = self._candidate.transcript
        transcript.clear()
        call = Call(transcript.entry_name, (urls,), options)
        transcript.add(call)
        results = results_of(self._told[name], urls)
        call.result, call.is_over = results, True
        return results

    def urls(self, name: str) -> list[str]:
        """Return the URLs of a part."""
        return self._parts[name][0]

    def visits(self, path: str) -> list[Visit]:
        """Return the requests of a path, or of all that begin with it, in the order in which they came."""
        found = [
            visit for contact in self._contacts for visit in contact.visits if visit.path.startswith(path)
        ]
        return sorted(found, key=lambda visit: visit.asked_at)

    def contacts(self, path: str) -> list[Contact]:
        """Return the connections over which a path, or one that begins with it, was asked for."""
        return [one for one in self._contacts if any(visit.path.startswith(path) for visit in one.visits)]
