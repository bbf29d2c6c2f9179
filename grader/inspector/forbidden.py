"""The names that a challenge forbids, and how a dotted path is held against them."""

from __future__ import annotations

from dataclasses import dataclass

from grader.inspector.modules import is_standard

_SAME_THING = {
    "functools.lru_cache": ("functools._lru_cache_wrapper", "_functools._lru_cache_wrapper"),
    "functools.cache": ("functools._lru_cache_wrapper", "_functools._lru_cache_wrapper"),
}


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Dotted names of modules (`cachetools`) and of things in modules (`functools.lru_cache`)."""

    names: tuple[str, ...]

    @property
    def all_names(self) -> tuple[str, ...]:
        """The names and what is the same thing under another name."""
        more = [other for name in self.names for other in _SAME_THING.get(name, ())]
        return tuple(dict.fromkeys([*self.names, *more]))

    def reached_by(self, path: str) -> str | None:
        """Return the forbidden name that a dotted path is, is inside of, or holds (`re.functools.cache`)."""
        for name in self.all_names:
            if path == name or path.startswith(name + "."):
                return name
            if "." in name and is_standard(name) and f".{name}." in f"{path}.":
                return name
        return None

    def parts_of(self, module: str) -> dict[str, str]:
        """Return the forbidden things directly in a module, by their name there."""
        found = (name.rpartition(".") for name in self.all_names)
        return {tail: f"{module}.{tail}" for base, _, tail in found if base == module and base}

    def has_part_in(self, path: str) -> bool:
        """Tell whether a dotted path is a module that holds something forbidden."""
        tail = path.rpartition(".")[2]
        return any(name.startswith((path + ".", tail + ".")) for name in self.all_names)
