"""`grader demo`: grades sample submissions of every challenge and says where the reports are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from grader.catalogue import Catalogue, ReferenceSolution, find_catalogue
from grader.challenge import Challenge
from grader.cli.console import Debug, Language, harmless, progress, remarks, results
from grader.cli.engines import EngineName, choose_engine
from grader.cli.grade_command import SECRET, Challenges
from grader.grading import Grading, grade
from grader.intake import take_in
from grader.report import render_terminal, write_reports
from grader.score_sheet import ScoreSheet
from sandbox import Engine


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
    chosen = choose_engine(engine)
    chosen.reap()
    chosen.prepare(lambda text: remarks().print(harmless(text), soft_wrap=True))
    table = Table("challenge", "submission", "verdict", "total", "level", "report")
    for name in catalogue.names():
        challenge = catalogue.load(name)
        for sample in catalogue.samples(challenge):
            sheet = _grade(challenge, catalogue, sample, chosen)
            folder = out / challenge.id / sample.name.replace("/", "-")
            write_reports(sheet, folder, lang)
            render_terminal(sheet, results(), lang)
            report = harmless(str(folder / "report.html"))
            table.add_row(
                challenge.id, sample.name, sheet.verdict.value, f"{sheet.total:g}", sheet.level.value, report
            )
    results().print(table)


def _grade(
    challenge: Challenge, catalogue: Catalogue, sample: ReferenceSolution, engine: Engine
) -> ScoreSheet:
    with progress(f"{challenge.id} {sample.name}") as say, take_in(sample.folder) as taken:
        return grade(Grading(challenge, catalogue, taken, engine, secret=os.environ.get(SECRET, "")), say)
