"""A greeter over PostgreSQL."""

import os

import psycopg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

CONNECTION = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
CONNECTION.execute("CREATE TABLE IF NOT EXISTS names (name text PRIMARY KEY)")


def put(request: Request) -> Response:
    """Store a name."""
    statement = "INSERT INTO names VALUES (%s) ON CONFLICT DO NOTHING"
    CONNECTION.execute(statement, [request.path_params["name"]])
    return Response(status_code=204)


def names(_: Request) -> Response:
    """List the names."""
    rows = CONNECTION.execute("SELECT name FROM names ORDER BY name").fetchall()
    return JSONResponse([name for (name,) in rows])


def superuser(_: Request) -> Response:
    """Tell whether our role may do everything."""
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    row = CONNECTION.execute(query).fetchone()
    return JSONResponse(row is not None and row[0])


def greeting(_: Request) -> Response:
    """Greet."""
    return PlainTextResponse(os.environ["GREETING"])


def health(_: Request) -> Response:
    """Tell that we are there."""
    return PlainTextResponse("ok")


app = Starlette(
    routes=[
        Route("/names/{name}", put, methods=["PUT"]),
        Route("/names", names),
        Route("/superuser", superuser),
        Route("/greeting", greeting),
        Route("/health", health),
    ]
)
