"""What may be posted."""

import json
import re
from typing import NamedTuple
from urllib.parse import urlsplit


class Unfit(Exception):
    """What was posted cannot be stored."""


class NewLink(NamedTuple):
    """What was posted and can be stored."""

    url: str
    alias: str | None
    expires_in: int | None


def check(text: str) -> NewLink:
    """Return what a body asks for. Raises `Unfit`."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unfit("not JSON") from error
    if not isinstance(body, dict):
        raise Unfit("not a JSON object")
    new = NewLink(body.get("url"), body.get("alias"), body.get("expires_in"))
    if not isinstance(new.url, str) or len(new.url) > 2048 or not _is_absolute(new.url):
        raise Unfit("url: expected an absolute http or https URL of at most 2048 characters")
    if new.alias is not None and not _is_alias(new.alias):
        raise Unfit("alias: expected 3 to 32 letters, digits, _ or -, and not a path of the service")
    if new.expires_in is not None and (type(new.expires_in) is not int or not 1 <= new.expires_in <= 31_536_000):
        raise Unfit("expires_in: expected an integer from 1 to 31536000")
    return new


def _is_absolute(url: str) -> bool:
    if any(character < " " for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_alias(alias: object) -> bool:
    if alias in ("links", "health", "docs", "redoc"):
        return False
    return isinstance(alias, str) and re.fullmatch(r"[\w-]{3,32}", alias, re.ASCII) is not None
