"""Traces of tampering in the source: each is a warning for a person, and takes nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from grader.inspector.finding import Flag
from grader.inspector.subject import Function, Subject
from grader.inspector.tree import NOT_OWN, SourceFile
from grader.words import Severity

TRACES = "traces"
"""Under this name the flags are handed on beside the answers to checks."""

MOST = 20

_STARTUP = re.compile(r"(?:^|/)(?:sitecustomize\.py|usercustomize\.py|[^/]+\.pth)$")
_OURS = re.compile(r"HOST_TOKEN|_grader_(?:host|adapter)\b|\bgrader[./](?:examiner|host)\b|/files/(?:suite|host)\b|\bexamination\.json\b")
"""Names that only somebody has who looks for the grader around the code."""

_JUDGES = re.compile(
    r"json\.(?:dumps?|loads?)$|json\.(?:encoder|decoder)\.|hmac\.|(?:builtins|unittest|pytest|_pytest)\."
    r"|time\.(?:time|monotonic|perf_counter|process_time|thread_time)(?:_ns)?$|sys\.(?:exit|getsizeof)$|os\._exit$"
    r"|gc\.|weakref\.|socket\.socket\.|threading\.(?:Thread|Lock|Barrier)\b"
)
"""What a judge in the same process would rely on; hooks that are made to be set, as `sys.excepthook`, are not."""

_DETACHERS = frozenset({"os.fork", "os.forkpty", "os.setsid", "os.setpgrp", "pty.fork"})
_RESULTS = frozenset({"outcome", "exitstatus", "excinfo", "longrepr", "wasxfail"})

_Sign = tuple[str, int, str]
"""A flag's id, the line, and what is there."""


def find_traces(subject: Subject) -> list[Flag]:
    """Return a flag for each trace, with file and line."""
    flags = [_flag("startup_file", path, 0, "runs whenever Python starts") for path in _startup_files(subject)]
    for source in subject.code:
        flags += [_flag(kind, source.path, line, what) for kind, line, what in _signs(source)]
    for source in (*subject.code, *subject.tests):
        flags += [_flag("test_results_changed", source.path, line, what) for line, what in _changed_results(source)]
    return flags[:MOST]


def _flag(kind: str, path: str, line: int, what: str) -> Flag:
    return Flag(kind, Severity.WARNING, f"{path}:{line} {what}" if line else f"{path} {what}")


def _startup_files(subject: Subject) -> list[str]:
    found = (path for path in subject.submission.files if _STARTUP.search(path))
    return [path for path in found if not NOT_OWN & set(path.split("/"))]


def _signs(source: SourceFile) -> Iterator[_Sign]:
    names = _imported_names(source)
    seen: set[tuple[str, str]] = set()
    for node in source.nodes:
        for kind, what in _signs_of(node, lambda expression: _dotted(expression, names)):
            if (kind, what) not in seen:
                seen.add((kind, what))
                yield kind, getattr(node, "lineno", 0), what


def _signs_of(node: ast.AST, dotted: Callable[[ast.expr], str]) -> Iterator[tuple[str, str]]:
    """Yield the kinds of sign that one node is, each with what is there."""
    match node:
        case ast.Constant(value=str(text)):
            for name in sorted(set(_OURS.findall(text))):
                yield "names_the_grader", f"names {name}, which is the grader's"
        case ast.Assign(targets=targets):
            for path in (dotted(target) for target in targets if isinstance(target, ast.Attribute)):
                if _JUDGES.match(path):
                    yield "patched_module", f"puts something in the place of {path}"
        case ast.Call(func=function, args=arguments, keywords=keywords):
            yield from _signs_of_call(dotted(function), arguments, keywords, dotted)


def _signs_of_call(path: str, arguments: list[ast.expr], keywords: list[ast.keyword], dotted: Callable[[ast.expr], str]) -> Iterator[tuple[str, str]]:
    if path in _DETACHERS or any(_is_set(keyword, "start_new_session") for keyword in keywords):
        yield "detached_process", f"starts a process that may outlive its parent ({path or 'start_new_session'})"
    match arguments:
        case [base, ast.Constant(value=str(name)), _] if path == "setattr" and _JUDGES.match(f"{dotted(base)}.{name}"):
            yield "patched_module", f"puts something in the place of {dotted(base)}.{name}"


def _is_set(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _changed_results(source: SourceFile) -> Iterator[tuple[int, str]]:
    """Yield where a hook of pytest sets what came out of a test."""
    hooks = (node for node in source.nodes if isinstance(node, Function) and node.name.startswith("pytest_"))
    for hook in hooks:
        for node in ast.walk(hook):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in _RESULTS:
                    yield node.lineno, f"{hook.name} sets {target.attr}, and so the results of tests"


def _imported_names(source: SourceFile) -> dict[str, str]:
    """Return what names of modules and of things in them stand for in a file, wherever they are imported."""
    names = {"setattr": "setattr"}
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    """Return the dotted path that an expression is, empty where it begins with nothing imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *reversed(parts)])
