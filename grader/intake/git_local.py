"""Reads a commit of a repository on this machine without running git in it.

A repository's own configuration can name programs to run, and its folders can point elsewhere by alternates, links
or a common folder. So only its refs are read and its objects copied, into a repository of ours that has neither.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.intake.bounds import Meter, show_bytes
from grader.intake.folder import open_file
from grader.intake.git_objects import read_commit
from grader.intake.git_process import Git
from grader.intake.git_refs import choose, is_object_id
from grader.intake.tree import Tree, storing

_OBJECT = re.compile(r"^(?:[0-9a-f]{2}/[0-9a-f]{38}(?:[0-9a-f]{24})?|pack/pack-[0-9a-f]+\.(?:pack|idx))$")
_REF_BYTES = 4 * 1024
_PACKED_REFS_BYTES = 16 * 1024 * 1024
_REMEDY = "give the repository's own folder"


def is_repository(path: Path) -> bool:
    """Say whether a folder is itself a repository, a bare one or the `.git` of a work tree."""
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def read_local(path: Path, ref: str | None, work: Path, tree: Tree) -> None:
    """Copy what a commit of a local repository holds into `tree`. Raises `SubmissionError`."""
    source = _repository_of(path)
    refs = _read_refs(source, tree.bounds.entries)
    wanted = choose(refs, ref)
    git = Git(work, tree.bounds)
    git.initialise("sha256" if len(wanted) == 64 else "sha1")
    try:
        _copy_objects(source / "objects", git.repository / "objects", tree)
    except OSError as error:
        raise SubmissionError(f"its objects cannot be read ({error.strerror}); {_REMEDY}") from None
    read_commit(git, wanted, tree)


def _repository_of(path: Path) -> Path:
    """Return the folder that holds objects and refs, which must lie in `path` and nowhere else."""
    path = path.resolve()
    inner = path / ".git"
    source = path if is_repository(path) else inner
    if source.is_symlink() or source.is_file():
        raise SubmissionError(f"is a work tree of a repository elsewhere; {_REMEDY}")
    if not is_repository(source):
        raise SubmissionError("is no git repository; leave '#' and what follows away")
    if (source / "reftable").exists():
        raise SubmissionError("keeps its refs in a new format (reftable); send a folder or an archive")
    if (source / "commondir").exists() or _has_text(source / "objects" / "info" / "alternates"):
        raise SubmissionError(f"takes objects from another repository; {_REMEDY}, or a full clone")
    if any((source / name).is_symlink() for name in ("objects", "refs", "HEAD")):
        raise SubmissionError(f"is linked together from elsewhere; {_REMEDY}")
    return source


def _has_text(path: Path) -> bool:
    return path.is_symlink() or (path.is_file() and path.stat().st_size > 0)


def _read_refs(source: Path, limit: int) -> dict[str, str]:
    """Return the refs of a repository, loose ones before packed ones, and HEAD where it leads to one."""
    refs: dict[str, str] = {}
    with _folder(source) as top:
        for line in _text(top, "packed-refs", _PACKED_REFS_BYTES).splitlines():
            identifier, _, name = line.partition(" ")
            if is_object_id(identifier) and name:
                refs[name] = identifier
        head = _text(top, "HEAD", _REF_BYTES).strip()
    for name, identifier in _loose_refs(source, limit):
        refs[name] = identifier
    refs.pop("HEAD", None)
    if is_object_id(head):
        refs["HEAD"] = head
    elif (target := head.removeprefix("ref: ").strip()) in refs:
        refs["HEAD"] = refs[target]
    return refs


def _loose_refs(source: Path, limit: int) -> Iterator[tuple[str, str]]:
    count = Meter(limit, "has too many branches and tags; send a folder or an archive")
    for parent, _, names, folder in os.fwalk(source / "refs", follow_symlinks=False):
        for name in names:
            count.add(1)
            identifier = _text(folder, name, _REF_BYTES).strip()
            if is_object_id(identifier):
                yield (Path(parent) / name).relative_to(source).as_posix(), identifier


class _folder:  # noqa: N801 - used as the built-in `open` is
    """An open folder, as a descriptor."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def __enter__(self) -> int:
        return self._descriptor

    def __exit__(self, *_error: object) -> None:
        os.close(self._descriptor)


def _text(folder: int, name: str, limit: int) -> str:
    """Return the text of a small regular file in an open folder; nothing where there is none or it is larger."""
    try:
        with open_file(folder, name) as handle:
            text = b""
            for chunk in handle.chunks():
                text += chunk
                if len(text) > limit:
                    return ""
    except OSError:
        return ""
    return text.decode("utf-8", "surrogateescape")


def _copy_objects(source: Path, target: Path, tree: Tree) -> None:
    """Copy loose and packed objects, and nothing else of what lies beside them."""
    limit = show_bytes(tree.bounds.fetched_bytes)
    size = Meter(tree.bounds.fetched_bytes, f"is a repository over {limit}; send a folder or an archive")
    count = Meter(
        10 * tree.bounds.entries, "has too many loose objects; run 'git gc', or send a folder or an archive"
    )
    for parent, _, names, folder in os.fwalk(source, follow_symlinks=False):
        place = Path(parent).relative_to(source)
        for name in names:
            count.add(1)
            if not _OBJECT.match((place / name).as_posix()):
                continue
            with storing():
                (target / place).mkdir(exist_ok=True)
                copy = (target / place / name).open("xb")
            with copy, open_file(folder, name) as handle:
                for chunk in handle.chunks():
                    size.add(len(chunk))
                    with storing():
                        copy.write(chunk)
                        copy.flush()
