"""`grader questions`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markdown import Markdown

from grader.challenge import LocalText
from grader.cli.console import Debug, Language, results
from grader.errors import UsageError
from grader.questions import Question, Topic, load_bank
from grader.words import Level


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command("questions")(list_questions)


def list_questions(
    topic: Annotated[Topic | None, typer.Argument(help="Show one topic; default: all.")] = None,
    level: Annotated[
        Level | None, typer.Option("--level", help="Show one level: junior, middle, senior.")
    ] = None,
    lang: Language = "en",
    debug: Debug = False,  # noqa: ARG001 - handled by its callback
) -> None:
    """List the bank of interview questions with what a good answer holds."""
    parts = []
    for file in load_bank().topics:
        asked = [question for question in file.questions if level in {None, question.level}]
        if topic in {None, file.topic} and asked:
            parts.append(f"# {_in(lang, file.title)}\n\n" + "\n".join(_shown(item, lang) for item in asked))
    if not parts:
        raise UsageError(
            f"there is no question of level {level}{f' on {topic}' if topic else ''}; try another"
        )
    text = "\n".join(parts)
    if sys.stdout.isatty():
        results().print(Markdown(text))
    else:
        sys.stdout.write(text)


def _in(lang: str, text: LocalText) -> str:
    return text.ru if lang == "ru" else text.en


def _shown(question: Question, lang: str) -> str:
    level = f" ({question.level.value.capitalize()})" if question.level else ""
    code = f"```\n{question.code.strip()}\n```\n\n" if question.code else ""
    return f"## {_in(lang, question.question)}{level}\n\n{code}{_in(lang, question.good_answer)}\n"
