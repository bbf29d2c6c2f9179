"""How a page is made: templates that escape everything, one style sheet, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.report.code import highlight_python
from grader.report.figures import Figures, share
from grader.report.harmless import cut, cut_middle, visible
from grader.report.scale import scale_of
from grader.report.words import Words, load_words

LONGEST_TEXT = 4_000
"""Characters of a message, a value or a note that a page shows."""

LONGEST_LOG = 24_000
"""Characters of a log or an output that a page shows, half from its start and half from its end."""

LONGEST_LABEL = 300
"""Characters of a label, path or name."""

LONGEST_QUESTION = 1_500
"""Characters of a question or a hint."""

MOST_LINES = 200
"""Lines of a counterexample."""

_CODE_MARKS = re.compile(r"`([^`\n]{1,200})`")


def render(template: str, words: Words, **values: object) -> str:
    """Fill a template of this package; every text that it prints is made harmless and escaped."""
    style = _style()
    page = _environment(words.language).get_template(template)
    return page.render(style=Markup(style), policy=_policy(style), **values)  # noqa: S704 - our own file


@cache
def _environment(language: str) -> Environment:
    """Return the templates of a language; kept, since compiling them takes longer than filling them."""
    words = load_words(language)
    figures = Figures(words)
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_filters(words, figures))
    environment.globals.update(w=words, figures=figures, scale_of=scale_of, python=_python, share=share)
    return environment


def _harmless(value: object) -> object:
    """Make the last value of every `{{ … }}` harmless; markup was made by us and is so already."""
    return value if isinstance(value, Markup) else visible(str(value))


def _filters(words: Words, figures: Figures) -> dict[str, Callable[..., Any]]:
    def label(text: dict[str, str]) -> str:
        return _short(words.pick(text), LONGEST_LABEL)

    def question(text: dict[str, str]) -> str:
        return _short(words.pick(text), LONGEST_QUESTION)

    def prose(text: dict[str, str]) -> Markup:
        return _with_code_marks(question(text))

    def short(text: str, most: int = LONGEST_LABEL) -> str:
        return _short(text, most)

    def body(text: str) -> str:
        kept, missing = cut(text, LONGEST_TEXT)
        return kept + (f"\n… {_left_out(words, missing)}" if missing else "")

    def log(text: str) -> str:
        start, end, missing = cut_middle(text, LONGEST_LOG)
        return f"{start}\n\n… {_left_out(words, missing)} …\n\n{end}" if missing else start

    def moment(value: datetime) -> str:
        return value.strftime("%Y-%m-%d %H:%M:%S %Z").strip()

    return {
        "label": label,
        "question": question,
        "prose": prose,
        "short": short,
        "body": body,
        "log": log,
        "moment": moment,
        "points": figures.points,
        "number": figures.number,
        "seconds": figures.seconds,
    }


def _short(text: str, most: int) -> str:
    kept, missing = cut(text, most)
    return f"{kept}…" if missing else kept


def _with_code_marks(text: str) -> Markup:
    """Return text made harmless and escaped, in which what stands between backquotes is set as code."""
    return Markup(_CODE_MARKS.sub(r"<code>\1</code>", str(escape(visible(text)))))  # noqa: S704 - escaped


def _left_out(words: Words, missing: int) -> str:
    return words("page.left_out", what=words.count("characters", missing))


def _python(text: str) -> Markup:
    """Return Python as highlighted lines, for counterexamples."""
    lines = text[: 4 * LONGEST_TEXT].split("\n")
    shown = highlight_python(lines[:MOST_LINES])
    return Markup("\n").join(shown + [Markup("…")] * (len(lines) > MOST_LINES))


def _style() -> str:
    return (resources.files("grader.report") / "templates" / "report.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    """Return a content security policy that allows this one style sheet and nothing from anywhere."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
