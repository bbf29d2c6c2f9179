"""`grader demo`: grades sample submissions of every challenge and says where the reports are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from grader.catalogue import find_catalogue
from grader.cli.console import Debug, Language, harmless, progress, results, tell
from grader.cli.engines import EngineName
from grader.cli.grade_command import Challenges
from grader.cli.session import open_session
from grader.grading import grade
from grader.report import render_terminal, write_reports


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command("demo")(show_demo)


def show_demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the reports.")] = Path("reports"),
    engine: Annotated[
        EngineName | None, typer.Option("--engine", help="Default: docker, else bubblewrap.")
    ] = None,
    challenges: Challenges = None,
    lang: Language = "en",
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """Grade sample submissions of every challenge, print their score sheets and write the reports."""
    catalogue = find_catalogue(challenges)
    session = open_session(catalogue, engine)
    session.prepare(tell)
    table = Table("challenge", "submission", "verdict", "total", "level")
    reports: list[Path] = []
    for name in catalogue.names():
        challenge = catalogue.load(name)
        for sample in catalogue.samples(challenge):
            title = f"{challenge.id} {sample.name}"
            with progress(title) as say, session.take_in(challenge, sample.folder) as grading:
                sheet = grade(grading, say)
            folder = out / challenge.id / sample.name.replace("/", "-")
            write_reports(sheet, folder, lang)
            render_terminal(sheet, results(), lang)
            row = (challenge.id, sample.name, sheet.verdict.value, f"{sheet.total:g}", sheet.level.value)
            table.add_row(*row)
            reports.append(folder / "report.html")
    results().print(table)
    for path in reports:
        results().print(harmless(str(path)), soft_wrap=True)
