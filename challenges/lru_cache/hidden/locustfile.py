"""Load: batches of mixed calls on a cache that is always full, every answer held against a model's."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from locust import task

from grader.examiner.load import RpcUser

CAPACITY = 5_000
MAX_BYTES = 27_000
KEYS = 7_500
READS = 200
WRITES = 120
DELETES = 25


class FastModel:
    """The statement's cache in an ordered dictionary, for text values within ASCII."""

    def __init__(self, capacity: int, max_bytes: int) -> None:
        self.capacity = capacity
        self.max_bytes = max_bytes
        self.rows: OrderedDict[int, str] = OrderedDict()
        self.bytes = 0
        self.hits = self.misses = self.evictions = 0

    def get(self, key: int) -> str | None:
        """Return the value and count."""
        if key not in self.rows:
            self.misses += 1
            return None
        self.hits += 1
        self.rows.move_to_end(key)
        return self.rows[key]

    def put(self, key: int, value: str) -> None:
        """Store and evict."""
        self.delete(key)
        self.rows[key] = value
        self.bytes += len(value)
        while len(self.rows) > self.capacity or self.bytes > self.max_bytes:
            self.bytes -= len(self.rows.popitem(last=False)[1])
            self.evictions += 1

    def delete(self, key: int) -> bool:
        """Remove a key."""
        if key not in self.rows:
            return False
        self.bytes -= len(self.rows.pop(key))
        return True

    def stats(self) -> dict[str, int]:
        """Return the five figures."""
        counts = {"hits": self.hits, "misses": self.misses, "evictions": self.evictions}
        return {**counts, "entries": len(self.rows), "bytes": self.bytes}


class MixedBatches(RpcUser):
    """Reads, writes and deletes keys drawn anew for every batch, so that nothing can be answered from memory."""

    abstract = True
    cache: Any
    model: FastModel

    def on_start(self) -> None:
        """Fill a cache of this user's own."""
        super().on_start()
        self.cache = self.subject.new(CAPACITY, MAX_BYTES)
        self.model = FastModel(CAPACITY, MAX_BYTES)
        keys = self.random.sample(range(KEYS), KEYS)
        self.note(keys, self.write(keys))

    @task
    def batch(self) -> None:
        """Make one batch of calls and check every answer."""
        drawn = self.random.choices(range(KEYS), k=READS + WRITES + DELETES)
        read, written, deleted = drawn[:READS], drawn[READS:-DELETES], drawn[-DELETES:]
        with self.request("batch"):
            found = self.cache.map("get", [read])
            values = self.write(written)
            were_there = self.cache.map("delete", [deleted])
            stats = self.cache.stats()
            assert found == [self.model.get(key) for key in read], "get gives a wrong value"
            self.note(written, values)
            assert were_there == [self.model.delete(key) for key in deleted], "delete gives a wrong answer"
            wanted = self.model.stats()
            assert {name: stats.get(name) for name in wanted} == wanted, "the statistics are wrong"

    def write(self, keys: list[int]) -> list[str]:
        """Put a new value of one to ten letters under each key; return the values."""
        values = [str(self.random.getrandbits(32))[: self.random.randint(1, 10)] for _ in keys]
        self.cache.map("put", [keys, values], results=False)
        return values

    def note(self, keys: list[int], values: list[str]) -> None:
        """Do the same to the model."""
        for key, value in zip(keys, values, strict=True):
            self.model.put(key, value)
