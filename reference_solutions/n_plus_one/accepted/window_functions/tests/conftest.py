"""A database for the tests: tables in a schema of their own, which is dropped afterwards."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from models import Base

SCHEMA = "feed_tests"


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Give an engine whose connections see the tests' own schema."""
    if "DATABASE_URL" not in os.environ:
        pytest.skip("DATABASE_URL is not set; it should name a PostgreSQL database for the tests")
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
    made = create_engine(url, connect_args={"options": f"-csearch_path={SCHEMA}"})
    with made.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    yield made
    with made.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Give a session on empty tables."""
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        yield opened
    Base.metadata.drop_all(engine)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give the list to which every statement is added."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
