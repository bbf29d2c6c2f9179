"""A repository on this machine is read without running anything of it, and without looking past it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from grader.errors import GradingFailed
from grader.intake import Bounds, take_in
from tests.intake.builders import SOLUTION, git, make_bare, make_folder, make_repository


@pytest.fixture
def repository(tmp_path):
    """A repository with a branch, a light and an annotated tag, and a change that is not committed."""
    folder = make_repository(tmp_path / "repository", SOLUTION)
    git(folder, "tag", "light")
    git(folder, "tag", "--annotate", "--message=t", "annotated")
    git(folder, "switch", "--quiet", "--create", "feature/one")
    (folder / "solution.py").write_bytes(b"feature = 1\n")
    git(folder, "commit", "--quiet", "--all", "--message=feature")
    git(folder, "switch", "--quiet", "main")
    (folder / "solution.py").write_bytes(b"uncommitted = 1\n")
    return folder


REFS = {
    "main": b"class",
    "light": b"class",
    "annotated": b"class",
    "HEAD": b"class",
    "feature/one": b"feature",
    "refs/heads/feature/one": b"feature",
    "refs/tags/annotated": b"class",
}


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("ref", REFS)
def test_a_ref_is_what_was_committed_there(ref, is_packed, repository):
    if is_packed:
        git(repository, "gc", "--quiet")
    with take_in(f"{repository}#{ref}") as submission:
        assert (submission.root / "solution.py").read_bytes().startswith(REFS[ref])
        assert submission.source == f"{repository}#{ref}"


def test_a_commit_is_found_by_its_full_id(repository, refused):
    commit = git(repository, "rev-parse", "feature/one")
    with take_in(f"{repository}#{commit}") as submission:
        assert (submission.root / "solution.py").read_bytes() == b"feature = 1\n"
    assert "full id" in refused(f"{repository}#{commit[:10]}")
    assert "has no commit" in refused(f"{repository}#{'1' * 40}")
    tree = git(repository, "rev-parse", "main^{tree}")
    assert "has no commit" in refused(f"{repository}#{tree}")


def test_without_a_ref_a_work_tree_is_taken_as_it_lies_there(repository):
    with take_in(repository) as submission:
        assert (submission.root / "solution.py").read_bytes() == b"uncommitted = 1\n"
        assert submission.left_out == (".git",)


def test_a_missing_ref_is_said_with_some_that_are_there(repository, refused):
    assert refused(f"{repository}#nope").endswith(
        "has no branch or tag 'nope'; there are 'annotated', 'feature/one', 'light', 'main'"
    )


@pytest.mark.parametrize(
    "ref", ["--upload-pack=x", "-x", "a..b", "a b", "main^", "main~1", "@{u}", "a:b", "", "../x", "/x"]
)
def test_what_is_no_ref_is_refused(ref, repository, refused):
    assert "no ref" in refused(f"{repository}#{ref}") or ref == "../x"


def test_a_detached_head_and_a_sha256_repository_are_read(tmp_path):
    folder = make_folder(tmp_path / "x", SOLUTION)
    git(folder, "init", "--quiet", "--object-format=sha256")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    git(folder, "checkout", "--quiet", "--detach")
    with take_in(f"{folder}#HEAD") as submission, take_in(folder) as same:
        assert submission.digest == same.digest


def test_a_folder_whose_name_has_a_number_sign_is_a_folder(tmp_path):
    with take_in(str(make_folder(tmp_path / "c#solution", SOLUTION))) as submission:
        assert submission.files == 2


def _hostile(folder: Path, marker: Path) -> None:
    """Make a repository run a program on everything that git might do in it."""
    script = folder.parent / "evil.sh"
    script.write_text(f"#!/bin/sh\necho ran >> {marker}\ncat\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "core.sshCommand", "core.askPass", "core.gitProxy", "core.pager", "core.editor",
                 "uploadpack.packObjectsHook", "filter.evil.smudge", "filter.evil.process", "diff.external",
                 "remote.origin.uploadpack", "credential.helper", "core.alternateRefsCommand"):  # fmt: skip
        git(folder, "config", name, str(script))
    git(folder, "config", "filter.evil.required", "true")
    git(folder, "config", "remote.origin.url", f"ext::{script}")
    git(folder, "config", "remote.origin.promisor", "true")
    git(folder, "config", "core.hooksPath", str(folder.parent / "hooks"))
    (folder.parent / "hooks").mkdir()
    for hook in (
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "pre-auto-gc",
        "proc-receive",
    ):
        (folder.parent / "hooks" / hook).symlink_to(script)


@pytest.mark.parametrize("is_bare", [False, True])
def test_nothing_of_a_repository_is_run(is_bare, tmp_path):
    files = {**SOLUTION, ".gitattributes": b"* filter=evil export-subst\n*.md export-ignore\n"}
    folder = (make_bare if is_bare else make_repository)(tmp_path / "x", files)
    _hostile(folder, tmp_path / "marker")
    with take_in(folder if is_bare else f"{folder}#main") as submission:
        assert submission.paths() == [".gitattributes", "README.md", "solution.py"]
        assert (submission.root / "solution.py").read_bytes() == SOLUTION["solution.py"]
    assert not (tmp_path / "marker").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_users_repository_is_read(tmp_path):
    folder = make_bare(tmp_path / "x", SOLUTION)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    with take_in(folder) as submission:
        assert submission.files == 2


def _borrow(folder: Path, other: Path) -> None:
    (folder / ".git/objects/info").mkdir(exist_ok=True)
    (folder / ".git/objects/info/alternates").write_text(f"{other}/.git/objects\n")


def _link_objects(folder: Path, other: Path) -> None:
    (folder / ".git/objects").rename(folder / ".git/gone")
    (folder / ".git/objects").symlink_to(other / ".git/objects")


def _link_a_pack(folder: Path, other: Path) -> None:
    git(other, "gc", "--quiet")
    for pack in (other / ".git/objects/pack").glob("pack-*.*"):
        (folder / ".git/objects/pack" / pack.name).symlink_to(pack)


def _link_git(folder: Path, other: Path) -> None:
    (folder / ".git").rename(folder / "gone")
    (folder / ".git").symlink_to(other / ".git")


def _point_git(folder: Path, other: Path) -> None:
    (folder / ".git").rename(folder / "gone")
    (folder / ".git").write_text(f"gitdir: {other}/.git\n")


def _share(folder: Path, other: Path) -> None:
    (folder / ".git/commondir").write_text(f"{other}/.git\n")


@pytest.mark.parametrize("trick", [_borrow, _link_objects, _link_a_pack, _link_git, _point_git, _share])
def test_no_object_comes_from_another_repository(trick, tmp_path, refused):
    folder = make_repository(tmp_path / "x", SOLUTION)
    other = make_repository(tmp_path / "other", {"secret.py": b"secret = 1\n"})
    secret = git(other, "rev-parse", "main")
    trick(folder, other)
    assert "'secret.py'" not in refused(f"{folder}#{secret}")


def _commit_entry(folder: Path, mode: str, name: str, content: bytes = b"x") -> None:
    """Commit an entry that a work tree could not hold."""
    (folder / "content").write_bytes(content)
    identifier = git(folder, "hash-object", "-w", "content")
    (folder / "content").unlink()
    target = git(folder, "rev-parse", "HEAD") if mode == "160000" else identifier
    git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{target},{name}")
    git(folder, "commit", "--quiet", "--message=entry")


@pytest.mark.parametrize(
    ("mode", "name", "content", "reason"),
    [
        ("120000", "link", b"/etc/passwd", "symbolic link"),
        ("160000", "module", b"", "a git submodule"),
        ("100644", "a\\b", b"", "backslash"),
        ("100644", "SOLUTION.py", b"", "case or accents"),
        (
            "100644",
            "data.bin",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            "Git LFS",
        ),
        ("100644", "large.bin", b"x" * 3000, "larger than 2 KiB"),
    ],
)
def test_a_bad_entry_is_refused_with_its_reason(mode, name, content, reason, tmp_path, refused):
    folder = make_repository(tmp_path / "x", SOLUTION)
    _commit_entry(folder, mode, name, content)
    assert reason in refused(f"{folder}#main", bounds=Bounds(file_bytes=2048))


def test_a_tree_that_unfolds_without_end_is_refused_soon(tmp_path, refused):
    folder = make_repository(tmp_path / "x", SOLUTION)
    (folder / "rows").write_text("")
    row = f"100644 blob {git(folder, 'rev-parse', 'main:solution.py')}"
    for _ in range(9):
        (folder / "rows").write_text("".join(f"{row}\td{number}\n" for number in range(10)))
        with (folder / "rows").open() as rows:
            made = subprocess.run(
                ["git", "mktree"], cwd=folder, stdin=rows, capture_output=True, text=True, check=True
            )
        row = f"040000 tree {made.stdout.strip()}"
    commit = git(folder, "commit-tree", "-m", "bomb", made.stdout.strip())
    git(folder, "update-ref", "refs/heads/bomb", commit)
    assert "more than" in refused(f"{folder}#bomb")


DAMAGES = {
    "a missing object": lambda folder: [
        path.unlink() for path in (folder / ".git/objects").glob("[0-9a-f][0-9a-f]/*")
    ],
    "an object of garbage": lambda folder: [
        (path.chmod(0o644), path.write_bytes(b"garbage"))
        for path in (folder / ".git/objects").glob("[0-9a-f][0-9a-f]/*")
    ],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_repository_is_refused(damage, tmp_path, refused):
    folder = make_repository(tmp_path / "x", SOLUTION)
    DAMAGES[damage](folder)
    assert "has no commit" in refused(f"{folder}#main")


def test_a_missing_folder_within_a_commit_is_not_taken_for_an_empty_one(tmp_path, refused):
    folder = make_repository(tmp_path / "x", {**SOLUTION, "pkg/a.py": b"a"})
    tree = git(folder, "rev-parse", "main:pkg")
    (folder / f".git/objects/{tree[:2]}/{tree[2:]}").unlink()
    assert "not whole" in refused(f"{folder}#main")
    blob = git(folder, "rev-parse", "main:README.md")
    folder = make_repository(tmp_path / "y", SOLUTION)
    (folder / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    assert "not whole" in refused(f"{folder}#main")


def test_a_repository_without_a_commit_and_what_is_none_are_refused(tmp_path, refused):
    folder = make_folder(tmp_path / "x", SOLUTION)
    assert "no git repository" in refused(f"{folder}#main")
    assert "no git repository" in refused(folder.as_uri())
    assert "no git repository" in refused(f"{folder}/solution.py#main")
    git(folder, "init", "--quiet")
    assert "without a commit" in refused(f"{folder}#main")
    (folder / ".git/HEAD").write_text("ref: refs/heads/nowhere\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    git(folder, "branch", "--move", "nowhere", "main")
    (folder / ".git/HEAD").write_text("ref: refs/heads/nowhere\n")
    assert "no default branch; add one of 'main'" in refused(folder.as_uri())


def test_a_repository_over_the_bound_is_refused(tmp_path, refused):
    folder = make_repository(tmp_path / "x", {**SOLUTION, "noise": os.urandom(300_000)})
    assert "over 200 KiB" in refused(f"{folder}#main", bounds=Bounds(fetched_bytes=200 * 1024))


def test_a_missing_git_is_our_failure(tmp_path, monkeypatch):
    folder = make_repository(tmp_path / "x", SOLUTION)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GradingFailed, match="git is not installed"), take_in(f"{folder}#main"):
        pass
