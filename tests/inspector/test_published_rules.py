"""What the README publishes is what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from grader.inspector import complexity, dead_code, duplication, lint, own_tests, readme, subject, tree, watch
from grader.inspector.inspection import CHECKS
from grader.inspector.linter import RULES
from grader.inspector.rules import NEVER_USED, WEIGHTS, weight_of

TEXT = " ".join((Path(lint.__file__).parent / "README.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_described(check):
    assert f"| `{check}` |" in TEXT


@pytest.mark.parametrize(
    "words",
    [
        f"{lint.BASE_UNITS:g} units, and one more for every {lint.LINES_A_UNIT:g} lines of code",
        f"a file that does not parse takes {lint.BROKEN:g}",
        f"within {complexity.PATHS.full_at} paths, {complexity.NESTED.full_at} units of nested branching, "
        f"{complexity.LINES.full_at} lines",
        f"{complexity.PATHS.zero_at} paths, {complexity.NESTED.zero_at} units, {complexity.LINES.zero_at} lines",
        f"at least {complexity.WORST_COUNTS:g} of the worst",
        f"{dead_code.BASE_UNITS:g} units, and one more for every {dead_code.LINES_A_UNIT:g} lines",
        f"at most {duplication.FREE:.0%}".replace("%", " %"),
        f"{duplication.ALL_AT:.0%}".replace("%", " %") + " of the lines take everything",
        f"stretches of {duplication.WINDOW} and more statements",
        f"{own_tests.ENOUGH} tests",
        f"{readme.WORDS} different words",
        f"{readme.THERE:g} for being there, {readme.LENGTH:g} by the number of words, {readme.SAYS:g} for",
        f"one more for every {subject.LINES_AN_EXCUSE} lines of code",
        f"up to {tree.FILE_BYTES // 1000} KB and {tree.FILE_NODES:,} syntax nodes",
        f"together {tree.PARSED_BYTES // 1000} KB and {tree.PARSED_NODES:,} nodes",
        f"up to {tree.NODES_DEEP} levels deep",
        f"{watch.CPU_S} s of processor time",
    ],
)
def test_published_numbers_are_those_in_force(words):
    assert words in TEXT


def test_the_rules_ask_for_nothing_of_layout_or_naming():
    selected = tomllib.loads(RULES.read_text(encoding="utf-8"))["lint"]["select"]
    taste = re.compile(r"E[1-5]|W[1-3]|N|D\d|I|Q|COM|ANN|UP|T20|ERA|FBT")
    assert [code for code in selected if taste.match(code)] == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("F821", "defect"),
        ("B006", "defect"),
        ("B007", "hazard"),
        ("E722", "hazard"),
        ("F541", "smell"),
        ("E712", "smell"),
    ],
)
def test_a_rule_weighs_by_its_longest_prefix(code, name):
    assert weight_of(code).name == name


def test_every_selected_rule_has_a_weight_of_its_own():
    selected = tomllib.loads(RULES.read_text(encoding="utf-8"))["lint"]["select"]
    prefixes = tuple(prefix for weight in WEIGHTS for prefix in weight.prefixes)
    assert [code for code in (*selected, *NEVER_USED) if not code.startswith(prefixes)] == []
