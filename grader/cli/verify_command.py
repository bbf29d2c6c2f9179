"""`grader verify`: grades every reference solution and compares with what is expected of it."""

from __future__ import annotations

import fnmatch
import sys
from typing import Annotated

import typer
from rich.table import Table

from grader.catalogue import ReferenceSolution, find_catalogue
from grader.challenge import Challenge
from grader.cli.console import Debug, harmless, progress, results, tell
from grader.cli.engines import EngineName
from grader.cli.grade_command import Challenges, Seed
from grader.cli.session import Session, open_session
from grader.errors import UsageError
from grader.grading import grade
from grader.verification import Comparison, compare, strength


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command("verify")(verify)


def verify(
    challenge: Annotated[str | None, typer.Argument(help="Id of a challenge; default: all.")] = None,
    repeat: Annotated[
        int, typer.Option("--repeat", min=1, max=100, help="Grade each one so many times.")
    ] = 1,
    only: Annotated[
        str, typer.Option("--only", help="Only solutions whose kind/name matches, as in 'wrong/*'.")
    ] = "*",
    engine: Annotated[
        EngineName | None, typer.Option("--engine", help="Default: docker, else bubblewrap.")
    ] = None,
    named: Annotated[
        bool, typer.Option("--named", help="Of a faulty solution, run only the checks that it must fail.")
    ] = False,
    seed: Seed = None,
    challenges: Challenges = None,
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """Grade every reference solution, compare with its expected verdict, and print the suite's strength.

    Exits 1 where anything differs.
    """
    catalogue = find_catalogue(challenges)
    loaded = [catalogue.load(name) for name in ([challenge] if challenge else catalogue.names())]
    session = open_session(catalogue, engine, seed)
    session.prepare(tell)
    has_difference = False
    for one in loaded:
        solutions = [item for item in catalogue.solutions(one) if fnmatch.fnmatch(item.name, only)]
        if not solutions:
            raise UsageError(f"no reference solution of {one.id} matches {only!r}")
        parts = [(_part(one, solution) if named else one, solution) for solution in solutions]
        comparisons = [_grade(session, part, solution) for part, solution in parts for _ in range(repeat)]
        _print(one, comparisons)
        has_difference |= any(item.differences for item in comparisons)
    sys.exit(1 if has_difference else 0)


def _part(challenge: Challenge, solution: ReferenceSolution) -> Challenge:
    """Return the challenge with the checks that a solution must fail, whole where it must fail none."""
    fails = solution.expectation.fails
    return challenge.only(fails) if fails else challenge


def _grade(session: Session, challenge: Challenge, solution: ReferenceSolution) -> Comparison:
    title = f"{challenge.id} {solution.name}"
    with progress(title) as say, session.take_in(challenge, solution.folder) as grading:
        comparison = compare(solution, grade(grading, say), is_partial=challenge.is_partial)
    state = "differs: " + "; ".join(comparison.differences) if comparison.differences else "as expected"
    seconds = comparison.sheet.timings.get("total", 0.0)
    line = f"{challenge.id} {solution.name}: {comparison.sheet.total:g} {comparison.sheet.verdict.value}, {state}"
    tell(f"{line} ({seconds:.1f} s)")
    return comparison


def _print(challenge: Challenge, comparisons: list[Comparison]) -> None:
    table = Table(
        "solution", "verdict", "total", "fails", "as expected", title=f"{challenge.id} {challenge.version}"
    )
    for item in comparisons:
        fails = ", ".join(item.solution.expectation.fails) or "-"
        state = (
            "[green]yes[/]"
            if not item.differences
            else f"[red]no[/]: {harmless('; '.join(item.differences))}"
        )
        table.add_row(item.solution.name, item.sheet.verdict.value, f"{item.sheet.total:g}", fails, state)
    console = results()
    console.print(table)
    found = strength(challenge, comparisons)
    console.print(
        f"Strength: {found.caught} of {found.faulty} faulty solutions caught by the named checks; "
        f"{found.proven_checks} of {found.checks} checks proven by one."
    )
    if found.unproven:
        console.print(f"Not proven: {', '.join(found.unproven)}", soft_wrap=True)
