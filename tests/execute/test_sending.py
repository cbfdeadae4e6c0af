"""What an upload tells of its files while several senders report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.execute.event import Transfer
from reconciler.execute.sending import Sending
from tests.execute.plans import files

if TYPE_CHECKING:
    from reconciler.execute.run import Run


class Told:
    """The part of a Run that Sending uses."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int, int, Transfer]] = []

    def check_stop(self) -> None:
        pass

    def tell_transfer(self, text: str, done: int, total: int, transfer: Transfer) -> None:
        self.events.append((text, done, total, transfer))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def sending(told: Told) -> Sending:
    run: Run = told  # type: ignore[assignment]  # as much of a Run as is needed
    return Sending(run, files("a", "b"))


def test_bytes_add_up_over_the_files(told: Told, sending: Sending) -> None:
    for key, done in (("a", 0), ("a", 4), ("b", 0), ("b", 3), ("a", 10)):
        sending(key, done, 10)

    assert [0, 4, 4, 7, 13] == [done for _, done, _, _ in told.events]


def test_what_an_earlier_run_had_sent_did_not_move(told: Told, sending: Sending) -> None:
    sending("a", 6, 10)
    sending("a", 10, 10)

    assert [0, 4] == [transfer.moved for *_, transfer in told.events]


def test_a_file_that_starts_anew_takes_its_bytes_back_but_they_did_move(
    told: Told, sending: Sending
) -> None:
    for done in (0, 8, 0, 5):
        sending("a", done, 10)

    assert [0, 8, 0, 5] == [done for _, done, _, _ in told.events]
    assert told.events[-1][-1].moved == 13


def test_it_is_uploaded_once_the_storage_has_every_file(told: Told, sending: Sending) -> None:
    sending("a", 10, 10, "crc32c")
    sending("b", 10, 10)
    sending("b", 10, 10, "size")

    assert ["uploading", "uploading", "uploaded"] == [text for text, *_ in told.events]


def test_a_size_alone_is_no_hash(told: Told, sending: Sending) -> None:
    sending("a", 10, 10, "crc32c")
    sending("b", 10, 10, "size")

    assert told.events[-1][-1] == Transfer("b", 10, 10, "size", 0, whole=2, hashed=1, files=2)


def test_a_file_told_twice_counts_once(told: Told, sending: Sending) -> None:
    sending("a", 10, 10, "md5")
    sending("a", 10, 10, "md5")

    assert told.events[-1][-1].whole == 1
