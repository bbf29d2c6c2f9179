"""Which engine sandboxes come from: the asked one, else Docker where it answers, else bubblewrap."""

from __future__ import annotations

from enum import StrEnum

from sandbox import Engine, EngineFacts, EngineUnavailable
from sandbox.bubblewrap import BubblewrapEngine
from sandbox.docker_engine import DockerEngine


class EngineName(StrEnum):
    """What `--engine` takes."""

    DOCKER = "docker"
    BUBBLEWRAP = "bubblewrap"


def make_engine(name: EngineName) -> Engine:
    """Return an engine by name, without asking whether it works."""
    return DockerEngine() if name is EngineName.DOCKER else BubblewrapEngine()


def choose_engine(asked: EngineName | None) -> Engine:
    """Return an engine that works here. Raises `EngineUnavailable` that says how to get one.

    Code is never run without a sandbox.
    """
    missing: list[EngineFacts] = []
    for name in EngineName if asked is None else (asked,):
        engine = make_engine(name)
        facts = engine.describe()
        if facts.is_available:
            return engine
        missing.append(facts)
    reasons = "; ".join(f"{facts.name}: {' '.join(facts.problems) or 'not available'}" for facts in missing)
    raise EngineUnavailable(f"no sandbox engine works here ({reasons})")
