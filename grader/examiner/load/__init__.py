"""The performance stage: one Locust process drives candidate and reference in turn, the kernel accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.examiner.load.user import RpcUser

__all__ = ["RpcUser"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as the import system has it
    """Give `RpcUser` when it is asked for: importing Locust patches the process, which only its own may suffer."""
    if name != "RpcUser":
        raise AttributeError(name)
    from grader.examiner.load.user import RpcUser  # noqa: PLC0415

    return RpcUser
