"""The shape of the code: imports run one way, modules and functions stay small, names are nouns."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("sandbox", "grader")
DOMAIN = (
    "grader.catalogue",
    "grader.challenge",
    "grader.errors",
    "grader.evidence",
    "grader.intake",
    "grader.questions",
    "grader.score_sheet",
    "grader.scoring",
    "grader.verification",
    "grader.words",
)

# What may import what: own packages and modules by prefix, then packages that are not ours (the standard library is
# always allowed). ARCHITECTURE.md shows the same table.
RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sandbox": (("sandbox",), ("docker", "requests", "urllib3")),
    "grader.database": (("grader.database",), ()),
    "grader.host": (("grader.host",), ()),
    "grader.inspector": (("grader.inspector", "grader.words"), ()),
    "grader.dependencies.inside": (("grader.dependencies.inside",), ()),
    "grader.dependencies": ((*DOMAIN, "grader.dependencies", "sandbox"), ("packaging",)),
    "grader.examiner": (
        ("grader.examiner", "grader.words"),
        ("pytest", "_pytest", "hypothesis", "locust", "gevent", "geventhttpclient", "httpx", "psycopg"),
    ),
    **dict.fromkeys(DOMAIN, (DOMAIN, ("pydantic",))),
    "grader.grading": ((*DOMAIN, "grader.dependencies", "grader.grading", "sandbox"), ("pydantic",)),
    "grader.report": ((*DOMAIN, "grader.report"), ("pydantic", "jinja2", "markupsafe", "rich", "pygments")),
    "grader.cli": (("grader", "sandbox"), ("typer", "rich", "click")),
    "grader.__main__": (("grader.cli",), ()),
}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def own_modules() -> list[str]:
    return sorted(name for name in graph().modules if name.split(".")[0] in PACKAGES)


def rule_of(module: str) -> str | None:
    return next((name for name in RULES if module == name or module.startswith(f"{name}.")), None)


def python_files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("rule", RULES)
def test_a_package_imports_only_what_its_rule_allows(rule: str) -> None:
    own, foreign = RULES[rule]
    wrong = []
    for module in own_modules():
        if rule_of(module) != rule:
            continue
        for imported in sorted(graph().find_modules_directly_imported_by(module)):
            top = imported.split(".")[0]
            if top in PACKAGES:
                is_allowed = imported == "grader" or any(
                    imported == p or imported.startswith(f"{p}.") for p in own
                )
            else:
                is_allowed = top in foreign or top in sys.stdlib_module_names
            if not is_allowed:
                wrong.append(f"{module} imports {imported}")
    assert not wrong


def test_every_module_has_a_rule() -> None:
    assert not [module for module in own_modules() if module != "grader" and rule_of(module) is None]


def test_no_modules_import_each_other_in_a_circle() -> None:
    ours = set(own_modules())
    imports = {module: graph().find_modules_directly_imported_by(module) & ours for module in ours}
    circles = []
    for module, imported in imports.items():
        # A package that hands on names of its own modules is no circle as long as they do not import it.
        circles += [
            f"{module} <-> {other}"
            for other in imported
            if graph().chain_exists(other, module) and module < other
        ]
    assert not circles


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small_and_are_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    tree = ast.parse(text)
    assert not text.strip() or ast.get_docstring(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 60]


def test_no_module_is_named_after_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "models", "tools", "shared"}
    assert not [path for path in python_files() if path.stem in vague or path.parent.name in vague]
