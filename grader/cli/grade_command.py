"""`grader grade` and `grader report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.catalogue import find_catalogue
from grader.cli.console import Debug, Language, harmless, progress, remarks, results
from grader.cli.engines import EngineName
from grader.cli.session import open_session
from grader.errors import GradingFailed, UsageError
from grader.grading import failed_sheet, grade
from grader.report import load_sheet, render_terminal, write_reports
from grader.score_sheet import ScoreSheet
from grader.words import Verdict

Challenges = Annotated[
    Path | None,
    typer.Option(
        "--challenges",
        envvar="GRADER_CHALLENGES",
        help="Folder of challenges; reference_solutions lies beside it. Default: those that ship with the grader.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for the reports; made where it is missing.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of random inputs.")]
FailUnder = Annotated[
    float | None, typer.Option("--fail-under", min=0, max=100, help="Exit 1 under this total.")
]
Offline = Annotated[bool, typer.Option("--offline", help="Refuse packages that would have to be downloaded.")]
Json = Annotated[bool, typer.Option("--json", help="Print the score sheet as JSON instead of the table.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("grade")(grade_submission)
    app.command("report")(render_again)


def grade_submission(
    challenge: Annotated[str, typer.Argument(help="Id of a challenge; `grader challenges` lists them.")],
    submission: Annotated[
        str, typer.Argument(help="Folder, .zip, .tar.gz, or git URL or path with optional #ref.")
    ],
    out: Out = None,
    engine: Annotated[
        EngineName | None, typer.Option("--engine", help="Default: docker, else bubblewrap.")
    ] = None,
    as_json: Json = False,
    fail_under: FailUnder = None,
    seed: Seed = None,
    offline: Offline = False,
    challenges: Challenges = None,
    lang: Language = "en",
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """Grade a submission; write score_sheet.json, report.html, candidate.html, summary.md, junit.xml to --out."""
    catalogue = find_catalogue(challenges)
    loaded = catalogue.load(challenge)
    with progress(f"grading {challenge}") as say:
        session = open_session(catalogue, engine, seed, is_offline=offline)
        say("taking in the submission")
        with session.take_in(loaded, submission) as grading:
            session.prepare(say)
            try:
                sheet = grade(grading, say)
            except GradingFailed as error:
                if out is not None:
                    write_reports(failed_sheet(grading, error), out, lang)
                raise
    _deliver(sheet, out, as_json, lang)
    if fail_under is not None and sheet.total < fail_under:
        sys.exit(1)


def render_again(
    folder: Annotated[
        Path, typer.Argument(help="Folder with a score_sheet.json; its reports are written again.")
    ],
    lang: Language = "en",
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """Render the reports of a score sheet again."""
    path = folder / "score_sheet.json"
    if not path.is_file():
        raise UsageError(f"{path} is missing; expected the folder that `grader grade --out` wrote")
    _deliver(load_sheet(path), folder, as_json=False, lang=lang)


def _deliver(sheet: ScoreSheet, out: Path | None, as_json: bool, lang: str) -> None:
    written = write_reports(sheet, out, lang) if out is not None else []
    if as_json:
        sys.stdout.write(sheet.to_json())
    else:
        render_terminal(sheet, results(), lang)
    for path in written:
        remarks().print(f"wrote {harmless(str(path))}", soft_wrap=True)
    if sheet.verdict is Verdict.GRADER_ERROR:
        raise GradingFailed(sheet.summary)
