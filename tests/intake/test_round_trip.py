"""One tree is one submission, whatever way it comes."""

from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.intake import take_in
from grader.intake.names import fold, left_out
from tests.intake.builders import SOLUTION, SOURCES, git, make_folder, make_repository, make_tar, make_zip

NAME = st.text(
    st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"], exclude_characters="/\\:"),
    min_size=1,
    max_size=12,
).filter(lambda name: name not in (".", "..") and not name.startswith(".") and not name.endswith(".pyc"))
PATH = st.lists(NAME, min_size=1, max_size=4).map("/".join)


# A pointer in place of a large file is refused from git, by a rule and a test of its own.
CONTENTS = st.binary(max_size=300).filter(lambda data: not data.startswith(b"version https://git-lfs"))


@st.composite
def trees(draw):
    """Trees of which no name is another's folder, or another's but for case."""
    files: dict[str, bytes] = {"solution.py": b"x = 1\n"}
    taken = {"solution.py": "solution.py"}
    for path in draw(st.lists(PATH, max_size=6)):
        parts = path.split("/")
        prefixes = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        fits = all(taken.get(fold(prefix), prefix) == prefix for prefix in prefixes)
        folders = {
            "/".join(name.split("/")[:depth]) for name in files for depth in range(1, name.count("/") + 1)
        }
        if (
            fits
            and path not in folders
            and not any(prefix in files for prefix in prefixes)
            and not left_out(tuple(parts))
        ):
            taken.update({fold(prefix): prefix for prefix in prefixes})
            files[path] = draw(CONTENTS)
    return files


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=trees(), source=st.sampled_from(sorted(SOURCES)))
def test_any_tree_comes_whole_through_every_source(files, source):
    with tempfile.TemporaryDirectory() as folder:
        made = SOURCES[source](Path(folder) / "made", files)
        with take_in(made) as submission:
            taken = {path: (submission.root / path).read_bytes() for path in submission.paths()}
            packed = submission.pack()
    assert taken == files
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}
    assert members == {f"submission/{path}": content for path, content in files.items()}


def test_every_source_gives_the_same_digest_and_the_same_pack(tmp_path):
    seen = set()
    for number, make in enumerate(SOURCES.values()):
        with take_in(make(tmp_path / f"made{number}", SOLUTION)) as submission:
            assert (submission.files, submission.bytes) == (2, sum(map(len, SOLUTION.values())))
            seen.add((submission.digest, submission.pack()))
    assert len(seen) == 1


@pytest.mark.parametrize("make", [make_folder, make_zip, make_tar, make_repository])
def test_a_wrapping_folder_changes_nothing(make, tmp_path):
    wrapped = {f"cache-main/{name}": content for name, content in SOLUTION.items()}
    with (
        take_in(make(tmp_path / "wrapped", wrapped)) as one,
        take_in(make(tmp_path / "plain", SOLUTION)) as other,
    ):
        assert one.digest == other.digest
        assert one.pack() == other.pack()


@pytest.mark.parametrize(
    "changed",
    [
        {"solution.py": b"class LRUCache:\n    pass\n\n", "README.md": b"# A cache\n"},
        {"solution.py": b"class LRUCache:\n    pass\n", "README.txt": b"# A cache\n"},
        {"solution.py": b"class LRUCache:\n    pass\n"},
        {**SOLUTION, "empty": b""},
    ],
)
def test_another_name_or_content_gives_another_digest(changed, tmp_path):
    with (
        take_in(make_folder(tmp_path / "one", SOLUTION)) as one,
        take_in(make_folder(tmp_path / "two", changed)) as two,
    ):
        assert one.digest != two.digest
        assert one.digest.startswith("sha256:")


def test_executable_files_stay_so_and_nothing_else_of_a_mode_does(tmp_path):
    folder = make_folder(tmp_path / "made", {**SOLUTION, "run.sh": b"#!/bin/sh\n"})
    (folder / "run.sh").chmod(0o4755)
    (folder / "solution.py").chmod(0o666)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    make_tar(tmp_path / "made.tar", {})
    with tarfile.open(tmp_path / "made.tar", "w") as archive:
        archive.add(folder, "made", filter=lambda member: None if ".git" in member.name else member)
    for source in (folder, f"{folder}#main", tmp_path / "made.tar"):
        with take_in(source) as submission, tarfile.open(fileobj=io.BytesIO(submission.pack("x"))) as archive:
            modes = {member.name: (member.mode, member.uid, member.gid, member.mtime) for member in archive}
        assert modes == {
            "x": (0o755, 65534, 65534, 0),
            "x/README.md": (0o644, 65534, 65534, 0),
            "x/run.sh": (0o755, 65534, 65534, 0),
            "x/solution.py": (0o644, 65534, 65534, 0),
        }


def test_what_tools_leave_behind_is_left_out_and_said(tmp_path):
    litter = dict.fromkeys(
        (
            ".git/config",
            "__pycache__/a.pyc",
            "pkg/__pycache__/b.pyc",
            ".venv/bin/python",
            "node_modules/x/y.js",
            ".DS_Store",
            "__MACOSX/._solution.py",
            "._solution.py",
            "a.pyc",
        ),
        b"",
    )
    said: list[str] = []
    digests = set()
    for number, make in enumerate((make_folder, make_zip, make_tar)):
        with take_in(make(tmp_path / str(number), {**SOLUTION, **litter}), say=said.append) as submission:
            digests.add(submission.digest)
            assert len(submission.left_out) == 9
            assert submission.paths() == ["README.md", "solution.py"]
    assert len(digests) == 1
    assert len(said) == 3
    assert "9 in all" in said[0]


def test_the_tree_is_gone_when_the_context_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    intake = take_in(make_folder(tmp_path / "made", SOLUTION))
    root = intake.__enter__().root
    assert root.is_relative_to(tmp_path / "temporary")
    assert not intake.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert list((tmp_path / "temporary").iterdir()) == []
