"""Finds the submission's own modules by the names that `import` statements use."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from posixpath import basename, dirname


def is_standard(name: str) -> bool:
    """Tell whether a dotted name begins with a module of the standard library."""
    return name.partition(".")[0] in sys.stdlib_module_names


class Modules:
    """The modules of one tree, looked up from its root, `src`, and folders that the code puts on `sys.path`."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(path for path in paths if path.endswith(".py"))
        self._folders: set[str] = set()
        for path in self._paths:
            folder = dirname(path)
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = dirname(folder)
        self.roots = ["", "src"] if "src" in self._folders else [""]

    def add_root(self, text: str) -> bool:
        """Look in folders of this name too; whether that is news."""
        name = basename(text.rstrip("/"))
        found = sorted(f for f in self._folders if basename(f) == name and f not in self.roots)
        self.roots.extend(found)
        return bool(found)

    def named(self, file_name: str) -> list[str]:
        """Return the Python files whose path ends with a file name or a relative path."""
        tail = file_name.lstrip("./")
        return sorted(path for path in self._paths if tail and (path == tail or path.endswith("/" + tail)))

    def find(self, name: str) -> str | None:
        """Return the file of a dotted name, `None` where the tree has none; a folder is its `__init__.py`."""
        parts = name.replace(".", "/")
        for root in self.roots:
            start = f"{root}/{parts}" if root else parts
            for path in (f"{start}/__init__.py", f"{start}.py"):
                if path in self._paths:
                    return path
        return None

    def is_folder(self, name: str) -> bool:
        """Tell whether a dotted name is a folder without `__init__.py` (a namespace package)."""
        parts = name.replace(".", "/")
        return any((f"{root}/{parts}" if root else parts) in self._folders for root in self.roots)

    def chain(self, name: str) -> list[str]:
        """Return every file that importing a dotted name runs: the packages on the way and the module."""
        parts = name.split(".")
        found = (self.find(".".join(parts[:count])) for count in range(1, len(parts) + 1))
        return [path for path in found if path is not None]

    def name_of(self, path: str) -> str:
        """Return the dotted name of a file, by the longest root that holds it."""
        for root in sorted(self.roots, key=len, reverse=True):
            if not root or path.startswith(root + "/"):
                inner = path[len(root) + 1 :] if root else path
                return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return path

    def absolute(self, path: str, level: int, name: str) -> str:
        """Return the absolute name of a relative import found in a file."""
        package = self.name_of(path).split(".")
        up = level - 1 if path.endswith("__init__.py") else level
        base = package[: len(package) - up] if up else package
        return ".".join([*base, name] if name else base)
