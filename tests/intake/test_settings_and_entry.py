"""What a submission says of itself, where its root is, and which module is started."""

from __future__ import annotations

import pytest

from grader.errors import SubmissionError
from grader.intake import Settings, resolve_entry, take_in
from tests.intake.builders import SOLUTION, make_folder

TAKEN = {
    "": Settings(),
    "[run]\n": Settings(),
    '[run]\nentry = "cache.lru:LRUCache"\n': Settings(entry="cache.lru:LRUCache"),
    "\ufeff[run]\ncommand = \"gunicorn -b '$HOST:$PORT' app:app\"\n": Settings(
        command="gunicorn -b '$HOST:$PORT' app:app"
    ),
}


@pytest.mark.parametrize("text", TAKEN)
def test_settings_are_read(text, tmp_path):
    with take_in(make_folder(tmp_path / "x", {**SOLUTION, "submission.toml": text.encode()})) as submission:
        assert submission.settings == TAKEN[text]


REFUSED = {
    b"[run]\nentri = 'x:Y'\n": "unknown key 'run.entri'; expected run.entry or run.command",
    b"[runs]\n": "unknown key 'runs'; expected run",
    b"a = 1\nb = 2\n": "unknown key 'a', 'b'",
    b"run = 1\n": "run is no table",
    b"[run]\nentry = 5\n": "run.entry is 'int'; expected 'package.module:Name'",
    b"[run]\nentry = 'solution'\n": "run.entry is 'solution'",
    b"[run]\nentry = '../solution:X'\n": "run.entry is '../solution:X'",
    b"[run]\nentry = 'class:X'\n": "run.entry is",
    b"[run]\nentry = 'a..b:X'\n": "run.entry is",
    b"[run]\nentry = 'a:X:Y'\n": "run.entry is",
    b"[run]\ncommand = ''\n": "run.command is ''",
    b"[run]\ncommand = 'a \"b'\n": "run.command is",
    b'[run]\ncommand = "a\\u0007b"\n': "run.command is",
    b"[run\n": "not TOML",
    b"\xff": "not TOML",
    b"a = " + b"[" * 5000: "not TOML",
    b"a = " + b"9" * 5000: "not TOML",
    b"#" * 70_000: "larger than 64 KiB",
    b"'\\x1b[31m' = 1": "unknown key",
}


@pytest.mark.parametrize("text", REFUSED, ids=[str(text[:20]) for text in REFUSED])
def test_wrong_settings_are_refused_with_key_and_expectation(text, tmp_path, refused):
    line = refused(make_folder(tmp_path / "x", {**SOLUTION, "submission.toml": text}))
    assert REFUSED[text] in line


ROOTS = {
    "entry file at the top": (["solution.py", "README.md"], ""),
    "entry file in one folder": (["cache/solution.py", "cache/README.md"], "cache"),
    "settings in one folder": (["cache/submission.toml", "cache/main.py"], "cache"),
    "settings at the top": (["submission.toml", "cache/solution.py"], ""),
    "a package at the top": (["solution/__init__.py", "solution/lru.py"], ""),
    "a package in one folder": (["cache/solution/__init__.py"], "cache"),
    "settings in a package's folder": (["solution/__init__.py", "solution/submission.toml"], "solution"),
    "two folders": (["a/solution.py", "b/solution.py"], ""),
    "a file beside the folder": (["cache/solution.py", "README.md"], ""),
    "two wrapping folders": (["a/b/solution.py"], "a"),
}


@pytest.mark.parametrize("case", ROOTS)
def test_the_root_is_found(case, tmp_path):
    names, root = ROOTS[case]
    with take_in(make_folder(tmp_path / "x", dict.fromkeys(names, b""))) as submission:
        assert submission.paths() == sorted(name.removeprefix(f"{root}/" if root else "") for name in names)


def test_the_entry_of_a_challenge_decides_the_root(tmp_path):
    folder = make_folder(tmp_path / "x", {"app/__init__.py": b"", "app/solution.py": b""})
    with take_in(folder, entry="app:app") as one, take_in(folder, entry="solution:x") as other:
        assert (one.paths(), other.paths()) == (
            ["app/__init__.py", "app/solution.py"],
            ["__init__.py", "solution.py"],
        )


ENTRIES = [
    (["solution.py"], "", "solution:LRUCache"),
    (["solution/__init__.py"], "", "solution:LRUCache"),
    (["cache/lru.py"], "cache.lru:Cache", "cache.lru:Cache"),
    (["cache/lru/__init__.py", "solution.py"], "cache.lru:Cache", "cache.lru:Cache"),
]


def _folder(path, names, entry):
    settings = {"submission.toml": f'[run]\nentry = "{entry}"\n'.encode()} if entry else {}
    return make_folder(path, dict.fromkeys(names, b"") | settings)


@pytest.mark.parametrize(("names", "entry", "expected"), ENTRIES)
def test_an_entry_that_is_there_is_found(names, entry, expected, tmp_path):
    with take_in(_folder(tmp_path / "x", names, entry)) as submission:
        assert resolve_entry(submission, "solution:LRUCache") == expected


MISSING = [
    (
        ["main.py", "pkg/a.py"],
        "",
        "no solution.py or solution/__init__.py at its root; there are 'main.py', 'pkg/'",
    ),
    (["src/solution.py", "README.md"], "", "found 'src/solution.py'; move it to the root"),
    (
        ["solution.py"],
        "cache.lru:X",
        "no cache/lru.py or cache/lru/__init__.py at its root (run.entry of submission.toml is",
    ),
    (["Solution.py"], "", "there are 'Solution.py'"),
    (["solution.py/x"], "", "there are 'x'"),
    ([f"{number}.txt" for number in range(100)], "", "and 92 more"),
]


@pytest.mark.parametrize(("names", "entry", "expected"), MISSING)
def test_a_missing_entry_is_said_with_what_is_there(names, entry, expected, tmp_path):
    with take_in(_folder(tmp_path / "x", names, entry)) as submission:
        with pytest.raises(SubmissionError) as caught:
            resolve_entry(submission)
        line = str(caught.value)
        assert expected in line
        assert line.startswith(str(tmp_path / "x"))
        assert line.isprintable()
        assert len(line) < 800
