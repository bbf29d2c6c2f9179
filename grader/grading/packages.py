"""The packages that a submission asks for beyond the provided ones, as files of its sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader.dependencies import Index, configured_index, make_layer, read_requirements
from grader.intake import Submission
from sandbox import Engine
from sandbox.environments import cache_folder

PACKAGES = "/files/packages"
"""Where a sandbox finds what its submission asked for."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Where packages come from (asked for when first needed), where they are kept, whether any may be fetched."""

    find_index: Callable[[], Index] = configured_index
    cache: Path = field(default_factory=cache_folder)
    is_offline: bool = False

    def packages_for(self, submission: Submission, engine: Engine, say: Callable[[str], None]) -> bytes:
        """Return a tar of what a submission asks for under `packages/`, nothing where all of it is provided.

        Raises `DependencyError` for what the candidate can change, `GradingFailed` and `SandboxError` for ours.
        """
        layer = make_layer(
            read_requirements(submission),
            engine,
            index=self.find_index,
            cache=self.cache,
            say=say,
            offline=self.is_offline,
        )
        return b"" if layer is None else layer.read()
