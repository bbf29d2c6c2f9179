"""Which wheels a base image can use: its Python, machine and C library, asked of the image itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from docker import APIClient
from docker.errors import APIError

from sandbox.errors import ImageError

_CODE = """
import json, os, platform, sys
print(json.dumps({
    "glibc": platform.libc_ver()[1],
    "markers": {
        "implementation_name": sys.implementation.name,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_system": platform.system(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
}))
"""
_OLDEST_GLIBC_MINOR = 17
_LEGACY = ("2014", "2010", "1")
_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Target:
    """A Python as wheels and requirements see it: `markers` are the variables of PEP 508."""

    glibc_minor: int
    markers: Mapping[str, str]

    @property
    def machine(self) -> str:
        """The processor's architecture, as wheels name it."""
        return self.markers["platform_machine"]

    @property
    def version(self) -> str:
        """The Python's full version."""
        return self.markers["python_full_version"]

    @property
    def python_version(self) -> str:
        """The version as pip takes it: major and minor."""
        return self.markers["python_version"]

    def platforms(self) -> tuple[str, ...]:
        """Return the platform tags that fit, the newest first."""
        new = range(self.glibc_minor, _OLDEST_GLIBC_MINOR - 1, -1)
        return (
            *(f"manylinux_2_{minor}_{self.machine}" for minor in new),
            *(f"manylinux{name}_{self.machine}" for name in _LEGACY),
            f"linux_{self.machine}",
        )


def probe(api: APIClient, image: str) -> Target:
    """Run the base's Python once. Raises `ImageError` where there is none or it is too old."""
    try:
        said = _run(api, image)
    except APIError as error:
        raise ImageError(f"base image {image} has no `python3` that runs: {error.explanation}") from error
    try:
        facts = json.loads(said)
        target = Target(int(facts["glibc"].split(".")[1]), facts["markers"])
        version = tuple(map(int, target.python_version.split(".")))
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise ImageError(
            f"base image {image} is no glibc system with Python; it said {said[:200]!r}"
        ) from error
    if version < (3, 11):
        raise ImageError(f"base image {image} has Python {target.python_version}; expected 3.11 or newer")
    return target


def _run(api: APIClient, image: str) -> str:
    container = api.create_container(image, ["python3", "-c", _CODE], entrypoint=[], network_disabled=True)[
        "Id"
    ]
    try:
        api.start(container)
        api.wait(container, timeout=_TIMEOUT_S)
        return str(api.logs(container).decode("utf-8", errors="replace"))
    finally:
        api.remove_container(container, force=True, v=True)
