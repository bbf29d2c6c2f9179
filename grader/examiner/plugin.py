"""The pytest plugin: fixtures for hidden suites, one piece of evidence for each test, and what follows a loss."""

from __future__ import annotations

import time
import traceback
from collections.abc import Generator
from sys import stderr
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from grader.examiner.bench import Bench
from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.current import set_current_candidate
from grader.examiner.errors import CandidateError, ExaminerBroken, SandboxLost
from grader.examiner.examination import Examination
from grader.examiner.figure import Figure
from grader.examiner.growth import Growth
from grader.examiner.http_subject import HttpSubject
from grader.examiner.judging import Judgement, judge, meaning_of, misused
from grader.examiner.load.stage import Load
from grader.examiner.sandboxed import CANDIDATE
from grader.words import CheckOutcome

if TYPE_CHECKING:
    from grader.examiner.database import Database

_LAST_STAGES = ("figure", "growth", "load")  # after correctness, in this order


class Plugin:
    """One run of a hidden suite against the candidate."""

    def __init__(
        self, examination: Examination, channel: Channel, budget: Budget, bench: Bench, load: Load
    ) -> None:
        self._examination = examination
        self._channel = channel
        self._budget = budget
        self._bench = bench
        self._load = load
        self._examined = CANDIDATE
        self._error: BaseException | None = None
        self.seen: set[str] = set()
        self.broken: str | None = None

    @pytest.fixture
    def candidate(self) -> Any:  # noqa: ANN401 - a `Subject` or an `HttpSubject`, by the kind of challenge
        """Give the submission under examination."""
        return self._bench.subjects[self._examined]

    @pytest.fixture
    def http(self) -> HttpSubject:
        """Give the server under examination."""
        subject: HttpSubject = self._bench.subjects[self._examined]
        return subject

    @pytest.fixture
    def database(self) -> Database:
        """Give the database of the submission under examination."""
        return self._bench.databases[self._examined]

    @pytest.fixture
    def reference(self) -> Any:  # noqa: ANN401 - as `candidate`
        """Give the reference solution, started when it is first asked for."""
        subject = self._bench.subjects["reference"]
        subject.reset()
        return subject

    @pytest.fixture
    def load(self) -> Load:
        """Give the performance stage."""
        return self._load

    @pytest.fixture
    def growth(self) -> Growth:
        """Give what measures how the cost of a call grows with size."""
        return Growth(self._channel, self._examination, self._bench.subjects[self._examined])

    @pytest.fixture
    def figure(self) -> Figure:
        """Give what notes a figure that the suite measures itself."""
        return Figure(self._channel, self._examination)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the mark that names a test's check."""
        config.addinivalue_line("markers", "check(id): the check that the test gives evidence for")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put measurements last, and hold that tests and checks belong together."""
        if self._examination.is_partial:
            items[:] = [item for item in items if _check(item) in self._examination.checks]
        items.sort(key=_stage)
        unknown = [item.name for item in items if _check(item) not in self._examination.checks]
        if unknown:
            raise ExaminerBroken(
                f"{', '.join(unknown)}: expected a mark `check` with an id of challenge.toml"
            )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell an author what could not be collected."""
        if report.failed:
            stderr.write(f"{report.nodeid}:\n{report.longreprtext}\n")

    def pytest_collection_finish(self) -> None:
        """Enter the stage of tests."""
        self._channel.enter("tests")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what a test raised, at its first phase that did; of state machines it is known only afterwards."""
        report = yield
        if call.excinfo is not None and self._error is None:
            self._error = call.excinfo.value
        return report

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test and write its evidence; a mistake of ours ends the session."""
        started = time.monotonic()
        try:
            judgement = self._examine(item, nextitem)
            self._emit(item, judgement, time.monotonic() - started)
        except ExaminerBroken as error:
            self.broken = f"{item.name}: {error}"
            item.session.shouldstop = self.broken
        return True

    def _examine(self, item: pytest.Item, nextitem: pytest.Item | None) -> Judgement:
        if self._budget.is_spent:
            return Judgement(
                CheckOutcome.NOT_RUN, "the time for the whole examination was used up before this test"
            )
        error = self._run(CANDIDATE, item, nextitem)
        if isinstance(error, SandboxLost):
            self._bench.candidate.give_up()
        meaning = meaning_of(getattr(item, "obj", type(item)))
        judgement = judge(error, meaning)
        self._budget.count_test(judgement is not None and judgement.outcome is CheckOutcome.TIMED_OUT)
        if judgement is not None:
            return judgement
        assert error is not None  # noqa: S101 - no error is judged as passed
        return self._try_reference(error, item, nextitem)

    def _try_reference(
        self, error: BaseException, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Judgement:
        """Find out whose fault it is that a test stumbled: the reference's answers make a right test pass."""
        _print(error)
        if "load" in getattr(item, "fixturenames", ()):
            raise ExaminerBroken(f"the load stage failed: {type(error).__name__}: {error}")
        item._initrequest()  # type: ignore[attr-defined]
        second = self._run("reference", item, nextitem)
        if second is not None:
            _print(second)
            raise ExaminerBroken(
                f"the test is wrong: {type(error).__name__}: {error}, also with the reference"
            )
        return misused(error)

    def _run(self, examined: str, item: pytest.Item, nextitem: pytest.Item | None) -> BaseException | None:
        """Run a test with one of the sides as its candidate, and return what it raised."""
        self._examined = examined
        self._error = None
        subject = self._bench.subjects[examined]
        set_current_candidate(subject)
        try:
            subject.reset()
        except (SandboxLost, CandidateError) as error:  # a host that was tampered with may raise anywhere
            return error
        runtestprotocol(item, log=False, nextitem=nextitem)
        self._examined = CANDIDATE
        return self._error

    def _emit(self, item: pytest.Item, judgement: Judgement, duration_s: float) -> None:
        check = _check(item)
        self.seen.add(check)
        transcript = self._bench.subjects[CANDIDATE].transcript
        is_ended = judgement.outcome in {CheckOutcome.CRASHED, CheckOutcome.TIMED_OUT}
        self._channel.emit(
            "test",
            check=check,
            outcome=judgement.outcome.value,
            message=judgement.message,
            expected=judgement.expected,
            actual=judgement.actual,
            counterexample="" if judgement.outcome is CheckOutcome.PASSED else transcript.program(),
            log=self._bench.candidate.output() if is_ended else "",
            duration_s=round(duration_s, 4),
        )


def _check(item: pytest.Item) -> str:
    mark = item.get_closest_marker("check")
    return str(mark.args[0]) if mark is not None and mark.args else ""


def _stage(item: pytest.Item) -> int:
    names = getattr(item, "fixturenames", ())
    return max((number for number, name in enumerate(_LAST_STAGES, 1) if name in names), default=0)


def _print(error: BaseException) -> None:
    """Show on standard error where in the suite or the examiner something went wrong, without pytest's own frames."""
    told = traceback.TracebackException.from_exception(error)
    own = [frame for frame in told.stack if "site-packages" not in frame.filename]
    told.stack = traceback.StackSummary.from_list(own)
    stderr.write("".join(told.format()))
