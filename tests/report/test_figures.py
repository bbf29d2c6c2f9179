"""Numbers read well, and no figure, however odd, breaks a report."""

# ruff: noqa: RUF001 - signs that look alike are what is tested

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.report.figures import Figures, share
from grader.report.scale import scale_of
from grader.report.words import load_words
from grader.score_sheet import Measurement
from grader.words import MeasurementVerdict

ENGLISH, RUSSIAN = Figures(load_words("en")), Figures(load_words("ru"))
GAP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (40, "40"), (12.5, "12.5"), (39.96, "39.9"), (3.3333, "3.3"), (99.99, "99.9"), (0.3, "0.3"),
     (math.nan, "–"), (math.inf, "–"), (-2, "−2"), (1e300, "1e+300")],
)  # fmt: skip
def test_points_have_one_decimal_at_most_and_are_never_rounded_up(value: float, said: str) -> None:
    assert ENGLISH.points(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (math.nan, "–"), (0.0, "0"), (0.97, "0.97"), (1.234567, "1.23"), (1200.0, "1200"),
     (0.00176, "0.00176"),
     (1.5e-9, "1.5e−09"), (7e12, "7e+12"), (4.0, "4"), (100.0, "100")],
)  # fmt: skip
def test_a_figure_has_three_digits(value: float | None, said: str) -> None:
    assert ENGLISH.number(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(2.5, f"2.5{GAP}s"), (0.0421, f"42.1{GAP}ms"), (1.1e-6, f"1.1{GAP}µs"), (3e-9, f"3{GAP}ns"), (0, f"0{GAP}ms"),
     (None, "–"), (math.inf, "–")],
)  # fmt: skip
def test_a_duration_has_the_unit_that_fits(value: float | None, said: str) -> None:
    assert ENGLISH.seconds(value) == said


def test_russian_has_a_decimal_comma() -> None:
    assert RUSSIAN.points(12.5) == "12,5"
    assert RUSSIAN.size(1536) == f"1,5{GAP}КиБ"
    assert RUSSIAN.mebibytes(61.34) == f"61,3{GAP}МиБ"


@given(st.floats())
def test_any_number_is_short_text(value: float) -> None:
    for text in (
        ENGLISH.points(value),
        ENGLISH.number(value),
        ENGLISH.seconds(value),
        ENGLISH.mebibytes(value),
    ):
        assert 0 < len(text) < 24


@given(st.floats(), st.floats())
def test_a_share_is_between_nothing_and_all(earned: float, points: float) -> None:
    assert 0 <= share(earned, points) <= 1


def measurement(**figures: float | None) -> Measurement:
    values = {
        "full_at": 1.5,
        "zero_at": 4.0,
        "low": None,
        "high": None,
        "candidate": None,
        "reference": None,
        "ratio": 2.0,
    }
    return Measurement(id="m", unit="u", verdict=MeasurementVerdict.REDUCED, **(values | figures))  # type: ignore[arg-type]


@given(*[st.floats(allow_nan=False) for _ in range(5)])
def test_every_place_on_a_scale_is_on_it_and_in_order(ratio, low, high, full_at, zero_at) -> None:
    assume(full_at < zero_at)
    place = scale_of(measurement(ratio=ratio, low=low, high=high, full_at=full_at, zero_at=zero_at))
    if place is None:
        return
    for figure in (place.full_at, place.zero_at, place.low, place.high, place.mark):
        assert 0 <= figure <= 100
    assert place.full_at <= place.zero_at
    assert place.low <= place.mark <= place.high


def test_a_scale_needs_a_figure_but_no_band() -> None:
    assert scale_of(measurement(ratio=None)) is None
    assert scale_of(measurement(ratio=math.inf)) is None
    place = scale_of(measurement())
    assert place is not None
    assert place.full_at < place.mark < place.zero_at
    assert place.low == place.mark == place.high


def test_a_figure_of_nothing_or_less_is_placed_too() -> None:
    place = scale_of(measurement(ratio=-0.01, low=-0.04, high=0.0, full_at=0.35, zero_at=0.8))
    assert place is not None
    assert place.low < place.mark < place.high < place.full_at < place.zero_at
