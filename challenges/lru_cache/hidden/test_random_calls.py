"""Random calls against the model: lists of calls, a state machine that looks for the edges, and long sequences.

Every example is carried out in one round trip: calls are gathered with what the model answers, then compared.
"""

import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from lru_model import Model, TooLarge, figures, plain, size_of

from grader.examiner import current_candidate, expect

KEYS = st.sampled_from([0, 1, 2, True, 1.0, "a", None, (1, "a")])
VALUES = st.one_of(st.binary(max_size=9), st.sampled_from(["", "a", "ж", "aж€", None]))
CALLS = st.one_of(
    *[st.tuples(st.just("put"), KEYS, VALUES)] * 3,
    st.tuples(st.just("get"), KEYS),
    st.tuples(st.just("get"), KEYS, st.just("default")),
    st.tuples(st.just("delete"), KEYS),
    st.tuples(st.just("__contains__"), KEYS),
)
REFUSED = {TooLarge: "ValueError", TypeError: "TypeError"}


class Pair:
    """A candidate's cache and a model; calls are noted for the one and made on the other."""

    def __init__(self, capacity, max_bytes):
        self.candidate = current_candidate()
        self.cache = self.candidate.new(capacity, max_bytes)
        self.model = Model(capacity, max_bytes)
        self._program = []
        self._wanted = []

    def call(self, name, *arguments):
        """Note one call, with the model's answer or the exception that it wants."""
        error, answer = None, None
        try:
            answer = getattr(self.model, name)(*arguments)
        except (TooLarge, TypeError) as refusal:
            error = REFUSED[type(refusal)]
        self._program.append((self.cache, name, arguments))
        self._wanted.append((name, arguments, error, answer))

    def compare(self):
        """Make all calls, look at the cache, and hold the answers against the model's."""
        self.call("keys")
        self.call("stats")
        results = self.candidate.batch(self._program)
        for number, (wanted, result) in enumerate(zip(self._wanted, results, strict=True), start=1):
            expect_answer(number, *wanted, result)


def expect_answer(number, name, arguments, error, answer, result):
    """Hold one answer against the model's; what put and clear return is left open."""
    call = f"call {number}, {name}({', '.join(map(repr, arguments))}),"
    raised = None if result.error is None else result.error.type
    if result.error is not None and error in result.error.mro:
        raised = error
    expect(raised, error, f"the exception that {call} raises")
    value = result.value
    if name == "keys":
        expect(plain(value), plain(answer), f"the keys by {call} the least recently used first")
    elif name == "stats":
        expect(figures(value), answer, f"the statistics by {call}")
    elif error is None and name not in {"put", "clear"}:
        expect(value, answer, f"what {call} returns")


@pytest.mark.check("random_calls")
@settings(max_examples=60)
@given(
    capacity=st.integers(1, 4),
    max_bytes=st.one_of(st.none(), st.integers(1, 24)),
    calls=st.integers(0, 30).flatmap(lambda length: st.lists(CALLS, min_size=length, max_size=length)),
)
def test_lists_of_calls_give_what_the_model_gives(capacity, max_bytes, calls):
    pair = Pair(capacity, max_bytes)
    for name, *arguments in calls:
        pair.call(name, *arguments)
    pair.compare()


class Edges(RuleBasedStateMachine):
    """Steps that know the model's state, and so go where mistakes are made."""

    @initialize(capacity=st.integers(1, 4), max_bytes=st.one_of(st.none(), st.integers(4, 30)))
    def make(self, capacity, max_bytes):
        """Make an empty pair."""
        self.pair = Pair(capacity, max_bytes)

    def has_entries(self):
        """Whether there is something to use."""
        return bool(self.pair.model.rows)

    def is_limited(self):
        """Whether there is a limit of bytes."""
        return self.pair.model.max_bytes is not None

    @rule(key=KEYS, value=VALUES)
    def put(self, key, value):
        """Store any value."""
        self.pair.call("put", key, value)

    @rule(key=KEYS)
    def get(self, key):
        """Read any key."""
        self.pair.call("get", key, "default")

    @precondition(has_entries)
    @rule(place=st.integers(0, 3), name=st.sampled_from(["get", "delete", "__contains__"]))
    def use(self, place, name):
        """Use an entry that is there: the oldest, the newest, or one between."""
        keys = self.pair.model.keys()
        self.pair.call(name, keys[place % len(keys)])

    @precondition(has_entries)
    @rule(place=st.integers(0, 3), change=st.sampled_from([-1, 0, 1, 5]))
    def resize(self, place, change):
        """Replace a value by a larger or smaller one."""
        key, value, _ = self.pair.model.rows[place % len(self.pair.model.rows)]
        self.pair.call("put", key, b"r" * max(0, size_of(value) + change))

    @precondition(is_limited)
    @rule(key=KEYS, over=st.integers(-1, 1))
    def fill(self, key, over):
        """Put a value that just fills what is free, or all there is, or that is one byte too large."""
        self.pair.call("put", key, b"f" * (self.pair.model.max_bytes + over))

    @precondition(is_limited)
    @rule(key=KEYS, over=st.integers(0, 1))
    def top_up(self, key, over):
        """Put a value that takes the last free byte, or one more."""
        self.pair.call("put", key, b"t" * (self.pair.model.max_bytes - self.pair.model.bytes + over))

    @precondition(has_entries)
    @rule(name=st.sampled_from(["get", "put", "delete", "__contains__"]))
    def offend(self, name):
        """Use an unhashable key, which changes nothing."""
        self.pair.call(name, [], *([b""] if name == "put" else []))

    @precondition(lambda self: self.pair.model.misses > 1)
    @rule()
    def clear(self):
        """Begin anew."""
        self.pair.call("clear")

    def teardown(self):
        """Compare."""
        if hasattr(self, "pair"):
            self.pair.compare()


TestEdges = pytest.mark.check("random_calls")(Edges.TestCase)
TestEdges.settings = settings(max_examples=25, stateful_step_count=20, phases=[Phase.generate])


@pytest.mark.check("random_calls")
@pytest.mark.parametrize("seed", range(12))
def test_long_sequences_give_what_the_model_gives_after_every_call(candidate, seed):
    chooser = random.Random(seed)
    pair = Pair(chooser.randint(1, 5), chooser.choice([None, 8, 20, 40]))
    for _ in range(60):
        name = chooser.choices(["put", "get", "delete", "__contains__", "clear"], [10, 8, 3, 2, 0.3])[0]
        arguments = [] if name == "clear" else [chooser.randrange(8)]
        if name == "put":
            size = chooser.choice([0, 1, 2, 3, 5, 8, 13, None])
            arguments.append(size if size is None else chooser.randbytes(size))
        pair.call(name, *arguments)
        pair.call("keys")
        pair.call("stats")
    pair.compare()
