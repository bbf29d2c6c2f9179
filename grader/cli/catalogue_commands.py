"""`grader challenges`, `grader show` and `grader export`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.table import Table

from grader.catalogue import find_catalogue
from grader.cli.console import Debug, Language, harmless, remarks, results
from grader.cli.grade_command import Challenges
from grader.errors import UsageError

_GIT_SETTINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Challenge",
    "GIT_AUTHOR_EMAIL": "challenge@example.invalid",
    "GIT_COMMITTER_NAME": "Challenge",
    "GIT_COMMITTER_EMAIL": "challenge@example.invalid",
}


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("challenges")(list_challenges)
    app.command("show")(show_statement)
    app.command("export")(export_starter)


def list_challenges(
    challenges: Challenges = None,
    lang: Language = "en",
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """List the challenges."""
    catalogue = find_catalogue(challenges)
    table = Table("challenge", "version", "kind", "checks", "title")
    for name in catalogue.names():
        loaded = catalogue.load(name)
        title = loaded.title.ru if lang == "ru" else loaded.title.en
        table.add_row(loaded.id, loaded.version, loaded.kind, str(len(loaded.checks)), harmless(title))
    results().print(table)


def show_statement(
    challenge: Annotated[str, typer.Argument(help="Id of a challenge.")],
    challenges: Challenges = None,
    lang: Language = "en",
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """Show a challenge's statement, as the candidate reads it."""
    text = find_catalogue(challenges).load(challenge).statement(lang)
    if sys.stdout.isatty():
        results().print(Markdown(text))
    else:
        sys.stdout.write(text)


def export_starter(
    challenge: Annotated[str, typer.Argument(help="Id of a challenge.")],
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not hold anything.")],
    challenges: Challenges = None,
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """Write the starter and the statement to a folder, as a fresh git repository without history."""
    loaded = find_catalogue(challenges).load(challenge)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} holds something; expected a new or empty folder")
    left_out = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(loaded.folder / "starter", folder, dirs_exist_ok=True, ignore=left_out)
    for name in ("statement.md", "statement.ru.md"):
        if (loaded.folder / name).exists():
            target = folder / name.replace("statement", "STATEMENT")
            shutil.copyfile(loaded.folder / name, target)
    _make_repository(folder, f"Starter of {loaded.id} {loaded.version}")
    remarks().print(f"wrote the starter of {loaded.id} to {harmless(str(folder))}", soft_wrap=True)


def _make_repository(folder: Path, message: str) -> None:
    git = shutil.which("git")
    if git is None:
        remarks().print(
            "git is not installed: the folder is no repository; install git to get one", soft_wrap=True
        )
        return
    environment = {"PATH": os.environ.get("PATH", os.defpath), **_GIT_SETTINGS}
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A", "-f"], ["commit", "-q", "-m", message]):
        subprocess.run([git, *arguments], cwd=folder, env=environment, check=True, timeout=60)
