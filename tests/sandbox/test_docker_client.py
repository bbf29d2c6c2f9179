"""What the engine's refusals are about, told from its own words (Docker 20.10 with runc 1.1)."""

from __future__ import annotations

import pytest
from docker.errors import APIError

from sandbox.docker_engine.client import is_about_a_lender, is_about_the_program

_START = "OCI runtime create failed: runc create failed: unable to start container process: "
_FILE = "/var/lib/docker/containers/8d5abc4bee19/hostname"


@pytest.mark.parametrize(
    ("words", "is_lender", "is_program"),
    [
        (
            f'{_START}error during container init: error mounting "{_FILE}" to rootfs at "/etc/hostname": '
            f"stat {_FILE}: no such file or directory: unknown",
            True,
            False,
        ),
        (f'{_START}exec: "nothing": executable file not found in $PATH: unknown', False, True),
        (
            f'{_START}error during container init: error mounting "/srv/volume" to rootfs at "/work": '
            "stat /srv/volume: no such file or directory: unknown",
            False,
            False,
        ),
        ("cannot join network of a non running container: 8d5abc4bee19", False, False),
    ],
)
def test_what_a_refused_start_is_about(words: str, is_lender: bool, is_program: bool) -> None:
    error = APIError("500 Server Error", explanation=words)
    assert (is_about_a_lender(error), is_about_the_program(error)) == (is_lender, is_program)
