"""What the host serves in the place of `scrape`: the same, and scrapes that are cancelled or run beside others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_PATIENCE_S = 3.0
_APART_S = 0.1  # between the beginnings of calls beside each other, which each take the loop for a moment
_MOST_S = 8.0  # of a call beside others, so that one which never ends does not hide what became of them

Scrape = Callable[..., Awaitable[Any]]


def adapt(scrape: Scrape) -> Callable[..., Awaitable[Any]]:
    """Return a coroutine function that takes and gives what JSON can hold."""

    async def adapted(
        urls: list[str],
        *,
        cancelled_after_s: float | None = None,
        lingering_s: float = 0.0,
        beside: list[tuple[list[str], dict[str, Any]]] | None = None,
        **options: Any,  # noqa: ANN401 - as the candidate has them
    ) -> Any:  # noqa: ANN401 - the candidate's answer
        """Scrape; with `beside`, make those calls at the same time, and return what became of all.

        With `cancelled_after_s` the scrape is cancelled then. The loop goes on for `lingering_s` seconds after its
        end, so that the website can see what still is open, and `True` is returned where the scrape did end.
        """
        if cancelled_after_s is not None:
            return await _cancelled(scrape(urls, **options), cancelled_after_s, lingering_s)
        if beside is not None:
            calls = enumerate(((urls, options), *beside))
            return await asyncio.gather(*(_told(scrape, number, *call) for number, call in calls))
        return await scrape(urls, **options)

    return adapted


async def _told(scrape: Scrape, number: int, urls: list[str], options: dict[str, Any]) -> dict[str, Any]:
    await asyncio.sleep(number * _APART_S)
    try:
        async with asyncio.timeout(_MOST_S):
            return {"results": await scrape(urls, **options)}
    except TimeoutError:
        return {"raised": f"TimeoutError: it did not end within {_MOST_S:g} s"}
    except Exception as error:
        return {"raised": f"{type(error).__name__}: {error}"}


async def _cancelled(running: Awaitable[Any], after_s: float, lingering_s: float) -> bool:
    task = asyncio.ensure_future(running)
    await asyncio.wait({task}, timeout=after_s)
    task.cancel()
    ended, _ = await asyncio.wait({task}, timeout=_PATIENCE_S)
    await asyncio.sleep(lingering_s)
    return bool(ended)
