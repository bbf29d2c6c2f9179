"""Traces of tampering are flagged with their place and cost nothing; honest look-alikes are not flagged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.inspector.inspection import Inspection
from grader.inspector.questions import answer_all

PLAIN = "class LRUCache: ..."
MAKEREPORT = "def pytest_runtest_makereport(item, call):\n    report = yield\n    report.outcome = 'passed'"
FINISH = "def pytest_sessionfinish(session):\n    session.exitstatus = 0"
TRACES = {
    "startup": ("sitecustomize.py", "import os", "sitecustomize.py runs whenever Python starts"),
    "user startup": ("lib/usercustomize.py", "", "lib/usercustomize.py runs"),
    "pth": ("x.pth", "import x", "x.pth runs whenever Python starts"),
    "dumps": (
        "solution.py",
        "import json\njson.dumps = print",
        "solution.py:2 puts something in the place of json.dumps",
    ),
    "clock": (
        "solution.py",
        "import time as t\nt.monotonic = int",
        "solution.py:2 puts something in the place of time",
    ),
    "assertions": (
        "solution.py",
        "import unittest as u\nu.TestCase.assertEqual = 1",
        "place of unittest.TestCase",
    ),
    "builtins": (
        "solution.py",
        'import builtins\nsetattr(builtins, "eq", 1)',
        "solution.py:2 puts something",
    ),
    "exit": (
        "solution.py",
        "import sys\ndef f():\n    sys.exit = 1",
        "solution.py:3 puts something in the place of",
    ),
    "token": ("solution.py", 'import os\nx = "HOST_TOKEN" in os.environ', "solution.py:2 names HOST_TOKEN"),
    "host": ("solution.py", 'import sys\nx = sys.modules.get("_grader_host")', "names _grader_host"),
    "suite": ("solution.py", 'x = open("/files/suite/test_a.py")', "names /files/suite"),
    "fork": ("solution.py", "import os\nos.fork()", "may outlive its parent (os.fork)"),
    "setsid": ("solution.py", "from os import setsid as s\ns()", "(os.setsid)"),
    "session": (
        "solution.py",
        "import subprocess as s\ns.Popen([], start_new_session=True)",
        "(subprocess.Popen)",
    ),
    "results": ("conftest.py", MAKEREPORT, "conftest.py:3 pytest_runtest_makereport sets outcome"),
    "status": ("tests/conftest.py", FINISH, "tests/conftest.py:2 pytest_sessionfinish sets exitstatus"),
}


@pytest.mark.parametrize(("path", "source", "words"), TRACES.values(), ids=TRACES)
def test_a_trace_is_flagged_with_its_place(inspect, path, source, words):
    seen = inspect({"solution.py": PLAIN, path: source}, checks=("allowed_imports",))
    assert any(words in flag for flag in seen.flags), seen.flags
    assert seen.fraction("allowed_imports") == 1


HONEST = {
    "hooks": "import sys, threading\nsys.excepthook = print\nthreading.excepthook = print\nsys.stdout = sys.stderr",
    "encoder": "import json\njson.JSONEncoder.default = lambda self, value: str(value)",
    "own module": "import mine\nmine.dumps = 1\nmine.json.dumps = 1",
    "own object": "class time: ...\ntime.monotonic = int\ntimer = time()\ntimer.time = 1",
    "environment": 'import os\nx = os.environ["HOST"], os.environ.get("DATA_DIR"), os.getenv("TOKEN")',
    "reading clocks": "import time, gc, weakref\nx = time.monotonic()\ngc.collect()\ny = weakref.ref(set())",
    "exits": "import atexit, os, sys\natexit.register(print)\nif __name__ == '__main__':\n    sys.exit(0)",
    "prints": "import logging, sys\nprint('ok')\nlogging.basicConfig(stream=sys.stdout)\nsys.stdout.write('passed')",
    "comparison": "class A:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0",
    "processes": "import subprocess, multiprocessing\nsubprocess.run(['ls'])\nmultiprocessing.Process()",
    "dictionary": "import json\nhandlers = {}\nhandlers['json.dumps'] = json.dumps\nsetattr(handlers, 'dumps', 1)",
    "words": '"""The host examines suites; see tests/suite and host/files."""\nx = "host", "suite", "grader"',
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_an_honest_look_alike_is_not_flagged(inspect, source):
    files = {
        "solution.py": source,
        "conftest.py": CONFTEST,
        "tests/test_it.py": OWN_TESTS,
        "pytest.ini": "[pytest]\n",
    }
    assert inspect(files, checks=("lint",)).flags == []


CONFTEST = """
import sys
import pytest
sys.path.insert(0, ".")

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    item.was = report.outcome

def pytest_sessionfinish(session, exitstatus):
    print(exitstatus)
"""
OWN_TESTS = """
import json, time

def test_it(monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    time.time = lambda: 0.0
    json.dumps = str
"""


def test_a_flood_of_traces_is_cut(inspect):
    lines = "".join(f'x{number} = "/files/suite/{number}"\n' for number in range(50))
    names = "".join(f"json.encoder.c{number} = 1\n" for number in range(50))
    assert len(inspect({"solution.py": f"import json\n{lines}{names}"}, checks=("lint",)).flags) == 20


def test_what_tools_keep_in_the_tree_is_no_trace(inspect):
    files = {
        "solution.py": PLAIN,
        "venv/lib/site-packages/x.pth": "import x",
        "venv/sitecustomize.py": "x = 1",
    }
    assert inspect(files, checks=("lint",)).flags == []


ACCEPTED = sorted((Path(__file__).parents[2] / "reference_solutions").glob("*/accepted/*/"))


@pytest.mark.parametrize("folder", ACCEPTED, ids=lambda path: f"{path.parts[-3]}-{path.name}")
def test_no_right_reference_solution_is_flagged(folder, tmp_path):
    inspection = Inspection("", "library", (), (), folder, tmp_path)
    lines = [line for _, part in answer_all(inspection, lambda path: None, frozenset()) for line in part]
    assert [line for line in lines if json.loads(line)["event"] == "flag"] == []
