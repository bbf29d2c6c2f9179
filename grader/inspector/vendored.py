"""Recognises copies of cache packages inside a submission by what they define, not by what they are called."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A package and names that only its source defines together; `enough` of them make a copy."""

    package: str
    names: frozenset[str]
    enough: int


FINGERPRINTS = (
    Fingerprint(
        "cachetools",
        frozenset({"_DefaultSize", "_TimedCache", "FIFOCache", "LFUCache", "LRUCache", "MRUCache", "RRCache", "TTLCache"} | {"TLRUCache", "cachedmethod", "getsizeof", "popitem", "__missing__", "currsize", "_Timer"}),
        5,
    ),
    Fingerprint(
        "functools.lru_cache",
        frozenset({"lru_cache", "_lru_cache_wrapper", "_make_key", "_HashedSeq", "cache_info", "cache_parameters"}),
        3,
    ),
    Fingerprint(
        "pylru",
        frozenset({"lrucache", "_dlnode", "WriteThroughCacheManager", "WriteBackCacheManager", "lruwrap"}),
        3,
    ),
    Fingerprint("boltons", frozenset({"LRI", "LRU", "CachedMethod", "CachedFunction", "MinIDMap"}), 3),
    Fingerprint("repoze", frozenset({"UnboundedCache", "ExpiringLRUCache", "CacheMaker", "CacheInvalidator"}), 2),
    Fingerprint("diskcache", frozenset({"FanoutCache", "EVICTION_POLICY", "JSONDisk", "memoize_stampede"}), 2),
    Fingerprint("cacheout", frozenset({"CacheManager", "LFUCache", "MRUCache", "RRCache", "LIFOCache"}), 3),
)


def copied_package(nodes: Iterable[ast.AST], forbidden: tuple[str, ...]) -> tuple[str, list[str]] | None:
    """Return the forbidden package that a module is a copy of, and the names that tell; `None` where it is none."""
    tops = {name.partition(".")[0] for name in forbidden}
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)}
    for fingerprint in FINGERPRINTS:
        shared = sorted(fingerprint.names & defined)
        if fingerprint.package.partition(".")[0] in tops and len(shared) >= fingerprint.enough:
            return fingerprint.package, shared
    return None
