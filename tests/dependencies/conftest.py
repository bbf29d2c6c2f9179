"""What tests of dependencies share: one engine where one is enough, and how to ask for packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.dependencies import Bounds, Index, Layer, Requirements, make_layer, read_requirements
from sandbox import Engine
from tests.conformance.engines import CLASSES, EngineMissing, make_engine
from tests.conftest import prepared_engine

Make = Callable[..., Layer | None]
BOUNDS = Bounds(wall_s=240)


@pytest.fixture
def any_engine() -> Engine:
    """The first engine of this machine, the one that starts faster before the other."""
    for name in sorted(CLASSES):
        try:
            make_engine(name)
        except EngineMissing:
            continue
        return prepared_engine(name)
    pytest.skip("no engine here")


def ask(folder: Path, *lines: str) -> Requirements:
    """Return what a submission with these lines in its `requirements.txt` asks for."""
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_requirements(SimpleNamespace(root=folder))  # type: ignore[arg-type]  # it reads the root alone


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a layer for lines of a `requirements.txt`, in a cache of the test's own."""

    def make_it(engine: Engine, index: Index, *lines: str, bounds: Bounds = BOUNDS) -> Layer | None:
        return make_layer(
            ask(tmp_path / "submission", *lines),
            engine,
            index=index,
            cache=tmp_path / "cache",
            say=lambda text: None,
            bounds=bounds,
        )

    return make_it
