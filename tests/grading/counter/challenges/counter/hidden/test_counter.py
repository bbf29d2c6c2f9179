"""The hidden suite of the counter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.examiner import current_candidate, expect


@pytest.mark.check("adds")
def test_adds(candidate):
    counter = candidate.new()
    counter.add(2)
    expect(counter.add(3), 5, "the sum of 2 and 3")
    expect(counter.value(), 5, "the value after adding 2 and 3")


@pytest.mark.check("errors")
def test_fails(candidate):
    counter = candidate.new()
    with candidate.raises("ValueError"):
        counter.fail()


@pytest.mark.check("goes_on")
def test_goes_on(candidate):
    expect(candidate.new().add(1), 1, "the first sum of a new counter")


@pytest.mark.check("random_sums")
@given(st.lists(st.integers(-(10**6), 10**6), max_size=20))
def test_random_sums(numbers):
    counter = current_candidate().new()
    for number in numbers:
        counter.add(number)
    expect(counter.value(), sum(numbers), "the sum of all numbers added")


@pytest.mark.check("batch_cost")
def test_batch_cost(load):
    load.compare("batch_ratio", "CounterUser")
