"""Which names are taken, and how a name is shown."""

from __future__ import annotations

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.intake.bounds import Bounds
from grader.intake.names import check, decode, show, show_some
from tests.intake.builders import SOLUTION, ZipEntry, hand_made_tar, hand_made_zip, make_folder

BAD_NAMES = [
    ("/etc/passwd", "absolute"),
    ("//x", "absolute"),
    ("C:/x", "absolute"),
    ("c:x", "absolute"),
    ("../x", "'..'"),
    ("a/../../x", "'..'"),
    ("a/..", "'..'"),
    ("a\\b", "backslash"),
    ("..\\x", "backslash"),
    ("a\nb", "control character"),
    ("a\x1b[31mb", "control character"),
    ("a\x7fb", "control character"),
    ("a\u202egpj.py", "control character"),
    ("a\u2028b", "control character"),
    ("\udcff.py", "not UTF-8"),
    ("/".join("abcdefghijklmnopq"), "folders deep"),
    ("x" * 201, "200 bytes"),
    ("é" * 101, "200 bytes"),
    ("/".join(["x" * 100] * 3), "240 bytes"),
]


@pytest.mark.parametrize(("name", "reason"), BAD_NAMES, ids=[ascii(name)[:30] for name, _ in BAD_NAMES])
def test_a_bad_name_is_refused_with_its_reason(name, reason, tmp_path, refused):
    archives = {"x.tar": hand_made_tar([("solution.py", b"0", b""), (name, b"0", b"data")])}
    if "\udcff" not in name:
        archives["x.zip"] = hand_made_zip([ZipEntry(b"solution.py"), ZipEntry(name.encode(), b"data")])
    for archive, data in archives.items():
        (tmp_path / archive).write_bytes(data)
        assert reason in refused(tmp_path / archive)


@pytest.mark.parametrize(
    "name", ["имя.py", "naïve.py", "数据/文件.txt", "😀.md", "a b.txt", "-rf", "ab:c", "...", "~x", "$(x)"]
)
def test_an_unusual_name_is_taken(name, tmp_path):
    assert "/".join(check(name, Bounds())) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.py", "A.py"),
        ("pkg/x.py", "PKG/y.py"),
        ("caf\u00e9.py", "cafe\u0301.py"),
        ("straße", "STRASSE"),
        ("a", "a"),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_are_one_on_some_systems_are_refused(kind, one, other, tmp_path, refused):
    if kind == "zip":
        data = hand_made_zip([ZipEntry(one.encode()), ZipEntry(other.encode())])
    else:
        data = hand_made_tar([(one, b"0", b""), (other, b"0", b"")], tarfile.PAX_FORMAT)
    (tmp_path / "x").write_bytes(data)
    line = refused(tmp_path / "x")
    assert "is there twice" in line or "case or accents" in line


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a")])
def test_a_name_is_not_a_file_and_a_folder(names, tmp_path, refused):
    (tmp_path / "x").write_bytes(hand_made_tar([(name, b"0", b"") for name in names]))
    assert "both a file and a folder" in refused(tmp_path / "x")


def test_names_of_a_folder_that_differ_by_case_are_refused(tmp_path, refused):
    assert "case or accents" in refused(make_folder(tmp_path / "x", {**SOLUTION, "Solution.py": b""}))


@given(st.binary(max_size=300))
def test_any_bytes_are_shown_on_one_harmless_line(raw):
    shown = show(decode(raw))
    assert shown.isprintable()
    assert len(shown) < 800


@given(st.binary(max_size=80))
def test_a_checked_name_stays_inside(raw):
    try:
        parts = check(decode(raw), Bounds())
    except SubmissionError:
        return
    assert ".." not in parts
    assert all(part and "/" not in part and "\0" not in part for part in parts)


def test_a_long_list_of_names_is_cut():
    assert show_some(map(str, range(100)), 2) == "'0', '1' and 98 more"
