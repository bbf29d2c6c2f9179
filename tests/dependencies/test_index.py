"""Which index is used is what the machine's pip would use, unless we are told another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.dependencies import Index, configured_index
from grader.dependencies.index import without_credentials
from grader.errors import UsageError

_FIRST, _SECOND = "https://first.example.org/simple", "https://second.example.org/simple/"


def surroundings(folder: Path, configuration: str = "", **variables: str) -> dict[str, str]:
    """Return an environment whose pip has this configuration alone."""
    file = folder / "pip.conf"
    file.write_text(configuration, encoding="utf-8")
    kept = {key: os.environ[key] for key in ("PATH",) if key in os.environ}
    return {**kept, "HOME": str(folder), "PIP_CONFIG_FILE": str(file), **variables}


def test_pip_s_own_default_is_used_where_nothing_is_configured(tmp_path: Path) -> None:
    code = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert configured_index(surroundings(tmp_path)).urls == (said.strip(),)


_CONFIGURED: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "global": (f"[global]\nindex-url = {_FIRST}\n", {}, (_FIRST,)),
    "install over global": (f"[global]\nindex-url={_SECOND}\n[install]\nindex-url={_FIRST}\n", {}, (_FIRST,)),
    "variable over file": (f"[global]\nindex-url={_SECOND}\n", {"PIP_INDEX_URL": _FIRST}, (_FIRST,)),
    "several": (
        f"[global]\nindex-url={_FIRST}\nextra-index-url =\n  file:///srv/simple\n  {_SECOND}\n  {_FIRST}\n",
        {},
        (_FIRST, _SECOND),
    ),
    "a folder and an index": (
        f"[global]\nindex-url=file:///srv/simple\nextra-index-url={_SECOND}\n",
        {},
        (_SECOND,),
    ),
    "ours over pip's": (f"[global]\nindex-url={_SECOND}\n", {"GRADER_INDEX_URL": _FIRST}, (_FIRST,)),
    "several of ours": ("", {"GRADER_INDEX_URL": f" {_FIRST}  {_SECOND}"}, (_FIRST, _SECOND)),
}


@pytest.mark.parametrize(("file", "variables", "expected"), _CONFIGURED.values(), ids=_CONFIGURED)
def test_the_configured_index_is_used(
    tmp_path: Path, file: str, variables: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert configured_index(surroundings(tmp_path, file, **variables)).urls == expected


def test_certificates_are_those_that_pip_was_given(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("")
    file = f"[global]\nindex-url={_FIRST}\ncert={bundle}\n"
    assert configured_index(surroundings(tmp_path, file)).certificates == str(bundle)
    missing = file.replace("bundle.pem", "missing.pem")
    assert configured_index(surroundings(tmp_path, missing)).certificates is None


def test_an_index_that_is_a_folder_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="set GRADER_INDEX_URL"):
        configured_index(surroundings(tmp_path, "[global]\nindex-url=file:///srv/simple\n"))


@pytest.mark.parametrize("url", ["ftp://example.org/simple", "/srv/simple", "https:///simple", "simple"])
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="expected an http or https address"):
        Index((url,))


def test_credentials_are_not_shown() -> None:
    index = Index(("https://user:pa%40ss@example.org:8443/simple",))
    assert index.names() == ("https://example.org:8443/simple",)
    assert (
        without_credentials("at https://u:p@a.org/x and https://b.org/@y")
        == "at https://a.org/x and https://b.org/@y"
    )
