"""Score sheets as reports: HTML, Markdown, JUnit, JSON and a terminal's view."""

from grader.report.files import load_sheet, write_reports
from grader.report.html import to_candidate_html, to_html
from grader.report.junit import to_junit
from grader.report.markdown import to_markdown
from grader.report.terminal import render_terminal
from grader.report.words import LANGUAGES

__all__ = [
    "LANGUAGES",
    "load_sheet",
    "render_terminal",
    "to_candidate_html",
    "to_html",
    "to_junit",
    "to_markdown",
    "write_reports",
]
