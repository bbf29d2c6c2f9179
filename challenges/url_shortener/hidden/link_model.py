"""The statement's service without HTTP: what each request does to a dictionary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Link:
    """A link as the model holds it."""

    url: str
    clicks: int = 0
    is_expired: bool = False


class Model:
    """Links by alias; every method returns the status that the service must give."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}

    def create(self, alias: str, url: str) -> int:
        """Take a post."""
        if alias in self.links:
            return 409
        self.links[alias] = Link(url)
        return 201

    def follow(self, alias: str) -> int:
        """Take a click; 307 stands for 302, too."""
        link = self.links.get(alias)
        if link is None:
            return 404
        if link.is_expired:
            return 410
        link.clicks += 1
        return 307

    def read(self, alias: str) -> int:
        """Tell whether there are statistics."""
        return 200 if alias in self.links else 404

    def delete(self, alias: str) -> int:
        """Forget a link."""
        return 404 if self.links.pop(alias, None) is None else 204

    def expire(self, alias: str, clicks: int) -> None:
        """Let a link be there that was clicked some times, and has expired since."""
        self.links[alias] = Link("", clicks, is_expired=True)
