"""How fast bytes move and how long the rest takes."""

from __future__ import annotations

import pytest

from reconciler.report.pace import WINDOW, Pace, left, seconds_text


def paced(*samples: tuple[float, int]) -> Pace:
    pace = Pace()
    for now, moved in samples:
        pace.saw(moved, now)
    return pace


def test_a_rate_is_what_moved_over_the_time_it_took() -> None:
    assert paced((0, 0), (1, 10), (2, 20)).rate(2) == 10


def test_nothing_is_said_of_the_first_second() -> None:
    assert paced((0, 0), (0.9, 900)).rate(0.9) is None


def test_what_happened_before_the_window_does_not_count() -> None:
    slow = [(second, second) for second in range(60)]
    fast = [(60 + second, 60 + 1000 * second) for second in range(20)]

    assert paced(*slow, *fast).rate(79) == pytest.approx(1000)


def test_a_link_that_stands_still_slows_down_and_then_stalls() -> None:
    pace = paced((0, 0), (10, 1000))

    assert [100, 50, 0] == [pace.rate(10), pace.rate(20), pace.rate(10 + WINDOW)]


def test_who_counts_anew_has_no_rate_below_nothing() -> None:
    assert paced((0, 0), (10, 1000), (11, 0), (21, 500)).rate(21) == 50


def test_memory_does_not_grow_with_the_events() -> None:
    pace = paced(*((tick / 100, tick) for tick in range(10_000)))

    assert len(pace._samples) < 40


def test_the_rest_takes_what_it_takes_at_this_rate() -> None:
    assert left(30, 90, 10.0) == 6


@pytest.mark.parametrize("rate", [None, 0.0])
def test_nobody_knows_the_rest_without_a_rate(rate: float | None) -> None:
    assert left(30, 90, rate) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (26, "26 s"), (99, "99 s"), (100, "2 min"), (5999, "1 h 40 min"),
     (7500, "2 h 05 min")],
)  # fmt: skip
def test_times_have_no_more_digits_than_an_estimate_bears(seconds: float, text: str) -> None:
    assert text == seconds_text(seconds)
