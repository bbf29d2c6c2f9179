"""Starts the host: `python -P -s host.py --entry solution:LRUCache --port 9001`.

The environment holds `HOST_TOKEN`. The working directory is the submission's root; the entry is imported from there.
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


def main() -> None:
    """Listen, import the entry, and serve; what went wrong with the import is told to the first client."""
    options = _options()
    token = os.environ.pop("HOST_TOKEN")
    host = _load_package()
    listener = host["server"].listen(options.port)
    sys.path.insert(0, str(Path.cwd()))
    entry, failure = _import_entry(options.entry, host["failures"])
    greeting = {"python": sys.version.split()[0], "failure": failure}
    host["server"].serve(listener, token, greeting, host["calls"].Calls(entry))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entry", required=True, help="module:Name of the object to serve")
    parser.add_argument("--port", required=True, type=int, help="the port on 127.0.0.1")
    return parser.parse_args()


def _load_package() -> dict[str, ModuleType]:
    """Load this folder under a name that the candidate's modules do not use."""
    folder = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        _PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{folder}: cannot be loaded as a package")
    sys.modules[_PACKAGE] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    return {name: importlib.import_module(f"{_PACKAGE}.{name}") for name in ("server", "calls", "failures")}


def _import_entry(entry: str, failures: ModuleType) -> tuple[Any, dict[str, Any] | None]:
    module_name, _, name = entry.partition(":")
    try:
        return getattr(importlib.import_module(module_name), name), None
    except BaseException as error:
        return None, failures.describe(error) | {"lines": failures.own_lines(error)}


if __name__ == "__main__":
    main()
