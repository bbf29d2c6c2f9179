"""Fetches one commit of a repository on another machine."""

from __future__ import annotations

from pathlib import Path

from grader.errors import GradingFailed, SubmissionError
from grader.intake.git_objects import read_commit
from grader.intake.git_process import Git, Result
from grader.intake.git_refs import choose, is_object_id
from grader.intake.location import Location
from grader.intake.names import show
from grader.intake.tree import Tree

_TAKEN = "refs/intake/taken"
_REFS_BYTES = 16 * 1024 * 1024
_REASONS = (
    (
        ("Could not resolve host", "Failed to connect", "Connection refused", "timed out", "unreachable",
         "No route to"),
        "its host cannot be reached; check the address and the network",
    ),
    (
        ("could not read Username", "could not read Password", "Authentication failed", "Permission denied",
         "terminal prompts disabled", "error: 401", "error: 403"),
        "it is not there or needs a login; make it public, or give access to it",
    ),
    (
        ("Host key verification failed",),
        "its host's key is not known here; connect to it once with ssh, or use https",
    ),
    (
        ("certificate", "SSL"),
        "its host's certificate was not accepted; use another address",
    ),
    (
        ("not found", "does not appear to be a git repository", "not valid: is this a git repository",
         "access rights", "error: 404", "hung up"),
        "there is no git repository; check the address",
    ),
)  # fmt: skip


def read_remote(location: Location, work: Path, tree: Tree) -> None:
    """Copy what a commit of a remote repository holds into `tree`. Raises `SubmissionError`."""
    url = location.url or ""
    git = Git(work, tree.bounds, "https" if url.startswith("https:") else "ssh", location.login)
    git.initialise()
    listed = git.run("ls-remote", "--quiet", "--", url)
    if listed.status:
        raise SubmissionError(_explain(listed))
    wanted = choose(_parse(listed), location.ref)
    if len(wanted) == 64:
        raise SubmissionError("is a repository with SHA-256 ids; send a folder or an archive")
    fetched = git.run(
        "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
        "--", url, f"+{wanted}:{_TAKEN}",
    )  # fmt: skip
    if fetched.status:
        if any(
            phrase in fetched.complaint
            for phrase in ("not our ref", "unadvertised object", "no such remote ref")
        ):
            raise SubmissionError(f"has no commit {show(wanted)} that can be fetched; give a branch or a tag")
        raise SubmissionError(_explain(fetched))
    read_commit(git, wanted, tree)


def _parse(listed: Result) -> dict[str, str]:
    """Return the refs that a host listed, HEAD included."""
    if listed.output.stat().st_size > _REFS_BYTES:
        raise SubmissionError("has too many branches and tags to list; send a folder or an archive")
    rows = (line.split("\t", 1) for line in listed.output.read_text("utf-8", "replace").splitlines())
    return {row[1]: row[0] for row in rows if len(row) == 2 and is_object_id(row[0])}


def _explain(result: Result) -> str:
    """Return why a repository could not be fetched, in our words where git's are known."""
    if "No space left on device" in result.complaint:
        raise GradingFailed(
            "could not fetch the submission: the disk is full; make room in the temporary folder"
        )
    for phrases, reason in _REASONS:
        if any(phrase in result.complaint for phrase in phrases):
            return f"cannot be fetched: {reason}"
    lines = [line for line in result.complaint.splitlines() if line.startswith(("fatal:", "error:"))]
    words = lines[-1] if lines else "git ended without a word"
    return f"cannot be fetched: git says {show(words, 160)}"
