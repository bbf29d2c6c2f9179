"""Reads what the caller gave as a submission: a path or the URL of a git repository, perhaps with `#ref`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from grader.errors import SubmissionError
from grader.intake.names import show

_URL = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"^[A-Za-z0-9+.-]+::")
_SCP = re.compile(r"^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:(?!//)[^-]")
_REF_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/]|/$|\.lock$")
_EXPECTED = "expected a folder, an archive, or a repository by https:// or ssh://"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a submission is: `path` on this machine or `url` elsewhere; `shown` holds no credentials.

    `is_repository` says that a path was named as a repository, so that what is committed counts. `login` is the
    user and password of an https URL, which are in no other field.
    """

    shown: str
    path: Path | None = None
    url: str | None = None
    ref: str | None = None
    is_repository: bool = False
    login: str = ""


def locate(source: str | Path) -> Location:
    """Return what a source stands for. Raises `SubmissionError` where it is none."""
    text = str(source)
    if not text or not text.isprintable():
        raise SubmissionError(f"{show(text)} is no submission; {_EXPECTED}")
    if isinstance(source, Path):
        return _on_disk(text, source, None)
    if match := _URL.match(text):
        return _by_url(text, match[1].lower())
    if _HELPER.match(text) and not _exists(Path(text)):
        raise SubmissionError(f"{show(text)} names a helper of git, which is never run; {_EXPECTED}")
    if _SCP.match(text) and not _exists(Path(text)):
        url, ref = _split_ref(text)
        return Location(shown=text, url=url, ref=ref)
    if "#" in text and not _exists(Path(text)):
        path, ref = _split_ref(text)
        return _on_disk(text, Path(path), ref)
    return _on_disk(text, Path(text), None)


def _exists(path: Path) -> bool:
    """Say whether a path can be reached; one that is too long or forbidden cannot."""
    try:
        return path.exists()
    except OSError:
        return False


def _on_disk(shown: str, path: Path, ref: str | None) -> Location:
    if not _exists(path):
        raise SubmissionError(f"{show(shown, 200)} is not there or cannot be read; {_EXPECTED}")
    return Location(shown=shown, path=path, ref=ref, is_repository=ref is not None)


def _split_ref(text: str) -> tuple[str, str | None]:
    """Split `#ref` off. Raises `SubmissionError` where it could not be a ref, or could pass for an option."""
    base, mark, ref = text.rpartition("#")
    if not mark:
        return text, None
    if not ref or len(ref) > 250 or _REF_REFUSED.search(ref):
        raise SubmissionError(
            f"{show(ref)} after '#' is no ref; expected a branch, a tag or a full commit id"
        )
    return base, ref


def _by_url(text: str, scheme: str) -> Location:
    # What is malformed may have its password anywhere, so nothing of it is repeated.
    unshown = f"an address that begins with {show(scheme + '://')}"
    if scheme not in ("https", "ssh", "file"):
        raise SubmissionError(f"{unshown} is not taken; {_EXPECTED}")
    if "@" in text.partition("#")[2] and "@" not in text.partition("#")[0]:
        raise SubmissionError(f"{unshown} has a '#' before its '@'; write %23 for it in a password")
    url, ref = _split_ref(text)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SubmissionError(f"{unshown} is not well-formed; {_EXPECTED}") from None
    if scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise SubmissionError(f"{show(text)} is a file of another machine; {_EXPECTED}")
        return Location(
            text, _on_disk(text, Path(unquote(parts.path)), ref).path, ref=ref, is_repository=True
        )
    if not parts.hostname or parts.hostname.startswith("-") or (parts.username or "").startswith("-"):
        raise SubmissionError(f"{unshown} names no host; {_EXPECTED}")
    user, at, host = parts.netloc.rpartition("@")
    mark = f"#{ref}" if ref else ""
    if scheme == "ssh":
        name = user.partition(":")[0]
        plain = parts._replace(netloc=name + at + host).geturl()
        return Location(plain + mark, url=plain, ref=ref)
    plain = parts._replace(netloc=host).geturl()
    login = f"https://{user if ':' in user else user + ':'}@{host}" if user else ""
    return Location(parts._replace(netloc=host, query="").geturl() + mark, url=plain, ref=ref, login=login)
