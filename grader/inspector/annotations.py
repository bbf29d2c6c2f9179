"""The check `annotations`: how much of what others call says which types it takes and gives."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from grader.inspector.finding import Answer, Note
from grader.inspector.subject import Function, Subject

ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Signature:
    """A public function: how many places take an annotation, and which have none."""

    path: str
    name: str
    line: int
    places: int
    missing: tuple[str, ...]


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _public_functions(tree: ast.Module) -> list[tuple[str, Function, bool]]:
    found: list[tuple[str, Function, bool]] = []
    waiting: list[tuple[str, bool, list[ast.stmt]]] = [("", False, tree.body)]
    while waiting:
        prefix, is_class, body = waiting.pop()
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_public(node.name):
                found.append((prefix + node.name, node, is_class))
            elif isinstance(node, ast.ClassDef) and _is_public(node.name):
                waiting.append((f"{prefix}{node.name}.", True, node.body))
            elif isinstance(node, ast.If | ast.Try | ast.With):
                inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
                waiting.append((prefix, is_class, inner))
    return sorted(found, key=lambda item: item[1].lineno)


def _signature(path: str, name: str, function: Function, is_method: bool) -> Signature:
    arguments = function.args
    taken = [*arguments.posonlyargs, *arguments.args]
    decorators = {node.id for node in function.decorator_list if isinstance(node, ast.Name)}
    if is_method and "staticmethod" not in decorators:
        taken = taken[1:]
    taken += arguments.kwonlyargs
    taken += [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    missing = [argument.arg for argument in taken if argument.annotation is None]
    places = len(taken)
    if function.name != "__init__" or not taken:
        places += 1
        if function.returns is None and function.name != "__init__":
            missing.append("return")
    return Signature(path, name, function.lineno, places, tuple(missing))


def signatures(subject: Subject) -> list[Signature]:
    """Return the public functions and methods that the candidate wrote or changed."""
    return [_signature(source.path, name, function, is_method) for source in subject.code if source.tree is not None for name, function, is_method in _public_functions(source.tree) if not subject.is_starters(function)]


def check_annotations(subject: Subject) -> Answer:
    """Answer `annotations`."""
    if not subject.code:
        return Answer("annotations", 0.0, subject.nothing_to_judge())
    found = signatures(subject)
    if not found:
        return Answer("annotations", 1.0, "There is no public function of the candidate's own to annotate.")
    share = sum(1 - len(item.missing) / item.places for item in found) / len(found)
    bare = [item for item in found if item.missing]
    notes = tuple(Note(item.path, item.line, _sentence(item)) for item in bare)
    complete = len(found) - len(bare)
    message = f"{complete} of {len(found)} public functions and methods are annotated completely."
    message += "".join(f"\n{item.path}:{item.line} {_sentence(item)}" for item in bare[:8])
    return Answer("annotations", min(1.0, share / ENOUGH), message, notes)


def _sentence(item: Signature) -> str:
    names = ", ".join("what it returns" if name == "return" else name for name in item.missing)
    return f"{item.name} does not annotate {names}"
