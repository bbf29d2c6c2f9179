"""Reads what the caller gave as a submission: a path or the URL of a git repository, perhaps with `#ref`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

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

    `is_repository` says that a path was named as a repository, so that what is committed counts.
    """

    shown: str
    path: Path | None = None
    url: str | None = None
    ref: str | None = None
    is_repository: bool = False


def locate(source: str | Path) -> Location:
    """Return what a source stands for. Raises `SubmissionError` where it is none."""
    text = str(source)
    if not text or not text.isprintable():
        raise SubmissionError(f"{show(text)} is no submission; {_EXPECTED}")
    if isinstance(source, Path):
        return _on_disk(text, source, None)
    if match := _URL.match(text):
        return _by_url(text, match[1].lower())
    if _HELPER.match(text) and not Path(text).exists():
        raise SubmissionError(f"{show(text)} names a helper of git, which is never run; {_EXPECTED}")
    if _SCP.match(text) and not Path(text).exists():
        url, ref = _split_ref(text)
        return Location(shown=text, url=url, ref=ref)
    if "#" in text and not Path(text).exists():
        path, ref = _split_ref(text)
        return _on_disk(text, Path(path), ref)
    return _on_disk(text, Path(text), None)


def _on_disk(shown: str, path: Path, ref: str | None) -> Location:
    if not path.exists():
        raise SubmissionError(f"{show(shown, 200)} is not there; {_EXPECTED}")
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
    if scheme not in ("https", "ssh", "file"):
        raise SubmissionError(f"{show(_shown(text))} has an address that is not taken; {_EXPECTED}")
    url, ref = _split_ref(text)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SubmissionError(f"{show(_shown(text))} is no well-formed address; {_EXPECTED}") from None
    shown = _shown(text)
    if scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise SubmissionError(f"{show(shown)} is a file of another machine; {_EXPECTED}")
        on_disk = _on_disk(shown, Path(unquote(parts.path)), ref)
        return Location(shown=shown, path=on_disk.path, ref=ref, is_repository=True)
    if not parts.hostname or parts.hostname.startswith("-") or (parts.username or "").startswith("-"):
        raise SubmissionError(f"{show(shown)} names no host; {_EXPECTED}")
    return Location(shown=shown, url=url, ref=ref)


def _shown(text: str) -> str:
    """Return a URL without password, token or query; a user's name alone is kept for ssh, where it is no secret."""
    base, mark, ref = text.partition("#")
    scheme, _, rest = base.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    name = user.partition(":")[0] + at if scheme.lower() == "ssh" else ""
    return f"{scheme}://{name}{host}{slash}{path.partition('?')[0]}{mark}{ref}"


def secrets_of(url: str) -> tuple[str, ...]:
    """Return the parts of a URL that no message may repeat."""
    if "://" not in url:
        return ()
    parts: SplitResult = urlsplit(url)
    found = {parts.password, parts.query or None, parts.username if parts.scheme.lower() == "https" else None}
    return tuple(secret for secret in found if secret)
