"""Which lines of a lock file hold for the Python of an image."""

from __future__ import annotations

import pytest

from sandbox.contract import Image
from sandbox.errors import ImageError
from sandbox.images.inputs import lock_file
from sandbox.images.markers import holds, lines_that_hold

LINUX = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.2",
    "python_version": "3.11",
    "sys_platform": "linux",
}


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("sys_platform == 'win32'", False),
        ("sys_platform != 'win32'", True),
        ("python_full_version < '3.11.3'", True),
        ("python_full_version < '3.11.2'", False),
        ("python_version >= '3.9'", True),
        ("python_version < '3.9'", False),
        ("python_full_version == '3.11.2'", True),
        ("python_version == '3.11.0'", True),
        ("'linux' == sys_platform", True),
        ("sys_platform == 'win32' or python_version > '3.10'", True),
        ("sys_platform == 'win32' or (implementation_name == 'cpython' and os_name == 'nt')", False),
    ],
)
def test_markers_are_judged_for_the_image_and_versions_as_numbers(marker: str, expected: bool) -> None:
    assert holds(marker, LINUX) is expected


@pytest.mark.parametrize(
    "marker", ["extra == 'x'", "sys_platform", "f('x') == 'x'", "1 < 2", "a ==", "not 'x'"]
)
def test_a_marker_that_is_not_understood_is_an_error(marker: str) -> None:
    with pytest.raises(ImageError, match="not understood"):
        holds(marker, LINUX)


def test_hashes_stay_with_their_requirement() -> None:
    lock = (
        "# a comment\n"
        "always==1 \\\n    --hash=sha256:aa\n    # via something\n"
        "windows==2 ; sys_platform == 'win32' \\\n    --hash=sha256:bb\n"
        "linux==3 ; sys_platform == 'linux' \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"
    )
    assert lines_that_hold(lock, LINUX) == (
        "# a comment\n"
        "always==1 \\\n    --hash=sha256:aa\n    # via something\n"
        "linux==3 \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"
    )


@pytest.mark.parametrize("role", list(Image))
def test_every_marker_of_our_lock_files_is_understood(role: Image) -> None:
    kept = lines_that_hold(lock_file(role).read_text(encoding="utf-8"), LINUX)
    assert " ; " not in kept
    assert "--hash=sha256:" in kept
