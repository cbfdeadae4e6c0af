from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from reconciler.api.call import Safety
from reconciler.api.retry import (
    Failure,
    Fault,
    RetryBudget,
    RetryPolicy,
    Tried,
    delay,
    retry_after,
)
from reconciler.errors import ApiError

NOON = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("1", 1.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("١٢", None),
        ("9" * 1_000_000, None),
        ("Thu, 01 Jan 2026 12:02:00 GMT", 120.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Thu, 99 Jan 2026 11:00:00 GMT", None),
        ("Thu, 01 Jan 2026 12:02:00 -0000", 120.0),
        ("Thu, 01 Jan 2026 13:02:00 +0100", 120.0),
        ("0" * 39 + "7", 7.0),
        ("0" * 40 + "7", None),
        ("0 Jan 1 99999999999:0:0", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(header: str | None, seconds: float | None) -> None:
    assert seconds == retry_after(header, lambda: NOON)


@pytest.mark.parametrize(
    ("tries", "most"), [(1, 1.0), (2, 2.0), (3, 4.0), (7, 64.0), (8, 64.0), (20, 64.0)]
)
def test_backoff_doubles_up_to_its_cap(tries: int, most: float) -> None:
    assert most == RetryPolicy().backoff(tries, lambda: 1.0)


def test_backoff_has_full_jitter() -> None:
    assert 0.0 == RetryPolicy().backoff(5, lambda: 0.0)


def _failure(fault: Fault, wait: float | None = None, *, final: bool = False) -> Failure:
    return Failure(fault, ApiError("no"), wait, final)


def _delay(failure: Failure, safety: Safety, tries: int = 1, elapsed: float = 0.0) -> float | None:
    return delay(failure, safety, Tried(tries, elapsed), RetryPolicy(), lambda: 1.0)


@pytest.mark.parametrize(
    ("fault", "safety", "again"),
    [
        (Fault.UNSENT, Safety.READ, True),
        (Fault.UNSENT, Safety.REPEATABLE, True),
        (Fault.UNSENT, Safety.ONCE, True),
        (Fault.THROTTLED, Safety.READ, True),
        (Fault.THROTTLED, Safety.REPEATABLE, True),
        (Fault.THROTTLED, Safety.ONCE, True),
        (Fault.BROKEN, Safety.READ, True),
        (Fault.BROKEN, Safety.REPEATABLE, True),
        (Fault.BROKEN, Safety.ONCE, False),
        (Fault.ANSWERED, Safety.READ, False),
        (Fault.ANSWERED, Safety.REPEATABLE, False),
        (Fault.ANSWERED, Safety.ONCE, False),
    ],
)
def test_a_try_is_repeated_by_its_class(fault: Fault, safety: Safety, again: bool) -> None:
    assert again == (_delay(_failure(fault), safety) is not None)


def test_a_final_failure_is_never_tried_again() -> None:
    assert _delay(_failure(Fault.UNSENT, final=True), Safety.READ) is None


def test_retry_after_over_a_minute_is_kept() -> None:
    assert 120.0 == _delay(_failure(Fault.THROTTLED, 120.0), Safety.READ)


def test_retry_after_beyond_the_budget_of_the_call_gives_up_at_once() -> None:
    assert _delay(_failure(Fault.THROTTLED, 3600.0), Safety.READ) is None


def test_a_call_gives_up_when_its_time_is_over() -> None:
    assert _delay(_failure(Fault.BROKEN), Safety.READ, elapsed=299.5) is None


def test_where_nothing_listens_fewer_tries_are_made() -> None:
    assert _delay(_failure(Fault.UNSENT), Safety.READ, tries=3) is not None
    assert _delay(_failure(Fault.UNSENT), Safety.READ, tries=4) is None


def test_the_budget_of_a_run_ends() -> None:
    budget = RetryBudget(2)

    assert [True, True, False] == [budget.take() for _ in range(3)]


def test_answers_pay_back_into_the_budget() -> None:
    budget = RetryBudget(1)
    budget.take()
    for _ in range(11):
        budget.refund()

    assert budget.take()


def test_the_budget_of_a_run_is_two_hundred_and_never_grows() -> None:
    budget = RetryBudget()
    for _ in range(100):
        budget.refund()

    assert [True] * 200 + [False] == [budget.take() for _ in range(201)]


def test_ten_answers_pay_for_one_try() -> None:
    budget = RetryBudget(1)
    budget.take()
    for _ in range(9):
        budget.refund()

    assert not budget.take()


def test_a_wait_that_just_fits_is_kept() -> None:
    assert 10.0 == _delay(_failure(Fault.THROTTLED, 10.0), Safety.READ, elapsed=290.0)


def _throttled(fault: Fault, wait: float | None, tries: int) -> float | None:
    tried = Tried(tries, 0.0)
    return delay(_failure(fault, wait), Safety.READ, tried, RetryPolicy(), lambda: 1.0, 2)


def test_a_quota_without_a_time_is_tried_twice() -> None:
    assert (True, False) == tuple(
        _throttled(Fault.THROTTLED, None, tries) is not None for tries in (1, 2)
    )


@pytest.mark.parametrize(("fault", "wait"), [(Fault.THROTTLED, 1.0), (Fault.BROKEN, None)])
def test_only_a_quota_without_a_time_has_fewer_tries(fault: Fault, wait: float | None) -> None:
    assert _throttled(fault, wait, 5) is not None


def test_what_was_answered_is_not_tried_again() -> None:
    assert None is _delay(_failure(Fault.ANSWERED), Safety.READ, tries=0)


def test_a_date_is_held_against_this_machine_s_clock_in_utc() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)

    seconds = retry_after(format_datetime(later, usegmt=True))

    assert seconds is not None
    assert 0 < seconds <= 3_600
