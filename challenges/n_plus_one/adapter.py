"""Serves `user_feed` to the examiner: makes the sessions that it is called with, and gives its answers as JSON texts.

Loaded beside the candidate's code, so what it says is data. The rows that it adds through a session are of classes of
its own: the submission's `models` may be what they like.
"""

import gc
import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Engine, ForeignKey, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

Entry = Callable[..., list[dict[str, Any]]]


class _Base(DeclarativeBase):
    pass


class _User(_Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class _Post(_Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]


class _Tag(_Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class _Tagging(_Base):
    __tablename__ = "post_tags"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)


class _Comment(_Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


_CLASSES: dict[str, type[Any]] = {
    made.__tablename__: made for made in (_User, _Post, _Tag, _Tagging, _Comment)
}


class _Feed:
    """Calls the entry with a session of its engine: with the open one, else with one for that call alone."""

    def __init__(self, entry: Entry, engine: Engine) -> None:
        self._entry = entry
        self._engine = engine
        self._session: Session | None = None
        self._held: list[Any] = []

    def user_feed(self, **given: int | None) -> str:
        """Return the entry's answer as JSON."""
        if self._session is not None:
            return json.dumps(self._entry(self._session, **given))
        with Session(self._engine) as session:
            return json.dumps(self._entry(session, **given))

    def open(self) -> None:
        """Open a session and a transaction in it."""
        self._session = Session(self._engine)
        self.execute("SELECT 1")

    def execute(self, sql: str) -> None:
        """Run SQL in the open session's transaction."""
        gc.collect()  # objects that earlier calls left behind are gone, as they are sooner or later
        self._opened().connection().exec_driver_sql(sql, execution_options={"no_parameters": True})

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Add an object to the open session; it stays pending until something flushes it."""
        made = dict(row)
        if "created_at" in made:
            made["created_at"] = datetime.fromisoformat(made["created_at"])
        self._opened().add(_CLASSES[table](**made))

    def hold(self, table: str, number: int) -> None:
        """Load an object in the open session and keep it."""
        self._held.append(self._opened().get_one(_CLASSES[table], number))

    def change_held(self, attribute: str, value: str) -> None:
        """Change an attribute of the object that was loaded last."""
        setattr(self._held[-1], attribute, value)

    def commit(self) -> None:
        """Commit the open session's transaction."""
        self._opened().commit()

    def rollback(self) -> None:
        """Roll the open session's transaction back."""
        self._opened().rollback()

    def _opened(self) -> Session:
        if self._session is None:
            raise RuntimeError("no session is open; expected a call of open before")
        return self._session


def adapt(entry: Entry) -> Callable[..., _Feed]:
    """Return what is served: it makes a feed, on another port of the database's if one is given."""
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
    engine = create_engine(url)

    def make(port: int | None = None) -> _Feed:
        engine.dispose()  # the examiner ends the connections of a test before the next one
        return _Feed(entry, engine if port is None else create_engine(url.set(port=port)))

    return make
