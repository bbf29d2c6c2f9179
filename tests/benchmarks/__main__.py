"""`python -m tests.benchmarks [ROUNDS [CHALLENGE…]]`: what a grading takes, engine beside engine, and where it goes.

Engines are measured in turn within each round, so that a drifting machine disturbs both alike; medians and the
round-by-round ratio are printed, in Markdown.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator

from grader.catalogue import Catalogue, find_catalogue
from grader.challenge import Challenge
from grader.grading import Grading, grade
from grader.intake import take_in
from sandbox import Engine
from tests.conformance.engines import CLASSES, EngineMissing, make_engine

DEFAULT_ROUNDS = 10


def main() -> None:
    """Measure every challenge's reference on every engine that is here."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ROUNDS
    engines = list(_engines())
    catalogue = find_catalogue()
    for name in sys.argv[2:] or catalogue.names():
        challenge = catalogue.load(name)
        taken = {engine.name: [] for engine in engines}  # type: dict[str, list[dict[str, float]]]
        for number in range(rounds + 1):
            for engine in engines:
                timings = _grade(challenge, catalogue, engine)
                if number:  # the first round warms caches
                    taken[engine.name].append(timings)
        _print(challenge, taken)


def _engines() -> Iterator[Engine]:
    for name in CLASSES:
        try:
            engine = make_engine(name)
        except EngineMissing as missing:
            sys.stderr.write(f"left out: {missing}\n")
            continue
        engine.prepare(lambda text: None)
        yield engine


def _grade(challenge: Challenge, catalogue: Catalogue, engine: Engine) -> dict[str, float]:
    with take_in(catalogue.reference(challenge), entry=challenge.root_entry) as submission:
        return grade(Grading(challenge, catalogue, submission, engine), lambda _: None).timings


def _print(challenge: Challenge, taken: dict[str, list[dict[str, float]]]) -> None:
    stages = list(dict.fromkeys(stage for rows in taken.values() for row in rows for stage in row))
    rounds = min(len(rows) for rows in taken.values())
    print(f"\n## {challenge.id}: seconds of a whole grading, median of {rounds} (least to most)\n")
    print("| engine | " + " | ".join(stages) + " |")
    print("|---" * (len(stages) + 1) + "|")
    for name, rows in taken.items():
        cells = [_cell([row.get(stage, 0.0) for row in rows]) for stage in stages]
        print(f"| {name} | " + " | ".join(cells) + " |")
    (first, one), *others = taken.items()
    for second, other in others:
        ratios = [a["total"] / b["total"] for a, b in zip(one, other, strict=True)]
        print(f"\n{first} takes {_cell(ratios)} times as long as {second}.")


def _cell(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    main()
