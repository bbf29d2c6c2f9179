"""What a linter's finding takes: three weights, and the code prefixes that each covers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight, what it is for, and the rules (by code prefix) that have it."""

    name: str
    units: float
    meaning: str
    prefixes: tuple[str, ...]


WEIGHTS = (
    Weight(
        "defect",
        3.0,
        "fails or does the wrong thing when that line runs, or lets a stranger run code",
        (
            *("F50", "F52", "F6", "F7", "F82", "F9", "PLE"),
            *("B002", "B006", "B012", "B014", "B015", "B016", "B020", "B023", "B029", "B030", "B031", "B039"),
            *("ASYNC", "RUF006", "RUF008", "RUF016", "RUF018", "RUF024", "RUF026", "RUF033"),
            *("PLW0177", "PLW1507", "PLW2101", "S102", "S307", "S501", "S506", "S602", "S605", "S608", "S701"),
            *("SIM220", "SIM221", "SIM222", "SIM223", "PIE796"),
        ),
    ),
    Weight(
        "hazard",
        2.0,
        "hides errors, or works until something else changes",
        (
            *("B", "E722", "F811", "RUF", "S", "BLE", "SIM115", "PLW", "PLR", "T100", "LOG", "W605", "E711", "E721"),
            *("PIE794",),
        ),
    ),
    Weight("smell", 1.0, "is harmless but should not be there", ("F", "E", "PERF", "DTZ", "TRY", "SIM", "PIE")),
)

NEVER_USED = ("F401", "F841", "F842")
"""What the check `dead_code` asks for instead, so that nothing is held against a candidate twice."""


def weight_of(code: str) -> Weight:
    """Return the weight of a rule: that of its longest prefix listed."""
    fitting = [(len(prefix), -index) for index, weight in enumerate(WEIGHTS) for prefix in weight.prefixes if code.startswith(prefix)]
    if not fitting:
        return WEIGHTS[-1]
    return WEIGHTS[-max(fitting)[1]]
