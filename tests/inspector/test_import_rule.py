"""The import rule: every route to a forbidden name fails, look-alikes do not, and doubts are only flagged."""

import pytest

ROUTES = {
    "from": "from functools import lru_cache",
    "from as": "from functools import lru_cache as c",
    "cache": "from functools import cache",
    "attribute": "import functools\n@functools.lru_cache\ndef f(): ...",
    "alias": "import functools as f\nx = f.cache",
    "alias of alias": "import functools as f\ng = f\nx = g.cache",
    "alias in a function": "import functools as f\ndef h():\n    g = f\n    return g.cache",
    "unused branch": "def h():\n    if h:\n        from functools import cache",
    "try": "try:\n    from cachetools import LRUCache\nexcept ImportError:\n    LRUCache = None",
    "package": "import cachetools",
    "submodule": "import cachetools.keys as k",
    "package of another name": "import lru",
    "star, used": "from functools import *\nx = lru_cache(None)",
    "import_module": 'import importlib\nx = importlib.import_module("functools").cache',
    "import_module of a package": 'import importlib\nimportlib.import_module("cachetools")',
    "import_module as": 'from importlib import import_module as im\nx = im("functools").cache',
    "__import__": 'x = __import__("functools").lru_cache',
    "builtins": 'import builtins\nx = builtins.__import__("functools").lru_cache',
    "__builtins__": 'x = __builtins__["__import__"]("functools").cache',
    "getattr": 'import functools\nx = getattr(functools, "lru" + "_cache")',
    "getattr by a name": 'import functools\nN = "lru_" "cache"\nx = getattr(functools, N)',
    "getattr alias": 'import functools\ng = getattr\nx = g(functools, "cache")',
    "getattr join": 'import functools\nx = getattr(functools, "".join(["lru", "_", "cache"]))',
    "getattr reversed": 'import functools\nx = getattr(functools, "ehcac"[::-1])',
    "getattr f-string": 'import functools\nA = "lru"\nx = getattr(functools, f"{A}_cache")',
    "getattr chr": 'import functools\nx = getattr(functools, "".join(chr(c) for c in [99, 97, 99, 104, 101]))',
    "getattr map": 'import functools\nx = getattr(functools, "".join(map(chr, (99, 97, 99, 104, 101))))',
    "getattr percent": 'import functools\nx = getattr(functools, "%s_%s" % ("lru", "cache"))',
    "getattr format": 'import functools\nx = getattr(functools, "{}_cache".format("lru"))',
    "getattr bytes": "import functools\nx = getattr(functools, bytes([99, 97, 99, 104, 101]).decode())",
    "getattr hex": 'import functools\nx = getattr(functools, bytes.fromhex("6361636865").decode())',
    "getattr base64": 'import base64, functools\nx = getattr(functools, base64.b64decode("Y2FjaGU=").decode())',
    "getattr rot13": 'import codecs, functools\nx = getattr(functools, codecs.decode("pnpur", "rot13"))',
    "getattr replace": 'import functools\nx = getattr(functools, "lruXcache".replace("X", "_"))',
    "getattr in a function": 'import functools\ndef g(m, n):\n    return getattr(m, n)\nx = g(functools, "cache")',
    "getattr in a lambda": 'import functools\ng = lambda m: getattr(m, "cache")\nx = g(functools)',
    "getattr default": "import functools\ndef g(m=functools):\n    return m.cache",
    "attrgetter": 'import functools, operator\nx = operator.attrgetter("cache")(functools)',
    "getattribute": 'import functools\nx = functools.__getattribute__("cache")',
    "object getattribute": 'import functools\nx = object.__getattribute__(functools, "cache")',
    "sys.modules": 'import sys\nx = sys.modules["functools"].cache',
    "sys.modules get": 'import sys\nx = sys.modules.get("functools").cache',
    "from sys import modules": 'from sys import modules as m\nx = m["functools"].cache',
    "sys.modules dict": 'import sys\nx = sys.modules["functools"].__dict__["cache"]',
    "sys.modules vars": 'import sys\nx = vars(sys.modules["functools"])["cache"]',
    "sys.modules alias": 'import sys\nm = sys.modules["functools"]\nx = m.__dict__["lru_cache"]',
    "vars": 'import functools\nx = vars(functools)["cache"]',
    "dict": 'import functools\nx = functools.__dict__["cache"]',
    "dict get": 'import functools\nx = functools.__dict__.get("cache")',
    "globals of a function": 'from functools import wraps\nx = wraps.__globals__["lru_cache"]',
    "globals": 'import functools\nx = globals()["functools"].cache',
    "through another module": "import re\nx = re.functools.lru_cache",
    "from another module": "from re import functools as f\nx = f.lru_cache",
    "the wrapper in C": "from _functools import _lru_cache_wrapper",
    "exec": 'exec("from functools import lru_cache")',
    "eval": "x = eval(\"__import__('functools').cache\")",
    "exec by a name": 'CODE = "import functools\\nx = functools.cache"\nexec(CODE)',
    "compile": 'exec(compile("from functools import cache", "s", "exec"))',
    "in a list": "import functools\nx = [functools][0].cache",
    "in a dict": 'import functools\nx = {"f": functools}["f"].cache',
    "in an attribute": "import functools as f\nclass A:\n    def s(self):\n        self.f = f\n        self.f.cache",
    "in a class": "import functools\nclass A:\n    f = functools\n    def g(self):\n        return self.f.cache",
    "returned": "import functools\ndef m():\n    return functools\nx = m().cache",
    "method": 'import functools\nclass A:\n    def m(self, n):\n        getattr(functools, n)\nA().m("cache")',
    "walrus": "import functools\nx = (f := functools).cache\ny = f.cache",
    "loop": 'import functools\nfor n in ("cache",):\n    x = getattr(functools, n)',
    "tuple": "import functools\na, b = functools, 1\nx = a.cache",
    "conditional": "import functools\nx = (functools if 1 else None).cache",
    "global": "import functools\ndef g():\n    global f\n    f = functools\ndef h():\n    return f.cache",
    "setattr": 'import functools\nclass A: ...\nsetattr(A, "f", functools)\nx = A.f.cache',
    "hidden by an encoding": b"# coding: unicode_escape\n# \\u000afrom functools import lru_cache\n",
    "after a form feed": "x = 1\n\f\nfrom functools import cache",
    "resolve_name": 'import pkgutil\nx = pkgutil.resolve_name("functools:cache")',
    "dotted attrgetter": 'import re, operator\nx = operator.attrgetter("functools.cache")(re)',
}


@pytest.mark.parametrize("source", ROUTES.values(), ids=ROUTES)
def test_every_route_to_a_forbidden_name_fails(inspect, source):
    seen = inspect({"solution.py": source}, checks=("allowed_imports",))
    assert seen.fraction("allowed_imports") == 0
    assert "solution.py" in seen.message("allowed_imports")


HONEST = {
    "nothing": "class LRUCache: ...",
    "wraps": "import functools\n@functools.wraps(print)\ndef f(): ...",
    "cached_property": "from functools import cached_property, partial, reduce, wraps\nx = cached_property",
    "cached_property as": "import functools as f\nclass A:\n    @f.cached_property\n    def cache(self): ...",
    "method": "class A:\n    def cache(self): ...\n    def lru_cache(self): ...\nA().cache()",
    "variable": "cache = {}\nlru_cache = cache\nself = cache\nlru_cache.clear()",
    "attribute": "class A:\n    def __init__(self):\n        self.cache = {}\n        self._cache = self.cache",
    "comment": "# from functools import lru_cache\nx = 1",
    "docstring": '"""Unlike functools.lru_cache and cachetools."""\nx = "import cachetools"',
    "message": 'raise ValueError("use functools.lru_cache instead of cachetools")',
    "parameter": "def f(functools):\n    return functools.cache",
    "local variable": "def f():\n    functools = object()\n    return functools.cache",
    "own class": "class functools:\n    cache = {}\nx = functools.cache",
    "type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cachetools import Cache",
    "getattr": 'import functools\nx = getattr(functools, "wraps")\ny = getattr(object, "cache", None)',
    "other module": "import collections as functools_like\nx = functools_like.OrderedDict\nx.cache = 1",
    "modules": "import sys\nx = sys.modules[__name__]\ny = x.cache",
    "ordered dict": "from collections import OrderedDict\nimport threading\nx = OrderedDict()\nx.move_to_end(1)",
    "slots": 'class N:\n    __slots__ = ("key", "value", "cache", "lru_cache")',
    "keyword": "def f(cache=None, lru_cache=1): ...\nf(cache=1)",
    "singledispatch": "import functools\n@functools.singledispatch\ndef s(v): ...\n@s.register\ndef _(v: int): ...",
    "total_ordering": "from functools import total_ordering\n@total_ordering\nclass A:\n    def cache(self): ...",
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_an_honest_look_alike_passes_without_a_flag(inspect, source):
    seen = inspect({"solution.py": source}, checks=("allowed_imports",))
    assert seen.fraction("allowed_imports") == 1, seen.message("allowed_imports")
    assert seen.flags == []


DOUBTFUL = {
    "computed name": "import functools, os\nx = getattr(functools, os.environ['N'])",
    "computed module": "import importlib, os\nx = importlib.import_module(os.environ['N'])",
    "computed text": "import os\nexec(os.environ['N'])",
    "unused star": "from functools import *\nx = reduce",
    "handed over": "import functools\nfrom operator import methodcaller\nx = methodcaller('x')(functools)",
    "walk": "import functools\nx = [v for k, v in vars(functools).items() if len(k) == 5]",
    "all modules": "import sys\nfor m in sys.modules.values():\n    print(m)",
    "several names": "import functools\nfor n in ('wraps', 'cache'):\n    x = getattr(functools, n)",
}


@pytest.mark.parametrize("source", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_doubt_is_flagged_and_fails_nothing(inspect, source):
    seen = inspect({"solution.py": source}, checks=("allowed_imports",))
    assert seen.fraction("allowed_imports") == 1
    assert any("solution.py" in flag for flag in seen.flags)


TREES = {
    "module": {"solution.py": "import store", "store.py": "from functools import cache"},
    "from a module": {"solution.py": "from store import f\nx = f.cache", "store.py": "import functools as f"},
    "star of a module": {
        "solution.py": "from store import *\nx = f.cache",
        "store.py": "import functools as f",
    },
    "package": {"solution.py": "from a.b import c", "a/__init__.py": "", "a/b.py": "import lru\nc = 1"},
    "package's init": {"solution.py": "import a.b", "a/__init__.py": "import lru", "a/b.py": ""},
    "namespace": {"solution.py": "from a import b", "a/b.py": "import lru"},
    "relative": {
        "solution/__init__.py": "from .b import c",
        "solution/b.py": "from .c import d",
        "solution/c.py": "import lru\nd=1",
    },
    "relative module": {"solution/__init__.py": "from . import b", "solution/b.py": "import lru"},
    "two up": {"solution.py": "import a.b.c", "a/b/c.py": "from ..d import x", "a/d.py": "import lru\nx=1"},
    "in a function": {"solution.py": "def f():\n    import b", "b.py": "import lru"},
    "by name": {"solution.py": "import importlib\nimportlib.import_module('b')", "b.py": "import lru"},
    "by relative name": {
        "solution/__init__.py": "import importlib\nimportlib.import_module('.b', __name__)",
        "solution/b.py": "import lru",
    },
    "by file": {"solution.py": "import runpy\nrunpy.run_path('x/b.py')", "x/b.py": "import lru"},
    "by sys.path": {
        "solution.py": "import sys\nsys.path.insert(0, __file__ + '/../deps')\nimport b",
        "deps/b.py": "import lru",
    },
    "src": {"src/solution.py": "import b", "src/b.py": "import lru"},
    "in tests": {"solution.py": "from tests import b", "tests/b.py": "import lru"},
    "circle": {"solution.py": "import b", "b.py": "import solution, lru"},
    "passed on": {
        "solution.py": "import a\nx = a.b.f.cache",
        "a.py": "import b",
        "b.py": "import functools as f",
    },
}


@pytest.mark.parametrize("files", TREES.values(), ids=TREES)
def test_imports_are_followed_through_the_submission(inspect, files):
    seen = inspect(files, checks=("allowed_imports",))
    assert seen.fraction("allowed_imports") == 0


def test_a_long_chain_of_modules_is_followed_to_its_end(inspect):
    files = {f"m{n}.py": f"from m{n + 1} import f\n" for n in range(15)}
    files |= {"solution.py": "from m0 import f\nx = f.cache\n", "m15.py": "import functools as f\n"}
    seen = inspect(files, checks=("allowed_imports",))
    assert "solution.py:2 reaches functools.cache" in seen.message("allowed_imports")


@pytest.mark.parametrize(
    "files",
    [
        {"solution.py": "", "test_solution.py": "from functools import lru_cache"},
        {"solution.py": "", "bench/compare.py": "import cachetools"},
        {"solution.py": "import cache", "cache.py": "class Cache: ..."},
        {"solution.py": "from lru import LRU", "lru.py": "class LRU: ..."},
        {"solution.py": "", "README.md": "from functools import lru_cache"},
        {"solution.py": "from . import b", "b.py": ""},
    ],
)
def test_what_the_entry_does_not_import_is_free(inspect, files):
    assert inspect(files, checks=("allowed_imports",)).fraction("allowed_imports") == 1


def test_a_copy_of_a_cache_package_is_recognised_by_what_it_defines(inspect):
    copied = "\n".join(
        f"class {name}:\n    ..." for name in ("LRUCache", "TTLCache", "LFUCache", "RRCache", "TLRUCache")
    )
    seen = inspect(
        {"solution.py": "from store import LRUCache", "store.py": copied}, checks=("allowed_imports",)
    )
    assert seen.fraction("allowed_imports") == 0
    assert "cachetools" in seen.message("allowed_imports")


def test_a_file_that_cannot_be_parsed_is_a_doubt(inspect):
    seen = inspect(
        {"solution.py": "import b", "b.py": "from functools import lru_cache\n(("},
        checks=("allowed_imports",),
    )
    assert seen.fraction("allowed_imports") == 1
    assert any("b.py" in flag for flag in seen.flags)


def test_the_message_says_how_the_name_is_reached(inspect):
    files = {"solution.py": "from store import memo", "store.py": "import functools as f\nmemo = f.cache\n"}
    message = inspect(files, checks=("allowed_imports",)).message("allowed_imports")
    assert (
        "store.py:2 reaches functools.cache as an attribute (imported by solution.py): memo = f.cache"
        in message
    )
