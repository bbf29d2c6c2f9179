"""What the walk through the imported modules wrote down: routes to forbidden names, and doubts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A line that comes to something forbidden, or may: `name` is empty where it is not known what it comes to."""

    path: str
    line: int
    name: str
    how: str


@dataclass(slots=True)
class Journal:
    """Routes that are certain and routes that a person should look at."""

    certain: set[Route] = field(default_factory=set)
    doubtful: set[Route] = field(default_factory=set)

    def note(self, route: Route, is_certain: bool) -> None:
        """Write a route down once."""
        (self.certain if is_certain else self.doubtful).add(route)
