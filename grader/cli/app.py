"""The `grader` command: its options, and what its exit status means."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer

from grader.cli import catalogue_commands, demo, doctor, grade_command, questions_command, verify_command
from grader.cli.console import is_debugging, tell_error
from grader.errors import GraderError, GradingFailed
from sandbox import SandboxError

EPILOG = (
    "Exit status: 0 graded (and at or over --fail-under); 1 graded, under it; "
    "2 wrong usage, bad submission or bad challenge; 3 the grader itself failed."
)

app = typer.Typer(
    name="grader",
    help="Grades practical coding challenges in sandboxes, apart from what judges them.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
grade_command.register(app)
catalogue_commands.register(app)
questions_command.register(app)
verify_command.register(app)
doctor.register(app)
demo.register(app)


def main() -> None:
    """Run the command line; every error becomes one line on standard error and an exit status."""
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except (GradingFailed, SandboxError, OSError) as error:
        _fail(error, 3)
    except GraderError as error:
        _fail(error, 2)
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(error: Exception, status: int) -> None:
    if is_debugging():
        raise error
    tell_error(error)
    sys.exit(status)


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Leave by the way of an exception, so that every pod is closed."""
    sys.exit(143)
