"""Plots of characters: what is not zero can be seen, and every point is inside the frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.report.plot import bars, curve
from reconciler.report.style import Style

PLAIN = Style(unicode=False)
NUMBERS = st.floats(-1e12, 1e12)
SERIES = st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20), max_size=4)


def test_bars_are_as_long_as_their_counts() -> None:
    expected = [" a  ##        1", "bb  ########  4", " c            0"]

    assert expected == bars([("a", 1), ("bb", 4), ("c", 0)], 8, PLAIN)


@pytest.mark.parametrize("style", [PLAIN, Style()])
def test_a_small_count_beside_a_large_one_can_be_seen(style: Style) -> None:
    few, none, _ = bars([("few", 1), ("none", 0), ("many", 1_000_000)], 10, style)

    assert few.replace("few", "").split() != ["1"]
    assert none.replace("none", "").split() == ["0"]


def test_no_bars_are_no_lines() -> None:
    assert [] == bars([], 10, PLAIN)


def test_a_curve_falls_from_left_to_right() -> None:
    expected = [
        "2 |*",
        "  |  *",
        "1 |    *",
        "  +-----",
        "   1   3",
    ]

    assert expected == curve([[(1, 2), (2, 1.5), (3, 1)]], (5, 3), PLAIN)


def test_the_first_series_is_on_top() -> None:
    both = [[(1.0, 1.0), (2.0, 2.0)], [(1.0, 1.0), (2.0, 1.0)]]

    assert ["2 |  *", "  |", "1 |* o"] == curve(both, (3, 3), PLAIN)[:3]


def test_without_a_point_there_is_no_curve() -> None:
    assert [] == curve([[]], (10, 5), PLAIN)


@given(series=SERIES)
def test_every_point_is_inside_the_frame(series: list[list[tuple[float, float]]]) -> None:
    lines = curve(series, (20, 6), Style())

    assert len(lines) == (8 if any(series) else 0)
    assert all(len(line.partition("│")[2]) <= 20 for line in lines)
