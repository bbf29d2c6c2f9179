"""How the hidden tests call `scrape` and hold its results against what they should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from answers import page
from records import Contact, excess, peak

from grader.examiner import expect

FIELDS = ("url", "status", "title", "error", "attempts")
PASSES_S = 0.25  # the statement lets 50 ms pass; on a busy machine we may learn of a closing late


def scrape(candidate: Any, urls: Sequence[str], **options: Any) -> list[dict[str, Any]]:
    """Scrape, and hold that there is a result with all fields for each URL, in the order given."""
    results = candidate.call([*urls], **options)
    require_results(results, urls)
    return results


def require_results(results: Any, urls: Sequence[str]) -> None:
    """Hold that results have the shape that they must have."""
    expect(type(results).__name__, "list", "scrape returns a list")
    strange = [result for result in results if not isinstance(result, dict) or set(result) != {*FIELDS}]
    expect(strange[:1], [], f"each result is a dict of {', '.join(FIELDS)}")
    expect([result["url"] for result in results], [*urls], "the results' URLs, in the order given")


def results_of(told: Any, urls: Sequence[str]) -> list[dict[str, Any]]:
    """Return the results of a call that was made beside others, which must not have raised anything."""
    expect(told.get("raised"), None, "what a call of scrape raises beside others")
    require_results(told["results"], urls)
    results: list[dict[str, Any]] = told["results"]
    return results


def expected(url: str, status: int | None = 200, title: str | None = "Page", **more: Any) -> dict[str, Any]:
    """Return the result that a URL should have."""
    return {"url": url, "status": status, "title": title, "error": None, "attempts": 1} | more


def failed(url: str, error: str, attempts: int = 1) -> dict[str, Any]:
    """Return the result of a URL that gave no status."""
    return expected(url, None, None, error=error, attempts=attempts)


def values(results: Sequence[dict[str, Any]], name: str) -> list[Any]:
    """Return one field of all results."""
    return [result[name] for result in results]


def put_pages(
    site: Any, count: int, *, delay_s: float = 0.0, hosts: int = 1, prefix: str = "/page"
) -> list[str]:
    """Put some pages whose titles are their numbers; return their URLs."""
    return [
        site.put(f"{prefix}/{number}", page(f"Page {number}", delay_s=delay_s), host=number % hosts)
        for number in range(count)
    ]


def expect_connections(contacts: Sequence[Contact], allowed: int) -> None:
    """Hold that never more connections were open than allowed, but for a moment."""
    if excess(contacts, allowed).seconds > PASSES_S:
        what = f"at most max_connections={allowed} connections are open at any moment, idle ones included"
        expect(peak(contacts, PASSES_S), allowed, what)
