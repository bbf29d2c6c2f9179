"""`python -m tests.benchmarks.verdicts CHALLENGE [SOLUTION…]`: how far performance verdicts can be trusted.

Grades the measured checks alone, again and again, with the machine as it is and beside busy loops in turn, and prints
in Markdown every ratio with its spread, the verdicts that flipped, and the gap between right solutions and slow ones.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grader.catalogue import Catalogue, ReferenceSolution, find_catalogue
from grader.challenge import Challenge
from grader.grading import Grading, grade
from grader.intake import take_in
from grader.score_sheet import Measurement
from sandbox import Engine
from tests.conformance.engines import CLASSES, make_engine

Rows = dict[tuple[str, str, str], list[Measurement]]
"""Measurements by id, solution and condition."""


@dataclass(frozen=True, slots=True)
class Study:
    """What is graded: the measured checks of a challenge, on an engine."""

    catalogue: Catalogue
    challenge: Challenge
    engine: Engine

    def measure(self, solution: ReferenceSolution) -> tuple[Measurement, ...]:
        """Grade once and return what was measured."""
        with take_in(solution.folder, entry=self.challenge.root_entry) as submission:
            grading = Grading(self.challenge, self.catalogue, submission, self.engine)
            return grade(grading, lambda _: None).measurements


def main() -> None:
    """Measure and print."""
    options = _options()
    catalogue = find_catalogue()
    whole = catalogue.load(options.challenge)
    measured = whole.only([check.id for check in whole.checks if check.measurement])
    study = Study(catalogue, measured, make_engine(options.engine))
    study.engine.prepare(lambda _: None)
    names = options.solutions
    solutions = [
        one for one in catalogue.solutions(whole) if one.name in names or (not names and _is_timed(one))
    ]
    rows = _collect(study, solutions, options)
    _print(whole, rows, {solution.name: solution for solution in solutions})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("challenge")
    parser.add_argument("solutions", nargs="*", help="kind/name; all accepted and slow ones if none is given")
    parser.add_argument("--runs", type=int, default=3, help="of each solution, in each condition")
    parser.add_argument(
        "--hogs", type=int, default=1, help="busy loops of the second condition; 0 leaves it out"
    )
    parser.add_argument("--engine", choices=CLASSES, default="bubblewrap")
    return parser.parse_args()


def _is_timed(solution: ReferenceSolution) -> bool:
    return solution.kind in {"accepted", "slow"}


def _collect(study: Study, solutions: list[ReferenceSolution], options: argparse.Namespace) -> Rows:
    rows: Rows = defaultdict(list)
    conditions = ["idle", "hog"] if options.hogs else ["idle"]
    for run in range(options.runs):
        for solution in solutions:
            for condition in conditions:
                with _hogs(options.hogs if condition == "hog" else 0):
                    found = study.measure(solution)
                for one in found:
                    rows[one.id, solution.name, condition].append(one)
                figures = ", ".join(f"{one.id} {one.ratio} {one.verdict}" for one in found)
                sys.stderr.write(f"{run + 1}/{options.runs} {solution.name} {condition}: {figures}\n")
    return rows


@contextmanager
def _hogs(count: int) -> Iterator[None]:
    hogs = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(count)]
    for hog in hogs:
        hog.start()
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.join()


def _spin() -> None:
    while True:
        pass


def _print(challenge: Challenge, rows: Rows, solutions: dict[str, ReferenceSolution]) -> None:
    for limit in (check.measurement for check in challenge.checks if check.measurement):
        own = {key: found for key, found in rows.items() if key[0] == limit.id}
        print(f"\n## {limit.id}: full points up to {limit.full_at:g}, none from {limit.zero_at:g}\n")
        print(
            "| solution | condition | runs | ratio: median (least to most) | verdicts |\n|---|---|---|---|---|"
        )
        for (_, solution, condition), found in own.items():
            verdicts = ", ".join(f"{name} {count}" for name, count in _verdicts(found).items())
            print(f"| {solution} | {condition} | {len(found)} | {_spread(found)} | {verdicts} |")
        _print_gap(_ratios(own), solutions)
        flips = sum(len(found) - max(_verdicts(found).values()) for found in _by_solution(own).values())
        print(f"Verdicts: {sum(len(found) for found in own.values())}, flipped: {flips}.")


def _print_gap(ratios: dict[str, list[float]], solutions: dict[str, ReferenceSolution]) -> None:
    """Print how far each slow solution is from the worst accepted one."""
    passes = [max(found) for name, found in ratios.items() if found and solutions[name].kind == "accepted"]
    worst = max(passes, default=None)
    print("" if worst is None else f"\nWorst of the accepted: {worst:.2f}.")
    for name, found in ratios.items():
        if found and solutions[name].kind == "slow":
            times = "" if worst is None else f", {min(found) / worst:.2f} times as much"
            print(f"Least of {name}: {min(found):.2f}{times}.")


def _by_solution(rows: Rows) -> dict[str, list[Measurement]]:
    found: dict[str, list[Measurement]] = defaultdict(list)
    for (_, solution, _), measurements in rows.items():
        found[solution] += measurements
    return found


def _ratios(rows: Rows) -> dict[str, list[float]]:
    return {
        name: [one.ratio for one in found if one.ratio is not None]
        for name, found in _by_solution(rows).items()
    }


def _verdicts(found: list[Measurement]) -> Counter[str]:
    return Counter(one.verdict.value for one in found)


def _spread(found: list[Measurement]) -> str:
    ratios = [one.ratio for one in found if one.ratio is not None]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "none"


if __name__ == "__main__":
    main()
