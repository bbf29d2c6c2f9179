"""Who HTTP requests say they come from: tests and load alike take turns, so that neither can be told by it."""

from __future__ import annotations

USER_AGENTS = (
    "curl/8.5.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "python-requests/2.32.3",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "okhttp/4.12.0",
)


def user_agent(number: int) -> str:
    """Return what the visitor of a number, from 0, calls itself."""
    return USER_AGENTS[number % len(USER_AGENTS)]
