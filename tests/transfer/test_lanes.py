"""The budget: so many connections for all transfers of a run, in turn."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.errors import ContentError
from reconciler.transfer.connections import StorageConnection
from reconciler.transfer.lanes import Lanes


class Counted(StorageConnection):
    """A connection that says when it was closed."""

    made = 0
    closed = 0

    def __init__(self) -> None:
        super().__init__()
        Counted.made += 1

    def close(self) -> None:
        Counted.closed += 1
        super().close()


@pytest.fixture(autouse=True)
def none_made_yet() -> None:
    Counted.made = Counted.closed = 0


def _going() -> None:
    """Nobody has asked to stop."""


def test_a_connection_is_lent_again() -> None:
    lanes = Lanes(2, Counted)
    with lanes, lanes.borrow(_going) as first:
        pass
    with lanes, lanes.borrow(_going) as second:
        pass

    assert first is not second
    with lanes:
        with lanes.borrow(_going) as third:
            pass
        with lanes.borrow(_going) as fourth:
            pass
    assert third is fourth


def test_no_more_are_lent_than_there_are() -> None:
    lanes, at_once, most = Lanes(3, Counted), threading.Semaphore(3), []

    def use(_number: int) -> None:
        with lanes.borrow(_going):
            most.append(at_once.acquire(blocking=False))
            at_once.release()

    with lanes, ThreadPoolExecutor(16) as pool:
        list(pool.map(use, range(200)))

    assert all(most)
    assert Counted.made <= 3


def test_the_last_user_closes_them() -> None:
    lanes = Lanes(1, Counted)
    with lanes:
        with lanes, lanes.borrow(_going):
            pass
        still_open = Counted.closed

    assert (0, 1) == (still_open, Counted.closed)


def test_turns_are_taken_in_order() -> None:
    lanes, order, waiting = Lanes(1, Counted), [], threading.Barrier(2)

    def second() -> None:
        waiting.wait()
        with lanes.borrow(_going):
            order.append("second")

    thread = threading.Thread(target=second)
    with lanes.borrow(_going):
        thread.start()
        waiting.wait()
        while not lanes.waiting:  # until the second one stands in line
            pass
    with lanes.borrow(_going):
        order.append("first again")
    thread.join()

    assert ["second", "first again"] == order


def test_a_stop_ends_the_waiting() -> None:
    lanes = Lanes(1, Counted)

    def stop() -> None:
        raise ContentError("stopped")

    with lanes.borrow(_going), pytest.raises(ContentError, match="stopped"), lanes.borrow(stop):
        pass


def test_who_gave_up_waiting_stands_in_nobodys_way() -> None:
    lanes = Lanes(1, Counted)

    def stop() -> None:
        raise ContentError("stopped")

    with lanes.borrow(_going), pytest.raises(ContentError), lanes.borrow(stop):
        pass
    with lanes.borrow(_going) as connection:
        assert isinstance(connection, Counted)
