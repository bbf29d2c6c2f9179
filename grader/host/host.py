"""Starts the host: `python -P -s host.py --entry solution:LRUCache --port 9001 [--adapter FILE]`.

The environment holds `HOST_TOKEN`. The working directory is the submission's root; the entry is imported from there.
An adapter is a challenge's own module whose `adapt(entry)` returns what is served in the entry's place: for entries
that take what JSON cannot hold, such as a database session.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGE = "_grader_host"
_ADAPTER = "_grader_adapter"


def main() -> None:
    """Listen, import the entry, and serve; what went wrong with the import is told to the first client."""
    options = _options()
    token = os.environ.pop("HOST_TOKEN")
    host = _load_package()
    listener = host["server"].listen(options.port)
    sys.path.insert(0, str(Path.cwd()))
    entry, failure = _import_entry(options.entry, options.adapter, host["failures"])
    greeting = {"python": sys.version.split()[0], "failure": failure}
    host["server"].serve(listener, token, greeting, host["calls"].Calls(entry))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entry", required=True, help="module:Name of the object to serve")
    parser.add_argument("--port", required=True, type=int, help="the port on 127.0.0.1")
    parser.add_argument("--adapter", type=Path, help="file of a module that adapts the entry")
    return parser.parse_args()


def _load_package() -> dict[str, ModuleType]:
    """Load this folder under a name that the candidate's modules do not use."""
    _load(_PACKAGE, Path(__file__).parent / "__init__.py", [str(Path(__file__).parent)])
    return {name: importlib.import_module(f"{_PACKAGE}.{name}") for name in ("server", "calls", "failures")}


def _load(name: str, file: Path, folders: list[str] | None = None) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{file}: cannot be loaded as a module")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _import_entry(
    entry: str, adapter: Path | None, failures: ModuleType
) -> tuple[Any, dict[str, Any] | None]:
    module_name, _, name = entry.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), name)
        return (found if adapter is None else _load(_ADAPTER, adapter).adapt(found)), None
    except BaseException as error:
        return None, failures.describe(error) | {"lines": failures.own_lines(error)}


if __name__ == "__main__":
    main()
