"""Which sandbox engines can be tested on this machine, and why another one cannot."""

from __future__ import annotations

import os
from importlib import import_module

from sandbox import Engine

CLASSES = {
    "docker": ("sandbox.docker_engine", "DockerEngine"),
    "bubblewrap": ("sandbox.bubblewrap", "BubblewrapEngine"),
}
"""Every engine of the product; a new one is a row here."""

REQUIRED_VARIABLE = "GRADER_REQUIRE_ENGINES"
"""Engines that must be there, separated by commas; a missing one is then a failure instead of a skip."""


class EngineMissing(Exception):  # noqa: N818 - a state of the machine
    """The engine cannot be used here; the message says why."""


def make_engine(name: str) -> Engine:
    """Return a working engine by its name. Raises `EngineMissing`."""
    module, class_name = CLASSES[name]
    try:
        engine: Engine = getattr(import_module(module), class_name)()
        facts = engine.describe()
    except Exception as error:
        raise EngineMissing(f"{name}: {type(error).__name__}: {error}") from error
    if not facts.is_available:
        raise EngineMissing(f"{name}: " + ("; ".join(facts.problems) or "does not say why"))
    return engine


def is_required(name: str) -> bool:
    """Whether the caller asked that this engine be tested, as continuous integration does."""
    return name in os.environ.get(REQUIRED_VARIABLE, "").split(",")
