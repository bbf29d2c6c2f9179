"""Takes the files of a commit straight out of a repository of ours.

Nothing is ever checked out, so hooks, filters, attributes and links have nothing to act on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from grader.errors import SubmissionError
from grader.intake.bounds import CHUNK_BYTES, show_bytes
from grader.intake.git_process import INCOMPLETE, Git
from grader.intake.git_refs import is_object_id
from grader.intake.names import decode, show
from grader.intake.tree import Kind, Tree

_KINDS = {
    "100644": Kind.FILE,
    "100664": Kind.FILE,
    "100755": Kind.FILE,
    "120000": Kind.SYMLINK,
    "160000": Kind.SUBMODULE,
}
_ROW_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class _Blob:
    path: str
    identifier: str
    is_executable: bool


def read_commit(git: Git, identifier: str, tree: Tree) -> None:
    """Copy the files of a commit, by its id or that of a tag on it, into `tree`. Raises `SubmissionError`."""
    found = git.run("rev-parse", "--verify", "--quiet", f"{identifier}^{{commit}}")
    commit = found.output.read_text("ascii", "replace").strip()
    if found.status or not is_object_id(commit):
        raise SubmissionError(
            f"has no commit {show(identifier)}; give a branch, a tag or a commit that it holds"
        )
    with git.talk("ls-tree", "-r", "-z", "--full-tree", commit) as listing:
        blobs = list(_blobs(listing.answers, tree))
        if not listing.has_ended_well():
            raise SubmissionError(INCOMPLETE)
    with git.talk("cat-file", "--batch") as contents:
        for blob in blobs:
            contents.requests.write(blob.identifier.encode() + b"\n")
            contents.requests.flush()
            tree.store(blob.path, _contents(contents.answers, blob, tree), is_executable=blob.is_executable)


def _blobs(listing: IO[bytes], tree: Tree) -> Iterator[_Blob]:
    """Yield the files of a listing that are taken in; a listing without end is ended by the tree's bounds."""
    pending = b""
    while chunk := listing.read(CHUNK_BYTES):
        *rows, pending = (pending + chunk).split(b"\0")
        for row in rows:
            about, _, name = row.partition(b"\t")
            mode, _, identifier = decode(about).split(" ")
            path = tree.place(decode(name), _KINDS.get(mode, Kind.OTHER))
            if path is not None:
                yield _Blob(path, identifier, mode == "100755")
        if len(pending) > _ROW_BYTES:
            raise SubmissionError("has a path that is far too long; shorten it")
    if pending:
        raise SubmissionError(INCOMPLETE)


def _contents(answers: IO[bytes], blob: _Blob, tree: Tree) -> Iterator[bytes]:
    """Yield what git answers for one file."""
    header = answers.readline(_ROW_BYTES).split()
    if len(header) != 3 or header[1] != b"blob" or not header[2].isdigit():
        raise SubmissionError(INCOMPLETE)
    left = int(header[2])
    if left > tree.bounds.file_bytes:
        limit = show_bytes(tree.bounds.file_bytes)
        raise SubmissionError(f"{show(blob.path)} is larger than {limit}; leave it out or make it smaller")
    while left:
        chunk = answers.read(min(left, CHUNK_BYTES))
        if not chunk:
            raise SubmissionError(INCOMPLETE)
        left -= len(chunk)
        yield chunk
    answers.read(1)
