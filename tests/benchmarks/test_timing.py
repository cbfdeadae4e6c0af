"""The benchmarks' stopwatch: it counts every run, and says which command failed and why."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.link import LOOPBACK
from benchmarks.shapes import MIB, Shape
from benchmarks.timing import Timing, one_round, peak_mib, side_by_side
from benchmarks.uploads import CURL, CURLS, GUIDE, HASHED, OURS, Trial, measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUSY = [sys.executable, "-c", "sum(range(3_000_000))"]
IDLE = [sys.executable, "-c", "pass"]


def test_more_work_takes_more_processor_time(need: Callable[..., str]) -> None:
    need("hyperfine")
    found = one_round({"busy": BUSY, "idle": IDLE}, os.environ)

    assert found["busy"].cpu > found["idle"].cpu > 0


def test_every_command_runs_once_a_round_and_once_for_its_memory(
    tmp_path: Path, need: Callable[..., str]
) -> None:
    need("hyperfine")
    note = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    log = tmp_path / "log with a space"
    commands = {name: [sys.executable, "-c", note, str(log), name] for name in "ab"}

    found = side_by_side(commands, os.environ, 2)

    assert ("ababab", ["a", "b"]) == (log.read_text(), list(found))
    assert all(timing.rss_mib > 1 for timing in found.values())


def test_a_command_that_fails_is_named_with_what_it_said() -> None:
    failing = [sys.executable, "-c", "raise SystemExit('no such account')"]

    with pytest.raises(SystemExit, match=r"ended with 1:\nno such account"):
        peak_mib(failing, os.environ)


def test_a_round_in_which_a_command_fails_measures_nothing(need: Callable[..., str]) -> None:
    need("hyperfine")

    with pytest.raises(SystemExit, match="non-zero"):
        one_round({"fails": [sys.executable, "-c", "raise SystemExit(3)"]}, os.environ)


def test_without_hyperfine_the_one_command_that_helps_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit, match="apt-get install hyperfine"):
        one_round({"idle": IDLE}, os.environ)


def test_memory_is_shown_only_where_somebody_looked() -> None:
    assert ("0.20 s cpu, 0.30 s wall", "0.20 s cpu, 0.30 s wall, 41 MiB") == (
        str(Timing(0.3, 0.2)),
        str(Timing(0.3, 0.2, 41.2)),
    )


def test_every_sender_of_the_uploads_is_timed_and_sends_every_byte(
    need: Callable[..., str],
) -> None:
    """``measure`` ends the run where the sink took another number of bytes."""
    for program in ("hyperfine", "curl"):
        need(program)

    found = measure(Trial(LOOPBACK, Shape(2, MIB), 1))

    assert {OURS, GUIDE, CURL, CURLS, HASHED, "raw sendfile", "raw http_client"} == found.keys()
