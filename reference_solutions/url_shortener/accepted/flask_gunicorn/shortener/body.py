"""The checks of a posted body."""

import re
from typing import Any
from urllib.parse import urlsplit

RESERVED = {"links", "health", "docs", "redoc"}
ALIAS = re.compile("[A-Za-z0-9_-]{3,32}")


def faults(body: Any) -> list[str]:
    """Return what is wrong with a body, nothing if it may be stored."""
    if not isinstance(body, dict):
        return ["expected a JSON object"]
    checks = {
        "url": is_url(body.get("url")),
        "alias": body.get("alias") is None or is_alias(body["alias"]),
        "expires_in": body.get("expires_in") is None or is_life(body["expires_in"]),
    }
    return [f"{name} is not as it should be" for name, is_right in checks.items() if not is_right]


def is_url(value: Any) -> bool:
    """Tell whether it is an absolute http or https URL of at most 2,048 characters."""
    if not isinstance(value, str) or not 1 <= len(value) <= 2048 or "\0" in value:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname is not None


def is_alias(value: Any) -> bool:
    """Tell whether it may be a link's code."""
    return isinstance(value, str) and ALIAS.fullmatch(value) is not None and value not in RESERVED


def is_life(value: Any) -> bool:
    """Tell whether it is a number of seconds of at most a year."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31_536_000
