"""What every submission finds installed, and what of its wishes goes beyond that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.dependencies.errors import DependencyError
from grader.dependencies.requirements import Requirements, Wanted
from sandbox import Image

_PINNED = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==(\S+) \\$")
_PYTHONS = tuple(f"3.{minor}.{patch}" for minor in range(11, 16) for patch in (0, 99))
_SYSTEM = {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"}


@dataclass(frozen=True, slots=True)
class Provided:
    """Versions and extras of the candidate image's packages by normalised name."""

    versions: Mapping[str, str]
    extras: Mapping[str, frozenset[str]]

    def beyond(self, requirements: Requirements) -> tuple[Wanted, ...]:
        """Return the wishes that what is provided does not fulfil.

        Raises `DependencyError` where one asks for another version of what is provided.
        """
        return tuple(wanted for wanted in requirements.wanted if not self._fulfils(wanted))

    def _fulfils(self, wanted: Wanted) -> bool:
        requirement = wanted.requirement
        holds = _holds(requirement.marker)
        if holds is False:
            return True
        version = self.versions.get(wanted.name)
        if version is None:
            return False
        if not requirement.specifier.contains(version, prereleases=True):
            if holds is None:
                return False
            raise DependencyError(
                f"{wanted.place}: {wanted.text} conflicts with {wanted.name} {version}, which is always installed; "
                f"ask for {wanted.name} without a version"
            )
        extras = {canonicalize_name(extra) for extra in requirement.extras}
        return extras <= self.extras.get(wanted.name, frozenset())


def read_provided() -> Provided:
    """Read the candidate image's hash-locked list and what it was made from.

    Packages that only some Pythons get are left out: the build sandbox knows.
    """
    folder = files("sandbox") / "images"
    lock = (folder / f"{Image.CANDIDATE}.txt").read_text(encoding="utf-8")
    asked = (folder / f"{Image.CANDIDATE}.in").read_text(encoding="utf-8")
    versions: dict[str, str] = {canonicalize_name(name): version for name, version in _PINNED.findall(lock)}
    extras: dict[str, frozenset[str]] = {
        canonicalize_name(one.name): frozenset(canonicalize_name(extra) for extra in one.extras)
        for one in (Requirement(line) for line in asked.splitlines() if line and not line.startswith("#"))
    }
    return Provided(versions, extras)


def _holds(marker: Marker | None) -> bool | None:
    """Tell whether a marker holds in a sandbox; `None` where that depends on which Python it has."""
    if marker is None:
        return True
    answers = {
        marker.evaluate(
            {**_SYSTEM, "python_version": python.rpartition(".")[0], "python_full_version": python}
        )
        for python in _PYTHONS
    }
    return answers.pop() if len(answers) == 1 else None
