"""Which statements of a server's log count, and which are only a driver's housekeeping."""

from __future__ import annotations

import re

_LOGGED = re.compile(r"^(?:statement|execute [^:]+): (.*)", re.DOTALL)
_HOUSEKEEPING = re.compile(
    r"\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SHOW|DEALLOCATE|DISCARD)\b"
    r"|\s*SELECT\s+1\s*$"
    r"|\s*SELECT\s+(?:pg_catalog\.)?(?:pg_advisory_unlock_all|current_schema|version)\s*\(\s*\)\s*$",
    re.IGNORECASE,
)
_RELATION = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?([\w.\"]+)", re.IGNORECASE)
_CATALOGUE = re.compile(
    r"(?:pg_catalog\.|information_schema\.)?pg_\w+$|information_schema\.\w+$", re.IGNORECASE
)
_CTE = re.compile(r"\b(\w+)\s*(?:\([^()]*\)\s*)?AS\s+(?:(?:NOT\s+)?MATERIALIZED\s*)?\(", re.IGNORECASE)


def logged_statement(message: str) -> str | None:
    """Return the statement that a line of the log tells of, `None` where it tells of none."""
    found = _LOGGED.match(message)
    return found[1] if found else None


def is_housekeeping(sql: str) -> bool:
    """Return whether a statement does nothing but what drivers and pools do of themselves.

    Several statements sent as one are housekeeping only where each of them is.
    """
    parts = [part for part in sql.split(";") if part.strip()]
    return all(_HOUSEKEEPING.match(part) or _asks_the_catalogue(part) for part in parts)


def _asks_the_catalogue(sql: str) -> bool:
    """Return whether a query reads the catalogue and nothing else, as drivers do when they connect."""
    named = {name.lower() for name in _CTE.findall(sql)}
    relations = [name.replace('"', "") for name in _RELATION.findall(sql)]
    foreign = [name for name in relations if name.lower() not in named and not _CATALOGUE.match(name)]
    return bool(relations) and not foreign
