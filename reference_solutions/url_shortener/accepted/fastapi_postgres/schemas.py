"""What clients send and receive."""

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

LONGEST_URL = 2048
LONGEST_LIFE_S = 31_536_000
RESERVED = frozenset({"links", "health", "docs", "redoc"})
_ALIAS = re.compile(r"[A-Za-z0-9_-]{3,32}")


def check_url(url: str) -> str:
    """Return an absolute http or https URL as it is. Raises `ValueError` for anything else."""
    parts = urlsplit(url)
    if "\0" in url or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an absolute http or https URL with a host")
    return url


def check_alias(alias: str) -> str:
    """Return an alias as it is. Raises `ValueError` for one that cannot be used."""
    if not _ALIAS.fullmatch(alias) or alias in RESERVED:
        raise ValueError("expected 3 to 32 letters, digits, _ or -, and no name of the service's own")
    return alias


class NewLink(BaseModel):
    """What a client posts."""

    url: Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(check_url)]
    alias: Annotated[str, AfterValidator(check_alias)] | None = None
    expires_in: Annotated[StrictInt, Field(ge=1, le=LONGEST_LIFE_S)] | None = None


class CreatedLink(BaseModel):
    """The answer to a post."""

    code: str
    url: str
    short_url: str
    created_at: datetime
    expires_at: datetime | None


class LinkStatistics(BaseModel):
    """How often a link was used."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    url: str
    clicks: int
    created_at: datetime
    last_clicked_at: datetime | None
    expires_at: datetime | None
