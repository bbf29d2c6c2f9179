"""`grader doctor`: which engines work here, and what to do about what is missing."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from grader.cli.console import Debug, harmless, results
from grader.cli.engines import EngineName, make_engine
from sandbox import EngineFacts


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command("doctor")(examine_machine)


def examine_machine(debug: Debug = False) -> None:  # noqa: ARG001 - handled by its callback
    """Say which engines work here, their versions, accounts and images; exit 3 where none does."""
    console = results()
    found = [make_engine(name).describe() for name in EngineName]
    for facts in found:
        _print(facts, console)
    usable = [facts.name for facts in found if facts.is_available]
    if not usable:
        console.print(
            "No engine works here: nothing can be graded, since code is never run without a sandbox."
        )
        sys.exit(3)
    console.print(f"Submissions are graded with {usable[0]} unless --engine says otherwise.")


def _print(facts: EngineFacts, console: Console) -> None:
    state = "[green]works[/]" if facts.is_available else "[red]does not work here[/]"
    console.print(f"[bold]{facts.name}[/] {harmless(facts.version)}: {state}")
    for key, value in facts.facts.items():
        console.print(f"  {harmless(key)}: {harmless(value)}", soft_wrap=True)
    for problem in facts.problems:
        console.print(f"  [red]problem:[/] {harmless(problem)}", soft_wrap=True)
    for limitation in facts.limitations:
        console.print(f"  [yellow]limitation:[/] {harmless(limitation)}", soft_wrap=True)
