"""A folder is read as it is, without following anything out of it, and never written to."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.intake import take_in
from grader.intake.bounds import Bounds
from grader.intake.folder import open_file, read_folder
from grader.intake.tree import Tree
from tests.intake.builders import SOLUTION, make_folder


def _listen(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path may only be some 100 bytes long
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)


SPECIAL = {
    "link to a file outside": (lambda path: path.symlink_to("/etc/passwd"), "symbolic link"),
    "link to a file inside": (lambda path: path.symlink_to("solution.py"), "symbolic link"),
    "link to a folder": (lambda path: path.symlink_to("/etc"), "symbolic link"),
    "link to itself": (lambda path: path.symlink_to(path.name), "symbolic link"),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "symbolic link"),
    "pipe": (os.mkfifo, "named pipe"),
    "socket": (_listen, "socket"),
}


@pytest.mark.parametrize("special", SPECIAL)
def test_what_is_no_file_is_refused(special, tmp_path, refused):
    make, name = SPECIAL[special]
    folder = make_folder(tmp_path / "x", SOLUTION)
    make(folder / "special")
    line = refused(folder)
    assert f"'special' is a {name}" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_refused(tmp_path, refused):
    folder = make_folder(tmp_path / "x", SOLUTION)
    try:
        os.mknod(folder / "special", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("devices cannot be made here")
    assert "a device" in refused(folder)


def test_links_in_what_is_left_out_do_not_matter(tmp_path):
    folder = make_folder(tmp_path / "x", {**SOLUTION, ".venv/pyvenv.cfg": b""})
    (folder / ".venv/python").symlink_to("/usr/bin/python3")
    (folder / ".git").symlink_to("/")
    with take_in(folder) as submission:
        assert submission.left_out == (".git", ".venv")


def test_a_name_that_is_not_utf8_is_refused_and_shown(tmp_path, refused):
    folder = make_folder(tmp_path / "x", SOLUTION)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.py")).write_bytes(b"")
    assert r"'\xff\xfe.py' is a name that is not UTF-8" in refused(folder)


def test_a_folder_named_by_a_link_is_taken(tmp_path):
    make_folder(tmp_path / "x", SOLUTION)
    (tmp_path / "latest").symlink_to("x")
    with take_in(tmp_path / "latest") as submission:
        assert submission.files == 2


def test_the_folder_is_left_as_it_was(tmp_path):
    folder = make_folder(tmp_path / "x", {**SOLUTION, "a/b.txt": b"b", ".git/HEAD": b"ref: refs/heads/main"})

    def state() -> dict[str, tuple[int, int, int]]:
        found = {path: path.lstat() for path in (folder, *folder.rglob("*"))}
        return {
            str(path): (status.st_mtime_ns, status.st_ctime_ns, status.st_mode)
            for path, status in found.items()
        }

    before = state()
    with take_in(folder) as submission:
        (submission.root / "solution.py").write_bytes(b"changed")
    assert state() == before


@pytest.mark.parametrize("files", [{}, {".git/HEAD": b"x"}, {"__pycache__/x.pyc": b"x"}])
def test_an_empty_submission_is_refused(files, tmp_path, refused):
    assert "holds no file" in refused(make_folder(tmp_path / "x", files))


def test_a_deep_folder_is_refused_soon(tmp_path, refused):
    make_folder(tmp_path / "x", SOLUTION)
    here = os.open(tmp_path / "x", os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert "folders deep" in refused(tmp_path / "x")


@pytest.mark.parametrize("special", SPECIAL)
def test_what_took_the_place_of_a_file_before_it_was_opened_is_not_read(special, tmp_path):
    folder = make_folder(tmp_path / "x", SOLUTION)
    SPECIAL[special][0](folder / "special")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with pytest.raises(OSError):  # noqa: PT011 - each in its own way
            open_file(descriptor, "special")
        with open_file(descriptor, "solution.py") as handle:
            assert b"".join(handle.chunks()) == SOLUTION["solution.py"]
    finally:
        os.close(descriptor)


def test_a_folder_that_changes_while_it_is_read_never_shows_what_is_outside(tmp_path):
    folder = make_folder(tmp_path / "x", {f"{number:02}.py": b"inside" for number in range(20)})
    (tmp_path / "secret").write_bytes(b"outside")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for path in sorted(folder.iterdir()):
                path.unlink()
                path.symlink_to(tmp_path / "secret")
                path.unlink()
                os.mkfifo(path)
                path.unlink()
                path.write_bytes(b"inside")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for attempt in range(40):
            tree = Tree(tmp_path / f"tree{attempt}", Bounds())
            with contextlib.suppress(SubmissionError):
                read_folder(folder, tree)
            contents = {path.read_bytes() for path in tree.root.rglob("*")}
            assert contents <= {b"inside", b""}
    finally:
        done.set()
        swapper.join()
