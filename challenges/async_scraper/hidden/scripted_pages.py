"""The pages of the load: what a path answers, and the result that it has, follow from the path alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from answers import Answer, answer, html, packed, page, redirect

_FILLING = '<p class="text">Some text with <a href="/link">links</a> &amp; more.</p>\n' * 60


def _title(name: str) -> str:
    return f"Page {name} &amp; more"


def _page(name: str) -> Answer:
    return answer(200, html(_title(name), _FILLING).encode())


def _busy(name: str) -> Answer:
    _seen[name] += 1
    is_first = _seen[name] % 2 == 1  # of this scrape's two requests: every side asks for the same pages
    return page("Busy", status=503, Retry_After="0") if is_first else _page(name)


_seen: Counter[str] = Counter()
KINDS: dict[str, Callable[[str], Answer]] = {
    "page": _page,
    "packed": lambda name: packed(html(_title(name), _FILLING).encode()),
    "moved": lambda name: redirect(f"/page/{name}"),
    "missing": lambda name: page(_title(name), status=404),
    "busy": _busy,
}


def answer_for(path: str) -> Answer:
    """Return what a path such as `/moved/1f` answers."""
    _, kind, name = path.split("/")
    return KINDS[kind](name)


def result_of(base_url: str, path: str) -> dict[str, Any]:
    """Return the result that a path's URL has."""
    _, kind, name = path.split("/")
    return {
        "url": base_url + path,
        "status": 404 if kind == "missing" else 200,
        "title": f"Page {name} & more",
        "error": "http" if kind == "missing" else None,
        "attempts": 2 if kind == "busy" else 1,
    }
