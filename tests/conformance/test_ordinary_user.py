"""The contract of sandboxes holds for an ordinary user too: its tests, run again in a process that belongs to one."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.conformance.engines import EngineMissing, make_engine
from tests.conformance.runs import as_ordinary_user

_CHECKOUT = Path(__file__).resolve().parents[2]
# The packages of this environment are read by another interpreter, which need not have a pytest of its own.
_RUN = "import sys; sys.path.append(sys.argv.pop(1)); import pytest; sys.exit(pytest.main(sys.argv[1:]))"


@pytest.mark.engine
def test_the_contract_holds_for_an_ordinary_user() -> None:
    if os.geteuid() != 0:
        pytest.skip("this already is an ordinary user: the tests themselves say so")
    try:
        make_engine("bubblewrap")
        command = as_ordinary_user(_RUN)
    except EngineMissing as error:
        pytest.skip(str(error))
    tests = [str(path) for path in sorted((_CHECKOUT / "tests/sandbox").glob("test_contract_*.py"))]
    done = subprocess.run(
        [*command, sysconfig.get_paths()["purelib"], "-q", "-p", "no:cacheprovider", "-k", "bubblewrap", *tests],
        cwd=_CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]
