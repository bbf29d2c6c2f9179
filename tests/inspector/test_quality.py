"""Each quality check takes points for what it names, explains them, and leaves good and inherited code alone."""

import pytest

STARTER = {
    "solution.py": (
        '"""Starter."""\n\n\nclass LRUCache:\n'
        "    def __init__(self, capacity: int) -> None:\n        raise NotImplementedError\n\n"
        "    def get(self, key):\n        raise NotImplementedError\n"
    ),
    "tests/test_public.py": "from solution import LRUCache\n\n\ndef test_a():\n    assert LRUCache(1).get(1) is None",
    "README.md": "# LRU cache\n\nFill in `solution.py` and run `pytest` to see whether the public tests pass.\n",
}

GOOD = '''"""A cache that forgets what was used the longest ago."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import RLock
from typing import Any


class LRUCache:
    """Keeps at most `capacity` entries."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self._capacity = capacity
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = RLock()
        self._hits = 0

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return a value and make it the most recently used."""
        with self._lock:
            if key not in self._entries:
                return default
            self._entries.move_to_end(key)
            self._hits += 1
            return self._entries[key]

    def put(self, key: Hashable, value: Any) -> None:
        """Store a value."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            self._evict()

    def _evict(self) -> None:
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)
'''

TESTS = "from solution import LRUCache\n" + "".join(
    f"\n\ndef test_{n}():\n    cache = LRUCache({n + 1})\n    cache.put({n}, 1)\n    assert cache.get({n}) == 1\n"
    for n in range(6)
)

README = """# LRU cache

An ordered dictionary holds the entries, the least recently used first, so `get` and `put` take constant time.
One lock guards everything: a finer one would let two threads evict the same entry.
Sizes are measured once, when a value is stored, because values may change later.

Run the tests with `python -m pytest`. I left out expiry, as nothing asks for it, and kept keys out of the size.
"""

GOOD_TREE = {"solution.py": GOOD, "tests/test_cache.py": TESTS, "README.md": README}
QUALITY = ("lint", "complexity", "annotations", "dead_code", "duplication", "tests_present", "readme")


def test_a_good_submission_loses_nothing(inspect):
    seen = inspect(GOOD_TREE, STARTER)
    for check in (*QUALITY, "allowed_imports"):
        assert seen.fraction(check) == 1, seen.message(check)
    assert seen.flags == []


def test_the_untouched_starter_earns_nothing(inspect):
    seen = inspect(STARTER, STARTER, checks=QUALITY)
    assert [seen.fraction(check) for check in QUALITY] == [0] * len(QUALITY)


def test_a_bare_solution_without_annotations_tests_and_readme_loses_those_and_no_more(inspect):
    bare = GOOD.replace(": int", "").replace(": Hashable", "").replace(": Any", "")
    for result in (" -> None", " -> Any", " -> int"):
        bare = bare.replace(result, "")
    bare = bare.replace("from collections.abc import Hashable\n", "").replace("from typing import Any\n", "")
    bare = bare.replace(": OrderedDict[Hashable, Any]", "")
    seen = inspect({**STARTER, "solution.py": bare}, STARTER, checks=QUALITY)
    lost = {check for check in QUALITY if seen.fraction(check) < 1}
    assert lost == {"annotations", "tests_present", "readme"}
    assert seen.fraction("annotations") < 0.3


def changed(check, change, *, says, at_least=0.0, below=1.0):
    return pytest.param(check, change, says, at_least, below, id=f"{check}: {says}")


LOSSES = [
    changed("lint", "\n\ndef f(x=[]):\n    return x\n", says="B006", at_least=0.5),
    changed("lint", "\n\ndef f():\n    return undefined\n", says="F821", at_least=0.5),
    changed(
        "lint", "\n\ndef f():\n    try:\n        f()\n    except:\n        pass\n", says="E722", at_least=0.4
    ),
    changed("lint", "\n\ndef f(x):\n    return x == None\n", says="E711", at_least=0.7),
    changed(
        "lint", "\n\nasync def f():\n    import time\n    time.sleep(1)\n", says="ASYNC251", at_least=0.5
    ),
    changed(
        "lint",
        "\n\ndef f(c, x):\n    c.execute(f'select * from t where a = {x}')\n",
        says="S608",
        at_least=0.5,
    ),
    changed("lint", "\n\nassert (1, 'always')\n", says="F631", at_least=0.5),
    changed("dead_code", "\nimport os\n", says="os", at_least=0.7),
    changed("dead_code", "\n\ndef f():\n    x = 1\n    return 2\n", says="assigned", at_least=0.7),
    changed("dead_code", "\n\ndef _f():\n    return 1\n", says="_f is never used", at_least=0.7),
    changed("dead_code", "\n\ndef _f(n):\n    return _f(n - 1)\n", says="_f is never used", at_least=0.7),
    changed("dead_code", "\n\nclass _C:\n    pass\n", says="class _C", at_least=0.7),
    changed("dead_code", "\n\ndef f():\n    return 1\n    print()\n", says="after this return", at_least=0.7),
    changed("dead_code", "\n\nif False:\n    print()\n", says="never taken", at_least=0.7),
    changed("dead_code", "\n\n# x = 1\n# print(x)\n", says="commented out", at_least=0.7),
    changed(
        "dead_code",
        "\n\ndef f():\n    # if f:\n    #     return 1\n    return 2\n",
        says="commented",
        at_least=0.7,
    ),
    changed("annotations", "\n\ndef f(a, b):\n    return a\n", says="a, b, what it returns", at_least=0.7),
    changed("complexity", "\n\ndef f(a):\n" + "    if a:\n        a += 1\n" * 20, says="paths", at_least=0.4),
    changed("complexity", "\n\ndef f(a):\n" + "    a += 1\n" * 130, says="130 lines", at_least=0.3),
    changed(
        "complexity",
        "\n\ndef f(a):\n"
        + "".join("    " * n + "for x in a:\n" for n in range(1, 9))
        + "    " * 9
        + "print()\n",
        says="nested",
        at_least=0.5,
    ),
]


@pytest.mark.parametrize(("check", "change", "says", "at_least", "below"), LOSSES)
def test_a_fault_costs_its_check_a_part_and_is_named(inspect, check, change, says, at_least, below):
    seen = inspect({"solution.py": GOOD + change}, checks=(check,))
    assert at_least <= seen.fraction(check) < below
    assert says in seen.message(check)
    assert "solution.py:" in seen.message(check)


HONEST = {
    "private by getattr": "class _H:\n    def _on_a(self): ...\n\n\ndef f(n):\n    getattr(_H(), '_on_' + n)\n",
    "private by text": "def _f(): ...\n\n\nTABLE = {'x': '_f'}\n",
    "private in __all__": "def _f(): ...\n\n\n__all__ = ['_f', 'LRUCache']\n",
    "private with a decorator": "def reg(f):\n    return f\n\n\n@reg\ndef _f(): ...\n",
    "base's hook": "import enum as e\n\n\nclass E(e.Enum):\n    def _missing_(c, v): ...\n    def _h(self): ...\n",
    "mangled": "class A:\n    def __f(self): ...\n\n    def g(self):\n        return self._A__f()\n",
    "generator without values": "def f():\n    return\n    yield\n",
    "prose in comments": "# First we look at the list.\n# Then we return it: x = 1\n",
    "a heading and an example": "# Usage:\n#   cache = LRUCache(2)\n#   cache.put(1, 2)\n",
    "hash signs in a text": "X = '''\n# a = 1\n# b = 2\n'''\n",
    "re-export": "from os import path as path\n",
    "while true": "def f():\n    while True:\n        print()\n",
    "numbered list": "# 1. a\n# 2. b\n",
    "words": "# key\n# value\n",
}


@pytest.mark.parametrize("change", HONEST.values(), ids=HONEST)
def test_what_may_be_used_counts_as_used(inspect, change):
    seen = inspect({"solution.py": GOOD + "\n\n" + change}, checks=("dead_code",))
    assert seen.fraction("dead_code") == 1, seen.message("dead_code")


def test_taste_costs_nothing(inspect):
    ugly = 'class LRUCache :\n  def get( self,k ) :\n\n\n\n      l = {"a":k,\n"b" :  1} ; return l   \n'
    assert inspect({"solution.py": ugly}, checks=("lint",)).fraction("lint") == 1


def test_the_starters_own_faults_are_not_the_candidates(inspect):
    faulty = (
        "import os\nimport sys\n\n\ndef f(x=[]):\n    try:\n        return x\n    except:\n        pass\n\n\n"
    )
    seen = inspect({"solution.py": faulty + GOOD}, {"solution.py": faulty}, checks=QUALITY)
    for check in ("lint", "dead_code", "annotations", "complexity"):
        assert seen.fraction(check) == 1, seen.message(check)


def test_a_fault_repeated_from_the_starter_is_the_candidates(inspect):
    faulty = "\n\ndef given(x=[]):\n    return x\n"
    files = {"solution.py": GOOD + faulty + faulty.replace("given", "other")}
    message = inspect(files, {"solution.py": faulty}, checks=("lint",)).message("lint")
    assert message.count("B006") == 1


def test_own_linter_settings_are_not_read(inspect):
    settings = {"pyproject.toml": "[tool.ruff.lint]\nselect = []\n", ".ruff.toml": "lint.ignore = ['B006']\n"}
    seen = inspect({"solution.py": GOOD + "\n\ndef f(x=[]):\n    return x\n", **settings}, checks=("lint",))
    assert seen.fraction("lint") < 1


@pytest.mark.parametrize(
    ("comment", "is_excused"),
    [
        ("# noqa: B006", True),
        ("# noqa: F401, B006 - kept on purpose", True),
        ("# noqa", False),
        ("# noqa: B007", False),
    ],
)
def test_only_a_named_rule_is_excused(inspect, comment, is_excused):
    seen = inspect({"solution.py": GOOD + f"\n\ndef f(x=[]):  {comment}\n    return x\n"}, checks=("lint",))
    assert (seen.fraction("lint") == 1) is is_excused
    assert ("excused" in seen.message("lint")) is is_excused


def test_excuses_are_few(inspect):
    many = "".join(f"\n\ndef f{n}(x=[]):  # noqa: B006\n    return x\n" for n in range(20))
    assert inspect({"solution.py": GOOD + many}, checks=("lint",)).fraction("lint") < 1


def test_a_file_that_does_not_parse_is_said_and_the_rest_is_judged(inspect):
    seen = inspect({**GOOD_TREE, "draft.py": "def f(:\n"}, STARTER, checks=QUALITY)
    assert seen.fraction("lint") == pytest.approx(0.7)
    assert "draft.py" in seen.message("lint")
    assert seen.fraction("annotations") == 1


BLOCK = (
    "    total = 0\n    for item in items:\n        if item.size > limit:\n            continue\n"
    "        total += item.size * rate\n        log.append((item.name, total))\n    while total > limit:\n"
    "        total -= log.pop()[1]\n    return total\n"
)


def test_a_renamed_copy_is_duplication(inspect):
    renamed = BLOCK.replace("total", "summe").replace("item", "teil").replace("log", "liste")
    source = f"def f(items, limit, rate, log):\n{BLOCK}\n\ndef g(items, limit, rate, liste):\n{renamed}"
    seen = inspect({"solution.py": source}, checks=("duplication",))
    assert seen.fraction("duplication") < 0.5
    assert "repeat solution.py:" in seen.message("duplication")


@pytest.mark.parametrize(
    "files",
    [
        {"solution.py": f"def f(items, limit, rate, log):\n{BLOCK}", "tests/test_a.py": f"def h():\n{BLOCK}"},
        {"solution.py": "class A:\n" + "".join(f"    f{n}: int = {n}\n" for n in range(30))},
        {"solution.py": "X = [\n" + "".join(f"    ({n}, 'a'),\n" for n in range(40)) + "]\n"},
        {"solution.py": GOOD},
    ],
    ids=["a test's copy", "fields", "a table", "good"],
)
def test_tables_and_tests_are_no_duplication(inspect, files):
    assert inspect(files, checks=("duplication",)).fraction("duplication") == 1


def test_the_starters_copies_are_not_the_candidates(inspect):
    given = f"def f(items, limit, rate, log):\n{BLOCK}\n\ndef g(items, limit, rate, log):\n{BLOCK}"
    seen = inspect({"solution.py": given + GOOD}, {"solution.py": given}, checks=("duplication",))
    assert seen.fraction("duplication") == 1


HEAD = "import pytest\nfrom solution import LRUCache\n\n\n"
TEST_FILES = {
    "none": ("", 0),
    "one": (HEAD + "def test_a():\n    assert LRUCache(1)\n", 1),
    "no assertion": (HEAD + "def test_a():\n    LRUCache(1)\n", 0),
    "a constant": (HEAD + "def test_a():\n    assert True\n", 0),
    "copies": (HEAD + "".join(f"def test_{n}():\n    assert LRUCache(1)\n\n\n" for n in range(6)), 1),
    "raises": (HEAD + "def test_a():\n    with pytest.raises(ValueError):\n        LRUCache(0)\n", 1),
    "helper": (HEAD + "def same(a):\n    assert a\n\n\ndef test_a():\n    same(LRUCache(1))\n", 1),
    "unittest": (
        "import unittest\nfrom solution import LRUCache\n\n\nclass TestA(unittest.TestCase):\n"
        "    def test_a(self):\n        self.assertEqual(len(LRUCache(1)), 0)\n",
        1,
    ),
    "table": (
        HEAD + "@pytest.mark.parametrize('n', [1, 2, 3, 4, 5])\ndef test_a(n):\n    assert LRUCache(n)\n",
        3,
    ),
    "a method that is none": ("from solution import LRUCache\n\n\ndef tests(a):\n    assert a\n", 0),
    "not about it": ("def test_a():\n    assert 1 + 1 == int('2')\n", 0),
    "the starter's": (STARTER["tests/test_public.py"], 0),
    "changed": (STARTER["tests/test_public.py"].replace("is None", "== 1"), 1),
}


@pytest.mark.parametrize(("source", "count"), TEST_FILES.values(), ids=TEST_FILES)
def test_own_tests_count_by_number(inspect, source, count):
    files = {"solution.py": GOOD, "tests/test_public.py": source}
    seen = inspect(files, STARTER, checks=("tests_present",))
    assert seen.fraction("tests_present") == pytest.approx(min(1, count / 6), abs=0.001)


RUSSIAN = """# LRU-кэш

Записи лежат в упорядоченном словаре, самая старая первой, поэтому чтение и запись занимают постоянное время.
Одна блокировка защищает всё состояние целиком: более тонкая позволила бы двум потокам вытеснить одну и ту же запись.
Размер значения измеряется один раз при сохранении. Тесты запускаются командой `pytest`, других зависимостей нет.
"""
CHINESE = """# 缓存

条目保存在有序字典中。最久未使用的排在最前面。因此读取和写入都是常数时间。一把锁保护全部状态。线程安全。
大小只在存入时计算一次。之后值的变化不影响统计。运行测试请使用 `pytest` 命令。没有其他依赖。设计上放弃了过期功能。
"""

READMES = {
    "none": ({}, 0, 0),
    "starter's": ({"README.md": STARTER["README.md"]}, 0, 0),
    "starter's, other white space": ({"README.md": STARTER["README.md"].replace("\n", "\r\n\n")}, 0, 0),
    "good": ({"README.md": README}, 1, 1),
    "starter's and more": ({"README.md": STARTER["README.md"] + README}, 1, 1),
    "plain text": ({"readme.txt": README}, 1, 1),
    "Russian": ({"README.md": RUSSIAN}, 1, 1),
    "Chinese": ({"README.md": CHINESE}, 1, 1),
    "in Cyrillic of old": ({"README.md": RUSSIAN.encode("cp1251")}, 0, 0.6),
    "one line": ({"README.md": "My solution. Run `pytest`."}, 0.3, 0.7),
    "one word a thousand times": ({"README.md": "cache " * 1000}, 0, 0.2),
    "notes": ({"NOTES.md": README}, 1, 1),
}


@pytest.mark.parametrize(("files", "least", "most"), READMES.values(), ids=READMES)
def test_a_readme_counts_by_what_it_says_in_any_language(inspect, files, least, most):
    seen = inspect({"solution.py": GOOD, **files}, STARTER, checks=("readme",))
    assert least <= seen.fraction("readme") <= most, seen.message("readme")


def test_complexity_falls_gradually(inspect):
    fractions = [
        inspect(
            {"solution.py": "def f(a):\n" + "    if a:\n        a += 1\n" * count}, checks=("complexity",)
        ).fraction("complexity")
        for count in (5, 11, 14, 18, 24, 40)
    ]
    assert fractions == sorted(fractions, reverse=True)
    assert fractions[1] == 1
    assert fractions[-1] == 0
    assert len(set(fractions)) == 5


def test_a_challenge_without_an_entry_is_judged_as_a_whole(inspect):
    files = {"app.py": "import store\napp = 1\n", "store.py": "import cachetools\n"}
    for entry in ("", "uvicorn app:app --port 80", "app:app"):
        assert inspect(files, entry=entry, kind="http").fraction("allowed_imports") == 0
