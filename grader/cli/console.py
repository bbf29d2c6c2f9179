"""How the command line speaks: results to standard output, everything else to standard error."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

_DEBUG = "GRADER_DEBUG"
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Language = Annotated[str, typer.Option("--lang", help="Language of texts: en or ru.")]
"""The option that chooses a language."""


def _debug(is_on: bool) -> None:
    if is_on:
        os.environ[_DEBUG] = "1"


Debug = Annotated[
    bool, typer.Option("--debug", help="Show tracebacks.", callback=_debug, expose_value=True, is_eager=True)
]
"""The option that shows tracebacks; every command takes it."""


def is_debugging() -> bool:
    """Whether `--debug` was given."""
    return bool(os.environ.get(_DEBUG))


def results() -> Console:
    """Return the console for results."""
    return Console(highlight=False)


def remarks() -> Console:
    """Return the console for everything but results."""
    return Console(stderr=True, highlight=False)


def harmless(text: str) -> str:
    """Return a text without control characters and Rich markup, whoever wrote it."""
    return escape(_HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text))


def tell(text: str) -> None:
    """Say something on standard error."""
    remarks().print(harmless(text), soft_wrap=True)


def tell_error(error: Exception) -> None:
    """Say on standard error what went wrong, one error in one line."""
    remarks().print(f"[bold red]error:[/] {harmless(str(error) or type(error).__name__)}", soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show which stage is in hand: a moving line on a terminal, plain lines elsewhere."""
    console = remarks()
    if not console.is_terminal:
        yield _plain(console, title)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(harmless(title))
        yield lambda text: bar.update(task, description=f"{harmless(title)}: {harmless(text)}")


def _plain(console: Console, title: str) -> Callable[[str], None]:
    """Tell stages only, not each check: logs of CI are read, not watched."""

    def say(text: str) -> None:
        stage, _, check = text.partition(": ")
        if not check or stage.startswith("trying again"):
            console.print(f"{harmless(title)}: {harmless(text)}", soft_wrap=True)

    return say
