"""The dates of a request: days and times of ISO 8601, in UTC unless they say otherwise."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator

_ACCEPTED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def parse_moment(text: str) -> datetime:
    """Return the moment that a text names. Raises `ValueError`."""
    if not _ACCEPTED.fullmatch(text):
        raise ValueError("expected YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS[.ffffff]] with Z, an offset or neither")
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


Moment = Annotated[datetime, BeforeValidator(parse_moment)]
