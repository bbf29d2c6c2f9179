"""Random calls against the model: whole sequences at once, and step by step as state machines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from lru_model import Model, TooLarge, expect_state, figures, plain, size_of

from grader.examiner import current_candidate, expect

KEYS = st.sampled_from([0, 1, 2, 3, True, 1.0, "a", "b", None, (1, "a")])
VALUES = st.one_of(st.binary(max_size=12), st.sampled_from(["", "a", "ж", "aж€", "€€€€", "abc"]))
CALLS = st.one_of(
    st.tuples(st.just("put"), KEYS, VALUES),
    st.tuples(st.just("put"), KEYS, VALUES),
    st.tuples(st.just("get"), KEYS),
    st.tuples(st.just("get"), KEYS, st.just("default")),
    st.tuples(st.just("delete"), KEYS),
    st.tuples(st.just("__contains__"), KEYS),
    st.tuples(st.just("clear")),
)


def answer(model, name, arguments):
    """Return what the model answers to a call; for put, whether the value was refused."""
    if name == "__contains__":
        return arguments[0] in model
    if name == "put":
        try:
            model.put(*arguments)
        except TooLarge:
            return True
        return False
    return getattr(model, name)(*arguments)


def expect_answer(name, arguments, result, wanted):
    """Hold the result of one call against the model's; what put and clear return is left open."""
    call = f"{name}{arguments!r}"
    if name == "put":
        raised = None if result.error is None else result.error.type
        if result.error is not None and "ValueError" in result.error.mro:
            raised = "ValueError"
        expect(raised, "ValueError" if wanted else None, f"the exception that {call} raises")
        return
    expect(result.error, None, f"{call} raises no exception")
    if name != "clear":
        expect(result.value, wanted, f"what {call} returns")


@pytest.mark.check("random_calls")
@settings(max_examples=50)
@given(
    capacity=st.integers(1, 6),
    max_bytes=st.one_of(st.none(), st.integers(1, 24)),
    calls=st.lists(CALLS, max_size=40),
)
def test_sequences_of_calls_give_what_the_model_gives(capacity, max_bytes, calls):
    candidate = current_candidate()
    cache, model = candidate.new(capacity, max_bytes), Model(capacity, max_bytes)
    program = []
    for name, *arguments in calls:
        program += [(cache, name, tuple(arguments)), (cache, "keys", ()), (cache, "stats", ())]
    results = candidate.batch(program)
    for number, (name, *arguments) in enumerate(calls):
        called, keys, stats = results[3 * number : 3 * number + 3]
        wanted = answer(model, name, arguments)
        expect_answer(name, tuple(arguments), called, wanted)
        after = f"after call {number + 1}, {name}{tuple(arguments)!r}"
        expect(plain(keys.value), plain(model.keys()), f"keys, the least recently used first, {after}")
        expect(figures(stats.value), model.stats(), f"the statistics {after}")


class Calls(RuleBasedStateMachine):
    """One cache and one model, called alike."""

    @initialize(capacity=st.integers(1, 4), max_bytes=st.one_of(st.none(), st.integers(4, 30)))
    def make(self, capacity, max_bytes):
        """Make both."""
        self.candidate = current_candidate()
        self.cache = self.candidate.new(capacity, max_bytes)
        self.model = Model(capacity, max_bytes)

    @rule(key=KEYS, value=VALUES)
    def put(self, key, value):
        """Store a value, or see it refused."""
        if self.model.max_bytes is not None and size_of(value) > self.model.max_bytes:
            with self.candidate.raises("ValueError"):
                self.cache.put(key, value)
        else:
            self.cache.put(key, value)
            self.model.put(key, value)

    @rule(key=KEYS)
    def get(self, key):
        """Read a value with a default of its own."""
        expect(
            self.cache.get(key, "default"),
            self.model.get(key, "default"),
            f"what get({key!r}, 'default') returns",
        )

    @rule(key=KEYS)
    def delete(self, key):
        """Remove a key."""
        expect(self.cache.delete(key), self.model.delete(key), f"what delete({key!r}) returns")

    @rule(key=KEYS)
    def look(self, key):
        """Ask for a key without using it."""
        expect(key in self.cache, key in self.model, f"whether {key!r} is in the cache")

    @precondition(lambda self: len(self.model.rows) > 1)
    @rule()
    def use_the_oldest(self):
        """Read the entry that would go next."""
        key = self.model.keys()[0]
        expect(self.cache.get(key), self.model.get(key), f"what get({key!r}) returns")

    @precondition(lambda self: self.model.misses > 1)
    @rule()
    def clear(self):
        """Begin anew."""
        self.cache.clear()
        self.model.clear()

    @precondition(lambda self: self.model.rows)
    @rule(name=st.sampled_from(["get", "put", "delete"]))
    def offend(self, name):
        """Use an unhashable key, which changes nothing."""
        with self.candidate.raises("TypeError"):
            getattr(self.cache, name)(*([[]] if name != "put" else [[], b""]))

    def teardown(self):
        """Compare all that can be seen."""
        if hasattr(self, "model"):
            expect_state(self.cache, self.model, "after these calls")


TestCalls = pytest.mark.check("random_calls")(Calls.TestCase)
TestCalls.settings = settings(max_examples=15, stateful_step_count=20)
