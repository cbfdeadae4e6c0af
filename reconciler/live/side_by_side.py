"""Reads of the account asked at once: each answer or error in its place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from reconciler.errors import ApiError, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def side_by_side(reads: Sequence[Callable[[], T]], parallelism: int) -> Sequence[T | ApiError]:
    """Each read's answer or error, in order. Raises Unauthenticated: no read can succeed."""
    if not reads:
        return ()
    pool = ThreadPoolExecutor(min(parallelism, len(reads)))
    try:
        answers = list(pool.map(_caught, reads))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt waits for no hanging read
    for answer in answers:
        if isinstance(answer, Unauthenticated):
            raise answer
    return answers


def _caught(read: Callable[[], T]) -> T | ApiError:
    try:
        return read()
    except ApiError as error:
        return error
