"""What the report looks like to a client."""

from pydantic import BaseModel


class OrderReport(BaseModel):
    """An order and what was paid for it."""

    order_id: int
    total: float


class UserReport(BaseModel):
    """A user's orders, and what was paid for all of them."""

    user_id: int
    orders: list[OrderReport]
    total_spent: float
