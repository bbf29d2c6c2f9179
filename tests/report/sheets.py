"""Score sheets to render: people of several levels, and what can go wrong with a grading."""

# ruff: noqa: E501, RUF001 - a sheet's texts read best in one piece, and Russian is meant

from __future__ import annotations

from datetime import UTC, datetime

from grader.score_sheet import (
    Block,
    ChallengeRef,
    CheckRecord,
    CriterionRecord,
    Environment,
    Flag,
    FollowUp,
    Measurement,
    Note,
    Point,
    ScoreSheet,
    SourceFile,
    SubmissionFacts,
    Text,
    UsageRecord,
)
from grader.words import CheckOutcome, Level, MeasurementVerdict, Severity, Verdict

PASSED, FAILED = CheckOutcome.PASSED, CheckOutcome.FAILED
CRASHED, TIMED_OUT, NOT_RUN = CheckOutcome.CRASHED, CheckOutcome.TIMED_OUT, CheckOutcome.NOT_RUN

CODE = '''"""An LRU cache with bounded memory."""

import sys
import threading
from collections import OrderedDict


class LRUCache:
    """Holds at most `capacity` entries, and at most `max_bytes` bytes of values."""

    def __init__(self, capacity, max_bytes=None):
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self.capacity = capacity
        self.max_bytes = max_bytes
        self._data = OrderedDict()
        self._lock = threading.Lock()
        self._hits = self._misses = self._evictions = 0

    def get(self, key, default=None):
        with self._lock:
            value = self._data.get(key)
            if not value:  # a stored None is taken for a miss
                self._misses += 1
                return default
            self._data.move_to_end(key)
            self._hits += 1
            return value

    def keys(self) -> list:
        return sorted(self._data, key=lambda key: list(self._data).index(key))
'''

_CRITERIA = (
    ("correctness", 40, "Correctness", "Правильность"),
    ("robustness", 25, "Robustness", "Надёжность"),
    ("performance", 25, "Performance", "Производительность"),
    ("quality", 10, "Code quality", "Качество кода"),
)

_CHECKS = (
    ("correctness", "get_and_default", 6, "get returns what was stored, else the default", "get возвращает сохранённое, иначе default"),
    ("correctness", "stored_none", 5, "A stored None, and any other false value, is a hit", "Сохранённый None и любое ложное значение — попадание"),
    ("correctness", "eviction_order", 12, "Over its capacity the cache evicts the entry that was used the longest ago", "При превышении ёмкости вытесняется давно не использованная запись"),
    ("correctness", "byte_limit", 9, "With max_bytes the cache evicts as many entries as needed, and no more", "С max_bytes вытесняется столько записей, сколько нужно, и не больше"),
    ("correctness", "random_calls", 8, "Long random sequences of calls give what a simple model gives", "Длинные случайные последовательности вызовов дают то же, что простая модель"),
    ("robustness", "constructor_errors", 5, "Limits below 1 raise ValueError, limits that are not an int TypeError", "Пределы меньше 1 дают ValueError, не-int — TypeError"),
    ("robustness", "threads", 12, "Eight threads lose no update and exceed no limit", "Восемь потоков не теряют обновлений и не превышают пределов"),
    ("robustness", "letting_go", 8, "An evicted value is no longer referenced when the call returns", "Вытесненное значение больше не удерживается после возврата"),
    ("performance", "constant_time", 13, "get and put take constant time in the number of entries", "get и put работают за постоянное время"),
    ("performance", "batch_cost", 12, "A batch of calls costs about what the reference's does", "Серия вызовов стоит примерно столько же, сколько у эталона"),
    ("quality", "lint", 4, "The linter has nothing to say", "Линтеру нечего сказать"),
    ("quality", "annotations", 3, "Public functions are annotated", "Публичные функции аннотированы"),
    ("quality", "tests_present", 3, "There are tests of the submission's own", "У решения есть собственные тесты"),
)  # fmt: skip

_MEASURED = {"constant_time": "growth", "batch_cost": "batch_cpu"}

_QUESTIONS: dict[str, Text] = {
    "stored_none": {
        "en": "How does your code tell a stored None from a missing key, and what does that cost? When is a sentinel object the better choice?",
        "ru": "Как ваш код отличает сохранённый None от отсутствующего ключа и чего это стоит? Когда лучше взять объект-маркер?",
    },
    "constant_time": {
        "en": "Which of your calls walks over all entries, and what would you keep beside the dictionary so that it need not?",
        "ru": "Какой из ваших вызовов обходит все записи и что хранить рядом со словарём, чтобы этого не делать?",
    },
    "threads": {
        "en": "Which lines must happen together, and what does another thread see between them today?",
        "ru": "Какие строки обязаны выполняться вместе и что между ними сейчас видит другой поток?",
    },
    "eviction_order": {
        "en": "Where is the order of use kept, and which calls change it?",
        "ru": "Где хранится порядок использования и какие вызовы его меняют?",
    },
}  # fmt: skip

NO_FAILURE = {
    "outcome": NOT_RUN,
    "earned": 0.0,
    "message": "it was not run: the submission could not be started",
}


def check(criterion_id: str, changes: dict[str, dict[str, object]]) -> tuple[CheckRecord, ...]:
    """Return the checks of a criterion, all passed but for the changes."""
    records = []
    for criterion, name, points, en, ru in _CHECKS:
        if criterion == criterion_id:
            values: dict[str, object] = {
                "id": name,
                "label": {"en": en, "ru": ru},
                "outcome": PASSED,
                "points": points,
                "earned": points,
                "duration_s": 0.0042 * len(name),
                "measurement": _MEASURED.get(name),
                "candidate_hint": {"en": f"Hint for {en.split()[0]}.", "ru": f"Подсказка: {ru.split()[0]}."},
            }
            records.append(CheckRecord.model_validate(values | changes.get(name, {})))
    return tuple(records)


def follow_ups() -> tuple[FollowUp, ...]:
    """Return questions of every kind: from checks, from the code, from the guide with code to read."""
    labels = {name: (en, ru) for _, name, _, en, ru in _CHECKS}
    asked = [
        FollowUp(
            check=name,
            question=text,
            why={"en": f"“{labels[name][0]}” was looked at", "ru": f"посмотрели: «{labels[name][1]}»"},
            good_answer={"en": f"It explains `{name}`.", "ru": f"Объясняет `{name}`."},
        )
        for name, text in _QUESTIONS.items()
    ]
    lock = FollowUp(
        check="",
        question={"en": "What exactly does this lock protect?", "ru": "Что именно защищает эта блокировка?"},
        why={
            "en": "the code has threading.Lock (solution.py:17)",
            "ru": "в коде есть threading.Lock (solution.py:17)",
        },
        good_answer={
            "en": "The invariant is named. Warning sign: `get` needs no lock.",
            "ru": "Назван инвариант. Настораживает «`get` блокировка не нужна».",
        },
    )
    aliases = FollowUp(
        check="",
        question={"en": "What does this code print, and why?", "ru": "Что выведет этот код и почему?"},
        why={
            "en": "Python and memory; Middle is the level reached; the challenge is about data structures",
            "ru": "Основы Python и память; достигнутый уровень — Middle; задание касается темы «структуры данных»",
        },
        good_answer={
            "en": "It prints `[1, 2] [1, 2]`: `b` is another name of the same list.",
            "ru": "`[1, 2] [1, 2]`: `b` — второе имя того же списка.",
        },
        code="a = [1]\nb = a\nb.append(2)\nprint(a, b)\n",
        topic="python_memory",
        level=Level.MIDDLE,
    )
    return (*asked, lock, aliases)


def sheet(changes: dict[str, dict[str, object]] | None = None, **fields: object) -> ScoreSheet:
    """Return a sheet on which everything passed but for the changes of checks and fields."""
    changes = changes or {}
    criteria = []
    for name, points, en, ru in _CRITERIA:
        checks = check(name, changes)
        earned = round(sum(record.earned for record in checks), 2)
        criteria.append(
            CriterionRecord(id=name, title={"en": en, "ru": ru}, points=points, earned=earned, checks=checks)
        )
    total = sum(criterion.earned for criterion in criteria)
    values: dict[str, object] = {
        "id": "20261129-7f3a",
        "challenge": ChallengeRef(
            id="lru_cache",
            version="1.0.0",
            title={"en": "LRU cache with bounded memory", "ru": "LRU-кэш с ограниченной памятью"},
        ),
        "submission": SubmissionFacts(digest="sha256:" + "4be1" * 16, source="candidates/ivanova.zip", files=4, bytes=5310),
        "verdict": Verdict.ACCEPTED,
        "total": total,
        "level": Level.SENIOR if total >= 80 else Level.MIDDLE if total >= 60 else Level.BELOW,
        "criteria": tuple(criteria),
        "measurements": (growth(0.05, MeasurementVerdict.FULL), batch(0.82, MeasurementVerdict.FULL)),
        "usage": UsageRecord(cpu_s=2.41, wall_s=4.87, peak_memory_mib=61.3),
        "follow_ups": follow_ups(),
        "environment": Environment(
            engine="bubblewrap 0.8.0",
            images={"candidate": "sha256:" + "a1" * 32, "examiner": "sha256:" + "b2" * 32},
            cpu="2 × AMD EPYC",
            python="3.11.2",
            seed=7281930145,
            grader_version="0.1.0",
        ),
        "timings": {"intake": 0.021, "start": 0.34, "suite": 2.61, "performance": 1.9},
        "files": (
            SourceFile(path="solution.py", text=CODE),
            SourceFile(path="tests/test_solution.py", text="from solution import LRUCache\n\n\ndef test_it():\n    assert LRUCache(1)\n"),
            SourceFile(path="README.md", text="# My cache\n\nUses an `OrderedDict`.\n"),
        ),
        "started_at": datetime(2026, 11, 29, 12, 30, 5, tzinfo=UTC),
        "finished_at": datetime(2026, 11, 29, 12, 30, 11, tzinfo=UTC),
    }  # fmt: skip
    return ScoreSheet.model_validate(values | fields)


def growth(slope: float, verdict: MeasurementVerdict) -> Measurement:
    """Return a growth measurement whose judged figure is the slope."""
    sizes = (500, 2_000, 8_000, 16_000)
    return Measurement(
        id="growth", unit="slope of CPU time over size", candidate=None, reference=None, ratio=slope,
        low=slope - 0.03, high=slope + 0.04, full_at=0.35, zero_at=0.8, verdict=verdict,
        growth=tuple(Point(size=size, cpu_s=1.1e-6 * (size / 500) ** slope) for size in sizes),
    )  # fmt: skip


def batch(ratio: float, verdict: MeasurementVerdict) -> Measurement:
    """Return a paired measurement with the candidate's cost as a multiple of the reference's."""
    blocks = tuple(
        Block(side=side, index=index, cpu_s=0.11 * factor, wall_s=0.12, requests=61 + index, failures=0,
              p50_ms=1.71, p95_ms=2.84, p99_ms=3.6)
        for index in range(5) for side, factor in (("candidate", ratio), ("reference", 1.0))
    )  # fmt: skip
    return Measurement(
        id="batch_cpu", unit="times the reference's CPU time", candidate=0.00176 * ratio, reference=0.00176, ratio=ratio,
        low=ratio * 0.96, high=ratio * 1.05, full_at=1.5, zero_at=4.0, verdict=verdict, self_check=1.02, blocks=blocks,
    )  # fmt: skip


def senior() -> ScoreSheet:
    """Return the sheet of someone who lost two points on quality."""
    notes = (
        Note(
            path="solution.py",
            line=31,
            text="`keys` sorts by a position that it looks up each time (PERF402)",
        ),
        Note(path="README.md", line=0, text="says nothing about how to run the tests"),
    )
    return sheet({"lint": {"outcome": FAILED, "earned": 2.0, "message": "2 findings", "notes": notes}})


def middling() -> ScoreSheet:
    """Return the sheet of someone with a wrong clause, a race, a slow call and an untidy file."""
    return sheet(
        {
            "stored_none": {
                "outcome": FAILED, "earned": 0.0,
                "message": "A stored None was taken for a miss: get returned the default, and misses went up by one.",
                "expected": "None", "actual": "'nothing'",
                "counterexample": "cache = LRUCache(2)\ncache.put('k', None)\ncache.get('k', 'nothing')  # gave 'nothing'",
            },
            "threads": {
                "outcome": CRASHED, "earned": 0.0,
                "message": "The candidate's process ended with signal 11 while 8 threads used one cache.",
                "log": "Fatal Python error: Segmentation fault\n\nThread 0x00007f (most recent call first):\n  File \"solution.py\", line 21 in get\n",
            },
            "constant_time": {
                "outcome": FAILED, "earned": 0.0, "message": "measured 0.97 slope of CPU time over size; full points up to 0.35, none from 0.8",
                "expected": "at most 0.35", "actual": "0.97",
            },
            "letting_go": {"outcome": TIMED_OUT, "earned": 0.0, "message": "delete did not answer within 10 s."},
            "annotations": {
                "outcome": FAILED, "earned": 1.0, "message": "2 of 3 public functions have no annotations.",
                "notes": (Note(path="solution.py", line=11, text="__init__ has no annotations"),
                          Note(path="solution.py", line=20, text="get has no annotations")),
            },
        },
        verdict=Verdict.PARTIAL,
        measurements=(growth(0.97, MeasurementVerdict.NONE), batch(1.31, MeasurementVerdict.FULL)),
        flags=(Flag(id="restarts", severity=Severity.WARNING, message="The candidate's process was started again 2 times."),),
        output="warming up\ncache ready\n" * 3,
    )  # fmt: skip


def rejected() -> ScoreSheet:
    """Return the sheet of someone who used what the challenge forbids, with the performance withheld."""
    base = sheet(
        {
            name: {"outcome": FAILED, "earned": 0.0, "message": "Something else came back.", "is_gate": name == "eviction_order"}
            for name in ("get_and_default", "eviction_order", "byte_limit")
        },
        verdict=Verdict.REJECTED,
    )  # fmt: skip
    reason = (
        "performance counts only for right answers: 13 of 40 correctness points were earned, half are needed"
    )
    criteria = tuple(
        item.model_copy(update={"earned": 0.0, "withheld": reason}) if item.id == "performance" else item
        for item in base.criteria
    )
    return base.model_copy(update={"criteria": criteria, "total": 45.0, "level": Level.JUNIOR})


def unsafe() -> ScoreSheet:
    """Return the sheet of someone who reached for the grader."""
    flag = Flag(id="probe", severity=Severity.CRITICAL, message="solution.py:4 opens /proc/1/environ")
    return sheet(verdict=Verdict.UNSAFE, flags=(flag,))


def build_failed() -> ScoreSheet:
    """Return the sheet of a submission that could not be imported."""
    return sheet(
        {name: NO_FAILURE for criterion, name, *_ in _CHECKS if criterion != "quality"},
        verdict=Verdict.BUILD_FAILED,
        level=Level.BELOW,
        measurements=(),
        follow_ups=(),
        summary="SyntaxError: expected ':' (solution.py, line 12)",
        output='Traceback (most recent call last):\n  File "/files/solution.py", line 12\n    def get(self, key)\n                      ^\nSyntaxError: expected \':\'\n',
    )  # fmt: skip


def grader_error() -> ScoreSheet:
    """Return the sheet of a grading that failed by itself."""
    return sheet(
        verdict=Verdict.GRADER_ERROR,
        total=0.0,
        level=Level.BELOW,
        criteria=(),
        measurements=(),
        follow_ups=(),
        summary="the examiner's sandbox ended before its last line: out of memory",
    )


SHEETS = {
    "senior": senior,
    "middling": middling,
    "rejected": rejected,
    "unsafe": unsafe,
    "build_failed": build_failed,
    "grader_error": grader_error,
}
"""Every kind of sheet by name."""
