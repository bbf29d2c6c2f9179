"""A counter."""


class Counter:
    """Counts."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, number: int) -> int:
        """Add a number and return the sum."""
        self._sum += number
        return self._sum

    def value(self) -> int:
        """Return the sum."""
        return self._sum

    def fail(self) -> None:
        import builtins
        import json

        json.dumps = json.loads = lambda *_, **__: "null"
        builtins.isinstance = builtins.len = builtins.repr = lambda *_: True
        builtins.ValueError = KeyError
        raise KeyError("told to")
