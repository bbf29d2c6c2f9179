"""What a submission asks for, in one normal form: the same wishes are equal however they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from grader.dependencies.errors import DependencyError

_ARCHIVE = re.compile(r"\.(whl|zip|egg|tar(\.\w+)?|tgz)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """One requirement in its normal form, and where it was written."""

    text: str
    place: str = field(compare=False)

    @property
    def requirement(self) -> Requirement:
        """The parsed requirement."""
        return Requirement(self.text)

    @property
    def name(self) -> str:
        """The package's normalised name."""
        return canonicalize_name(self.requirement.name)


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that a submission asks for, sorted; `source` is the file that says so, `unread` one that does not count."""

    wanted: tuple[Wanted, ...] = ()
    source: str = ""
    unread: str = ""

    def __bool__(self) -> bool:
        return bool(self.wanted)

    def text(self) -> str:
        """Return one requirement a line, as pip reads them."""
        return "".join(f"{wanted.text}\n" for wanted in self.wanted)


def parse_wanted(text: str, place: str) -> Wanted:
    """Parse one requirement: a name with extras, versions and a marker. Raises `DependencyError` for all else."""
    if text.startswith("-"):
        option = re.split(r"[\s=]", text, maxsplit=1)[0]
        raise _refused(place, text, f"the option {option} is not taken")
    if re.search(r"\s--?[A-Za-z]", text):
        raise _refused(place, text, "options after a requirement, hashes among them, are not taken")
    if "://" in text or re.match(r"(git|hg|svn|bzr)\+", text):
        raise _refused(place, text, "addresses and repositories are not taken")
    if text.startswith((".", "/", "~")) or "\\" in text or _ARCHIVE.search(text):
        raise _refused(place, text, "paths and files are not taken")
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise _refused(place, text, str(error).splitlines()[0]) from None
    if requirement.url is not None:
        raise _refused(place, text, "addresses and paths are not taken")
    return Wanted(_normal(requirement), place)


def sorted_once(wanted: list[Wanted]) -> tuple[Wanted, ...]:
    """Return the requirements in order, each once."""
    return tuple(sorted({one.text: one for one in reversed(wanted)}.values()))


def _normal(requirement: Requirement) -> str:
    extras = sorted(canonicalize_name(extra) for extra in requirement.extras)
    text = canonicalize_name(requirement.name) + (f"[{','.join(extras)}]" if extras else "")
    text += ",".join(sorted(str(one) for one in requirement.specifier))
    return text + (f" ; {requirement.marker}" if requirement.marker else "")


def _refused(place: str, text: str, why: str) -> DependencyError:
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    return DependencyError(
        f"{place}: {shown!r}: {why}; expected a package's name with versions, such as 'orjson>=3.9'"
    )
