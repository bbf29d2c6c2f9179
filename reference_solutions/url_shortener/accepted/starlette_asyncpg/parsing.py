"""What a posted body may say."""

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_URL = 2048
LONGEST_S = 31_536_000
RESERVED = ("links", "health", "docs", "redoc")


class Refusal(ValueError):
    """A body that is not taken, and why."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that may be stored."""

    url: str
    alias: str | None
    expires_in: int | None


def parse_new_link(body: bytes) -> NewLink:
    """Return what a body asks for. Raises `Refusal`."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("the body is not JSON") from None
    if not isinstance(document, dict):
        raise Refusal("the body is not an object")
    return NewLink(
        _url(document.get("url")), _alias(document.get("alias")), _expires_in(document.get("expires_in"))
    )


def _url(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_URL or "\0" in value:
        raise Refusal(f"url is not a text of at most {LONGEST_URL} characters")
    try:
        parts = urlsplit(value)
        is_absolute = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_absolute = False
    if not is_absolute:
        raise Refusal("url is not an absolute http or https URL")
    return value


def _alias(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{3,32}", value) or value in RESERVED:
        raise Refusal("alias is not 3 to 32 letters, digits, _ or -, or is reserved")
    return value


def _expires_in(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= LONGEST_S:
        raise Refusal(f"expires_in is not an integer from 1 to {LONGEST_S}")
    return value
