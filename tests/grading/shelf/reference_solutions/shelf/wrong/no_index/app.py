"""The books on the shelf."""

import os

import psycopg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

CONNECTION = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def books(_: Request) -> Response:
    """List the titles."""
    return JSONResponse([title for (title,) in CONNECTION.execute("SELECT title FROM books ORDER BY title")])


def health(_: Request) -> Response:
    """Tell that we are there."""
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/books", books), Route("/health", health)])
