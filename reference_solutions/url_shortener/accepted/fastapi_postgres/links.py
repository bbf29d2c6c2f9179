"""Creating, finding, counting and deleting links."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete as delete_from
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from database import Link
from schemas import NewLink

CODE_BYTES = 6  # eight letters, more than any name of the service's own
LONGEST_CODE = 32


async def create(session: AsyncSession, new: NewLink) -> Link | None:
    """Store a link under its alias or a code of chance; return `None` if the alias is in use."""
    created_at = datetime.now(UTC)
    expires_at = created_at + timedelta(seconds=new.expires_in) if new.expires_in else None
    while True:
        code = new.alias or secrets.token_urlsafe(CODE_BYTES)
        link = Link(code=code, url=new.url, created_at=created_at, expires_at=expires_at)
        session.add(link)
        try:
            await session.commit()
        except IntegrityError:
            await session.rollback()
            if new.alias:
                return None
        else:
            return link


async def find(session: AsyncSession, code: str) -> Link | None:
    """Return the link with a code, expired or not."""
    if len(code) > LONGEST_CODE or not code.isprintable():
        return None
    return (await session.execute(select(Link).where(Link.code == code))).scalar_one_or_none()


async def count_click(session: AsyncSession, link: Link) -> None:
    """Count a click in the database, where simultaneous ones add up."""
    counted = (
        update(Link)
        .where(Link.id == link.id)
        .values(clicks=Link.clicks + 1, last_clicked_at=datetime.now(UTC))
        .execution_options(synchronize_session=False)
    )
    await session.execute(counted)
    await session.commit()


async def delete(session: AsyncSession, code: str) -> bool:
    """Remove a link; return whether it was there."""
    link = await find(session, code)
    if link is None:
        return False
    result = await session.execute(delete_from(Link).where(Link.id == link.id))
    await session.commit()
    return result.rowcount == 1
