"""The analytics service: right, and slow."""

import os
import re
from collections import defaultdict
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
    items = defaultdict(list)
    for item in session.scalars(select(OrderItem)):
        items[item.order_id].append(item)
    orders = defaultdict(list)
    for order in session.scalars(select(Order).order_by(Order.id)):
        if start_date <= order.created_at <= end_date:
            orders[order.user_id].append(order)
    result = []
    for user in session.scalars(select(User).order_by(User.id)):
        totals = [(order.id, add_up(items[order.id])) for order in orders[user.id]]
        listed = [{"order_id": number, "total": float(total)} for number, total in totals]
        spent = float(sum(total for _, total in totals))
        result.append({"user_id": user.id, "orders": listed, "total_spent": spent})
    return result


def add_up(items: list[OrderItem]) -> Decimal:
    """Return the total of an order's items."""
    return sum((item.price * item.quantity for item in items), Decimal(0))
