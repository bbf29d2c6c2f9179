"""The table of links in PostgreSQL, and how it is reached."""

import os
from datetime import UTC, datetime

from sqlalchemy import DateTime, String, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables of this service."""


class Link(Base):
    """A code, where it leads to, and how often it was used."""

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    url: Mapped[str] = mapped_column(String(2048))
    clicks: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_clicked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def is_expired(self) -> bool:
        """Tell whether the link has had its time."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)


async def make_engine() -> AsyncEngine:
    """Return an engine for `DATABASE_URL`, with the table made."""
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, pool_size=10, max_overflow=0)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return engine


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Return what opens sessions."""
    return async_sessionmaker(engine, expire_on_commit=False)
