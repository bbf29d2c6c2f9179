"""Moments as clients write them."""

import re
from datetime import UTC, datetime

_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}(:\d{2}(\.\d{6})?)?(Z|[+-]\d{2}:\d{2})?"
_MOMENT = re.compile(f"{_DAY}(T{_TIME})?", re.ASCII)


class NoMoment(ValueError):
    """A text that names no moment, or none at all."""


def read_moment(text: str | None) -> datetime:
    """Return the moment that a text names, in UTC where it has no offset. Raises `NoMoment`."""
    if text is None:
        raise NoMoment("start_date and end_date are needed")
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise NoMoment(f"{text!r} is no date such as 2024-05-17 or 2024-05-17T10:00Z")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
