"""The routes."""

import os
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify, request
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
from werkzeug.datastructures import Headers

from shortener.body import faults
from shortener.limit import seconds_to_wait

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

routes = Blueprint("routes", __name__)

_CREATE = """
INSERT INTO links (code, url, expires_at)
VALUES (%(code)s, %(url)s, now() + make_interval(secs => %(expires_in)s))
ON CONFLICT DO NOTHING RETURNING code, url, created_at, expires_at
"""
_CLICK = """
UPDATE links SET clicks = clicks + 1, last_clicked_at = now()
WHERE code = %s AND (expires_at IS NULL OR expires_at > now()) RETURNING url
"""


class Verbatim(Response):
    """An answer whose `Location` is sent as it was set: Werkzeug would write it anew."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers for the server."""
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self.headers["Location"]
        return headers


@routes.get("/health")
def health() -> str:
    """Answer."""
    return "ok"


@routes.post("/links")
def create() -> tuple[Response, int] | tuple[Response, int, dict[str, str]]:
    """Store a link."""
    body = request.get_json(force=True, silent=True)
    wrong = faults(body)
    if wrong:
        return jsonify(errors=wrong), 422
    with pool().connection() as connection:
        limit = int(os.environ.get("RATE_LIMIT_PER_MINUTE", "60"))
        wait_s = seconds_to_wait(connection, client(), limit)
    if wait_s:
        return jsonify(errors=["too many posts"]), 429, {"Retry-After": str(wait_s)}
    row = store(body)
    if row is None:
        return jsonify(errors=["the alias is in use"]), 409
    answer = in_utc(row) | {"short_url": f"{request.host_url}{row['code']}"}
    return jsonify(answer), 201, {"Location": f"/{row['code']}"}


@routes.get("/links/<code>/stats")
def statistics(code: str) -> tuple[Response, int]:
    """Tell how often a link was used."""
    row = one("SELECT * FROM links WHERE code = %s", (code,))
    return (jsonify(in_utc(row)), 200) if row else unknown()


@routes.delete("/links/<code>")
def delete(code: str) -> tuple[Response, int]:
    """Forget a link."""
    row = one("DELETE FROM links WHERE code = %s RETURNING code", (code,))
    return (Response(), 204) if row else unknown()


@routes.get("/<code>")
def follow(code: str) -> tuple[Response, int]:
    """Redirect and count."""
    row = one(_CLICK, (code,))
    if row is not None:
        return Verbatim(headers={"Location": row["url"], "Cache-Control": "no-store"}), 302
    if one("SELECT code FROM links WHERE code = %s", (code,)):
        return jsonify(errors=["the link has expired"]), 410
    return unknown()


def pool() -> ConnectionPool:
    """Return this process's connections."""
    return current_app.extensions["pool"]


def one(statement: str, values: Any) -> dict[str, Any] | None:
    """Run a statement; return its first row."""
    if any(isinstance(value, str) and "\0" in value for value in values):
        return None
    with pool().connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, values).fetchone()


def store(body: dict[str, Any]) -> dict[str, Any] | None:
    """Store a link under its alias or a code of chance; `None` if the alias is in use."""
    wanted = {"url": body["url"], "expires_in": body.get("expires_in")}
    while True:
        code = body.get("alias") or secrets.token_urlsafe(6)
        row = one(_CREATE, wanted | {"code": code})
        if row is not None or body.get("alias"):
            return row


def client() -> str:
    """Return whose posts are counted together."""
    key = request.headers.get("X-API-Key")
    return f"key {key}" if key else f"address {request.remote_addr}"


def in_utc(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its times as text."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for name, value in row.items()
    }


def unknown() -> tuple[Response, int]:
    """Answer for a link that is not there."""
    return jsonify(errors=["unknown link"]), 404
