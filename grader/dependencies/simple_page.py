"""One project's page of the simple repository API, in JSON or HTML: what the index has of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
ACCEPTED = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"

_HTML_TYPES = ("application/vnd.pypi.simple.v1+html", "text/html")
_WHEEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*\.whl")
_SOURCE = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotAPage(ValueError):  # noqa: N818 - it says what came
    """The index answered with something that is no simple page."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel as the index tells of it; `metadata_sha256` is `None` where no metadata are offered alone."""

    filename: str
    url: str
    version: str
    sha256: str | None = None
    requires_python: str | None = None
    yanked: bool | str = False
    metadata_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A project's wheels, and how many source archives there are beside them."""

    project: str
    wheels: tuple[Wheel, ...]
    sources: int


@dataclass(frozen=True, slots=True)
class _File:
    """One file of either form of page."""

    filename: str
    url: str
    hashes: dict[str, str]
    requires_python: str | None
    yanked: bool | str
    metadata: object


def parse_page(project: str, content_type: str, body: bytes, base: str) -> Page:
    """Parse a page that came from the address `base`. Raises `NotAPage`."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == JSON_TYPE:
            found = list(_files_of_json(json.loads(body)))
        elif kind in _HTML_TYPES:
            found = _files_of_html(body.decode("utf-8"))
        else:
            raise NotAPage(f"the type {kind or 'none'!r} is neither HTML nor JSON")
    except NotAPage:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotAPage(f"a page that cannot be read ({type(error).__name__}: {error})"[:200]) from None
    wheels = (_wheel(project, file, base) for file in found)
    sources = sum(file.filename.endswith(_SOURCE) for file in found)
    return Page(project, tuple(wheel for wheel in wheels if wheel), sources)


def _wheel(project: str, file: _File, base: str) -> Wheel | None:
    """Return what is a wheel of this project; anything else is as if it were not there."""
    if not _WHEEL.fullmatch(file.filename):
        return None
    try:
        name, version, _, _ = parse_wheel_filename(file.filename)
        url = urljoin(base, file.url)
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except (InvalidWheelFilename, InvalidVersion, ValueError):
        return None
    if name != canonicalize_name(project) or scheme not in ("http", "https") or not host:
        return None
    address, fragment = urldefrag(url)
    stated = file.hashes.get("sha256") or dict([fragment.partition("=")[::2]]).get("sha256")
    return Wheel(
        filename=file.filename,
        url=address,
        version=str(version),
        sha256=_sha256(stated),
        requires_python=file.requires_python,
        yanked=file.yanked,
        metadata_sha256=_metadata_hash(file.metadata),
    )


def _sha256(stated: object) -> str | None:
    if stated is None:
        return None
    if not isinstance(stated, str) or not _SHA256.fullmatch(stated.lower()):
        raise NotAPage(f"{stated!r:.80} is no SHA-256")
    return stated.lower()


def _metadata_hash(offered: object) -> str | None:
    """Return the hash of metadata that can be asked for alone; without a hash they are not asked for."""
    if isinstance(offered, dict):
        return _sha256(offered.get("sha256"))
    if isinstance(offered, str) and offered.startswith("sha256="):
        return _sha256(offered.removeprefix("sha256="))
    return None


def _files_of_json(document: Any) -> Iterator[_File]:  # noqa: ANN401 - what JSON gives
    if not document["meta"]["api-version"].startswith("1."):
        raise NotAPage(f"version {document['meta']['api-version']!r} of the simple API")
    for file in document["files"]:
        yield _File(
            filename=str(file["filename"]),
            url=str(file["url"]),
            hashes=dict(file.get("hashes") or {}),
            requires_python=_text(file.get("requires-python")),
            yanked=file.get("yanked") is True or _text(file.get("yanked") or None) or False,
            metadata=file.get("core-metadata") or file.get("dist-info-metadata"),
        )


def _text(given: object) -> str | None:
    if given is not None and not isinstance(given, str):
        raise NotAPage(f"{given!r:.80} in the place of a text")
    return given


def _files_of_html(text: str) -> list[_File]:
    reader = _Anchors()
    reader.feed(text)
    return reader.files


class _Anchors(HTMLParser):
    """Collects the links of an HTML page; a `base` element moves the ones that follow it."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[_File] = []
        self._base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link."""
        given = dict(attrs)
        href = given.get("href")
        if tag == "base" and href:
            self._base = href
        if tag != "a" or not href:
            return
        url = urljoin(self._base, href) if self._base else href
        yanked = given.get("data-yanked", False)
        self.files.append(
            _File(
                filename=unquote(urlsplit(url).path.rpartition("/")[2]),
                url=url,
                hashes={},
                requires_python=given.get("data-requires-python"),
                yanked=True if yanked in (None, "") else yanked,
                metadata=given.get("data-core-metadata") or given.get("data-dist-info-metadata"),
            )
        )


def write_page(page: Page, addresses: dict[str, str]) -> bytes:
    """Return the page as JSON for pip, each wheel at the address given for its name."""
    files = []
    for wheel in page.wheels:
        metadata = {"sha256": wheel.metadata_sha256} if wheel.metadata_sha256 else False
        files.append(
            {
                "filename": wheel.filename,
                "url": addresses[wheel.filename],
                "hashes": {"sha256": wheel.sha256} if wheel.sha256 else {},
                "requires-python": wheel.requires_python,
                "yanked": wheel.yanked,
                "core-metadata": metadata,
                "dist-info-metadata": metadata,
            }
        )
    return json.dumps({"meta": {"api-version": "1.0"}, "name": page.project, "files": files}).encode()
