"""From requirements to a layer: refused, found in the cache, or built."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from grader.dependencies.bounds import Bounds
from grader.dependencies.build import build
from grader.dependencies.errors import DependencyError
from grader.dependencies.index import Index
from grader.dependencies.layer import Layer, Layers
from grader.dependencies.provided import read_provided
from grader.dependencies.requirements import Requirements
from grader.errors import GradingFailed
from sandbox import Engine, Image

Say = Callable[[str], None]

_FORMAT = "1"
"""Part of every key: another number makes every layer anew."""


def make_layer(
    requirements: Requirements,
    engine: Engine,
    *,
    index: Index | Callable[[], Index],
    cache: Path,
    say: Say,
    offline: bool = False,
    bounds: Bounds | None = None,
) -> Layer | None:
    """Return what is to be added to the candidate's files, `None` where everything is provided.

    The same requirements, image and index are built once. An `index` that must first be found out is found out only
    where it is needed. Raises `DependencyError` for what the candidate can change, `GradingFailed` and
    `SandboxError` for what is ours.
    """
    if requirements.unread:
        say(f"dependencies: {requirements.source} counts, {requirements.unread} is not read")
    beyond = read_provided().beyond(requirements)
    if not beyond:
        return None
    if offline:
        raise DependencyError(
            f"{beyond[0].place}: {beyond[0].text} is not provided, and nothing is downloaded offline; "
            "use what is always installed, or grade without --offline"
        )
    known = index() if callable(index) else index
    try:
        layer = _found_or_built(requirements, engine, known, Layers(cache), say, bounds or Bounds())
    except OSError as error:
        raise GradingFailed(f"the packages cannot be kept in {cache}: {error}") from error
    return layer if layer.packages else None


def _found_or_built(
    requirements: Requirements, engine: Engine, index: Index, layers: Layers, say: Say, bounds: Bounds
) -> Layer:
    key = _key(requirements, engine, index)
    with layers.held(key):
        if (layer := layers.find(key)) is not None:
            return layer
        say(f"dependencies: looking for {', '.join(one.text for one in requirements.wanted)}")
        with layers.workplace(key) as workplace:
            built = build(requirements, engine, index, workplace, say, bounds)
            return layers.keep(key, built.tar, built.packages)


def _key(requirements: Requirements, engine: Engine, index: Index) -> str:
    parts = (_FORMAT, requirements.text(), *_environment_of(engine), *index.names())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _environment_of(engine: Engine) -> tuple[str, str]:
    """Return the engine and what its candidate image is called: names that change with what is in it."""
    for fact, value in engine.describe().facts.items():
        if set(fact.split()) == {"image", Image.CANDIDATE}:
            return engine.name, value
    raise GradingFailed(f"{engine.name} does not say which candidate image it has; run `grader doctor`")
