"""Whatever a tree holds, every check is answered within the budget, and one tree always gives the same bytes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.inspector.inspection import CHECKS
from tests.inspector.conftest import inspect_tree, read_lines, write_inspection

ROOT = Path(__file__).parents[2]
GOOD = "class LRUCache:\n    def get(self, key: str) -> str:\n        return key\n"


def run_program(
    questions: Path, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the inspector as the sandbox does; once more where it says that the machine was too busy for it."""
    for _ in range(3):
        run = subprocess.run(
            [sys.executable, "-P", "-s", "-m", "grader.inspector", str(questions)],
            env={"PYTHONPATH": str(ROOT)} | environment,
            cwd=cwd,
            capture_output=True,
            check=False,
        )
        if b"machine is busy" not in run.stderr:
            break
    return run


HOSTILE = {
    "nothing": {},
    "empty file": {"solution.py": ""},
    "ten megabytes": {"solution.py": b"x = 1\n" * 1_700_000},
    "ten megabytes in one line": {"solution.py": GOOD, "b.py": b"x = '" + b"a" * 10_000_000 + b"'"},
    "quarter megabyte line": {"solution.py": b"x = '" + b"a" * 250_000 + b"'"},
    "brackets": {"solution.py": "(" * 50_000 + ")" * 50_000},
    "minus": {"solution.py": "-" * 100_000 + "1"},
    "sum": {"solution.py": "x = 1" + "+1" * 50_000},
    "attributes": {"solution.py": "x = a" + ".b" * 50_000},
    "calls": {"solution.py": "x = f" + "()" * 50_000},
    "elif": {"solution.py": "if x:\n pass\n" + "elif x:\n pass\n" * 9000},
    "blocks": {"solution.py": "".join(" " * n + "if x:\n" for n in range(99)) + " " * 99 + "pass"},
    "lambdas": {"solution.py": "x = " + "lambda:" * 5000 + "1"},
    "f-strings": {"solution.py": "x = " + "f'{a}{b}' " * 20_000},
    "nul": {"solution.py": b"x = 1\0\n", "b.py": b"\0" * 1000},
    "no such encoding": {"solution.py": "# coding: klingon\nx = 1\n"},
    "wrong encoding": {"solution.py": b"# coding: ascii\nx = '\xff\xfe'\n"},
    "latin-1": {"solution.py": b"# coding: latin-1\nx = '\xe9'\n" + GOOD.encode()},
    "utf-16": {"solution.py": GOOD.encode("utf-16")},
    "byte order mark": {"solution.py": b"\xef\xbb\xbf" + GOOD.encode()},
    "not utf-8": {"solution.py": b"x = '\xff'\n", "README.md": b"\xff\xfe\xfd" * 1000},
    "syntax error": {"solution.py": "def f(:\n"},
    "python 2": {"solution.py": "print 'x'\nexec 'y'\n"},
    "form feeds": {"solution.py": "x = 1\n\f\n\x0b = 2\x1c\n" + GOOD},
    "lone returns": {"solution.py": GOOD.replace("\n", "\r")},
    "odd names": {"solution.py": GOOD, "a b\n'\"$(x).py": "x = 1", "é/😀.py": "y = 1", "-rf.py": "import os"},
    "own settings": {
        "solution.py": "import os\n",
        "pyproject.toml": "[tool.ruff]\nbroken = [",
        "ruff.toml": "select = []",
        ".gitignore": "*",
    },
    "many texts": {"solution.py": "X = {" + ",".join(f"'{n}': 'v{n}'" for n in range(8000)) + "}\n"},
    "wide format": {"solution.py": "x = '{:999999999}'.format(1)\ny = '%999999999d' % 1\nz = 'a' * 10**12\n"},
    "nested products": {"solution.py": "a = ('x',) * 4000\n" + "b = (a,) * 4000\nc = (b,) * 4000\n"},
    "nested loops": {"solution.py": "x = [[a ^ b for a in range(256)] for b in range(256)]\n" * 200},
    "deep sums": {"solution.py": ("x = y" + " + 'a'" * 300 + "\n") * 60},
    "exec in exec": {"solution.py": "S = 'exec(S)'\nexec(S)\n"},
    "imports itself": {"solution.py": "import solution\nfrom solution import *\nfrom . import solution\n"},
    "too far up": {"solution.py": "from .......... import x\nfrom ....a.b import c\n"},
    "starred texts": {"solution.py": "x = '''" + "\n# x = 1\n# y = 2" * 5000 + "'''\n"},
    "same lines": {"solution.py": "x = [a for a in b if c]\n" * 8000},
    "many functions": {"solution.py": "def get(a):\n    return a\n" * 6000},
    "many private": {"solution.py": "".join(f"def _f{n}():\n    return _f{n}()\n" for n in range(5000))},
    "quotes": {"solution.py": "# '''\n" * 20_000},
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_every_check_is_answered_to_the_end(tmp_path, files):
    questions = write_inspection(tmp_path, files, {"solution.py": "x = 0\n"})
    run = run_program(questions)
    assert run.returncode == 0, run.stderr.decode()
    assert run.stderr == b""
    seen = read_lines(run.stdout.decode().splitlines())
    assert [test.check for test in seen.evidence.tests] == list(CHECKS)
    assert seen.evidence.is_complete
    assert not any("inspection_stopped" in flag.id for flag in seen.evidence.flags)


def test_two_thousand_files_are_answered_to_the_end(tmp_path):
    files = {
        f"part{n % 40}/module{n}.py": f"def f{n}(a: int) -> int:\n    return a + {n}\n" for n in range(2000)
    }
    files |= {"solution.py": "\n".join(f"import part{n % 40}.module{n}" for n in range(2000))}
    run = run_program(write_inspection(tmp_path, files, {}))
    assert run.returncode == 0, run.stderr.decode()
    seen = read_lines(run.stdout.decode().splitlines())
    assert len(seen.evidence.tests) == len(CHECKS)
    assert "2001 modules" in seen.message("allowed_imports")


def test_names_that_are_not_text_are_escaped(tmp_path):
    questions = write_inspection(tmp_path, {"solution.py": GOOD}, {})
    name = os.fsencode(tmp_path / "submission") + b"/\xff\x1b[31m.py"
    with open(name, "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(b"import os\n")
    run = run_program(questions)
    assert run.returncode == 0, run.stderr.decode()
    assert b"\x1b" not in run.stdout
    assert json.loads(run.stdout.splitlines()[0])["check"] == "lint"
    read_lines(run.stdout.decode().splitlines())


def test_links_are_not_followed(tmp_path):
    questions = write_inspection(tmp_path, {"solution.py": GOOD}, {})
    (tmp_path / "submission" / "loop").symlink_to(tmp_path)
    (tmp_path / "submission" / "b.py").symlink_to("/etc/passwd")
    (tmp_path / "submission" / "README.md").symlink_to("/etc/services")
    run = run_program(questions)
    assert run.returncode == 0
    assert read_lines(run.stdout.decode().splitlines()).fraction("readme") == 0


def test_one_tree_gives_the_same_bytes_whatever_the_order_of_sets(tmp_path):
    files = {
        "solution.py": "import functools, a\nfrom b import *\nx = [a.f, functools, g][0].cache\nimport os\n",
        "a.py": "import functools as f\nfrom b import g\nimport sys\n",
        "b.py": "import a\ng = a.f\nexec(str(g))\n",
        "tests/test_x.py": "from solution import x\ndef test_a():\n    assert x\n",
    }
    questions = write_inspection(tmp_path, files, {})
    runs = {run_program(questions, PYTHONHASHSEED=str(seed)).stdout for seed in range(6)}
    assert len(runs) == 1
    assert runs.pop()


def test_nothing_of_the_candidate_is_run(tmp_path):
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    names = [
        "solution.py",
        "conftest.py",
        "sitecustomize.py",
        "functools.py",
        "ast.py",
        "ruff.py",
        "tests/test_a.py",
    ]
    questions = write_inspection(tmp_path, dict.fromkeys(names, trap), {})
    run = run_program(questions, cwd=tmp_path / "submission")
    assert run.returncode == 0
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "not an object"),
        ('{"checks": ["taste"]}', "'taste'"),
        ('{"checks": "lint"}', "list of texts"),
    ],
)
def test_a_wrong_question_is_the_graders_fault(tmp_path, content, words):
    (tmp_path / "inspection.json").write_text(content)
    run = run_program(tmp_path / "inspection.json")
    assert run.returncode == 3
    assert words in run.stderr.decode()
    assert run.stdout == b""


_WORDS = """def class import from functools lru_cache cache return if else : ( ) [ ] = . , * ** @ f ' " \\ # x y 1
lambda yield await async with as try except match case not in is ... self getattr exec __import__ sys"""
_PIECES = st.sampled_from([*_WORDS.split(), "\n    ", "\n", " ", "\t", "\f", "\0", "é"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map(" ".join)))
def test_any_text_is_answered(tmp_path, source):
    write_inspection(tmp_path, {"solution.py": source.encode("utf-8", "surrogatepass")}, {})
    seen = inspect_tree(tmp_path, CHECKS, "solution:LRUCache", "library")
    assert [test.check for test in seen.evidence.tests] == list(CHECKS)


_NAMES = st.text(
    st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None)
@given(
    tree=st.dictionaries(
        _NAMES.filter(lambda name: name not in {".", ".."}), st.binary(max_size=200), max_size=6
    )
)
def test_any_tree_is_answered(tmp_path_factory, tree):
    root = tmp_path_factory.mktemp("tree")
    write_inspection(root, {f"{name}.py": data for name, data in tree.items()}, {})
    seen = inspect_tree(root, CHECKS, "solution:LRUCache", "library")
    assert [test.check for test in seen.evidence.tests] == list(CHECKS)
