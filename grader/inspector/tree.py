"""The files of a submission or a starter, read within bounds and parsed as data."""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_BYTES = 200_000
PARSED_BYTES = 500_000
FILE_NODES = 60_000
PARSED_NODES = 150_000
ENTRIES = 20_000
FOLDERS_DEEP = 40
NODES_DEEP = 400

NOT_OWN = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "virtualenv", "__pypackages__"})
"""Folders that hold what tools put there: nothing in them is praised or blamed."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Python file: its text, its syntax tree with all nodes from the top down, or why there is none."""

    path: str
    data: bytes
    lines: tuple[str, ...]
    tree: ast.Module | None
    nodes: tuple[ast.AST, ...] = ()
    problem: str = ""
    problem_line: int = 0

    def line(self, number: int) -> str:
        """Return a line by its number from 1, empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def _entries(folder: str, depth: int) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if depth < FOLDERS_DEEP:
                yield from _entries(entry.path, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield entry


def list_files(root: Path) -> dict[str, int]:
    """Return regular files by their path below the root, with sizes, in a fixed order; links are left out."""
    files: dict[str, int] = {}
    start = len(os.fspath(root)) + 1
    for entry in _entries(os.fspath(root), 0):
        if len(files) >= ENTRIES:
            break
        files[entry.path[start:]] = entry.stat(follow_symlinks=False).st_size
    return files


def decode(data: bytes) -> str:
    """Return a Python file's text by its own encoding declaration; undecodable bytes are replaced."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding, errors="replace")
    except (SyntaxError, LookupError, ValueError, TypeError, AssertionError):
        return data.decode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Source as data: the tree and its nodes from the top down, or what is wrong and in which line."""

    tree: ast.Module | None
    nodes: tuple[ast.AST, ...] = ()
    problem: str = ""
    line: int = 0


def nodes_of(tree: ast.AST, node_limit: int) -> tuple[list[ast.AST], str]:
    """Return all nodes of a tree, level by level, or what is too much about it."""
    nodes: list[ast.AST] = []
    level: list[ast.AST] = [tree]
    for _ in range(NODES_DEEP):
        if not level:
            return nodes, ""
        nodes += level
        if len(nodes) > node_limit:
            return [], "holds more code than is read"
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return [], "nests too deeply to be read"


def parse(data: bytes, node_limit: int = FILE_NODES) -> Parsed:
    """Parse source as data, within bounds on its depth and the number of its nodes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except SyntaxError as error:
        return Parsed(None, (), f"is not valid Python: {error.msg}", error.lineno or 0)
    except (RecursionError, MemoryError):
        return Parsed(None, (), "nests too deeply to be read")
    except (ValueError, LookupError, TypeError, AssertionError) as error:
        return Parsed(None, (), f"is not valid Python: {error}")
    nodes, problem = nodes_of(tree, node_limit)
    return Parsed(None, (), problem) if problem else Parsed(tree, tuple(nodes))


class Tree:
    """The files under one root; Python files are parsed at the first use, within a bound on all bytes parsed.

    `announce` is told each path before it is parsed, so that whoever watches knows what a crash was about;
    `refused` names files that are not to be parsed.
    """

    def __init__(
        self,
        root: Path,
        announce: Callable[[str], None] = lambda path: None,
        refused: frozenset[str] = frozenset(),
    ) -> None:
        self.root = root
        self.files = list_files(root)
        self._announce = announce
        self._refused = refused
        self._bytes_left = PARSED_BYTES
        self._nodes_left = PARSED_NODES
        self._sources: dict[str, SourceFile] = {}

    def read(self, path: str, limit: int = FILE_BYTES) -> bytes:
        """Return the first bytes of a file, nothing where it cannot be read."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(limit)
        except OSError:
            return b""

    def source(self, path: str) -> SourceFile:
        """Return a Python file, parsed where the bounds allow."""
        if path not in self._sources:
            self._sources[path] = self._load(path)
        return self._sources[path]

    def own_paths(self) -> list[str]:
        """Return the Python files that a person wrote: not what tools keep in the tree."""
        return [path for path in self.files if path.endswith(".py") and _is_own(path)]

    def _load(self, path: str) -> SourceFile:
        size = self.files[path]
        if size > FILE_BYTES:
            return _unread(path, f"is larger than {FILE_BYTES // 1000} KB and was not read")
        if size > self._bytes_left or not self._nodes_left:
            return _unread(path, "was not read: the files before it hold as much code as is read")
        data = self.read(path)
        if path in self._refused:
            return _unread(path, "stopped the Python parser and was left aside", data)
        self._bytes_left -= len(data)
        self._announce(path)
        found = parse(data, min(FILE_NODES, self._nodes_left))
        self._nodes_left -= len(found.nodes)
        lines = tuple(_LINE_END.split(decode(data)))
        return SourceFile(path, data, lines, found.tree, found.nodes, found.problem, found.line)


def _unread(path: str, problem: str, data: bytes = b"") -> SourceFile:
    return SourceFile(path, data, (), None, (), problem)


def _is_own(path: str) -> bool:
    folders = path.split("/")[:-1]
    return not any(folder in NOT_OWN or (folder.startswith(".") and len(folder) > 1) for folder in folders)
