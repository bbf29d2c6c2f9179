"""The challenges that are there, each with its reference solutions: a challenge is a folder, its proof another."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.challenge import Challenge, load_challenge
from grader.errors import ChallengeError, UsageError
from grader.words import Verdict

FAILING_KINDS = ("slow", "wrong", "unsafe", "cheating")
_PACKAGED = Path(__file__).with_name("_data")
_CHECKOUT = Path(__file__).parent.parent


class Expectation(BaseModel):
    """What `expected.toml` says of a reference solution.

    `fails` lists the checks outside the quality criterion that must fail; `also_may_fail` those that may, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    fails: tuple[str, ...] = ()
    also_may_fail: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    note: Annotated[str, Field(max_length=2000)] = ""


@dataclass(frozen=True, slots=True)
class ReferenceSolution:
    """One of our own solutions with its known verdict; `kind` is the folder it lies in."""

    challenge: str
    kind: str
    folder: Path
    expectation: Expectation

    @property
    def name(self) -> str:
        """Return `kind/folder`, as `challenge.toml` names a reference."""
        return f"{self.kind}/{self.folder.name}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Where challenges and their reference solutions lie."""

    challenges: Path
    references: Path

    def names(self) -> tuple[str, ...]:
        """Return the ids of all challenges, sorted."""
        if not self.challenges.is_dir():
            raise UsageError(
                f"{self.challenges} is not a folder; expected one with a folder for each challenge"
            )
        return tuple(sorted(path.parent.name for path in self.challenges.glob("*/challenge.toml")))

    def load(self, name: str) -> Challenge:
        """Load a challenge by id. Raises `UsageError` for one that is not there, `ChallengeError` for a wrong one."""
        names = self.names()
        if name not in names:
            known = ", ".join(names) or "none"
            raise UsageError(f"there is no challenge {name!r} in {self.challenges}; there are: {known}")
        challenge = load_challenge(self.challenges / name)
        _require_tests(challenge)
        self._require_references(challenge)
        return challenge

    def solutions(self, challenge: Challenge) -> tuple[ReferenceSolution, ...]:
        """Return a challenge's reference solutions, accepted ones first. Raises `ChallengeError`."""
        found = []
        for kind in ("accepted", *FAILING_KINDS):
            for folder in sorted((self.references / challenge.id / kind).glob("[!._]*/")):
                expectation = _read_expectation(folder / "expected.toml", challenge)
                found.append(ReferenceSolution(challenge.id, kind, folder, expectation))
        return tuple(found)

    def reference(self, challenge: Challenge) -> Path:
        """Return the folder of the solution that performance is compared with."""
        return self.references / challenge.id / challenge.reference

    def samples(self, challenge: Challenge) -> tuple[ReferenceSolution, ...]:
        """Return the solutions that a demonstration grades: the named ones, else the first of each kind."""
        solutions = self.solutions(challenge)
        if challenge.samples:
            return tuple(item for name in challenge.samples for item in solutions if item.name == name)
        firsts = {item.kind: item for item in reversed(solutions)}
        return tuple(reversed(firsts.values()))

    def _require_references(self, challenge: Challenge) -> None:
        folder = self.references / challenge.id
        if not self.reference(challenge).is_dir():
            raise ChallengeError(
                f"{challenge.folder / 'challenge.toml'}: reference is {challenge.reference!r}; "
                f"expected the folder {self.reference(challenge)}"
            )
        absent = [name for name in challenge.samples if not (folder / name).is_dir()]
        if absent:
            raise ChallengeError(
                f"{challenge.folder / 'challenge.toml'}: samples has {absent[0]!r}; expected a folder in {folder}"
            )
        if not any(any((folder / kind).glob("[!._]*/")) for kind in FAILING_KINDS):
            raise ChallengeError(
                f"{folder} has no failing reference solution; expected at least one under {', '.join(FAILING_KINDS)}"
            )


def find_catalogue(challenges: Path | None = None) -> Catalogue:
    """Return the catalogue in a folder, else the checkout's, else the installed package's.

    Reference solutions lie in `reference_solutions` beside the folder of challenges.
    """
    if challenges is not None:
        return Catalogue(challenges, challenges.resolve().parent / "reference_solutions")
    base = _PACKAGED if (_PACKAGED / "challenges").is_dir() else _CHECKOUT
    return Catalogue(base / "challenges", base / "reference_solutions")


def _read_expectation(path: Path, challenge: Challenge) -> Expectation:
    try:
        expectation = Expectation.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ChallengeError(f"{path} is missing; expected a verdict and the checks that fail") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChallengeError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ChallengeError(f"{path}: {key}: {first['msg']}") from None
    known = {check.id for check in challenge.checks}
    unknown = sorted({*expectation.fails, *expectation.also_may_fail} - known)
    if unknown:
        raise ChallengeError(
            f"{path}: {', '.join(unknown)} not in challenge.toml; expected ids of its checks"
        )
    return expectation


def marked_checks(suite: Path) -> set[str]:
    """Return the ids in the `@pytest.mark.check("…")` marks of a suite, read without running it."""
    found = set()
    for path in sorted(suite.rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError) as error:
            raise ChallengeError(f"{path}: not Python: {error}") from None
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "check"
            ):
                is_mark = isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "mark"
                if is_mark and node.args and isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
    return found


def _require_tests(challenge: Challenge) -> None:
    """Hold the hidden suite against the manifest, both ways."""
    manifest = {check.id for check in challenge.checks if check.by == "suite"}
    marked = marked_checks(challenge.folder / "hidden")
    for missing, what in (
        (sorted(manifest - marked), "listed in challenge.toml, but no test of the suite is marked with them"),
        (
            sorted(marked - manifest),
            "marked in the suite, but challenge.toml does not list them as its checks",
        ),
    ):
        if missing:
            raise ChallengeError(f"{challenge.folder}: {', '.join(missing)}: {what}")
