"""The analytics service: right, and slow."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BeforeValidator
from sqlalchemy import DateTime, ForeignKey, Numeric, create_engine, make_url, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
sessions = sessionmaker(create_engine(url, pool_size=10, max_overflow=30))
app = FastAPI(title="Analytics")

DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


class Base(DeclarativeBase):
    """The tables of the shop."""


class User(Base):
    """Somebody who may order."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]


class Order(Base):
    """What a user ordered at one moment."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OrderItem(Base):
    """A part of an order."""

    __tablename__ = "order_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    quantity: Mapped[int]


def parse_date(text: str) -> datetime:
    """Return the moment that a request names; without an offset it is in UTC."""
    if not DATE.fullmatch(text):
        raise ValueError("expected YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS[.ffffff]], with Z, an offset or neither")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def open_session() -> Iterator[Session]:
    """Give a request a session of its own."""
    with sessions() as session:
        yield session


Date = Annotated[datetime, BeforeValidator(parse_date)]


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.get("/analytics/report")
def get_analytics_report(
    start_date: Date, end_date: Date, session: Annotated[Session, Depends(open_session)]
) -> list[dict[str, Any]]:
    """Tell what every user ordered between two dates."""
    result = []
    for user in session.scalars(select(User).order_by(User.id)).all():
        user_stats: dict[str, Any] = {"user_id": user.id, "orders": [], "total_spent": Decimal(0)}
        orders = session.scalars(
            select(Order)
            .where(Order.user_id == user.id, Order.created_at.between(start_date, end_date))
            .order_by(Order.id)
        ).all()
        for order in orders:
            items = session.scalars(select(OrderItem).where(OrderItem.order_id == order.id)).all()
            total = sum((item.price * item.quantity for item in items), Decimal(0))
            user_stats["orders"].append({"order_id": order.id, "total": float(total)})
            user_stats["total_spent"] += total
        user_stats["total_spent"] = float(user_stats["total_spent"])
        result.append(user_stats)
    return result
