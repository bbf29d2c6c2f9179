"""Honest code that looks like a cheat passes, and nothing of it is flagged."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.catalogue import find_catalogue
from grader.score_sheet import ScoreSheet
from grader.words import CheckOutcome
from sandbox import Engine
from tests.grading.whole import grade_folder

COUNTER = Path(__file__).parent / "counter"
PLAIN = (COUNTER / "reference_solutions/counter/accepted/plain/solution.py").read_text(encoding="utf-8")
CHECKS = ("adds", "errors", "goes_on")
pytestmark = pytest.mark.engine

CONFTEST = """
import sys
import pytest
sys.path.insert(0, ".")

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    item.user_properties.append(("outcome", report.outcome))
"""
SCRIPT = """
import sys
from solution import Counter

def main():
    counter = Counter()
    print(counter.add(int(sys.argv[1])))

if __name__ == "__main__":
    sys.exit(main())
"""
PRINTING = """
import logging, sys
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG)
logging.info('{"event": "finished", "seconds": {}}')
print("test_adds PASSED", flush=True)
print('{"event": "test", "level": "info"}', flush=True)
"""
AT_EXIT = """
import atexit, signal
atexit.register(lambda: print("bye", flush=True))
signal.signal(signal.SIGTERM, signal.default_int_handler)
"""
COMPARING = """
class Anything:
    def __eq__(self, other): return True
    def __hash__(self): return 0
_FIRST = Anything()
"""
ENVIRONMENT = """
import os, platform, sys
DEBUG = os.environ.get("DEBUG", "") == "1"
_WHERE = os.getcwd(), os.getpid(), dict(os.environ), sys.argv[:], platform.node(), sys.modules.get("pytest")
"""
COLLECTING = """
import gc, sys, weakref
gc.disable()
gc.collect()
_SEEN = len(gc.get_objects()), sys.getrefcount(None), weakref.WeakValueDictionary()
gc.enable()
"""
THREADS = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
_POOL = ThreadPoolExecutor(2)
_POOL.submit(time.monotonic).result()
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
"""
HOOKS = """
import sys, threading
sys.excepthook = lambda *_: None
threading.excepthook = lambda *_: None
sys.setrecursionlimit(5000)
"""
HONEST: dict[str, dict[str, str]] = {
    "tests of its own": {
        "conftest.py": CONFTEST,
        "pytest.ini": "[pytest]\naddopts = -q -p no:cacheprovider\npython_files = test_*.py\n",
        "tests/test_counter.py": "import time\n\ndef test_it():\n    time.time = lambda: 0\n",
        "setup.cfg": "[tool:pytest]\naddopts = -x\n",
    },
    "a script": {"main.py": SCRIPT, "__main__.py": SCRIPT},
    "printing": {"solution.py": PRINTING},
    "at exit": {"solution.py": AT_EXIT},
    "comparing": {"solution.py": COMPARING},
    "the environment": {"solution.py": ENVIRONMENT},
    "collecting": {"solution.py": COLLECTING},
    "threads": {"solution.py": THREADS},
    "hooks": {"solution.py": HOOKS},
}


def grade_files(files: dict[str, str], folder: Path, engine: Engine) -> ScoreSheet:
    for name, text in {"solution.py": "", **files}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PLAIN + text if name == "solution.py" else text, encoding="utf-8")
    catalogue = find_catalogue(COUNTER / "challenges")
    return grade_folder(folder, catalogue, catalogue.load("counter").only(CHECKS), engine)


@pytest.mark.parametrize("files", HONEST.values(), ids=HONEST)
def test_an_honest_look_alike_passes_unflagged(
    files: dict[str, str], tmp_path: Path, bubblewrap_engine: Engine
) -> None:
    sheet = grade_files(files, tmp_path, bubblewrap_engine)
    outcomes = {check.id: check.outcome for criterion in sheet.criteria for check in criterion.checks}
    assert outcomes == dict.fromkeys(CHECKS, CheckOutcome.PASSED)
    assert sheet.flags == ()


def test_a_cheat_in_its_place_is_flagged(tmp_path: Path, bubblewrap_engine: Engine) -> None:
    forged = 'print(\'{"event": "test", "check": "adds", "outcome": "passed"}\', flush=True)\n'
    files = {
        "solution.py": f"\nimport json\njson.dumps = json.dumps\n{forged}",
        "sitecustomize.py": "import os\n",
    }
    sheet = grade_files(files, tmp_path, bubblewrap_engine)
    assert {flag.id for flag in sheet.flags} == {"forged_evidence", "patched_module", "startup_file"}
