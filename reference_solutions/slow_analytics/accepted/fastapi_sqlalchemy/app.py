"""The analytics service: one report, and whether the service runs."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

import reports
from dates import Moment
from schemas import UserReport
from tables import make_sessions

app = FastAPI(title="Analytics")
sessions = make_sessions()


def open_session() -> Iterator[Session]:
    """Give a request a session of its own."""
    with sessions() as session:
        yield session


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.get("/analytics/report")
def read_report(
    start_date: Moment, end_date: Moment, session: Annotated[Session, Depends(open_session)]
) -> list[UserReport]:
    """Tell what every user ordered between two moments."""
    return reports.make_report(session, start_date, end_date)
