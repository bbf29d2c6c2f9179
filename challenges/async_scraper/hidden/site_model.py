"""Random pages of the website, each with the result that a right scraper gives for it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from answers import Answer, answer, chunked, packed, page, redirect
from hypothesis import strategies as st
from scraping import expected, failed

MOST_REDIRECTS = 5
LARGEST = 3_000
OPEN = {"too_many_redirects": ("status", "title"), "too_large": ("title",)}
"""The fields that the statement leaves open for an error."""
CHARSETS = ("utf-8", "utf-16-le", "cp1251", None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one path answers, and what its result is; `retries` are those of the call."""

    kind: str
    number: int
    text: str = "x"
    charset: str | None = "utf-8"

    def put(self, site: Any, path: str, host: int) -> str:
        """Put the page and what it leads to; return its URL."""
        if self.kind == "invalid":
            return f"gopher://{path}"
        if self.kind == "redirects":
            url = site.put(f"{path}/0", self._page(), host=host)
            for step in range(1, self.number + 1):
                url = site.put(f"{path}/{step}", redirect(url), host=host + step)
            return url
        return site.put(path, *self._answers(), host=host)

    def result(self, url: str, retries: int) -> dict[str, Any]:
        """Return the result that a URL with this plan has, but for what the statement leaves open."""
        right = expected(url, title=self.title)
        special = {
            "invalid": failed(url, "invalid_url", attempts=0),
            "large": right | {"error": "too_large"},
            "status": right | {"status": self.number, "error": "http"},
            "data": right | {"title": None},
        }
        if self.kind == "redirects" and self.number > MOST_REDIRECTS:
            return right | {"error": "too_many_redirects"}
        if self.kind == "recovers" and self.number > retries:
            return expected(url, 503, "Busy", error="http", attempts=retries + 1)
        return special.get(self.kind, right | {"attempts": self.number + 1 if self.kind == "recovers" else 1})

    @property
    def title(self) -> str:
        """The title that is found."""
        return " ".join(self.text.split())

    def _page(self) -> Answer:
        source = f"<html><head><TITLE a=b>{html.escape(self.text)}</TITLE></head></html>"
        body = source.encode(self.charset or "utf-8", "xmlcharrefreplace")
        content_type = "text/html" + (f"; charset={self.charset}" if self.charset else "")
        send = {"chunked": chunked, "packed": packed}.get(self.kind)
        return send(body, content_type=content_type) if send else answer(200, body, content_type)

    def _answers(self) -> list[Answer]:
        match self.kind:
            case "large":
                return [page("x" * (LARGEST + self.number))]
            case "status":
                return [page(html.escape(self.text), status=self.number)]
            case "data":
                return [answer(200, b"<title>No</title>", "text/css")]
            case "recovers":
                return [page("Busy", status=503, Retry_After="0")] * self.number + [self._page()]
        return [self._page()]


_TEXTS = st.text(st.sampled_from("aZ5 \t\n&<>\"';éЖ日🙂"), min_size=1, max_size=12).filter(str.strip)


def _plans(kind: str, numbers: st.SearchStrategy[int] = st.just(0)) -> st.SearchStrategy[Plan]:  # noqa: B008
    return st.builds(Plan, st.just(kind), numbers, _TEXTS, st.sampled_from(CHARSETS))


PLANS = st.one_of(
    _plans("page"),
    _plans("chunked"),
    _plans("packed"),
    _plans("redirects", st.integers(1, 7)),
    _plans("status", st.sampled_from([400, 404, 410, 429, 501])),
    _plans("recovers", st.integers(1, 3)),
    _plans("data"),
    _plans("large", st.integers(1, 50)),
    _plans("invalid"),
)
