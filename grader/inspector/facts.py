"""Facts about the source that an interviewer may ask about: the lock taken, the index made, the isolation level."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.inspector.subject import Subject
from grader.inspector.tree import SourceFile

Names = dict[str, tuple[str, ...]]

_NAMES: Names = {
    "lock": ("threading.Lock", "threading.RLock", "threading.Condition", "threading.Semaphore", "threading.BoundedSemaphore"),
    "async_limit": ("asyncio.Semaphore", "asyncio.BoundedSemaphore", "asyncio.Queue", "anyio.CapacityLimiter"),
    "async_tasks": ("asyncio.gather", "asyncio.wait", "asyncio.as_completed", "asyncio.create_task", "asyncio.TaskGroup"),
    "ordered_dict": ("collections.OrderedDict",),
    "heap": ("heapq",),
    "weak_references": ("weakref",),
    "object_sizes": ("sys.getsizeof",),
    "pool": (
        *("asyncpg.create_pool", "psycopg_pool", "psycopg2.pool", "aiosqlitepool"),
        *("sqlalchemy.create_engine", "sqlalchemy.ext.asyncio.create_async_engine"),
    ),
    "index": ("sqlalchemy.Index",),
    "orm": ("sqlalchemy.orm", "sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel", "peewee", "django.db", "tortoise", "pony.orm"),
    "threads": ("threading.Thread", "concurrent.futures", "asyncio.to_thread", "multiprocessing", "anyio.to_thread"),
    "sqlite": ("sqlite3", "aiosqlite"),
    "postgres": ("asyncpg", "psycopg", "psycopg2", "pg8000"),
    "shared_cache": ("redis", "pymemcache", "aiomcache"),
}
"""What a fact is told by: modules, or things in modules, that the solution uses."""

_TEST_NAMES: Names = {"property_tests": ("hypothesis",), "mock": ("unittest.mock",)}

_SQL = {
    "isolation_level": re.compile(r"ISOLATION\s+LEVEL\s+[A-Z]+(?:\s+(?:READ|COMMITTED|UNCOMMITTED))?|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE)", re.I),
    "row_lock": re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b|\bFOR\s+(?:KEY\s+)?SHARE\b", re.I),
    "upsert": re.compile(r"\bON\s+CONFLICT\b|\bINSERT\s+OR\s+(?:IGNORE|REPLACE)\b", re.I),
    "index": re.compile(r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\b", re.I),
}
_STATEMENT = re.compile(r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\s)", re.I)
_METHODS = {"with_for_update": "row_lock", "on_conflict_do_nothing": "upsert", "on_conflict_do_update": "upsert"}
_BACK = frozenset({"prev", "_prev", "previous", "before", "older"})
_FORTH = frozenset({"next", "_next", "after", "newer"})

FACTS = frozenset({*_NAMES, *_TEST_NAMES, *_SQL, "sql_from_parts", "linked_nodes"})
"""Every kind of fact; the bank of questions has one for each."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the source does: what kind, what is written there, and where."""

    id: str
    name: str
    path: str
    line: int


def facts_of(subject: Subject) -> list[Fact]:
    """Return the first place of every fact, of the solution and of its tests; imports that are not used are none."""
    first: dict[str, Fact] = {}
    for sources, names in ((subject.code, _NAMES), (subject.tests, _TEST_NAMES)):
        for source in sources:
            found = sorted(_in_source(source, names, is_solution=names is _NAMES), key=lambda fact: fact.line)
            for fact in found:
                first.setdefault(fact.id, fact)
    return sorted(first.values(), key=lambda fact: (fact.path, fact.line, fact.id))


def _in_source(source: SourceFile, names: Names, is_solution: bool) -> Iterator[Fact]:
    seen = [*_uses(source.nodes, names)]
    if is_solution:
        seen += [*_said(source.nodes), *_asked_of_libraries(source.nodes), *_links(source.nodes)]
    yield from (Fact(kind, name, source.path, line) for kind, name, line in seen)


def _uses(nodes: Iterable[ast.AST], names: Names) -> Iterator[tuple[str, str, int]]:
    """Yield where an imported name of the table is used, by whatever name it was imported."""
    aliases = _aliases(nodes)
    for node in nodes:
        if not isinstance(node, ast.Attribute | ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        path = _dotted(node, aliases)
        if not path:
            continue
        for kind, listed in names.items():
            if any(path == name or path.startswith(f"{name}.") for name in listed):
                yield kind, path, node.lineno


def _aliases(nodes: Iterable[ast.AST]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.partition(".")[0]
                aliases[item.asname or top] = item.name if item.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            aliases |= {item.asname or item.name: f"{node.module}.{item.name}" for item in node.names}
    return aliases


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    """Return the dotted path that a name stands for, empty where it begins with anything but an import."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return ""
    return ".".join([aliases[node.id], *reversed(parts)])


def _said(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str, int]]:
    """Yield what statements of SQL say; a text that stands alone is a comment."""
    remarks = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            for kind, pattern in _SQL.items():
                if match := pattern.search(node.value):
                    yield kind, " ".join(match.group().split()).upper(), node.lineno
        elif isinstance(node, ast.JoinedStr | ast.BinOp) and (verb := _statement_from_parts(node)):
            yield "sql_from_parts", f"{verb} …", node.lineno


def _statement_from_parts(node: ast.JoinedStr | ast.BinOp) -> str:
    """Return how a statement begins that has values put into its text, empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        has_parts = any(isinstance(part, ast.FormattedValue) for part in node.values)
        start = node.values[0] if has_parts else None
    else:
        start = node.left if isinstance(node.op, ast.Mod) else None
    if not isinstance(start, ast.Constant) or not isinstance(start.value, str):
        return ""
    match = _STATEMENT.match(start.value)
    return " ".join(match.group(1).split()).upper() if match else ""


def _asked_of_libraries(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str, int]]:
    """Yield methods and arguments that become SQL; `isolation_level=None` is SQLite's word for no transactions."""
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            yield _METHODS[node.attr], node.attr, node.lineno
        elif isinstance(node, ast.keyword) and node.arg == "isolation_level" and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                yield "isolation_level", f'isolation_level="{node.value.value}"', node.value.lineno


def _links(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str, int]]:
    """Yield the first line that sets a link backwards, where links forwards are set as well."""
    stored = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    back, forth = ([node for node in stored if node.attr in names] for names in (_BACK, _FORTH))
    if back and forth:
        one = min(back, key=lambda node: node.lineno)
        other = min(forth, key=lambda node: node.lineno)
        yield "linked_nodes", f".{one.attr}, .{other.attr}", min(one.lineno, other.lineno)
