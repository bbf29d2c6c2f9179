"""URLs, taken apart as far as a request needs it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit


class NotAbsolute(ValueError):
    """The URL is not an absolute http or https URL."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect and what to ask for there."""

    url: str
    is_secure: bool
    host: str
    port: int
    target: str
    authority: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Take a URL apart. Raises `NotAbsolute`."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise NotAbsolute(url) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NotAbsolute(url)
        is_secure = parts.scheme == "https"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        authority = parts.netloc.rpartition("@")[2]
        return cls(url, is_secure, parts.hostname, port or (443 if is_secure else 80), target, authority)

    def join(self, reference: str) -> Address:
        """Return the address that a `Location` names from here. Raises `NotAbsolute`."""
        return Address.parse(urljoin(self.url, reference))
