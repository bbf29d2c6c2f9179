"""Titles of pages."""

from __future__ import annotations

import asyncio
import html
import re
from email.message import Message

from solution.exchange import Reply

TYPES = frozenset({"text/html", "application/xhtml+xml"})
TITLE = re.compile(r"<title(?:\s[^>]*)?>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
SMALL = 100_000


async def title_of(reply: Reply) -> str | None:
    """Return the first title of a reply that is a page; large ones are searched in a thread."""
    if "content-type" not in reply.headers:
        return None
    header = Message()
    header["Content-Type"] = reply.headers["content-type"]
    if header.get_content_type() not in TYPES:
        return None
    charset = str(header.get_param("charset", "utf-8"))
    if len(reply.body) < SMALL:
        return _find(reply.body, charset)
    return await asyncio.to_thread(_find, reply.body, charset)


def _find(body: bytes, charset: str) -> str | None:
    try:
        text = body.decode(charset, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    found = TITLE.search(text)
    return " ".join(html.unescape(found[1]).split()) if found else None
