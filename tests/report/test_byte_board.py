"""Bytes that move outside an apply, in lines and in bars."""

from __future__ import annotations

from reconciler.report.byte_board import ByteBoard
from tests.report.transfers import MB, Time


def board(time: Time, *reports: tuple[float, str, int, str]) -> ByteBoard:
    """Files of 100 MB, reported at these times."""
    shown = ByteBoard("Model/bot", time)
    for at, key, megabytes, checked in reports:
        time.now = at
        shown(key, megabytes * MB, 100 * MB, checked)
    return shown


def test_a_line_has_all_files_with_rate_and_rest_and_what_is_verified() -> None:
    time = Time()
    shown = board(time, (0, "a", 0, ""), (0, "b", 0, ""), (5, "a", 100, "md5"), (10, "b", 20, ""))

    assert (
        "Model/bot  60 %  120 MB of 200 MB  12 MB/s  eta 7 s  1 of 2 files verified" == shown.line()
    )


def test_what_was_there_before_makes_no_rate() -> None:
    time = Time()
    shown = board(time, (0, "a", 90, ""), (10, "a", 95, ""))

    assert "95 MB of 100 MB  500 kB/s  eta 10 s" in shown.line()


def test_only_files_that_move_have_a_bar_of_their_own() -> None:
    shown = board(Time(), (0, "a", 0, ""), (1, "b", 0, ""), (2, "a", 100, "crc32c"))

    assert ["Model/bot", "b"] == [bar.name for bar in shown.bars()]


def test_a_thousand_files_at_once_have_eight_bars() -> None:
    shown = board(Time(), *((0.0, f"file-{number}", 1, "") for number in range(1000)))

    assert len(shown.bars()) == 9


def test_without_a_hash_a_file_is_not_verified() -> None:
    shown = board(Time(), (0, "a", 100, "size"))

    assert shown.line().endswith("0 of 1 file verified")


def test_before_the_first_report_no_share_is_claimed() -> None:
    shown = board(Time())

    assert (False, "Model/bot  no bytes yet") == (shown.begun, shown.line())
