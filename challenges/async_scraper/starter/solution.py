"""Fetches pages at once and reports their titles; the statement says what holds for each."""

from collections.abc import Sequence
from typing import Any


async def scrape(
    urls: Sequence[str],
    *,
    max_connections: int = 10,
    timeout: float = 5.0,
    retries: int = 2,
    max_body_bytes: int = 1_000_000,
) -> list[dict[str, Any]]:
    """Return a dict of url, status, title, error and attempts for each URL, in the order given."""
    raise NotImplementedError
