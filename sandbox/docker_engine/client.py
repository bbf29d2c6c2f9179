"""The connection to the engine, and its errors in our words."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from docker import APIClient
from docker.constants import DEFAULT_UNIX_SOCKET
from docker.errors import APIError, DockerException, NotFound
from docker.utils import kwargs_from_env

from sandbox.errors import EngineUnavailable, PodError

CALL_TIMEOUT_S = 60
"""No call to the engine may block a grader for longer, but for those that say so."""

POOL_SIZE = 64
"""Connections kept: every running sandbox holds one for its end and one for its output."""

TRANSPORT_ERRORS = (requests.RequestException, OSError)
"""What the SDK lets through when the engine cannot be reached or does not answer in time."""

HOW_TO_GET_ONE = (
    "start the engine (`systemctl start docker`, Docker Desktop, Colima, `podman system service`), "
    "or name it in DOCKER_HOST; reading its socket needs membership of its group"
)


def connect() -> APIClient:
    """Connect to the engine that the environment names. Raises `EngineUnavailable`."""
    try:
        settings = kwargs_from_env()
        _knock(settings.get("base_url") or DEFAULT_UNIX_SOCKET)
        return APIClient(version="auto", timeout=CALL_TIMEOUT_S, max_pool_size=POOL_SIZE, **settings)
    except (DockerException, *TRANSPORT_ERRORS) as error:
        raise EngineUnavailable(f"no Docker engine answers ({reason_of(error)}); {HOW_TO_GET_ONE}") from error


def is_local(api: APIClient) -> bool:
    """Claim that the engine is reached by a socket of this host: another host's cgroups could never be removed."""
    return str(api.base_url).startswith("http+docker:")


def _knock(address: str) -> None:
    """Try a local engine's socket. Raises `OSError`; the SDK would leave its own socket open where that fails."""
    _, is_local, path = address.removeprefix("http+").partition("unix://")
    if is_local:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(CALL_TIMEOUT_S)
            door.connect("/" + path.lstrip("/"))


def reason_of(error: BaseException) -> str:
    """Return the engine's own words, in one line."""
    words = error.explanation if isinstance(error, APIError) and error.explanation else error
    return " ".join(str(words).split())


@contextmanager
def told_as_pod_error(what: str) -> Iterator[None]:
    """Turn what the engine or the way to it raises into a `PodError` that says what was being done."""
    try:
        yield
    except (DockerException, *TRANSPORT_ERRORS) as error:
        raise PodError(f"Docker could not {what}: {reason_of(error)}") from error


def remove_container(api: APIClient, container: str) -> bool:
    """Remove a container, running or not; return whether it was there."""
    try:
        api.remove_container(container, force=True, v=True)
    except NotFound:
        return False
    except APIError as error:
        if not _is_going(error):
            raise
    return True


def remove_volume(api: APIClient, volume: str) -> bool:
    """Remove a volume; return whether it was there."""
    try:
        api.remove_volume(volume)
    except NotFound:
        return False
    return True


def is_about_the_program(error: APIError) -> bool:
    """Claim that a container did not start because its program cannot be run.

    Only the runtime's words tell: the engine has the same status for whatever else was not found, such as the network
    namespace of a sandbox that has just ended.
    """
    return re.search(r"exec: |executable|exec format", reason_of(error)) is not None


def is_about_a_lender(error: APIError) -> bool:
    """Claim that a container did not start because a file was gone that it was to share with the network's maker.

    All that join a network share the maker's `/etc/hostname`, also when the one they join is not the maker. The
    engine leaves out such a file once the maker is removed, unless that happens between its look and its mount.
    """
    pattern = r'mounting "[^"]*/containers/[0-9a-f]+/(hostname|hosts|resolv\.conf)".*no such file'
    return re.search(pattern, reason_of(error)) is not None


def is_not_running(error: APIError) -> bool:
    """Claim that the engine refused because the container has ended, or is not there any more."""
    return error.status_code in {404, 409}


def _is_going(error: APIError) -> bool:
    return "already in progress" in reason_of(error)
