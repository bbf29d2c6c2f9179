"""Which package index is configured on this machine."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from grader.errors import GradingFailed, UsageError

VARIABLE = "GRADER_INDEX_URL"
"""Names the index, or several separated by blanks, in place of pip's configuration."""

_PIP_S = 60
_SECTIONS = (":env:", "install", "global")
_DEFAULT = re.compile(r"--index-url\s<url>.*?\(default\s+(https?://[^\s)]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Index:
    """The simple pages that packages are looked up in, the first index first, and a file of certificates for them."""

    urls: tuple[str, ...]
    certificates: str | None = None

    def __post_init__(self) -> None:
        for url in self.urls:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise UsageError(
                    f"package index {without_credentials(url)!r}: expected an http or https address; "
                    f"set {VARIABLE} or pip's index-url"
                )

    def names(self) -> tuple[str, ...]:
        """Return the addresses without credentials, for keys and messages."""
        return tuple(without_credentials(url) for url in self.urls)


def configured_index(environment: Mapping[str, str] = os.environ) -> Index:
    """Return the index that `GRADER_INDEX_URL`, else pip's configuration, else pip's own default names.

    Indexes that are folders of this machine are left out. Raises `UsageError` and `GradingFailed`.
    """
    if named := environment.get(VARIABLE, "").split():
        return Index(tuple(named), _readable(environment.get("PIP_CERT")))
    configured = _pip_configuration(environment)
    first = configured.get("index-url", "").strip() or _pip_default(environment)
    urls = [url for url in (first, *configured.get("extra-index-url", "").split()) if _is_remote(url)]
    if not urls:
        raise UsageError(
            f"pip's index is a folder of this machine; set {VARIABLE} to an http or https address"
        )
    return Index(tuple(dict.fromkeys(urls)), _readable(configured.get("cert")))


def without_credentials(url: str) -> str:
    """Return an address as it may be shown."""
    return re.sub(r"//[^/@]*@", "//", url)


def _is_remote(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _readable(path: str | None) -> str | None:
    return path if path and os.access(path, os.R_OK) else None


def _pip_configuration(environment: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings; its environment variables win over `[install]`, which wins over `[global]`."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in _pip(["config", "list"], environment).splitlines():
        key, separator, value = line.partition("=")
        section, _, option = key.rpartition(".")
        if separator and section in found:
            found[section][option] = str(ast.literal_eval(value))
    return {**found["global"], **found["install"], **found[":env:"]}


def _pip_default(environment: Mapping[str, str]) -> str:
    """Return the index that pip itself falls back to, as its help says."""
    wide = {**environment, "COLUMNS": "1000"}
    if (said := _DEFAULT.search(_pip(["install", "--isolated", "--help"], wide))) is None:
        raise GradingFailed(f"pip does not say which index is its default; set {VARIABLE}")
    return said[1]


def _pip(arguments: list[str], environment: Mapping[str, str]) -> str:
    if importlib.util.find_spec("pip") is None:
        raise GradingFailed(f"{sys.executable} has no pip; run `{sys.executable} -m ensurepip`")
    command = [sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", *arguments]
    try:
        done = subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, timeout=_PIP_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise GradingFailed(f"pip could not be asked for its configuration: {error}") from error
    return done.stdout
