"""The words of pip become one line, whichever version of pip said them."""

from __future__ import annotations

import pytest

from grader.dependencies.explanation import explain
from grader.dependencies.requirements import Requirements, parse_wanted
from grader.dependencies.simple_page import Page, Wheel

_ASKED = Requirements((parse_wanted("upper", "requirements.txt: line 4"),), "requirements.txt")
_NOWHERE = (
    "requirements.txt: needed by upper: the package index knows no package 'nowhere'; check its spelling"
)
_LOWER = (
    "requirements.txt: upper needs lower from git+https://example.org/lower.git, and packages come from the package "
    "index alone; use another version of it"
)

_SAID = {
    "a missing one, pip 23": (
        "ERROR: Could not find a version that satisfies the requirement nowhere>2 (from upper) (from versions: )\n"
        "ERROR: No matching distribution found for nowhere>2\n",
        _NOWHERE,
    ),
    "a missing one, pip 26": (
        "ERROR: Could not find a version that satisfies the requirement nowhere>2 (from upper) (from versions: )\n"
        "ERROR: No matching distribution found for nowhere>2 (from upper)\n",
        _NOWHERE,
    ),
    "an address, pip 23": (
        "Collecting lower@ git+https://example.org/lower.git (from upper->-r /tmp/requirements.txt (line 1))\n"
        "ERROR: something\n",
        _LOWER,
    ),
    "an address, pip 26": (
        "Collecting lower @ git+https://example.org/lower.git (from upper->-r /tmp/requirements.txt (line 1))\n",
        _LOWER,
    ),
    "a full disk": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "requirements.txt: the dependencies are too large to be installed; ask for fewer",
    ),
    "the version of what is asked for": (
        "ERROR: No matching distribution found for upper>9\n",
        "requirements.txt: line 4: upper>9: there is no wheel of such a version; there are 1.10, 1.9",
    ),
    "anything else": (
        "Collecting upper\nERROR: first\nERROR: the last (from http://127.0.0.1:9100/files/0/upper.whl)\nnote\n",
        "requirements.txt: pip could not install the dependencies: the last",
    ),
    "a crash": (
        'ERROR: Exception:\nTraceback (most recent call last):\n  File "x.py"\nValueError: odd\n',
        "requirements.txt: pip could not install the dependencies: ValueError: odd",
    ),
    "nothing": ("", "requirements.txt: pip could not install the dependencies: pip gave no reason"),
}


@pytest.mark.parametrize(("said", "expected"), _SAID.values(), ids=_SAID)
def test_what_pip_said_becomes_one_line(said: str, expected: str) -> None:
    wheels = tuple(
        Wheel(f"upper-{version}-py3-none-any.whl", "https://example.org/x", version)
        for version in ("1.9", "1.10")
    )
    assert str(explain(said, _ASKED, {"upper": [Page("upper", wheels, 0)]})) == expected
