"""Makes reports: one query for the users, one for the totals of their orders."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schemas import OrderReport, UserReport
from tables import Order, OrderItem, User


def make_report(session: Session, start: datetime, end: datetime) -> list[UserReport]:
    """Return every user's orders between two moments, both included, by id."""
    users = session.scalars(select(User).order_by(User.id)).all()
    orders = _totals(session, start, end)
    return [
        UserReport(
            user_id=user.id,
            orders=[OrderReport(order_id=number, total=float(total)) for number, total in orders[user.id]],
            total_spent=float(sum((total for _, total in orders[user.id]), Decimal(0))),
        )
        for user in users
    ]


def _totals(session: Session, start: datetime, end: datetime) -> dict[int, list[tuple[int, Decimal]]]:
    """Return the ids and totals of orders, by id, for each user that has some."""
    total = func.coalesce(func.sum(OrderItem.price * OrderItem.quantity), Decimal(0))
    rows = session.execute(
        select(Order.user_id, Order.id, total)
        .join_from(Order, OrderItem, OrderItem.order_id == Order.id, isouter=True)
        .where(Order.created_at.between(start, end))
        .group_by(Order.id)
        .order_by(Order.id)
    )
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for user_id, order_id, paid in rows:
        found[user_id].append((order_id, paid))
    return found
