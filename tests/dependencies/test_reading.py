"""What is read out of a submission, and what is refused at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.dependencies import DependencyError, Requirements, read_requirements
from grader.dependencies.requirements import parse_wanted, sorted_once
from tests.dependencies.conftest import ask


def read(folder: Path, **contents: str | bytes) -> Requirements:
    for name, content in contents.items():
        path = folder / {"listed": "requirements.txt", "project": "pyproject.toml"}[name]
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_requirements(SimpleNamespace(root=folder))  # type: ignore[arg-type]  # it reads the root alone


_SAME = {
    "plain": ("orjson", "orjson"),
    "case and dashes": ("Ruamel_YAML.Clib", "ruamel-yaml-clib"),
    "versions": ("orjson < 4 , >=3.9,!= 3.10", "orjson!=3.10,<4,>=3.9"),
    "brackets": ("orjson (>=3)", "orjson>=3"),
    "extras": ("uvicorn[Standard , abc_d]>=0.2", "uvicorn[abc-d,standard]>=0.2"),
    "marker": ("orjson;python_version<'3.12'", 'orjson ; python_version < "3.12"'),
    "comment": ("orjson>=3 # fast", "orjson>=3"),
    "exact": ("orjson===3.9.0", "orjson===3.9.0"),
}


@pytest.mark.parametrize(("written", "normal"), _SAME.values(), ids=_SAME)
def test_requirements_have_one_normal_form(tmp_path: Path, written: str, normal: str) -> None:
    assert ask(tmp_path, written).text() == f"{normal}\n"
    assert parse_wanted(normal, "").text == normal


def test_lines_are_joined_and_comments_are_left_out(tmp_path: Path) -> None:
    text = "\ufeff# all\r\n\r\norjson \\\r\n  >=3, \\\r\n  <4   # why\r\n  # \\\r\nmsgspec\r\nhttpx"
    found = read(tmp_path, listed=text)
    assert found.text() == "httpx\nmsgspec\norjson<4,>=3\n"
    assert {one.name: one.place for one in found.wanted} == {
        "orjson": "requirements.txt: line 3",
        "msgspec": "requirements.txt: line 7",
        "httpx": "requirements.txt: line 8",
    }


def test_a_backslash_at_the_end_of_the_file_joins_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, listed="orjson \\").text() == "orjson\n"


_REFUSED = {
    "index": ("--index-url https://example.org/simple", "the option --index-url is not taken"),
    "index, short": ("-i https://example.org/simple", "the option -i is not taken"),
    "extra index": ("--extra-index-url=https://example.org", "the option --extra-index-url is not taken"),
    "find links": ("--find-links /wheels", "the option --find-links is not taken"),
    "no binary": ("--no-binary :all:", "the option --no-binary is not taken"),
    "editable": ("-e .", "the option -e is not taken"),
    "another file": ("-r more.txt", "the option -r is not taken"),
    "another file, glued": ("-rmore.txt", "the option -rmore.txt is not taken"),
    "constraints": ("-c held.txt", "the option -c is not taken"),
    "hash": ("orjson==3 --hash=sha256:00", "options after a requirement"),
    "hash on the next line": ("orjson==3 \\\n    --hash=sha256:00", "options after a requirement"),
    "config": ("orjson==3 --config-settings a=b", "options after a requirement"),
    "url": ("https://example.org/orjson-3-py3-none-any.whl", "addresses and repositories"),
    "file url": ("file:///etc/passwd", "addresses and repositories"),
    "named url": ("orjson @ https://example.org/orjson.whl", "addresses and repositories"),
    "named path": ("orjson @ file.whl", "paths and files"),
    "named something": ("orjson @ something", "addresses and paths"),
    "git": ("git+https://example.org/a.git", "addresses and repositories"),
    "git by ssh": ("git+ssh@example.org:a.git", "addresses and repositories"),
    "folder": ("./vendored", "paths and files"),
    "parent": ("../other", "paths and files"),
    "root": ("/opt/package", "paths and files"),
    "wheel": ("orjson-3.0-py3-none-any.whl", "paths and files"),
    "archive": ("orjson-3.0.tar.gz", "paths and files"),
    "variable": ("${TOKEN}", "Expected package name"),
    "words": ("please install orjson", "Expected"),
    "bad version": ("orjson>=three", "Expected"),
    "bad marker": ("orjson; python > '3'", "Expected a marker"),
    "two on a line": ("orjson, msgspec", "Expected"),
}


@pytest.mark.parametrize(("line", "reason"), _REFUSED.values(), ids=_REFUSED)
def test_anything_but_names_and_versions_is_refused_with_its_line(
    tmp_path: Path, line: str, reason: str
) -> None:
    with pytest.raises(DependencyError) as caught:
        ask(tmp_path, "httpx", line, "flask")
    said = str(caught.value)
    assert said.startswith("requirements.txt: line 2: ")
    assert reason in said
    assert "\n" not in said


def test_a_project_names_its_dependencies(tmp_path: Path) -> None:
    project = """
    [build-system]
    requires = ["hatchling"]
    [project]
    name = "mine"
    dependencies = ["Orjson >= 3", "httpx"]
    [project.optional-dependencies]
    dev = ["pytest", "thing @ https://example.org/thing.whl"]
    """
    found = read(tmp_path, project=project)
    assert (found.text(), found.source, found.unread) == ("httpx\norjson>=3\n", "pyproject.toml", "")
    assert found.wanted[1].place == "pyproject.toml: project.dependencies[0]"


@pytest.mark.parametrize(
    "project",
    [
        "",
        "[tool.ruff]\nline-length = 99\n",
        "[project]\nname = 'x'\ndynamic = ['dependencies']\n",
        "project = 3",
    ],
)
def test_a_project_without_dependencies_asks_for_nothing(tmp_path: Path, project: str) -> None:
    assert not read(tmp_path, project=project)


_WRONG_PROJECTS = {
    "no toml": ("[project", "pyproject.toml: Expected"),
    "no list": ("[project]\ndependencies = 'orjson'", "pyproject.toml: project.dependencies is not a list"),
    "no strings": ("[project]\ndependencies = [3]", "pyproject.toml: project.dependencies is not a list"),
    "url": (
        "[project]\ndependencies = ['httpx', 'a @ https://example.org/a.whl']",
        r"pyproject.toml: project.dependencies\[1\]: .* not taken",
    ),
    "too long": ("#" * 70_000, "pyproject.toml: over 64 KiB"),
}


@pytest.mark.parametrize(("project", "reason"), _WRONG_PROJECTS.values(), ids=_WRONG_PROJECTS)
def test_a_wrong_project_is_refused(tmp_path: Path, project: str, reason: str) -> None:
    with pytest.raises(DependencyError, match=reason):
        read(tmp_path, project=project)


def test_requirements_txt_counts_alone_where_both_are_there(tmp_path: Path) -> None:
    found = read(tmp_path, listed="orjson", project="[project]\ndependencies = ['httpx', 'a @ b']")
    assert (found.text(), found.source, found.unread) == ("orjson\n", "requirements.txt", "pyproject.toml")


def test_nothing_is_asked_for_where_neither_file_is_there(tmp_path: Path) -> None:
    assert read(tmp_path) == Requirements()
    (tmp_path / "requirements.txt").mkdir()
    assert not read(tmp_path)


def test_sizes_are_bounded(tmp_path: Path) -> None:
    assert len(ask(tmp_path, *(f"package{number}" for number in range(100))).wanted) == 100
    with pytest.raises(DependencyError, match="101 requirements; expected at most 100"):
        ask(tmp_path, *(f"package{number}" for number in range(101)))
    with pytest.raises(DependencyError, match="over 64 KiB"):
        ask(tmp_path, "#" * 64 * 1024)
    with pytest.raises(DependencyError, match="byte 7 is not UTF-8"):
        read(tmp_path, listed=b"orjson \xff")


_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,5}([-_.][a-z0-9]{1,3}){0,2}", fullmatch=True)
_VERSIONS = st.lists(st.sampled_from([">=1", "<9", "!=3.2", "~=2.1", "==2.*"]), max_size=3)


@given(st.lists(st.tuples(_NAMES, _VERSIONS), max_size=8), st.randoms())
def test_neither_order_nor_spelling_nor_repetition_changes_what_is_asked_for(
    asked: list[tuple[str, list[str]]], random: object
) -> None:
    import random as random_module

    assert isinstance(random, random_module.Random)
    plain = [parse_wanted(name + ",".join(versions), "a") for name, versions in asked]
    other = []
    for name, versions in asked * 2:
        shuffled = random.sample(versions, len(versions))
        other.append(parse_wanted(f"{name.upper().replace('-', '_')}  {' , '.join(shuffled)}", "b"))
    random.shuffle(other)
    assert sorted_once(plain) == sorted_once(other)
    again = [parse_wanted(one.text, "c") for one in sorted_once(plain)]
    assert sorted_once(again) == sorted_once(plain)


@given(st.text(max_size=60))
def test_no_text_is_anything_but_read_or_refused_in_one_line(text: str) -> None:
    said = text_or_refusal(text.strip())
    assert "\n" not in said
    assert said.startswith("requirements.txt: line 1: ") or "://" not in said


def text_or_refusal(text: str) -> str:
    try:
        return parse_wanted(text, "requirements.txt: line 1").text
    except DependencyError as error:
        return str(error)
