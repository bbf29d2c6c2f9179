"""The import rule: does anything that the entry imports come to a forbidden name?"""

from __future__ import annotations

from grader.inspector.finding import Answer, Flag, Note
from grader.inspector.journal import Route
from grader.inspector.reach import Reach
from grader.inspector.subject import Subject
from grader.words import Severity

SHOWN = 8


def check_imports(subject: Subject) -> tuple[Answer, list[Flag]]:
    """Answer `allowed_imports`: certain routes fail it, doubtful ones are flagged for a person."""
    found = subject.reach
    flags = [_flag(subject, route) for route in found.doubtful]
    if not found.certain:
        count = len(found.paths)
        text = f"Nothing forbidden is reached from the {count} module{'s' * (count != 1)} that the entry imports."
        return Answer("allowed_imports", 1.0, text), _few(flags)
    lines = [_sentence(subject, route) for route in found.certain[:SHOWN]]
    if len(found.certain) > SHOWN:
        lines.append(f"… and {len(found.certain) - SHOWN} more.")
    names = ", ".join(sorted({route.name for route in found.certain}))
    message = f"The challenge forbids {names}, and the solution uses it:\n" + "\n".join(lines)
    notes = tuple(Note(route.path, route.line, f"reaches {route.name} {route.how}") for route in found.certain)
    return Answer("allowed_imports", 0.0, message, notes), _few(flags)


def _place(route: Route) -> str:
    return f"{route.path}:{route.line}" if route.line else route.path


def _chain(found: Reach, path: str) -> str:
    chain = [path]
    while found.importers.get(chain[-1]) and len(chain) < SHOWN:
        chain.append(found.importers[chain[-1]])
    return "" if len(chain) == 1 else f" (imported by {', '.join(chain[1:])})"


def _sentence(subject: Subject, route: Route) -> str:
    line = subject.submission.source(route.path).line(route.line).strip()[:120]
    shown = f": {line}" if line else ""
    return f"{_place(route)} reaches {route.name} {route.how}{_chain(subject.reach, route.path)}{shown}"


def _flag(subject: Subject, route: Route) -> Flag:
    line = ""
    if route.path.endswith(".py") and route.path in subject.reach.paths:
        line = subject.submission.source(route.path).line(route.line).strip()[:120]
    what = f"may reach {route.name} {route.how}" if route.name else route.how
    return Flag("doubtful_import", Severity.WARNING, f"{_place(route)} {what}{': ' + line if line else ''}")


def _few(flags: list[Flag]) -> list[Flag]:
    return flags[:20]
