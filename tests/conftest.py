"""Fixtures that the tests of several packages share: the sandbox engines found on this machine."""

from __future__ import annotations

import logging
from functools import cache

import pytest

from sandbox import Engine
from tests.conformance.engines import CLASSES, REQUIRED_VARIABLE, EngineMissing, is_required, make_engine


@cache
def _prepared(name: str) -> Engine | str:
    """Return the engine with its images built, or why there is none; asked once a session."""
    try:
        engine = make_engine(name)
    except EngineMissing as error:
        return str(error)
    engine.prepare(lambda step: logging.getLogger(__name__).info("%s: %s", name, step))
    return engine


def prepared_engine(name: str) -> Engine:
    """Return a prepared engine; skip visibly where it is missing, fail where it is required."""
    found = _prepared(name)
    if not isinstance(found, str):
        return found
    if is_required(name):
        pytest.fail(f"{REQUIRED_VARIABLE} asks for an engine that is missing here: {found}", pytrace=False)
    pytest.skip(f"engine missing here: {found}")


@pytest.fixture(params=sorted(CLASSES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every engine of this machine in turn."""
    return prepared_engine(request.param)


@pytest.fixture
def docker_engine() -> Engine:
    """The Docker engine alone."""
    return prepared_engine("docker")


@pytest.fixture
def bubblewrap_engine() -> Engine:
    """The bubblewrap engine alone."""
    return prepared_engine("bubblewrap")
